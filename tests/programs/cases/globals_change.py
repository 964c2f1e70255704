# args: 1000
# other-args: 10
# other-args: 401
# expect: native
# quick
import sys

counter = 0
factor = 2
other = "unused"


def bump(n):
    global counter
    for i in range(n):
        counter += factor
        if i == 400:
            change()
    return counter


def change():
    global factor, other
    factor = factor + 1
    other = factor


def helper(x):
    return x + 1


def swapped(n):
    global helper
    total = 0
    for i in range(n):
        total = helper(total)
        if i == 300:
            helper = lambda x: x + 1000
        elif i == 310:
            helper = original
    return total


def type_changes(n):
    global factor
    total = 0
    for i in range(n):
        total = total + factor
        if i == 200:
            factor = 0.5
        if i == 400:
            globals()["factor"] = True
        if i == 600:
            sys.modules[__name__].factor = 2**70
    return total


def deleted(n):
    global other
    for i in range(n):
        if i == 300:
            del other
        if i == 305:
            return other
    return "kept"


original = helper
n = int(sys.argv[1])
for turn in range(3):
    print(bump(n), swapped(n), type_changes(n))
    factor = 2
try:
    print(deleted(n))
except NameError as error:
    print(error)
for name in range(300):
    globals()[f"g{name}"] = name
print(bump(500), g7 + g299)
total = 0
for i in range(500):
    total += factor
    if i == 250:
        factor = 100
    if i == 400:
        del factor
