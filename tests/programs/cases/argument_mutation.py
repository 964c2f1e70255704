# args: 200
# other-args: 3
# expect: native
import sys


def rotate(items, k):
    items[:] = items[k:] + items[:k]
    return items


def grow(d, key):
    d[key] = d.get(key, 0) + 1
    if len(d) > 20:
        d.clear()
        d["cleared"] = 1
    return d


def nested(tree, path, value):
    node = tree
    for step in path:
        node = node.setdefault(step, {})
    node["value"] = node.get("value", 0) + value
    return node["value"]


def aliasing(n):
    a = [1, 2, 3]
    b = a
    total = 0
    for i in range(n):
        a.append(i)
        total += b[-1] + len(b)
        if len(a) > 10:
            b.pop(0)
        if i % 25 == 24:
            a = a[:]
        c = [a] * 2
        c[0][0] = i
        total += c[1][0]
    return total, a is b, len(a), len(b)


def self_reference(n):
    items = []
    items.append(items)
    d = {}
    d["self"] = d
    depth = 0
    x, y = items, d
    for i in range(n):
        x = x[0]
        y = y["self"]
        depth += (x is items) + (y is d)
    return depth, repr(items), repr(d)


def tuples(n):
    t = ()
    for i in range(n):
        t = (i, *t[:5]) if i % 2 else t + (i,)
        t = t[-8:]
    try:
        for i in range(n):
            t[0] += 1 if i == n - 1 else t[0].nothing
    except (TypeError, AttributeError) as error:
        return t, str(error)


n = int(sys.argv[1])
for turn in range(3):
    items, d, tree = list(range(7)), {}, {}
    for i in range(n):
        rotate(items, i % 5)
        grow(d, i * 7 % 31)
        nested(tree, "abc"[: i % 4], i)
    print(items, sorted(d.items(), key=str)[:3], nested(tree, "ab", 0), aliasing(n), self_reference(n), tuples(n))
