# args: 300
# other-args: 1
# expect: native
# quick
import sys

seen = []


def plain(a, b=2, c="c"):
    return a + b + len(c)


def keyword(a, *, scale=1, offset=0):
    return a * scale + offset


def star(*args, **kwargs):
    return len(args) * 100 + sum(kwargs.values())


def everything(a, b=1, /, c=2, *rest, d=3, **more):
    return (a, b, c, rest, d, sorted(more.items()))


def mutable(x, into=[]):
    into.append(x)
    return len(into)


def loop(n):
    total = 0
    for i in range(n):
        total += plain(i) + plain(i, i) + plain(i, c="xyz") + plain(c="", b=1, a=i) + plain(*(i, 1)) + plain(**{"a": 1})
        total += keyword(i) + keyword(i, offset=3) + keyword(scale=2, a=i)
        total += star() + star(1, 2) + star(1, x=i) + star(*range(i % 4), **{"k": 1, "j": 2})
        total += mutable(i)
        last = everything(i), everything(i, 2, 3, 4, 5, e=6), everything(1, c=i, d=4)
    return total, last


n = int(sys.argv[1])
for turn in range(3):
    print(loop(n))
plain.__defaults__ = (20, "long text")
keyword.__kwdefaults__ = {"scale": 10, "offset": 0.5}
print(loop(n)[0])
plain.__defaults__ = None
keyword.__kwdefaults__["scale"] = 7
for call in (lambda: plain(1), lambda: plain(1, 2, 3, 4), lambda: plain(1, 2, "c", c="c"), lambda: keyword(1, 2), lambda: keyword(1, bad=2),
             lambda: everything(), lambda: everything(1, a=2), lambda: star(**{1: 2}), lambda: plain(1, *5), lambda: everything(b=1)):
    try:
        for i in range(200):
            call()
        print("fine")
    except TypeError as error:
        print(i, error)
print(loop(n)[0])
