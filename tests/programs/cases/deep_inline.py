# args: 400 0
# other-args: 400 1
# other-args: 400 2
# other-args: 400 3
# other-args: 400 4
# expect: native
# quick
import sys
import traceback

MODE = 0
log = []


class Handle:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        log.append(self.name)


def f0(x):
    if x % 100 == 57 and MODE:
        return special(x)
    return x + 1


def special(x):
    if MODE == 1:
        raise LookupError(f"f0 {x}")
    if MODE == 2:
        return x + 0.5
    if MODE == 3:
        return "text"
    log.append([f.name for f in traceback.extract_stack()][-6:])
    return 2**65


def f1(x):
    h = Handle(f"f1 {x}") if x % 50 == 0 else None
    y = f0(x) + f0(x + 1)
    return y


def f2(x, scale=2):
    total = 0
    for k in range(3):
        total += f1(x + k) * scale
    return total


def f3(x):
    try:
        return f2(x, scale=3)
    finally:
        log.append(x) if x % 90 == 0 else None


def f4(x):
    try:
        return f3(x) - f2(x)
    except LookupError as error:
        tb = error.__traceback__
        depth = 0
        while tb:
            depth += 1
            tb = tb.tb_next
        return depth
    except TypeError as error:
        return len(str(error))


n, wanted = map(int, sys.argv[1:])
for MODE in (0, 0, wanted):
    total = 0
    for i in range(n):
        total += f4(i)
    print(total, len(log), log[:4], log[-4:])
    log.clear()
for i in range(n):
    f2(i)
