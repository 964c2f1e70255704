# args: 300
# other-args: 200
# expect: native
"""sys.settrace by a finaliser that runs in the middle of native code: the function returns, and is traced as it would be."""
import sys

n = int(sys.argv[1])
events = []
how = None


def trace(frame, event, arg):
    events.append((frame.f_code.co_name, event, frame.f_lineno - frame.f_code.co_firstlineno))
    return trace


class C:
    def __init__(self, x):
        self.x = x

    def __del__(self):
        if how:
            how(trace)


def f():
    C(0).x, len
    return 1


def g():
    return [5][C(0).x]


def h(k):
    k = k * 3 + k // 2 + (k & 7) - k % 5 + (k ^ 3) + k * k % 11
    return k + C(0).x


def f0():
    C(0).x, len


def g0():
    [0][C(0).x]


def h0():
    0 + C(0).x


def quiet():
    return 7


for func, args in ((f, ()), (g, ()), (h, (4,))):
    total = 0
    for i in range(n):
        total += func(*args)
    how = sys.settrace
    for again in range(3):
        total += func(*args)
        total += quiet()
        sys.settrace(None)
    how = None
    for i in range(n):
        total += func(*args)
    print(func.__name__, total, len(events), events)
    events.clear()

for func in (f0, g0, h0):  # at the level of the module, where they are called by the interpreter
    for i in range(n):
        func()
    how = sys.settrace
    func()
    sys.settrace(None)
    how = None
    print(func.__name__, len(events))
