# args: 80
"""Frames that somebody keeps when their functions have returned."""
import sys

kept = []


def keep(wanted):
    if wanted:
        kept.append(sys._getframe(1))


def plain(a, wanted):
    b = a * 2
    keep(wanted)
    b += 1
    c = b - a
    return c


def loop(n, wanted):
    total = 0.5
    for i in range(n):
        total += i
        if i == n - 2:
            keep(wanted)
    return total


def outer(a, wanted):
    x = plain(a, wanted)
    y = loop(5, wanted)
    return x + y


def main():
    n = int(sys.argv[1])
    total = 0
    for i in range(n):
        total += outer(i, i % 20 == 19)
        total += plain(i, i % 30 == 29)
        total += loop(4, i % 40 == 39)
    print(total, len(kept))
    for frame in kept:
        values = {k: v for k, v in frame.f_locals.items() if k != "wanted"}
        print(frame.f_code.co_name, frame.f_lineno, values)


main()
