# args: 60
# other-args: 61 str
# expect: native
"""Two variables hold one number that a loop carries unboxed, and what comes behind the loop needs it as an object."""
import sys

N = int(sys.argv[1])


def two(n, x):
    y = 0.5
    i = 0
    while i < n:
        i += 1
        y = x
        x = x
    return [x, y, (x, y)]


def three(n, x):
    y = z = 0.5
    total = 0.0
    for i in range(n):
        total += x
        z = y
        y = x
        if i % 7 == 3:
            print([x, y, z][0] > total, end=" ")
    print()
    return [z, y, x, total]


for turn in range(40):
    for f in two, three:
        got = f(N, turn / 7)
        again = f(N, turn + 0.25)
        # (in `three` each variable may have an object of its own: README, Identity of numbers)
        print(got, again, sys.getrefcount(got[0]) if f is two else "", sys.getrefcount(again[0]) if f is two else "")
if len(sys.argv) > 2:
    print(two(5, "text"), two(5, None), two(5, [1]))
