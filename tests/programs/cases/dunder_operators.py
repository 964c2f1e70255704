# args: vector
# other-args: reflected
# other-args: notimplemented
# other-args: wrongbool
# other-args: raising
# expect: native
# quick
import sys


class V:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, o):
        return V(self.x + o.x, self.y + o.y) if isinstance(o, V) else NotImplemented

    def __radd__(self, o):
        return V(self.x + o, self.y + o)

    def __mul__(self, k):
        return V(self.x * k, self.y * k)

    def __eq__(self, o):
        return isinstance(o, V) and self.x == o.x and self.y == o.y

    def __hash__(self):
        return hash((self.x, self.y))

    def __lt__(self, o):
        return self.x < o.x

    def __len__(self):
        return 2

    def __getitem__(self, i):
        if i > 1:
            raise IndexError(i)
        return self.y if i else self.x

    def __setitem__(self, i, v):
        if i:
            self.y = v
        else:
            self.x = v

    def __contains__(self, v):
        return v in (self.x, self.y)

    def __call__(self, k):
        return self.x + k

    def __neg__(self):
        return V(-self.x, -self.y)

    def __bool__(self):
        return self.x != 5

    def __index__(self):
        return 1

    def __repr__(self):
        return f"V({self.x}, {self.y})"

    def __enter__(self):
        self.x += 1
        return self

    def __exit__(self, *info):
        self.y += 1


class W(V):
    def __radd__(self, o):
        return "W.radd"

    def __add__(self, o):
        return NotImplemented


class NoBool(V):
    def __bool__(self):
        return 3


class Raises(V):
    def __eq__(self, o):
        raise ValueError("eq")

    def __mul__(self, k):
        raise ArithmeticError("mul")


def work(v, w, n):
    out = V(0, 0)
    total = 0
    for i in range(n):
        s = v + w
        out = out + s * 2 if isinstance(s, V) else s
        total += len(v) + v[0] + v[1] + v(i) + [10, 20][v]
        v[i % 2] = i % 9
        total += (v == w) + (v != w) + (v < w) + (i in v) * 5
        if v:
            total += 3
        if not -w:
            total += 1
        with v as inner:
            total += inner.x
        for part in v:
            total += part
        a, b = w
        total += a - b
        if isinstance(out, str):
            out = V(0, 0)
    return out, total, v, sum([V(1, 2), V(3, 4)] * 3, 0)


for turn in range(4):
    print(work(V(1, 2), V(3, 4), 150))
cls = {"vector": V, "reflected": W, "notimplemented": W, "wrongbool": NoBool, "raising": Raises}[sys.argv[1]]
if sys.argv[1] == "notimplemented":
    print(work(cls(1, 2), cls(1, 2), 150))
print(work(V(1, 2), cls(5, 6), 150))
print(work(cls(1, 2), V(5, 6), 150))
