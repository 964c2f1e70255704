# args: 200
# other-args: 10
# expect: native
import sys


def evaluated(n):
    total = 0
    x = 2
    for i in range(n):
        total += eval("i * x + len(str(total))")
        if i % 20 == 0:
            exec("total = -1; x = 500")
            total += x
    return total


def functions(n):
    total = 0
    space = {}
    for i in range(n):
        if i % 50 == 0:
            exec(f"def f(x):\n    t = 0\n    for k in range(10):\n        t += x * {i}\n    return t", space)
        total += space["f"](i)
    return total


def hot_source(n):
    space = {"n": n}
    exec("total = 0\nfor i in range(n):\n    total += i\n    if i % 100 == 3:\n        n2 = n * i\n", space)
    return space["total"], space["n2"]


def compiled(n):
    code = compile("a + b if a < 5 else undefined", "<formula>", "eval")
    out = 0
    try:
        for i in range(n):
            out += eval(code, {"a": 1 if i < n - 3 else 9, "b": i})
    except NameError as error:
        return out, str(error), error.__traceback__.tb_next.tb_frame.f_code.co_filename
    return out


class Namespace(dict):
    asked = 0

    def __missing__(self, name):
        Namespace.asked += 1
        if name in ("range", "print"):
            raise KeyError(name)
        return len(name)


n = int(sys.argv[1])
for turn in range(3):
    print(evaluated(n), functions(n), hot_source(n * 3), compiled(n))
    space = Namespace()
    exec("t = 0\nfor i in range(300):\n    t += abc + defgh", {}, space)
    print(space["t"], Namespace.asked)
for i in range(n):
    globals()["made"] = i
    exec("made += 1")
print(made, type(eval("lambda: made")()).__name__)
exec("for i in range(500):\n    if i == 499:\n        raise ValueError('in exec')")
