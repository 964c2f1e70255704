# args: 500
# other-args: 100
# expect: native
import builtins
import sys


def measure(items, n):
    total = 0
    for i in range(n):
        total += len(items) + abs(-i) + min(i, 3) + max(1, i)
        if i == 200:
            globals()["len"] = lambda x: 1000
        if i == 210:
            del globals()["len"]
        if i == 300:
            builtins.abs = lambda x: -x
        if i == 310:
            builtins.abs = real_abs
    return total


def isin(items, n):
    yes = 0
    for i in range(n):
        x = items[i % 3]
        if isinstance(x, int):
            yes += 1
        if isinstance(x, (str, float)):
            yes += 10
        if i == 333:
            builtins.isinstance = lambda *a: True
        if i == 343:
            builtins.isinstance = real_isinstance
    return yes


real_abs, real_isinstance = abs, isinstance
n = int(sys.argv[1])
for turn in range(3):
    print(measure([1, 2, 3], n), isin([1, "a", 2.5], n))
range_calls = 0


def range(*args):
    global range_calls
    range_calls += 1
    return iter([5, 6])


print(measure("ab", 2), range_calls)
del range
print(measure("ab", n))
builtins.extra = 1
total = 0
for i in range(600):
    total += extra
    if i == 300:
        extra = 50
    if i == 310:
        del extra
    if i == 400:
        builtins.extra = 2
print(total)
del builtins.extra
for i in range(10):
    total += extra
