# args: 3000
# other-args: 400
# other-args: 40000
# expect: native
"""RecursionError at the same depth for each way to call; with a raised limit, whatever depth python3.11 manages.

Left out is recursion through C functions: whether a call of one counts depends on how far CPython has specialised it.
"""
import functools
import sys

LIMIT = int(sys.argv[1])
depth = 0


class Node:
    def __init__(self, n=0):
        global depth
        depth += 1
        self.next = Node(n + 1)


class Ways:
    def method(self):
        global depth
        depth += 1
        return self.method()

    @property
    def prop(self):
        global depth
        depth += 1
        return self.prop

    def __add__(self, other):
        global depth
        depth += 1
        return self + other

    def __call__(self):
        global depth
        depth += 1
        return self()

    def __eq__(self, other):
        global depth
        depth += 1
        return self == other

    def __iter__(self):
        global depth
        depth += 1
        return iter([v for v in self])

    @classmethod
    def of_class(cls, *rest, **more):
        global depth
        depth += 1
        return cls.of_class(*rest, **more)


def plain(n):
    global depth
    depth += 1
    for i in range(3):
        n += i
    return plain(n) + 1


def small(n):
    global depth
    depth = n
    return small(n + 1)


def closure():
    def go():
        global depth
        depth += 1
        return go()
    return go()


def comprehension():
    global depth
    depth += 1
    return [comprehension() for _ in range(1)]


def generator():
    global depth
    depth += 1
    yield from generator()


@functools.lru_cache(None)
def cached(n):
    global depth
    depth += 1
    return cached(n + 1)


def handler():
    global depth
    depth += 1
    try:
        return handler()
    finally:
        depth += 0


def warm_up(n):
    return 0 if n == 0 else 1 + warm_up(n - 1)


def measure(f):
    global depth
    depth = 0
    try:
        f()
    except RecursionError as error:
        return depth, str(error)[:60]
    return depth, None


def down(n):
    total = 0
    for i in range(2):
        total += i
    return total + down(n - 1) if n else total


class Chain:
    def __init__(self, n):
        self.n = n

    def walk(self):
        return 1 + Chain(self.n - 1).walk() if self.n else 0


ways = Ways()
calls = [ways.method, lambda: ways.prop, lambda: ways + 1, ways, lambda: ways == 2,
         lambda: list(ways), lambda: Ways.of_class(1, a=2), lambda: plain(0), lambda: small(0), closure,
         comprehension, lambda: next(generator()), lambda: cached(depth), handler, Node]
for _ in range(50):
    warm_up(40)
for turn in range(4):
    print([measure(f) for f in calls])
for limit in (120, 333, 1000):
    sys.setrecursionlimit(limit)
    print(limit, [measure(f)[0] for f in calls])
sys.setrecursionlimit(LIMIT + 500)
for turn in range(3):
    print(warm_up(LIMIT), down(LIMIT), Chain(LIMIT).walk())
