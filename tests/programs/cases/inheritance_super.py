# args: 300
# other-args: 5
# expect: native
import sys


class A:
    tally = 0

    def __init__(self, x):
        self.x = x

    def f(self, k):
        return self.x + k

    def g(self):
        return self.f(1)

    @classmethod
    def count(cls, k):
        cls.tally += k
        return cls.tally

    @staticmethod
    def twice(v):
        return v * 2


class B(A):
    def __init__(self, x, y):
        super().__init__(x)
        self.y = y

    def f(self, k):
        return super().f(k) * 2 + self.y


class C(A):
    def f(self, k):
        return super().f(k) - 1

    @classmethod
    def count(cls, k):
        return super().count(k + 1)


class D(B, C):
    def f(self, k):
        return super().f(k) + 100

    def g(self):
        return A.g(self) + B.f(self, 2)


class Meta(type):
    made = 0

    def __call__(cls, *args):
        Meta.made += 1
        return super().__call__(*args)

    @property
    def size(cls):
        return len(cls.__name__)


class E(A, metaclass=Meta):
    def __new__(cls, x):
        obj = super().__new__(cls)
        obj.extra = x * 2
        return obj if x >= 0 else None


def loop(objs, n):
    total = 0
    for i in range(n):
        o = objs[i % len(objs)]
        total += o.g() + o.f(i) + o.twice(i) + type(o).count(1) + o.count(0)
    return total


def making(n):
    total = 0
    for i in range(n):
        d = D(i, 2)
        e = E(i - 3)
        total += d.x + d.y + (e.extra if e else -1) + E.size + isinstance(d, C) + issubclass(type(d), B)
    return total, Meta.made


n = int(sys.argv[1])
for turn in range(3):
    print(loop([A(1)], n), loop([A(1), B(2, 3)], n), loop([D(1, 2), C(4), B(1, 1), A(0.5)], n), making(n))
print(A.tally, B.tally, C.tally, D.tally, [c.__name__ for c in D.__mro__])
C.f = lambda self, k: 7
D.__bases__ = (C, B)
print(loop([D(1, 2)], n) if n > 10 else "")
del A.f
print(loop([B(1, 2)], n))
