# args: 400 int
# other-args: 400 float
# other-args: 300 str
# other-args: 350 raise
# expect: native
# quick
"""Closures and lambdas called in hot loops: other function objects with the same code, other codes, what ends while it runs."""
import sys
import traceback

ONE = {"int": 1, "float": 0.25, "str": "x", "raise": 1}


def counter(step):
    total = step

    def add(amount):
        nonlocal total
        total += amount
        return total

    return add


def compose(*functions):
    def composed(x):
        for f in functions:
            x = f(x)
        return x
    return composed


def raiser(at):
    def check(i):
        if i == at:
            raise ValueError(f"closure at {i}")
        return i
    return check


class Watched:
    def __init__(self, log):
        self.log = log

    def __del__(self):
        self.log.append("gone")


def makes_and_calls(n, log):
    """The function lives only as long as the call: it is held by the frame alone."""
    out = []
    for i in range(n):
        thing = Watched(log)

        def inner(x, thing=thing):
            return x + 1
        del thing
        cell = i

        def once():
            return cell * 2
        out.append(once())
        out.append((lambda y: y + cell)(i))
        once = None
        out.append(len(log))
    return out


def elsewhere():
    space = {"__name__": "elsewhere"}
    exec("SHIFT = 7\ndef make(k):\n    def moved(x):\n        return x + SHIFT + k\n    return moved", space)
    return space


def names(function):
    return [(f.name, f.line) for f in traceback.extract_tb(function)]


def looks(k):
    def peek(i):
        if i % 150 == 149:
            frame = sys._getframe()
            return frame.f_code.co_name, frame.f_locals["k"], frame.f_back.f_code.co_name
        return k
    return peek


def main():
    n, kind = int(sys.argv[1]), sys.argv[2]
    one = ONE[kind]
    adds = [counter(one) for _ in range(3)]
    for i in range(n):
        for add in adds:
            last = add(one)
        if i == n * 3 // 4:
            adds[1] = lambda x: (x, "another code")
    print(str(last)[-20:], str(adds[0](one))[-20:], adds[1](one))

    offset = one
    pipeline = compose(lambda x: x + offset, lambda x: x * 2, lambda x: x[-5:] if kind == "str" else x % 101)
    value = one
    for i in range(n):
        value = pipeline(value)
    offset = value
    print(value, pipeline(value))

    check = raiser(n - 20 if kind == "raise" else n + 1)
    total = 0
    try:
        for i in range(n):
            total += check(i)
    except ValueError as e:
        print(names(e.__traceback__), e)
    print(total)

    log = []
    out = makes_and_calls(n, log)
    print(sum(out), len(log), out[:6])

    space = elsewhere()
    moved, near = space["make"](3), counter(0)
    total = 0
    for i in range(n):
        f = moved if i % 3 else near
        total += f(i)
        if i == n // 2:
            space["SHIFT"] = 100
    print(total)

    peek = looks(5)
    seen = [p for p in [peek(i) for i in range(n)] if p != 5]
    print(seen)

    add = counter(0)
    other = (lambda step: (lambda amount: step - amount))(1000)
    total = 0
    for i in range(n):
        total += add(i) if kind != "float" or i < 200 else 0
        if i == n // 2:
            add.__code__, other.__code__ = other.__code__, add.__code__
    print(total, add(1), other(1))

    table = {"a": lambda x: x + 1, "b": lambda x: x * 3, "c": lambda x: -x}
    total = 0
    for i in range(n):
        total += table["abc"[i % 3]](i)
    print(total, sorted(range(20), key=lambda v: (v * 7) % 11)[:5])


main()
