# args: 60
# other-args: 50 float
# expect: native
"""Generators that yield inside of one loop, two and three, so that different numbers of iterators lie on their stacks."""
import sys

n = int(sys.argv[1])
kind = float if len(sys.argv) > 2 else int


def pairs(rows):
    for row in rows:
        if len(row) % 3 == 0:
            yield len(row)
            continue
        for item in row:
            if item % 4 == 1:
                yield item
            for k in (1, 2):
                if item % 5 == 3:
                    yield item * k
        yield -1


def flat(rows):
    for row in rows:
        yield from row


rows = [[kind(i * j % 11) for j in range(i % 7 + 1)] for i in range(n)]
for turn in range(6):
    print(sum(pairs(rows)), len(list(pairs(rows))), sum(flat(rows)))
it = pairs(rows)
print([next(it) for _ in range(30)], it.gi_frame.f_lineno)
del it
