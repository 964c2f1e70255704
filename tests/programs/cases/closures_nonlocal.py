# args: 400 int
# other-args: 400 float
# other-args: 400 str
# other-args: 2 int
# expect: native
import sys


def make(start, step):
    total = start

    def add():
        nonlocal total
        total += step
        return total

    def reset(value):
        nonlocal total, step
        total = value
        step = step + step

    def forget():
        nonlocal total
        del total

    return add, reset, forget


def shared(n):
    fs = []
    for i in range(n):
        fs.append(lambda: i)
    return fs[0]() if n else None, [f() for f in fs][-1:]


def deep(n):
    x = 0

    def a():
        def b():
            def c():
                nonlocal x
                x += 1
                return x
            return c() + x
        return b() + x
    total = 0
    for k in range(n):
        total += a()
    return total, x


def main(n, kind):
    start, step = {"int": (0, 3), "float": (0.5, 0.25), "str": ("", "ab")}[kind]
    add, reset, forget = make(start, step)
    for i in range(n):
        last = add()
        if i == 200:
            reset(start)
    print(last if kind != "str" else len(last), shared(n), deep(n))
    cell = add.__closure__[1]
    print(cell.cell_contents if kind != "str" else len(cell.cell_contents))
    cell.cell_contents = start
    for i in range(n):
        add()
    forget()
    return add


for turn in range(3):
    f = main(int(sys.argv[1]), sys.argv[2])
print([g(2) for g in [(lambda k: lambda y: k * y)(j) for j in range(5)]])
f()
