"""What a recording sees of rec_me (mode show)."""
import sys


class Vec:
    def __init__(self, x):
        self.x = x

    def __add__(self, other):
        return Vec(self.x + other.x)


def helper(k):
    if k > 1:
        return k * 2
    return k


def gen():
    yield 1
    yield 2


def rec_me(n):
    v = Vec(0)
    for i in range(n):
        v = v + Vec(helper(i))
        try:
            {}[i]
        except KeyError:
            pass
        for g in gen():
            v.x += g
    if big:
        big()
    return v.x


source = "\n".join(f"    x{i} = {i}" for i in range(300))
space = {}
exec(f"def big():\n    k = 0\n    while k < 3:\n        k += 1\n{source}\n    return x299", space)
big = space["big"]

if __name__ == "__main__":
    for k in range(3):
        print(rec_me(3))
    print(sys._getframe().f_trace_opcodes, sys.gettrace())
