# args: 300
# other-args: 10
# expect: native
import copy
import pickle
import sys


class Item:
    def __init__(self, n):
        self.n = n
        self.parts = [n, n / 2, str(n)]

    def __eq__(self, other):
        return vars(self) == vars(other)

    def __hash__(self):
        return hash(self.n)


class Slotted:
    __slots__ = "a", "b"

    def __init__(self, a):
        self.a = a
        self.b = (a, a)

    def __reduce__(self):
        return Slotted, (self.a + 1,)


def build(n):
    out = []
    for i in range(n):
        item = Item(i)
        item.extra = {"k": i, "f": lambda: 1} if i < 0 else {"k": i}
        item.self = item if i % 50 == 0 else None
        out.append(item)
        out.append(Slotted(i))
    return out


n = int(sys.argv[1])
for turn in range(2):
    items = build(n)
    data = pickle.dumps(items[1:90:2] + [x.parts for x in items[::2]])
    back = pickle.loads(data)
    print(len(data), len(back), back[0].a, back[-1])
    total = 0
    for x in items:
        c = copy.copy(x)
        total += type(c) is type(x)
        if isinstance(x, Item):
            d = copy.deepcopy(x)
            total += d.parts == x.parts and d.parts is not x.parts
            total += c.parts is x.parts
            total += (d.self is d) * 100
    print(total)
    for x in items[::20]:
        y = pickle.loads(pickle.dumps(x, 2))
        total += y.parts[0]
    print(total)
print(sorted(vars(pickle.loads(pickle.dumps(items[2])))), items[2].__reduce_ex__(2)[2]["parts"])
for i in range(n):
    if i == n - 1:
        pickle.loads(b"not a pickle")
