# args: list
# other-args: tuple
# other-args: str
# other-args: custom
# other-args: float
# expect: native
import sys


class Custom:
    def __init__(self, n=0):
        self.n = n

    def __iadd__(self, other):
        self.n += other if isinstance(other, int) else 7
        return self if self.n % 100 else Custom(self.n)

    def __mul__(self, k):
        return Custom(self.n * k % 1009)

    def __repr__(self):
        return f"Custom({self.n})"


class Box:
    value = 0
    items = [0]


def run(x, y, n):
    alias = x
    for i in range(n):
        x += y
    return len(x) if hasattr(x, "__len__") else x, alias is x


def on_targets(n):
    box = Box()
    table = [0, 0.5, []]
    d = {"a": 1, "b": ()}
    for i in range(n):
        box.value += i
        box.items += [i]
        table[i % 2] += i
        table[2] += (i,)
        table[-3] -= 1
        d["a"] ^= i
        d["b"] += (i,)
        table[2][i // 2] **= 2
    return box.value, len(Box.items), "items" in vars(box), box.items is Box.items, table[:2], sum(table[2]), d["a"], len(d["b"])


for turn in range(3):
    print(run(0, 3, 300), on_targets(150))
START = {"list": ([], [1, 2]), "tuple": ((), (1, 2)), "str": ("", "ab"), "custom": (Custom(), 3), "float": (0.25, 0.5)}
x, y = START[sys.argv[1]]
print(run(x, y, 300), x if not isinstance(x, list) else len(x))
x = 5
for i in range(300):
    x *= 3
    x %= 1009
    x -= 1
    x //= 1 + i % 2
    x |= 8
    x ^= i
    x <<= 1
    x >>= 1
    x &= 0xFFF
    x **= 1
    x @= Custom() if i == 299 else x if False else type("M", (), {"__rmatmul__": lambda s, o: o})()
