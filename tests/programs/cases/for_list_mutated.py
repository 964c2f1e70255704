# args: 300
# other-args: 2
# other-args: 0
# expect: native
# quick
import sys


def grow(items, limit):
    seen = 0
    for x in items:
        seen += x
        if len(items) < limit:
            items.append(x + 1)
    return seen, len(items)


def shrink(items):
    seen = []
    for x in items:
        seen.append(x)
        if x % 3 == 0:
            items.remove(x)
    return sum(seen), items[:10]


def replaced(items):
    out = 0
    for i, x in enumerate(items):
        out += x
        items[i] = -x
        if i == 100:
            items[:] = [1, 2, 3] * i
    return out, len(items)


def cleared(items):
    n = 0
    for x in items:
        n += 1
        if n == 150:
            items.clear()
    else:
        n += 10000
    return n, items


n = int(sys.argv[1])
for turn in range(4):
    print(grow(list(range(n)), 3 * n))
    print(shrink(list(range(n))))
    print(replaced(list(range(n))))
    print(cleared(list(range(n))))
it = iter([1, 2, 3])
print(list(it), list(it))
both = [1]
for x in both:
    if x < 500:
        both.append(x + 1)
for x, y in zip(both, both[1:]):
    assert y == x + 1
print(len(both))
