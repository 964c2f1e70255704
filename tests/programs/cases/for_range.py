# args: 600
# other-args: 0
# other-args: 1
# other-args: -5
# other-args: True
# other-args: 2.5
# expect: native
# quick
import sys


def loop(start, stop, step):
    total = count = 0
    last = None
    for i in range(start, stop, step):
        total += i
        count += 1
        last = i
    else:
        count += 1000
    return total, count, last


def bounds(n):
    print(loop(0, n, 1), loop(n, 0, -1), loop(-n, n, 7), loop(5, n, 1000))
    print(loop(n, n, 1), loop(0, n, -1), loop(2**62, 2**62 + n, 1), loop(-2**63, -2**63 + n, 3))
    print(loop(2**63 - 300, 2**63 - 300 + n, 1), loop(10**30, 10**30 + n, 1), loop(10**30, 10**30 + 5 * n, 5))
    print(loop(2**63 - 1, 2**63 - 1 - n, -1), loop(-2**63 + n, -2**63, -1), loop(0, 2**80, 2**71))


n = eval(sys.argv[1])
for turn in range(3):
    bounds(n)
i = "kept"
for i in range(0):
    pass
print(i)
for i in range(400):
    if i == 399:
        i = "changed"
print(i)
r = range(0, 1000, 3)
print(r, len(r), r[-1], r.index(9), 333 in r, sum(x for x in r if x in range(0, 900, 2)))
for step in (1, 2, 0):
    print(loop(0, 500, step))
