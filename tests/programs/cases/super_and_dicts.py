# args: 500 plain
# other-args: 500 shadowed
# other-args: 500 mixin
# other-args: 500 patched
# other-args: 500 intkeys
# other-args: 500 raising
# other-args: 60 plain
# expect: native
# quick
"""super() in inlined methods, and instances that keep their attributes in dicts: subclasses of built-in classes, exceptions,
and ordinary instances after somebody has looked at __dict__."""
import sys


class Base:
    def __init__(self, x):
        self.x = x

    def area(self, k=1):
        return self.x * k

    def name(self):
        return "base"


class Middle(Base):
    def __init__(self, x, y):
        super().__init__(x)
        self.y = y

    def area(self, k=2):
        return super().area(k) + self.y


class Leaf(Middle):
    def __init__(self, x):
        super().__init__(x, x + 1)

    def area(self, k=3):
        t = super().area(k=k)
        return t + 1 if t % 2 else t

    def name(self):
        return "leaf of " + super().name()


class Mixin(Base):
    def area(self, k=9):
        return super().area(k) * 1000


class Both(Leaf, Mixin):
    def __init__(self, x):
        super().__init__(x)


class Counting(dict):
    limit = 40

    def __init__(self):
        super().__init__()
        self.hits = self.misses = 0

    def get(self, key):
        if key in self:
            self.hits += 1
            return self[key]
        self.misses += 1
        if len(self) >= self.limit:
            self.clear()
        self[key] = key * 2
        return self[key]


class Stack(list):
    def __init__(self):
        super().__init__()
        self.top = None

    def put(self, v):
        self.top = v
        self.append(v)

    def last(self):
        return self.top


class Failure(Exception):
    def __init__(self, code):
        super().__init__(code)
        self.code = code

    def text(self):
        return self.code + len(self.args)


class Plain:
    def __init__(self):
        self.n = 0

    def more(self, k):
        self.n += k
        return self.n


def areas(shapes):
    total, names = 0, set()
    for s in shapes:
        total += s.area() + s.area(2)
        names.add(s.name())
    return total, sorted(names)


def made(n, cls):
    last = 0
    for i in range(n):
        s = cls(i)
        last += s.x + s.y
    return last


def cached(cache, n):
    total = 0
    for i in range(n):
        total += cache.get(i * 7 % 53)
    return total, cache.hits, cache.misses, len(cache)


def stacked(stack, n):
    total = 0
    for i in range(n):
        stack.put(i)
        total += stack.last()
    return total, len(stack), stack.top


def failures(n):
    total = 0
    for i in range(n):
        f = Failure(i)
        total += f.text() + f.code
    return total


def plain(objects, n):
    total = 0
    for i in range(n):
        o = objects[i % len(objects)]
        total += o.more(i % 3) + o.n
    return total


def attempt(f, *args):
    try:
        print(f.__name__, f(*args))
    except Exception as e:
        print(f.__name__, type(e).__name__, e)


def run(n, shapes, cls, cache, stack, objects):
    attempt(areas, shapes)
    attempt(made, n, cls)
    attempt(cached, cache, n)
    attempt(stacked, stack, n)
    attempt(failures, n)
    attempt(plain, objects, n)


def main():
    n, kind = int(sys.argv[1]), sys.argv[2]
    shapes = [Leaf(i) for i in range(n)] + [Middle(i, 2) for i in range(n)]
    cache, stack, objects = Counting(), Stack(), [Plain() for _ in range(4)]
    for o in objects:
        vars(o)
    cls = Leaf
    for _ in range(3):
        run(n, shapes, cls, cache, stack, objects)
    if kind == "shadowed":
        cache.get = lambda key: 1
        stack.last = lambda: -1
        shapes[n // 2].name = lambda: "own"
        objects[1].more = lambda k: 3
        objects[2] = Plain()
    elif kind == "mixin":
        shapes[n // 2:] = [Both(i) for i in range(n)]
        cls = Both
    elif kind == "patched":
        Base.area = lambda self, k=1: self.x - k
        Base.__init__ = lambda self, x: setattr(self, "x", -x)
        Counting.hits = property(lambda self: 5, lambda self, v: None)
        Plain.n = 11
        Stack.top = property(lambda self: "t", lambda self, v: None)
        Leaf.__bases__ = (Middle, Mixin)
    elif kind == "intkeys":
        vars(cache)[1] = 2
        vars(objects[0])[2] = 3
        objects[3].__dict__ = {"n": 70}
        del objects[2].n
    elif kind == "raising":
        Base.area = lambda self, k=1: 1 // (self.x - n // 2)
        del cache.hits
        del stack.top
    for _ in range(2):
        run(n, shapes, cls, cache, stack, objects)


main()
