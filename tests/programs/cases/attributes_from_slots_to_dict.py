# args: point
# other-args: swapped
# other-args: parent
# other-args: property
# other-args: module
# other-args: frozen
# expect: native
import sys
import types


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


class Swapped:
    def __init__(self, x, y):
        self.y = y
        self.x = x


class Parent:
    x = 7
    y = 1.5


class WithProperty:
    def __init__(self, x, y):
        self._x = x

    x = property(lambda self: self._x * 10)
    y = property(lambda self: self.x - self._x)


class Frozen:
    __slots__ = ("x", "y")


def frozen(x, y):
    f = Frozen()
    f.x = x
    f.y = y
    return f


def module(x, y):
    m = types.ModuleType("point")
    m.x, m.y = x, y
    return m


MAKE = {"point": Point, "swapped": Swapped, "parent": lambda x, y: Parent(), "property": WithProperty, "module": module, "frozen": frozen}


def length(p):
    return p.x * p.x + p.y * p.y


def loop(make, n):
    total = 0
    for i in range(n):
        total += length(make(i, i + 1))
    return total


def kept(objs, n):
    total = 0
    for i in range(n):
        for p in objs:
            total += length(p)
            if i == n // 2 and hasattr(p, "__dict__"):
                p.z = i
    return total


for turn in range(4):
    print(loop(Point, 300))
make = MAKE[sys.argv[1]]
print(loop(make, 300), kept([Point(1, 2), make(3, 4), Point(0.5, 1)], 100))
mixed = [MAKE[k](2, 3) for k in sorted(MAKE)]
print(kept(mixed, 100))
p = make(1, 2)
for i in range(300):
    p.x = i
print(p.x)
