# args: plain
# other-args: int
# other-args: float
# other-args: str
# other-args: list
# other-args: dict
# other-args: tuple
# expect: native
# quick
import sys


class MyInt(int):
    def __add__(self, other):
        return MyInt(int(self) + int(other) + 1)

    __radd__ = __add__

    def __lt__(self, other):
        return int(self) * 2 < other

    def __eq__(self, other):
        return False

    __hash__ = int.__hash__

    def __index__(self):
        return 2


class MyFloat(float):
    def __mul__(self, other):
        return "product"

    def __neg__(self):
        return MyFloat(self + 1)


class MyStr(str):
    def __getitem__(self, i):
        return "Z"

    def __len__(self):
        return 3

    def __iter__(self):
        return iter(["one", "two"])

    def __contains__(self, x):
        return True


class MyList(list):
    def __getitem__(self, i):
        return super().__getitem__(i) if isinstance(i, slice) else 50

    def __setitem__(self, i, v):
        super().__setitem__(i, v + 1)

    def append(self, v):
        super().append(v * 2)

    def __iter__(self):
        yield from (7, 8)


class MyDict(dict):
    def __missing__(self, key):
        return 99

    def __contains__(self, key):
        return False

    def get(self, key, default=None):
        return -1


class MyTuple(tuple):
    def __iter__(self):
        return iter((4, 5))

    def __len__(self):
        return 77


def work(number, real, text, items, table, pair, n):
    total = 0
    out = []
    for i in range(n):
        total = total + number if i % 2 else number + total
        if number < 5:
            total += 1
        if number == 3:
            total += 2
        r = real * 2
        s = text[0]
        items.append(i)
        items[0] = i
        v = items[1] + len(text)
        w = table.get("a", 0) if "a" in table else table["a"]
        a, b = pair
        out.append((r, s, v, w, a, b, -real, len(pair), 2 in items, "x" in text, "abcdef"[number]))
        for x in items[:2]:
            total += x
        for x in pair:
            total += x
        for c in text:
            total += len(c)
    for x in items:
        total += x
    return total, out[-1], len(set(out))


ARGS = {"number": 3, "real": 1.5, "text": "hello", "items": [1, 2], "table": {"a": 5}, "pair": (1, 2)}
SWAP = {"int": ("number", MyInt), "float": ("real", MyFloat), "str": ("text", MyStr), "list": ("items", MyList),
        "dict": ("table", MyDict), "tuple": ("pair", MyTuple)}
for turn in range(3):
    print(work(**{**ARGS, "items": [1, 2]}, n=200))
if sys.argv[1] in SWAP:
    name, cls = SWAP[sys.argv[1]]
    print(work(**{**ARGS, "items": [1, 2], name: cls(ARGS[name])}, n=200))
mixed = [3] * 300 + [MyInt(3), True, 3.0] + [4] * 10
total = 0
for x in mixed:
    total += x
print(total, type(total).__name__, sum(x == 3 for x in mixed), sum(x < 5 for x in mixed))
