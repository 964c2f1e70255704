# args: 400 same
# other-args: 400 floats
# other-args: 400 strings
# other-args: 400 foreign
# other-args: 400 subclass
# other-args: 400 missing
# other-args: 400 raising
# other-args: 400 patched
# other-args: 400 looking
# expect: native
# quick
"""Operators of a class's own in hot loops: both operands, the reflected ones, NotImplemented from the middle of an inlined
method, in-place operators that appear later, results of odd types, exits and exceptions inside."""
import sys
import traceback


class Num:
    def __init__(self, v):
        self.v = v

    def __add__(self, o):
        if MODE == "looking" and self.v == 303:
            f = sys._getframe()
            print("add", f.f_lineno, f.f_back.f_lineno, sorted(f.f_locals))
        w = o.v if isinstance(o, Num) else o
        if w == "no":
            return NotImplemented
        return Num(self.v + w)

    def __radd__(self, o):
        if isinstance(o, str):
            return NotImplemented
        return Num(o + self.v + 1)

    def __sub__(self, o):
        return 7 if self.v == 250 else Num(self.v - o.v)

    def __mul__(self, o):
        return self.v * o.v, self.v

    def __eq__(self, o):
        if not isinstance(o, Num):
            return NotImplemented
        return self.v == o.v

    def __lt__(self, o):
        if o.v == 313:
            raise ValueError(o.v)
        return self.v < o.v and "yes"

    __hash__ = None


class Other:
    v = 5

    def __radd__(self, o):
        return Num(o.v + 1000)

    def __eq__(self, o):
        return "other"


class Sub(Num):
    def __radd__(self, o):
        return Num(self.v * 2)

    def __lt__(self, o):
        return None

    def __gt__(self, o):
        return [o.v]


class Table:
    def __init__(self):
        self.d = {}
        self.asked = 0

    def __getitem__(self, k):
        self.asked += 1
        return self.d[k]

    def __setitem__(self, k, v):
        self.d[k] = v, len(self.d)

    def __contains__(self, k):
        if k == 333:
            return [] if MODE == "missing" else True
        return k in self.d


def adds(a, items):
    total = a
    for x in items:
        total = total + x
    return total


def others(n, items):
    out = []
    for i in range(n):
        x = items[i % len(items)]
        y = i + x if i % 3 else 1.5 + x
        d = x - y
        out.append((y.v, getattr(d, "v", d), (x * y)[0]))
    return out[-3:]


def compares(a, items):
    same = less = 0
    for x in items:
        if a == x:
            same += 1
        less += bool(a < x < a)
    return same, less


def table(n, keys):
    t = Table()
    hits = 0
    for i in range(n):
        k = keys[i % len(keys)]
        t[k] = i
        if k in t:
            hits += t[k][0]
        if i not in t:
            hits -= 1
    return hits, t.asked, len(t.d)


def inplace(n, step):
    t = Num(0)
    for i in range(n):
        t += step
    return t.v


def attempt(f, *args):
    try:
        print(f.__name__, f(*args))
    except Exception as e:
        frames = traceback.extract_tb(e.__traceback__)
        print(f.__name__, type(e).__name__, e, [(t.name, t.lineno) for t in frames])


def main():
    global MODE
    n, kind = int(sys.argv[1]), sys.argv[2]
    MODE = "same"
    nums = [Num(i) for i in range(n)]
    keys = [i % 37 for i in range(n)]
    step = Num(2)
    for turn in range(3):
        print(adds(Num(1), nums).v)
        print(others(n, nums))
        attempt(compares, Num(17), nums[:300])
        print(table(n, keys), inplace(n, step))
    MODE = kind
    if kind == "floats":
        nums = [Num(i / 2) for i in range(n)]
        step = Num(2.5)
    elif kind == "strings":
        nums[n // 2] = Num("x")
        step = "no"
    elif kind == "foreign":
        nums[n // 2:] = [Other()] * (n - n // 2)
        step = Other()
    elif kind == "subclass":
        nums[n // 2:] = [Sub(i) for i in range(n // 2)]
        step = Sub(3)
    elif kind == "missing":
        nums[n // 3] = "no"
        keys = list(range(n))
    elif kind == "raising":
        keys[n // 2] = []
        nums[-1] = None
    elif kind == "patched":
        Num.__iadd__ = lambda self, o: NotImplemented if o.v == 2 and self.v == 0 else Num(self.v + 100)
        Num.__sub__ = lambda self, o: Num(self.v * o.v)
        Table.__getitem__ = lambda self, k: (k, k)
    for turn in range(2):
        attempt(lambda: adds(Num(1), nums).v)
        attempt(others, n, nums)
        attempt(compares, Num(17), nums)
        attempt(table, n, keys)
        attempt(inplace, n, step)


main()
