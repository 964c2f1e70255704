"""Tracebacks, warnings, frames: what a program sees of itself after its frames have been moved about."""
import gc
import inspect
import sys
import traceback
import warnings


def divide(n, d):
    out = []
    for i in range(n, -1, -1):
        out.append(d / i)
    return out


def middle(n):
    for k in range(3):
        try:
            divide(n, k)
        except ZeroDivisionError:
            if k == 2:
                raise
    return k


def kw(a, b=2, /, *args, c, d=4, **rest):
    t = 0
    for i in range(3):
        t += a + b + c + d + sum(args) + len(rest)
    return t, args, rest, locals()["d"]


def closure(n):
    total = 0

    def add(x):
        nonlocal total
        for i in range(x):
            total += i
        return lambda: total

    for k in range(n):
        last = add(k)
    return last(), total


class Meta(type):
    def __call__(cls, *args):
        for i in range(2):
            pass
        return super().__call__(*args)


class Thing(metaclass=Meta):
    def __init__(self, n):
        self.items = []
        for i in range(n):
            self.items.append(i)

    def __del__(self):
        for i in range(2):
            deleted.append(len(self.items))

    def total(self):
        t = 0
        for x in self.items:
            t += x
        return super().__repr__()[:8], t


deleted = []
for k in range(15):
    try:
        middle(4)
    except ZeroDivisionError as e:
        error = e
    r = kw(1, c=3), kw(1, 2, 3, 4, c=5, d=6, e=7), closure(6), Thing(5).total()
traceback.print_exception(error, file=sys.stdout)
print(r, deleted[-4:], len(deleted))


def who():
    names = []
    for i in range(2):
        names = [f.function for f in inspect.stack()[:4]]
    return names


def caller():
    for i in range(2):
        r = who()
    return r


print(caller(), caller())


def scopes(a):
    for b in range(3):
        c = a + b
    return sorted(locals()), dir(), eval("a + b + c"), sys._getframe().f_locals["c"], vars() == locals()


print(scopes(1), scopes(2))


def warn():
    for i in range(3):
        warnings.warn("look", stacklevel=2)


with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    for i in range(2):
        warn()
print([(str(w.message), w.lineno) for w in seen])


def keeps_frame():
    for i in range(3):
        frame = sys._getframe()
    return frame


f = keeps_frame()
print(f.f_locals["i"], f.f_lasti > 0, f.f_back)
f.clear()
print(f.f_locals)


def refcounts():
    o = object()
    before = sys.getrefcount(o)
    for i in range(5):
        x = [o] * 3
        for y in x:
            pass
    del x, y
    return sys.getrefcount(o) - before


print(refcounts(), refcounts())
exec("for i in range(3):\n    z = i\nprint(z, i)")


class Body:
    for i in range(4):
        j = i * 2
    while j > 1:
        j -= 1


print(Body.i, Body.j)


async def coro():
    for i in range(3):
        pass
    raise KeyError("c")


try:
    coro().send(None)
except KeyError as e:
    print(traceback.extract_tb(e.__traceback__)[-1].line)
gc.collect()
print(not sys.getswitchinterval() == 0, sys.exc_info())
[1 / i for i in range(2, -1, -1)]
