# args: tuple 300
# other-args: list 300
# other-args: str 300
# other-args: generator 300
# other-args: short 300
# other-args: dict 300
# expect: native
import sys


def swap(n):
    a, b, c = 1, 2.5, "c"
    for i in range(n):
        a, b = b, a
        b, c, a = a, b, c
        (x, y), z = (a, b), c
    return a, b, c, x, y, z


def starred(items, n):
    total = 0
    for i in range(n):
        first, *middle, last = items(i)
        total += len(middle)
        *most, end = items(i)
        head, *_ = items(i)
        total += (head == first) + (end == last) + len(most)
        merged = [*items(i), *range(i % 3)]
        both = (*items(i), 0)
        d = {**{"a": i}, "b": 2, **{"a": 3}}
        s = {*items(i), 1}
        total += len(merged) + len(both) + d["a"] + len(s)
    return total


def exact(items, n):
    total = 0
    for i in range(n):
        a, b, c = items(i)
        total += len(str(a)) + len(str(c))
        [p, [q, r]] = a, (b, c)
        total += p == a
    return total


def generator(i):
    yield i
    yield i + 1
    yield i + 2


MAKE = {"tuple": lambda i: (i, i + 1, i + 2), "list": lambda i: [i, 2.5, "x"], "str": lambda i: "abc", "generator": generator,
        "short": lambda i: (i, i, i) if i < 250 else (i,), "dict": lambda i: {1: 2, 3: 4, 5: i}}
kind, n = sys.argv[1], int(sys.argv[2])
for turn in range(3):
    print(swap(n), starred(MAKE["tuple"], n), exact(MAKE["tuple"], n))
print(starred(MAKE[kind], n) if kind != "short" else "")
print(exact(MAKE[kind], n))
