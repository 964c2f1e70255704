# args: 300
# other-args: 20
# expect: native
import sys


class Thing:
    __slots__ = ()


SENTINEL = object()
first = Thing()


def find(items, wanted):
    for i, x in enumerate(items):
        if x is wanted:
            return i
        if x is not None and x is SENTINEL:
            return "sentinel", i
    return None


def same(n):
    yes = 0
    for i in range(n):
        a = i * 1000
        b = a
        c = [b]
        d = (c[0],)
        yes += (a is b) + (a is c[0]) * 2 + (a is d[0]) * 4
        f = i / 3
        g = f
        yes += (f is g) * 8 + ([f][0] is g) * 16
    return yes


def ids(n):
    seen = {}
    x = 2.5
    for i in range(n):
        x = x if i % 3 else x * 1.0
        seen[id(x)] = seen.get(id(x), 0) + 1
        y = id(x)
        assert y == id(x)
    return sum(seen.values())


def small(n):
    out = 0
    for i in range(-10, n):
        j = i + 1 - 1
        out += (i is j) if -5 <= i <= 256 else 1
        out += (i % 7) is (j % 7)
        out += ((i > 3) is True) + ((i > 3) is (j > 3))
        c = "abc"[i % 3]
        out += c is "abc"[j % 3]
        out += () is tuple([])
    return out


def kept_objects(n):
    objs = []
    for i in range(n):
        objs.append(Thing())
    return len({id(o) for o in objs}), len(set(objs)), find(objs, objs[-1]), objs.index(objs[n // 2])


def stored(n):
    values = []
    d = {}
    for i in range(n):
        x = i + 0.5
        values.append(x)
        d[i] = x
        if values[i] is not d[i]:
            return "different"
    return "same"


n = int(sys.argv[1])
for turn in range(3):
    print(find([None, first] * n, SENTINEL), find([1, None] * n + [SENTINEL], first), find([None] * n + [first], first))
    print(same(n), ids(n), small(n), kept_objects(n), stored(n))
fs = []
for i in range(n):
    def f():
        pass
    fs.append(f)
    bound = "".join
    if bound is "".join:
        print("the same bound method")
print(len({id(f) for f in fs}), len({id(f.__code__) for f in fs}))
