# args: 300 int
# other-args: 300 tuple
# other-args: 200 odd
# other-args: 120 float
# other-args: 250 object
# expect: native
# quick
"""Dicts and sets with keys that are not strs, among them keys with hashes and comparisons of their own, equal across types."""
import sys
from collections import Counter, OrderedDict, defaultdict

log = []


class Odd:
    """Hash and comparison of its own; tells when it is compared."""

    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 8

    def __eq__(self, other):
        log.append("eq")
        return isinstance(other, (Odd, int)) and self.n == getattr(other, "n", other)


class Plain:
    """Hashed by identity."""

    def __repr__(self):
        return "Plain"


class Last:
    """Tells when it ends."""

    def __init__(self, n):
        self.n = n

    def __del__(self):
        log.append(("del", self.n))


class Loud(dict):
    def __missing__(self, key):
        log.append(("missing", key))
        return -1


plains = [Plain() for _ in range(10)]


def key_of(kind, i):
    if kind == "tuple":
        return (i % 9, str(i % 4))
    if kind == "odd":
        return Odd(i % 12)
    if kind == "float":
        return i / 2 if i % 3 else i // 2
    if kind == "object":
        return plains[i % 10]
    return i % 13


def dicts(n, kind):
    d, gone = {}, 0
    for i in range(n):
        k = key_of(kind, i)
        if k in d:
            d[k] += i
        else:
            d[k] = i
        if i % 7 == 0:
            d[True] = d.get(1, 0) + 1
            d[1.0] = d.get(True, 0) + 1
        if i % 11 == 10:
            del d[k]
            gone += 1
        if i % 17 == 3 and k not in d:
            gone += 100
        gone += d.get(k, 5) + d.get(None, 1) + d.get((k, k), 2)
    return sorted(map(str, d.values())), gone


def sets(n, kind):
    s, frozen, total = set(), frozenset(key_of(kind, i) for i in range(5)), 0
    for i in range(n):
        k = key_of(kind, i)
        if k in s:
            s.discard(k)
            total += 1
        else:
            s.add(k)
        if k in frozen:
            total += 10
        if i % 5 == 0:
            s.add(k)
            s.add(k)
            s.remove(k)
        s.discard(k)
        try:
            s.remove(k)
        except KeyError as error:
            total += len(error.args)
        s.add((i, i % 3))
    return len(s), total


def subclasses(n, kind):
    counts, lists, ordered, loud = Counter(), defaultdict(list), OrderedDict(), Loud()
    for i in range(n):
        k = key_of(kind, i)
        counts[k] += 1
        lists[k].append(i)
        ordered[k] = i
        loud[i % 3] = loud[i % 4] + 1
        if i % 10 == 9:
            del counts[k]
            ordered.pop(k)
        if k in lists and i % 6 == 5:
            lists[k] = []
    return sorted(counts.values()), sorted(map(len, lists.values())), list(ordered.values()), sorted(loud.items())


def values_end(n):
    d = {}
    for i in range(n):
        d[i % 5] = Last(i)
        if i % 9 == 8:
            del d[i % 5]
    return len(d)


def grows_while_compared(n):
    """A key whose comparison changes the dict."""
    d = {i: i for i in range(8)}

    class Key(int):
        def __hash__(self):
            return 3

        def __eq__(self, other):
            d[len(d)] = 1
            return False

    hits = 0
    for i in range(n):
        if i == n // 2:
            d[Key(3)] = "key"
        hits += 3 in d
        hits += d[i % 8] if i % 8 in d else 0
    return hits, len(d)


def unhashable(n, kind):
    errors = 0
    s, d = {1}, {1: 2}
    for i in range(n):
        k = [i] if i % 10 == 9 else ([1],) if i % 10 == 8 else key_of(kind, i)
        try:
            errors += k in s
            errors += d.get(k, 1)
            d[k] = errors
        except TypeError as error:
            errors += len(str(error))
    return errors, len(d)


def main():
    n, kind = int(sys.argv[1]), sys.argv[2]
    for f in (dicts, sets, subclasses, unhashable):
        print(f.__name__, f(n, kind), len(log))
    print(values_end(n), len(log))
    print(grows_while_compared(n), log[-3:])


if __name__ == "__main__":
    main()
