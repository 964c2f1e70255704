# args: two
# other-args: many
# other-args: builtin
# other-args: none
# expect: native
import operator
import sys


def f1(x):
    return x + 1


def f2(x):
    return x * 2 % 1009


class F3:
    def __call__(self, x):
        return x - 3

    def method(self, x):
        return x ^ 5

    @staticmethod
    def static(x):
        return x | 1

    @classmethod
    def klass(cls, x):
        return x + len(cls.__name__)


class Number:
    def __init__(self, x):
        self.x = x

    def __add__(self, other):
        return self.x + other

    __radd__ = __add__

    def __rxor__(self, other):
        return other ^ self.x


def apply(functions, n):
    x = 1
    for i in range(n):
        x = functions[i % len(functions)](x)
    return x


def methods(objs, n):
    total = 0
    for i in range(n):
        o = objs[i % len(objs)]
        total += o.count(1) if hasattr(o, "count") else 5
    return total


def make_lambda(k):
    return lambda x: x + k


SETS = {
    "two": [f1, f2],
    "many": [f1, f2, F3(), F3().method, F3.static, F3.klass, F3().klass, make_lambda(1), make_lambda(2.0), int, abs, make_lambda(True)],
    "builtin": [abs, int, operator.neg, (5).__add__, int.bit_length, round, operator.itemgetter, lambda g: 3, float.fromhex.__class__ and abs],
    "none": [f1, f2, Number, lambda x: x.x, f1] * 30 + [None],
}
for turn in range(4):
    print(apply(SETS["two"], 300), methods([[1, 2, 1]], 100))
print(methods([[1, 2, 1], (1,), "a" and b"\x01", range(3), {}, [1.0, True]], 300))
print(apply(SETS[sys.argv[1]], 300))
