# args: 200 int
# other-args: 200 float
# other-args: 200 str
# other-args: 0 int
# expect: native
import sys

MAKE = {"int": lambda i: i, "float": lambda i: i / 2, "str": lambda i: str(i)}


def build(n, make):
    squares = [make(i) * 2 for i in range(n)]
    odd = [x for x in squares if x]
    table = {make(i): i for i in range(n) if i % 3}
    kinds = {make(i % 7) for i in range(n)}
    pairs = [(a, b) for a in range(n // 10) for b in range(a) if (a + b) % 3 == 0]
    grid = [[i * j for j in range(5)] for i in range(n // 5)]
    flat = [x for row in grid for x in row if x > 10]
    fs = [lambda k=k: k for k in range(5)]
    late = [lambda: k for k in range(5)]
    total = sum(x * x for x in range(n)) + sum(len(str(x)) for x in squares)
    first = next((x for x in range(n) if x * x > 500), None)
    return (len(odd), len(table), len(kinds), len(pairs), sum(flat), [f() for f in fs], [f() for f in late], total, first,
            any(x == 10 for x in range(n)), [y := i, y ** 2][-1] if (i := n) else None)


def failing(n):
    try:
        return [1 / (x - n + 5) for x in range(n)]
    except ZeroDivisionError as error:
        return error.__traceback__.tb_next.tb_frame.f_code.co_name, error.__traceback__.tb_next.tb_lineno


class Body:
    base = 3
    items = [x * 2 for x in range(base)]
    total = 0
    for x in range(300):
        total += x


n, kind = int(sys.argv[1]), sys.argv[2]
for turn in range(3):
    print(build(n, MAKE["int"]), failing(300)[-1])
print(build(n, MAKE[kind]), Body.items, Body.total, Body.x)
print([x / (x - 250) for x in range(n * 2)])
