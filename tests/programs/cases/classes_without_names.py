# args: 200
"""A side trace that meets a class without a usable name comes to nothing, and its tree goes on."""
import sys


class Plain:
    def value(self):
        return 1


class Other:
    def value(self):
        return 2


def nameless():
    class Inner:
        __module__ = 42

        def value(self):
            return 3

    return Inner


def total(things):
    n = 0
    for thing in things:
        n += thing.value()
        if n % 7 == 0:
            n += len(type(thing).__name__)
    return n


def main():
    n = int(sys.argv[1])
    classes = [Plain, nameless(), Other, nameless()]
    for k in range(1, 5):
        print(total([classes[i % k]() for i in range(n)]))


main()
