# args: int
# other-args: float
# other-args: bool
# other-args: str
# other-args: list
# other-args: none
# other-args: big
# other-args: complex
# other-args: alternating
# expect: native
# quick
import sys

START = {"int": 1, "float": 1.0, "bool": True, "str": "a", "list": [1], "none": None, "big": 2**100, "complex": 1j, "alternating": 1}


def step(x, i):
    y = x + x
    if y == 4096 or len(repr(y)) > 200:
        return x
    return y


def loop(x, n, alternate):
    for i in range(n):
        x = step(x, i)
        if x != x * 1:
            return "odd"
        if alternate and i % 5 == 0:
            x = (1, 1.5, "b", (1,), True)[i // 5 % 5]
    return x


def main():
    kind = sys.argv[1]
    for i in range(3):
        print(loop(1, 300, False))
    for i in range(3):
        print(loop(START[kind], 300, kind == "alternating"))
    values = [1] * 200 + [START[kind]] + [2.5, True, 10**20]
    total = 0
    for v in values:
        total = total + v
    print(total)


main()
