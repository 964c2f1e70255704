# args: 0
# other-args: 1
# other-args: 2
# expect: native
"""Tuples of classes of their own, and what else can be unpacked: right, too short, too long, and changed on the way."""
import sys
import traceback
from collections import namedtuple

MODE = int(sys.argv[1])
Token = namedtuple("Token", "kind text start end")


class Plain(tuple):
    pass


class Own(tuple):
    def __iter__(self):
        return iter(("x", "y"))

    def __getitem__(self, i):
        return "item"


class Sub(Token):
    __slots__ = ()

    @property
    def kind(self):
        return "sub"


class Count:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        for i in range(self.n):
            yield i


def tokens(items):
    n = 0
    out = []
    for t in items:
        a, b, (c, d), e = t
        n += len(b) + c - d + a
        n += t[0] + t[-1][1]
        n += t.kind if isinstance(t.kind, int) else 1
        n += len(t.text[1:])
        out.append(t[:2])
    return n, out[-1], type(out[-1]).__name__


def pairs(items):
    n = 0
    last = None
    for x in items:
        a, b = x
        n += 1 if a == b else 2
        last = x[:1], x[1]
    return n, last


def firsts(items):
    n = 0
    for x in items:
        a, b = x
        n += a
    return n, {1: a, 2: b, (3, None): n}


def attempt(f, *args):
    try:
        print(f.__name__, f(*args))
    except Exception as error:
        print(type(error).__name__, error, [(t.name, t.lineno) for t in traceback.extract_tb(error.__traceback__)])


made = [Token(i, "abc", (i, i + 1), (i, 7)) for i in range(300)]
attempt(tokens, made)
attempt(pairs, [Plain((i, i % 3)) for i in range(200)])
attempt(firsts, [Count(2) for i in range(200)])
attempt(firsts, [{1: 2, 3: 4} for i in range(200)])
attempt(firsts, [{i: 2, "x": 4}.values() for i in range(200)])
attempt(pairs, ["ab" for i in range(200)] + ["aa"] * 20)
if MODE == 1:
    attempt(tokens, made[:150] + [Sub(3, "abc", (1, 2), (1, 3))] * 50)
    attempt(pairs, [Plain((i, i % 3)) for i in range(200)] + [Own((1, 1))] * 20)
    attempt(firsts, [Count(2) for i in range(100)] + [Count(3)])
    attempt(firsts, [Count(2) for i in range(100)] + [Count(1)])
    attempt(firsts, [Count(2) for i in range(100)] + [5])
if MODE == 2:
    attempt(tokens, made[:150] + [tuple.__new__(Token, (1,))] * 5)
    Plain.__iter__ = lambda self: iter((1, 1))
    attempt(pairs, [Plain((i, i % 3)) for i in range(200)])
    Token.kind = property(lambda self: 3)
    attempt(tokens, made)
    Token.__getitem__ = lambda self, i: (4, 4)
    attempt(tokens, made)
