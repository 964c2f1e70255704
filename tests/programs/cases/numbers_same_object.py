# args: 200
# other-args: 30
# expect: native
# Builtins that give their argument back; x ** 2 as C's pow gives it; the line of a finaliser's caller.
import random
import sys
import weakref


def ints(l, n):
    c = 0
    for i in range(n):
        j = i % len(l)
        a = l[j]
        c += (min(l[j], l[(j + 1) % len(l)]) is a) + (max(l[j], 5) is a) * 10
        c += (abs(l[j]) is a) * 100 + (int(l[j]) is a) * 1000
    return c


def floats(l, n):
    c = 0
    for i in range(n):
        j = i % len(l)
        a = l[j]
        c += (min(l[j], l[(j + 1) % len(l)]) is a) + (max(l[j], 5.0) is a) * 10 + (float(l[j]) is a) * 100
    return c


def squares(l):
    t = []
    for x in l:
        t.append((x ** 2).hex())
    return t


class Thing:
    def __init__(self, n):
        self.n = n

    def __del__(self):
        if self.n % 50 == 0:
            frame = sys._getframe(1)
            print(self.n, frame.f_code.co_name, frame.f_lineno)


def replaced(n):
    l = [None]
    for i in range(n):
        l[0] = Thing(i)
        n = 5


def instances(x, n):
    return sum([1 for i in range(n) if isinstance(x, Thing)])


n = int(sys.argv[1])
print(ints([10**5, 10**6, 10**7, 3], n), ints([-(10**6), 2**40], n))
print(floats([1.5, 2.5, 1e9], n))
r = random.Random(7)
print(hash(tuple(squares([r.random() * 100 for k in range(n * 20)]))))
replaced(n)
thing = Thing(1)
print(instances(weakref.proxy(thing), n))
