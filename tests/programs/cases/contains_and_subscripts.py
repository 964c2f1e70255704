# args: int
# other-args: float
# other-args: str
# other-args: tuple
# other-args: unhashable
# other-args: raising
# expect: native
import sys


class Raising:
    def __eq__(self, other):
        raise ValueError("cannot compare")

    def __hash__(self):
        return 3


MAKE = {"int": lambda i: i, "float": lambda i: float(i), "str": lambda i: str(i), "tuple": lambda i: (i, str(i)),
        "unhashable": lambda i: [i] if i == 150 else i, "raising": lambda i: Raising() if i == 150 else i}


def contains(make, n):
    table = {3: "three", "4": "four", (5, "5"): "five", 6.0: "six"}
    items = [1, 2, 3, "4", (5, "5"), None]
    pair = (7, "8", 9.0)
    letters = {10, "11", (12, "12")}
    total = 0
    for i in range(n):
        x = make(i)
        if x in table:
            total += 1
        if x in items:
            total += 10
        if x in pair:
            total += 100
        if x in letters:
            total += 1000
        if x not in range(5, 9):
            total += 10000
        total += len(table.get(x, ""))
    return total


def stores(make, n):
    d = {}
    missing = 0
    for i in range(n):
        x = make(i % 40)
        d[x] = d.get(x, 0) + 1
        if i % 7 == 0:
            del d[x]
        try:
            d[x] += 1
        except KeyError as error:
            missing += 1
            last = repr(error.args[0])
        d.setdefault(x, i)
        if i % 31 == 0:
            d.pop(x, None)
    return len(d), sum(d.values()), missing, last, list(d)[:3]


def nested(make, n):
    d = {}
    s = set()
    for i in range(n):
        d.setdefault(make(i % 7), {}).setdefault(make(i % 5), []).append(i)
        s.add(make(i % 9))
        s.discard(make(i % 4))
        s |= {make(1)}
    return sum(len(v) for inner in d.values() for v in inner.values()), len(s)


for turn in range(3):
    print(contains(MAKE["int"], 200), stores(MAKE["int"], 300), nested(MAKE["int"], 200))
make = MAKE[sys.argv[1]]
print(stores(make, 300), nested(make, 200))
print(contains(make, 200))
