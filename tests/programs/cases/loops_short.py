# args: 400 one
# other-args: 400 none
# other-args: 400 two
# other-args: 400 many
# other-args: 400 mixed
# other-args: 300 raises
# expect: native
"""Functions whose loops go around once or twice, most of the time: they are left behind the loop."""
import sys


class Item:
    def __init__(self, value):
        self.value = value

    def __del__(self):
        dead.append(self.value)


dead = []


def walk(value, path):
    for name in path:
        value = value.get(name, 0) if isinstance(value, dict) else getattr(value, name)
    return value


def applied(value, functions):
    for f in functions:
        value = f(value)
    return value if value != 7 else -value


def grows(items, limit):
    for item in items:
        if len(items) < limit:
            items.append(item + 1)
    return items[-1], len(items)


def counts(n, stop):
    seen = 0
    for i in range(n):
        if i == stop:
            break
        seen += i + 1
    else:
        seen += 100
    for k, i in enumerate(range(n)):
        seen += k * i
    for i in (1, 2)[:n]:
        for j in (n, seen)[:i]:
            seen += j % 5
    return seen


def objects(n):
    kept = None
    for item in [Item(n), Item(-n)][:n % 3]:
        kept = item
    return kept.value if kept is not None else 0


def raising(values, bad):
    try:
        for value in values:
            if value == bad:
                raise ValueError(value)
    except ValueError as error:
        return error.args[0] + error.__traceback__.tb_lineno
    finally:
        dead.append("finally")
    return len(values)


def pairs(items):
    for a in items:
        for b in items:
            yield a, b


class Deep:
    def __init__(self, x):
        self.x = x


def sizes(kind, i):
    return {"one": 1, "none": 0, "two": 2, "many": 5 + i % 3, "mixed": i % 4 + (i % 7 == 0) * 3, "raises": 2}[kind]


n, kind = int(sys.argv[1]), sys.argv[2]
for turn in range(2):
    total = 0
    for i in range(n):
        k = sizes(kind, i)
        path = ["a", "x", "real", "imag", "real", "real", "real", "imag"][:k]
        got = walk({"a": Deep(i)}, path)
        total += got.x if isinstance(got, Deep) else got if isinstance(got, int) else len(got)
        total += applied(i, [abs, int, abs, int, abs, abs, abs, abs][:k])
        total += sum(grows([i][:k], 3 if i % 9 == 0 else 1)) if k else 0
        total += counts(k, 1 if i % 5 == 0 else -1) + objects(k)
        total += raising([i, i + 1, 5][:k], i + 1 if kind == "raises" or i % 50 == 0 else -1)
        total += sum(a * b for a, b in pairs(range(k)))
    print(total, len(dead), dead[-3:])
try:
    walk({"a": 1}, ["a", "b"])
except AttributeError as error:
    print(error)
