# args: 400 390
# other-args: 400 1000
# other-args: 400 0
# expect: native
import sys


def loop(n, at):
    x = 1
    total = 0
    for i in range(n):
        total += x
        if i == at:
            del x
        elif i % 3 == 0:
            del x
            x = i % 5
    return total


def conditional(n, at):
    for i in range(n):
        if i != at:
            y = i
        else:
            del y
        z = y
        del z
    return y


def rebinding(n):
    out = []
    for i in range(n):
        try:
            raise ValueError(i)
        except ValueError as e:
            out.append(e.args[0])
        try:
            e
        except UnboundLocalError as error:
            out.append(str(error))
    return out[-2:], len(out)


def loop_variable(n):
    for i in range(n):
        if i % 2:
            del i
            continue
        j = i
    try:
        return i
    except UnboundLocalError as error:
        return j, str(error)


def in_dict(n):
    d = {}
    for i in range(n):
        d[i] = i
        if i > 5:
            del d[i - 5]
    return d


n, at = map(int, sys.argv[1:])
for turn in range(3):
    print(loop(n, 10**6), conditional(n, 10**6), rebinding(n), loop_variable(n), in_dict(n))
for f in (loop, conditional):
    try:
        print(f(n, at))
    except UnboundLocalError as error:
        print(error)
a = 1
for i in range(n):
    a += 1
    if i == at:
        del a
print(a)
