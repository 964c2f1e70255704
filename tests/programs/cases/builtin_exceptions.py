# args: 300
# other-args: 40
# expect: native
import sys
import traceback


class Empty:
    pass


def index(x):
    return [1, 2, 3][x]


def key(x):
    return {0: 1, 1: 2}[x]


def attribute(x):
    return (x if x < 2 else Empty()).real


def typed(x):
    return x + (1 if x < 2 else "one")


def converted(x):
    return int("12"[:2 if x < 2 else 0])


def unpacked(x):
    a, b = (x,) * (2 if x < 2 else 3)
    return a + b


def called(x):
    return (len if x < 2 else None)("ab")


def named(x):
    if x < 2:
        local = 1
    return local


def asserted(x):
    assert x < 2, f"too large: {x}"
    return 1


def iterated(x):
    return sum(y for y in ([x] if x < 2 else x))


def formatted(x):
    return len("%d" % (x if x < 2 else "no"))


def stopped(x):
    return next(iter([x][: 1 if x < 2 else 0]))


def decoded(x):
    return len((b"ab" if x < 2 else b"\xff").decode())


def negative(x):
    return 1 << (x if x < 2 else -1)


FUNCTIONS = [index, key, attribute, typed, converted, unpacked, called, named, asserted, iterated, formatted, stopped, decoded, negative]


def loop(function, n):
    total = 0
    for i in range(n):
        total += function(i & 1)
    try:
        for i in range(n):
            total += function(i & 1 if i != n // 2 else 5)
    except Exception as error:
        print(type(error).__name__, error, i)
        print("".join(traceback.format_tb(error.__traceback__)), end="")
    return total


for function in FUNCTIONS:
    print(function.__name__, loop(function, int(sys.argv[1])))
