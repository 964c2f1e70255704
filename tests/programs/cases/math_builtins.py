# args: int
# other-args: float
# other-args: bool
# other-args: big
# other-args: str
# other-args: negative
# expect: native
import math
import sys

MAKE = {"int": lambda i: i + 1, "float": lambda i: i + 0.5, "bool": lambda i: i % 2 == 0, "big": lambda i: 10**20 + i,
        "str": lambda i: i + 1 if i < 150 else "x", "negative": lambda i: 100 - i}


def work(make, n):
    out = 0.0
    for i in range(n):
        x = make(i)
        out += math.sqrt(x) + math.floor(x / 3) + math.ceil(x * 0.7) + math.log(x + 1)
        out += math.sin(x) * math.cos(x) + math.atan2(x, i + 1) + math.fabs(-x) + math.pi
        out += abs(x) + abs(-x) + min(x, i) + max(x, i, 3) + round(x / 7, 2) + int(x) % 10 + float(x) + pow(x % 10, 2)
        out += divmod(x, 7)[1] + (x ** 2) % 5 + (x ** 0.5) + bool(x) + isinstance(x, int) + isinstance(x, (float, str)) * 2
        out += math.isnan(out) + math.gcd(int(x), 12) + sum((x, 1, 2.5)) + len(str(x)) + hash(x) % 3
        if any(v > 5 for v in (x, i)) and all((x, True)):
            out += ord(chr(int(x) % 1000 + 50)) + callable(len)
    return out


def conversions(n):
    total = 0
    for i in range(n):
        total += int(i / 3) + int("7") + int(True) + int(-2.9) + round(i / 2) + round(-0.5) + round(2.675, 2) + float("1e3")
        total += len(bin(i)) + len(oct(i)) + min([i, 3, 5]) + max((1, i)) + min("ab") .__len__() + max(1, 2.0) + complex(i, 1).imag
        total += sorted([3, i, 2])[0] + list(reversed([1, i]))[0] + len(list(filter(None, [0, i]))) + next(iter([i])) + id(i) * 0
        total += max([1], key=lambda v: -v) + min([], default=4) + sum([]) + len(range(0, i, 2)) + int.bit_length(i)
    return total


for turn in range(3):
    print(work(MAKE["int"], 200), conversions(200))
print(work(MAKE[sys.argv[1]], 200))
