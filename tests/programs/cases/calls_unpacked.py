# args: 300 plain
# other-args: 300 twice
# other-args: 300 missing
# other-args: 300 mapping
# other-args: 300 iterator
# other-args: 300 notstr
# other-args: 300 raises
# expect: native
# Calls with * and **, starred targets, displays of dicts with constant keys, updates.
import sys


def show(a, b=2, *rest, c=3, **more):
    return a + b * 10 + c * 100 + len(rest) * 1000 + sum(more.values()) * 10000


def plain(a, b, c=3):
    return a + b * 10 + c * 100


def counted(log):
    def decorate(f):
        def wrapper(*args, **kwargs):
            log[f.__name__] = log.get(f.__name__, 0) + 1
            return f(*args, **kwargs)
        return wrapper
    return decorate


log = {}
decorated = counted(log)(plain)
boundary = counted(log)(show)


class Base:
    def __init__(self, *args, **kwargs):
        self.args = args
        self.kwargs = kwargs


class Derived(Base):
    def __init__(self, x, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.x = x

    def method(self, *args, **kwargs):
        return len(args) + len(kwargs) + self.x


class Mapping:
    def keys(self):
        return ["c", "d"]

    def __getitem__(self, name):
        return 7


def calls(n):
    total = 0
    for i in range(n):
        total += decorated(i, 1) + decorated(i, b=2) + decorated(a=i, b=1, c=2)
        total += boundary(i, 1, 2, 3, c=4, d=5)
        d = Derived(i, 1, 2, k=3)
        total += len(d.args) + len(d.kwargs) + d.method(*d.args, **d.kwargs)
        args = [i, 1]
        total += plain(*args) + plain(*args, 5) + plain(*args, c=6) + max(*args) + int(*["11", 2])
        total += sum(map(lambda *a: len(a), (1, 2), (3, 4)))
    return total


def displays(n):
    total = 0
    for i in range(n):
        d = {"a": i, "b": [i], "c": None}
        d["d"] = len({})
        e = {**d, "a": 1, **{"z": i}}
        f = {"x": i, str(i): 2}
        g = {i: "x", 2.5: "y"}
        s = {1, 2, 3, i}
        s = {*s, *d, *d.keys()} if i % 50 == 0 else s
        total += len(d) + len(e) + len(f) + len(g) + len(s) + e["a"] + list(f).index("x")
        a, *b, c = [i, 1, 2, 3]
        *p, q = d, e, f
        x, *y = (i,)
        (*u,) = b
        total += a + len(b) + c + len(p) + len(q) + x + len(y) + sum(u)
        squares = [0] * 4
        squares[1:3] = [i, i, i]
        squares[::2] = (1, 2, 3)
        total += sum(squares)
    return total


def call(args, kwargs):
    try:
        return decorated(*args, **kwargs)
    except TypeError as error:
        return type(error).__name__, str(error).replace("counted.<locals>.decorate.<locals>.", "")


def refuse(*args, **kwargs):
    raise KeyError(*args)


def odd(kind, n):
    out = []
    for i in range(n):
        late = i >= n - 3
        args, kwargs = (i, 1), {"c": 2}
        if late and kind == "twice":
            kwargs = {"a": 1}
        elif late and kind == "missing":
            args = ()
        elif late and kind == "mapping":
            kwargs = Mapping()
        elif late and kind == "iterator":
            args = iter(args)
        elif late and kind == "notstr":
            kwargs = {1: 2}
        elif late and kind == "raises":
            try:
                refuse(*args, **kwargs)
            except KeyError as error:
                out.append(error.args)
                out.append(error.__traceback__.tb_lineno)
        out.append(call(args, kwargs))
    return out[-6:]


def unpack(kind, n):
    out = []
    for i in range(n):
        items = (i, 1, 2)
        if i > n - 3 and kind in ("missing", "iterator", "raises"):
            items = {"missing": (1,), "iterator": iter(items), "raises": None}[kind]
        try:
            a, b, *c = items
            out.append((a, b, c))
        except (TypeError, ValueError) as error:
            out.append(str(error))
    return out[-4:]


n, kind = int(sys.argv[1]), sys.argv[2]
for turn in range(3):
    print(calls(n), displays(n))
print(sorted(log.items()))
print(odd("plain", n), unpack("plain", n))
print(odd(kind, n), unpack(kind, n))
