"""Recursion as deep as without a hook, in every thread, and errors out of it."""
import sys
import threading


def down(n):
    if n == 0:
        return 0
    return down(n - 1) + 1


def looped(n):
    t = 0
    for i in range(2):
        t += i
    if n == 0:
        return t
    return looped(n - 1) + t


def failing(n):
    if n == 0:
        raise ValueError("bottom")
    try:
        return failing(n - 1)
    finally:
        n += 1


def limit():
    def rec(n):
        try:
            return rec(n + 1)
        except RecursionError:
            return n
    return rec(0)


def both(n):
    if n == 0:
        return 0
    return max([n], key=lambda x: both(n - 1))


class Chain:
    def __init__(self, n):
        self.next = Chain(n - 1) if n else None

    def __repr__(self):
        return f"<{self.next!r}>"


print(limit())
sys.setrecursionlimit(777)
print(limit())
sys.setrecursionlimit(200000)
print(down(150000), looped(150000))
try:
    failing(100000)
except ValueError as e:
    n = 0
    tb = e.__traceback__
    while tb:
        tb, n = tb.tb_next, n + 1
    print(e, n)
del tb
print(down(150000))


def in_thread():
    print(down(150000), looped(100000))


for k in range(3):
    t = threading.Thread(target=in_thread)
    t.start()
    t.join()
threading.stack_size(256 * 1024)
t = threading.Thread(target=in_thread)
t.start()
t.join()
print(both(2000), len(repr(Chain(1500))))
