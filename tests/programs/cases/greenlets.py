# args: 300
# other-args: 40
# other-args: 300 throw
# expect: native
# needs: greenlet
"""Greenlets that switch out of native loops, inlined calls, and generators: C stacks move away under running trees."""
import sys
import traceback

import greenlet


class Link:
    def __init__(self, other):
        self.other = other
        self.sent = 0

    def pass_on(self, v):
        self.sent += 1
        return self.other.switch(v)


def helper(link, v):
    return link.pass_on(v + 1) + 1


def counting(n, link):
    total = 0
    for i in range(n):
        if i % 3 == 0:
            total += helper(link, i)
        else:
            total += i * 2
    return total


def answering(first):
    v = first
    main = greenlet.getcurrent().parent
    while True:
        s = 0
        for k in range(v % 5 + 20):
            s += k ^ v
        v = main.switch(s)


def numbers(n, link):
    for i in range(n):
        yield link.pass_on(i)


def many(count, n):
    done = []

    def work(name):
        s = 0
        for i in range(n):
            s += i if i % 2 else name
            if i % 10 == name:
                hub.switch()
        done.append((name, s))
        return s

    hub = greenlet.getcurrent()
    workers = [greenlet.greenlet(work) for _ in range(count)]
    turns = 0
    while any(not w.dead for w in workers):
        for k, w in enumerate(workers):
            if not w.dead:
                w.switch(k) if not w else w.switch()
                turns += 1
    return turns, done


class Stop(Exception):
    pass


def killed(n):
    """A greenlet that ends by an exception thrown into its loop, and one that is simply dropped."""
    log = []

    def loop(name):
        s = 0
        try:
            for i in range(10 * n):
                s += i
                if i % 7 == 3:
                    main.switch(s)
        except Stop as error:
            log.append((name, s, [t.name for t in traceback.extract_tb(error.__traceback__)]))
            return "stopped"
        finally:
            log.append((name, "finally", s > 0))

    main = greenlet.getcurrent()
    a, b = greenlet.greenlet(loop), greenlet.greenlet(loop)
    a.switch("a"), b.switch("b")
    for _ in range(n // 2):
        a.switch(), b.switch()
    log.append(a.throw(Stop))
    del b
    return log


def deep(link, depth):
    return deep(link, depth - 1) + 1 if depth else link.pass_on(0)


n = int(sys.argv[1])
for turn in range(3):
    link = Link(greenlet.greenlet(answering))
    print(counting(n, link), link.sent)
    print(sum(numbers(n, link)), link.sent)
    print([deep(link, d) for d in (0, 1, 30, 100)], link.sent)
    print(many(4, n))
if sys.argv[2:]:
    for turn in range(3):
        print(killed(n))
    try:
        greenlet.greenlet(lambda: counting(n, None)).switch()
    except AttributeError as error:
        print(error, [t.name for t in traceback.extract_tb(error.__traceback__)])
