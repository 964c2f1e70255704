# args: 300 ok
# other-args: 300 early
# other-args: 300 raising
# other-args: 300 notiter
# other-args: 300 old
# expect: native
import itertools
import sys


class Count:
    def __init__(self, n, how="ok"):
        self.i, self.n, self.how = 0, n, how

    def __iter__(self):
        return self

    def __next__(self):
        if self.i >= self.n:
            raise StopIteration
        self.i += 1
        if self.i == 200 and self.how == "early":
            raise StopIteration("early")
        if self.i == 200 and self.how == "raising":
            raise LookupError("in next")
        return self.i


class Old:
    def __getitem__(self, i):
        if i >= 250:
            raise IndexError
        return i * 2


class Hinted(Count):
    def __length_hint__(self):
        return 10


def consume(it):
    total = 0
    for x in it:
        total += x
    return total


def tools(n):
    total = 0
    for a, b in itertools.product(range(10), repeat=2):
        total += a * b
    for c in itertools.combinations(range(8), 3):
        total += c[1]
    for x in itertools.chain(range(n), Count(n), [1.5]):
        total += x
    for x in itertools.islice(itertools.count(3, 2), n):
        total += x
    for k, group in itertools.groupby(range(n), key=lambda v: v // 10):
        total += k * len(list(group))
    for x in map(lambda a, b: a * b, range(n), itertools.cycle([1, 2])):
        total += x
    for x in filter(lambda v: v % 3, itertools.accumulate(range(n))):
        total += x
    for x in iter(Count(n).__next__, 77):
        total += x
    for a, b in itertools.zip_longest(range(5), range(n)):
        total += b
    return total


n, how = int(sys.argv[1]), sys.argv[2]
for turn in range(3):
    print(consume(Count(n)), consume(Hinted(n)), consume(Old()), tools(n), len(list(Hinted(20))))
it = Count(n)
next(it)
print(consume(it), consume(it), next(it, "done"))
if how == "notiter":
    consume(Count)
print(consume(Old() if how == "old" else Count(n, how)))
