# args: 400 int
# other-args: 400 float
# other-args: 300 str
# other-args: 3 int
# other-args: 350 raise
# expect: native
# quick
"""Generators resumed by C functions, loops and send: natively, and what can be seen of them in the middle."""
import sys
import traceback


def count(start=0):
    while True:
        yield start
        start += 1


def filtered(items, divisor):
    for item in items:
        if item % divisor == 0:
            yield item * 2


def take(n, items):
    for _, item in zip(range(n), items):
        yield item


def pairs(items):
    it = iter(items)
    while True:
        try:
            a = next(it)
            b = next(it)
        except StopIteration:
            return "odd"
        yield a, b


def averages():
    total, n, value = 0, 0, None
    while True:
        value = yield value
        if value is None:
            continue
        total += value
        n += 1
        value = total / n


def counted(log, items):
    try:
        for item in items:
            yield item
            log.append(len(log))
    finally:
        log.append("finally")


def raises_at(n, values):
    for i, v in enumerate(values):
        if i == n:
            raise ValueError(f"at {i}")
        yield v


class Loud:
    def __init__(self, log, name):
        self.log, self.name = log, name

    def __del__(self):
        self.log.append("del " + self.name)


def holds(log, n):
    for i in range(n):
        thing = Loud(log, str(i))
        yield i
    thing = None


def reentrant(box, n):
    for i in range(n):
        if i == n - 2:
            try:
                next(box[0])
            except ValueError as e:
                yield str(e)
        yield i


def looks(n):
    for i in range(n):
        x = i * 2
        yield x
        if i % 100 == 99:
            frame = sys._getframe()
            print("looks", frame.f_lineno, sorted((k, v) for k, v in frame.f_locals.items() if k in "ix"), frame.f_back.f_code.co_name)


def delegate(n):
    got = yield from take(n, count(5))
    yield got
    return (yield from inner(n))


def inner(n):
    for i in range(n):
        yield -i
    return "inner is over"


def values_of(n, kind):
    values = list(range(n))
    if kind == "float":
        values = [v * 0.5 for v in values]
    elif kind == "str":
        values[n // 2] = True
        values[n // 2 + 3] = 1 << 70
    return values


def main():
    n, kind = int(sys.argv[1]), sys.argv[2]
    values = values_of(n, kind)
    print(sum(v * v for v in values), any(v < 0 for v in values), all(v is not None for v in values))
    print(sum(take(n, filtered(count(), 3))), max(take(n, count(3))), len(list(filtered(values, 2))))
    print(sorted(-v for v in values)[:3], tuple(v for v in values if v % 7 == 3)[:4], {v % 5 for v in values})
    print("".join(str(v)[-1] for v in values)[:40], min((v - 50) ** 2 for v in values))
    print(sum(x * y for x in range(20) for y in range(n // 20)), dict((v, v + 1) for v in range(n))[n - 1])
    print(sum(a * 3 + b for a, b in pairs(values)))

    a = averages()
    next(a)
    last = None
    for v in values:
        last = a.send(v)
    print(last, a.send(None), a.gi_frame.f_locals["n"], a.gi_frame.f_lineno - main.__code__.co_firstlineno)
    a.close()

    log = []
    for item in counted(log, values):
        if item == values[n * 3 // 4]:
            break
    print(len(log), log[-1])
    g = counted(log, values)
    for _ in range(n // 2):
        next(g)
    try:
        g.throw(KeyError("thrown"))
    except KeyError as e:
        print("out", e, log[-1], g.gi_frame)
    g = counted(log, values)
    for _ in range(n // 2):
        next(g)
    print(g.gi_running, g.gi_yieldfrom, g.gi_frame.f_lineno > 0, sorted(g.gi_frame.f_locals))
    del g
    print(len(log), log[-1])

    try:
        print(sum(raises_at(n - 3 if kind == "raise" else n + 1, values)))
    except ValueError as e:
        print([(f.name, f.line) for f in traceback.extract_tb(e.__traceback__)], e)
    log = []
    print(sum(holds(log, n)), len(log), log[:2], log[-1])
    box = [None]
    box[0] = reentrant(box, n)
    print([x for x in box[0] if not isinstance(x, int) or x > n - 4])
    print(sum(looks(n)))
    whole = list(delegate(n))
    print(len(whole), whole[:2], whole[n:n + 2])

    def forward():
        print((yield from delegate(n // 2)))
    print(sum(x for x in forward() if x))

    totals = [0] * 3
    live = [count(i) for i in range(3)]
    for _ in range(n):
        for i, g in enumerate(live):
            totals[i] += next(g)
    print(totals)


main()
