# args: ok
# other-args: mixed
# other-args: raising
# other-args: mutating
# other-args: nan
# expect: native
import functools
import sys


class Item:
    compared = 0

    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        Item.compared += 1
        return self.n < other.n


def key_of(x):
    return x * 7919 % 101, x


def compare(a, b):
    return (a > b) - (a < b) if a % 2 == b % 2 else a % 2 - b % 2


def work(n):
    items = [i * 37 % 211 for i in range(n)]
    a = sorted(items, key=key_of)
    b = sorted(items, key=lambda x: -x)
    c = sorted(items, key=functools.cmp_to_key(compare), reverse=True)
    d = sorted(Item(x) for x in items)
    items.sort()
    e = max(items, key=lambda x: x % 10), min(items, key=key_of)
    return a[:5], b[:5], c[:5], [x.n for x in d[:5]], items[:5], e, Item.compared


def special(how):
    items = list(range(300, 0, -1))
    if how == "mixed":
        items[150] = "text"
        items.sort()
    elif how == "raising":
        items.sort(key=lambda x: 1 / (x - 100))
    elif how == "mutating":
        items.sort(key=lambda x: items.append(x) or x)
    elif how == "nan":
        values = [float("nan") if x % 50 == 0 else float(x) for x in items]
        print(sorted(values)[:12])
    return len(items)


for turn in range(3):
    print(work(300))
try:
    print(special(sys.argv[1]))
except ZeroDivisionError as error:
    print(error)
print(special(sys.argv[1]))
