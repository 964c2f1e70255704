# args: 400 int
# other-args: 400 float
# other-args: 3 str
# other-args: 400 mixed
# expect: native
import sys

ADD = {"int": lambda i: 1, "float": lambda i: 0.5, "str": lambda i: "x", "mixed": lambda i: (1, 0.5)[i > 300]}


def numbers(n, kind):
    x = ADD[kind](0)
    for i in range(n):
        yield x
        x = x + ADD[kind](i)


def accumulate():
    total = None
    count = 0
    try:
        while True:
            try:
                value = yield total
            except ValueError as error:
                value = None
                total = f"thrown {error}"
                continue
            count += 1
            total = value if total is None else total + value
    finally:
        print("closed after", count)


def delegate(n, kind):
    got = yield from numbers(n, kind)
    result = yield from inner(n)
    yield result, got


def inner(n):
    for i in range(n):
        if (yield i):
            return "sent", i
    return "finished"


def interleaved(n, kind):
    a, b = numbers(n, kind), numbers(n, kind)
    last = None
    for x in a:
        next(b, None)
        y = next(b, None)
        if y is None:
            break
        last = x, y
    return last, a.gi_frame is None, b.gi_running


def fails(n):
    for i in range(n):
        if i == n - 1:
            raise StopIteration("inside")
        yield i


n, kind = int(sys.argv[1]), sys.argv[2]
for turn in range(3):
    last = None
    for last in numbers(n, kind):
        pass
    print(last if kind != "str" else len(last), interleaved(n, kind))
    acc = accumulate()
    next(acc)
    for x in numbers(min(n, 100), kind):
        out = acc.send(x)
    print(out)
    print(acc.throw(ValueError("v")))
    acc.close()
    d = delegate(n, kind)
    *_, final = d
    print(final)
    print(sum(x * y for x in range(30) for y in range(x) if (x + y) % 3), max(len(str(x)) for x in range(n)))
d = delegate(10, kind)
for i in range(15):
    next(d)
print(d.send(True))
try:
    for x in fails(n):
        pass
except RuntimeError as error:
    print(x if n > 1 else "", error, repr(error.__cause__))
g = numbers(n, kind)
gens = [numbers(5, kind) for i in range(300)]
print(sum(1 for g in gens for x in g), [list(g) for g in gens[:2]])


def recursive(k):
    if k:
        yield from recursive(k - 1)
        yield k
        yield from recursive(k - 1)


print(sum(recursive(9)))
for x in numbers(n, kind):
    if x == n // 2:
        raise SystemExit(4)
