"""What the hand-made trees are tried on: must print the same with and without them."""
import gc
import math
import sys
import threading
import traceback


def t_sum(n):
    s = 0
    i = 0
    while i < n:
        s += i
        i += 1
    return s


def t_yield(n):
    s = 0
    i = 0
    while i < n:
        s += i
        i += 1
    yield s
    yield i


def t_gc(n, out):
    i = 0
    while i < n:
        out.append([])
        i += 1


def collections():
    return gc.get_stats()[0]["collections"]


def depth(n):
    global deepest
    deepest = n
    t_fib(2)
    return depth(n + 1)


def t_fib(n):
    if n < 2:
        return n
    return t_fib(n - 1) + t_fib(n - 2)


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name, where(), sys._getframe(1).f_locals)


def where():
    return [(f.name, f.lineno) for f in traceback.extract_stack()[:-1]]


kept = []
mood = "look"


def peek(a):
    f = sys._getframe(1)
    if mood == "look":
        print(where(), f.f_lineno, {k: v for k, v in f.f_locals.items()})
        print({k: v for k, v in f.f_back.f_locals.items() if k != "out"}, f.f_back.f_lineno, f.f_back.f_back.f_code.co_name)
        print(sys.getrecursionlimit() > 0, f.f_code.co_name)
    elif mood == "keep":
        kept.append(f)
    elif mood == "raise":
        raise ValueError(a)
    elif mood == "noisy":
        return Noisy(a)
    elif mood == "deep":
        return t_fib(5)
    elif mood == "collect":
        gc.collect()
    return a


def inner(a, b):
    c = a + b
    pair = (0.5, c)
    peek(a)
    d = c * 2
    return d


def t_inline(items, out):
    for x in items:
        out.append(inner(x, 5))
    return out


def t_helpers():
    for i in range(3):
        pass
    return i


class Outer:
    class Thing:
        def __init__(self):
            self.first = 1
            self.second = 2

        def method(self):
            pass

        @property
        def prop(self):
            pass

        @staticmethod
        def static():
            pass


class Slotted:
    __slots__ = ("a", "b")


def with_defaults(a=1000.5, b=2000.5, *, k=3000.5):
    pass


stale = False
Local = None


def make():
    class Local:
        pass

    return Local


def t_link():
    for i in range(10):
        pass


def links():
    global stale, Local
    things = [Outer.Thing(), Outer.Thing()]
    t_link()
    stale = True
    Outer.Thing.other = 5  # the class gets another version
    t_link()
    stale = False
    t_link()
    things[0].third = 3
    Local = make()
    stale = True
    globals()["new_name"] = 1
    t_link()
    stale = False
    t_link()


def main():
    global mood
    links()
    print(t_sum(10), t_sum(1), t_sum(0), t_sum(100000))
    print(t_fib(15))
    t_helpers()
    print(list(t_yield(1000)), max(t_yield(7)))
    before = collections()
    t_gc(20000, [])
    print(20 <= collections() - before <= 30, gc.isenabled())
    gc.disable()
    before = collections()
    t_gc(20000, [])
    print(collections() - before)
    gc.enable()
    try:
        depth(0)
    except RecursionError as e:
        print(e, deepest)
    try:
        t_fib(1000000)
    except RecursionError as e:
        n = 0
        tb = e.__traceback__
        while tb:
            n, tb = n + 1, tb.tb_next
        print(e, n)
    for mood in "look", "keep", "noisy", "deep", "collect", "plain":
        print(mood, t_inline([1, 1000, 3], []))
    for f in kept:
        print(f.f_code.co_name, f.f_locals["a"], f.f_back.f_code.co_name)
    kept.clear()
    mood = "raise"
    for n in range(3):
        try:
            t_inline([n, 1, 2], [])
        except ValueError:
            traceback.print_exc(file=sys.stdout)
    mood = "plain"
    before = sys.getrefcount(5000), len(gc.get_objects())
    for i in range(200):
        t_inline([5000 + i, 6000], [])
    print(len(gc.get_objects()) - before[1] < 50)
    total = []
    threads = [threading.Thread(target=lambda: total.append(t_sum(200000))) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(total)


main()
