# args: 400
# other-args: 7
# expect: native
# quick
import sys


class Obj:
    def __init__(self):
        self.link = None

    def me(self):
        return self

    def count(self):
        return sys.getrefcount(self)


marker = Obj()
text = "".join(["unique", "text"])
number = 10**20
small = 123456
real = 3.75
table = [marker] * 3
holder = {"m": marker}


def passes(o, n):
    last = None
    for i in range(n):
        x = o
        y = x.me()
        last = (x, y)
        table[i % 3] = y
        holder["m"] = o if i & 1 else y
        o.link = x
    o.link = None
    return last[0] is last[1]


def raises(o, n):
    caught = 0
    for i in range(n):
        try:
            o.me().missing
        except AttributeError:
            caught += 1
    return caught


def strings(t, n):
    out = []
    for i in range(n):
        s = t
        out.append(s)
        if s == text and t is s:
            out.pop()
    return len(out)


def numbers(n):
    total = 0
    for i in range(n):
        total += number - number + small
        if real > 3.5:
            total -= small
    return total


def counts():
    return [sys.getrefcount(x) for x in (marker, text, number, small, real)]


def returned(n):
    for i in range(n):
        yield marker


before = counts()
n = int(sys.argv[1])
for turn in range(3):
    print(passes(marker, n), raises(marker, n), strings(text, n), numbers(n))
    print([a - b for a, b in zip(counts(), before)])
g = returned(n)
for m in g:
    if m is not marker:
        break
del m
print([a - b for a, b in zip(counts(), before)])
g.close()
seen = set()
for i in range(n):
    o = Obj()
    p = [o, o]
    seen.add((sys.getrefcount(o), sys.getrefcount(p)))
    q = o
    del p
    seen.add(sys.getrefcount(q))
print(sorted(map(str, seen)))
nothing = sys.getrefcount(None)
for i in range(n):
    x = None
    [x, None, None].append(None)
    (lambda: None)()
print(abs(sys.getrefcount(None) - nothing) < 20)
