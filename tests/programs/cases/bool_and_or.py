# args: 0
# other-args: 1
# other-args: 2
# other-args: 3
# expect: native
import sys


class Truth:
    asked = 0

    def __init__(self, value):
        self.value = value

    def __bool__(self):
        Truth.asked += 1
        if self.value == "raise":
            raise ValueError("no truth")
        return self.value

    def __repr__(self):
        return f"Truth({self.value})"


class Sized:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n


def choose(a, b, c):
    x = a and b or c
    y = (a or b) and c
    z = not a or not b
    if a and not b or c and a:
        w = 1
    elif not (a or b):
        w = 2
    else:
        w = 3
    return x, y, z, w


def loop(items, n):
    last = None
    counts = {1: 0, 2: 0, 3: 0}
    k = len(items)
    for i in range(n):
        last = choose(items[i % k], items[i // 2 % k], items[i // 3 % k])
        counts[last[3]] += 1
    return last, counts


SETS = [
    [0, 1, 5, True, False],
    [0.0, "", "x", None, [], [0], (), {}, {1: 2}, float("nan"), 10**30],
    [Truth(True), Truth(False), 3],
    [Sized(0).n, Sized(0) and 1 or 7, Truth(True), "a"],
]
for turn in range(4):
    print(loop(SETS[0], 300))
print(loop(SETS[int(sys.argv[1])], 300), Truth.asked)
n = 0
while n < 1000 and not n == 700 or n < 100:
    n += 1
print(n, 1 < n < 10, 1 < 700 <= n == 700.0, n > 5 > 3 != 4 in [4], bool(Sized(0)), bool(Sized(2)))
calls = []


def f(x):
    calls.append(x)
    return x


for i in range(300):
    f(1) < f(i % 3) < f(2)
print(len(calls), calls[:12])
for v in [1] * 300 + [Truth("raise")]:
    if v:
        pass
