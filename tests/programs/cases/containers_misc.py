# args: 300
# other-args: 11
# expect: native
import sys
from collections import Counter, OrderedDict, defaultdict, deque


def queues(n):
    d = deque(maxlen=50)
    total = 0
    for i in range(n):
        d.append(i)
        if i % 3 == 0:
            d.appendleft(-i)
        if len(d) > 30:
            total += d.popleft() + d.pop()
        d.rotate(1)
        total += d[0] + d[-1]
    return total, len(d)


def defaults(n):
    lists, counts, nested = defaultdict(list), defaultdict(int), defaultdict(lambda: defaultdict(float))
    for i in range(n):
        lists[i % 7].append(i)
        counts[str(i)[0]] += 1
        nested[i % 3][i % 5] += i / 2
    return len(lists[99]), sum(counts.values()), nested[1][2], len(lists)


def counters(n):
    c = Counter()
    for i in range(n):
        c[i * i % 11] += 1
        if i % 20 == 0:
            c.update("abc")
        c["missing"]
    return c.most_common(3), c["missing"], len(c)


def sets(n):
    a, b = set(), frozenset(range(0, n, 3))
    total = 0
    for i in range(n):
        a.add(i * 7 % 101)
        if i in b and i not in a:
            total += 1
        if i % 10 == 0:
            total += len(a & b) + len(a | b) - len(a - b) + len(a ^ b) + (a <= b) + a.isdisjoint(b)
        if i % 50 == 49:
            a -= {i % 101, i % 7}
            a.discard(5)
    return total, len(a), sum(a)


def ordered(n):
    d = OrderedDict()
    for i in range(n):
        d[i % 20] = i
        d.move_to_end(i % 20, last=i % 2 == 0)
        if len(d) > 15:
            d.popitem(last=False)
    return list(d.items())[:3]


def arrays(n):
    b = bytearray(n + 1)
    m = memoryview(b)
    total = 0
    for i in range(n):
        b[i] = i % 256
        m[i] = (m[i] + 1) % 256
        total += b[i]
    b2 = bytes(b)
    for x in b2:
        total += x
    return total, b2[:5], b2.find(b"\x05")


def mutated_while_iterating(n):
    s = set(range(n))
    try:
        for x in s:
            if x > n // 2:
                s.add(-x)
    except RuntimeError as error:
        print(error)
    d = deque(range(n))
    try:
        for x in d:
            if x == n // 2:
                d.append(1)
    except RuntimeError as error:
        print(error)


n = int(sys.argv[1])
for turn in range(3):
    print(queues(n), defaults(n), counters(n), sets(n), ordered(n), arrays(n))
    mutated_while_iterating(n)
b = bytearray(4)
for i in range(n):
    b[i % 4] = i
