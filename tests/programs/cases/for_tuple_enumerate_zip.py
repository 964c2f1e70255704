# args: 400 int
# other-args: 400 float
# other-args: 7 str
# other-args: 300 mixed
# other-args: 0 int
# expect: native
import sys

MAKE = {"int": lambda i: i, "float": lambda i: i / 4, "str": lambda i: f"s{i}", "mixed": lambda i: (i, 2.5, True)[i % 3]}


def by_index(items):
    out = None
    for i, x in enumerate(items, 10):
        out = x if out is None else out + x
        if i == 300:
            break
    else:
        return "end", out
    return i, out


def pairs(a, b):
    n = 0
    x = y = None
    for x, y in zip(a, b):
        n += 1
    return n, x, y


def triples(a, b, c):
    out = []
    for i, (x, y, z) in enumerate(zip(a, b, c)):
        if i % 100 == 3:
            out.append((i, x, y, z))
    return out


def main(n, kind):
    items = tuple(MAKE[kind](i) for i in range(n))
    print(by_index(items), by_index(list(items)))
    print(pairs(items, range(n // 2)), pairs(range(n // 2), items), pairs(items, ()), pairs(iter(items), list(items)))
    print(triples(items, list(items), "abc" * n))
    kept = []
    for pair in zip(items, items):
        kept.append(pair)
    print(len(set(map(id, kept))) == len(kept), kept[-1:])
    try:
        for a, b in zip(items, range(n + 1), strict=True):
            pass
    except ValueError as error:
        print(a if n else None, error)
    for a, *rest, b in zip(items, items, items, items):
        pass
    for i, in zip(items):
        pass


for turn in range(3):
    main(int(sys.argv[1]), sys.argv[2])
it = iter([1, 2, 3, 4])
print(list(zip(it, [10])), next(it), list(reversed((1, 2, 3))))
try:
    for a, b in [(1, 2)] * 500 + [(1, 2, 3)]:
        pass
except ValueError as error:
    print(error)
for a, b in [(1, 2)] * 300 + ["xy", [3, 4]]:
    pass
print(a, b)
