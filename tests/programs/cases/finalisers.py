# args: 300
# other-args: 4
# expect: native
# quick
import sys

log = []


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        log.append(self.name)


class Loud(Noisy):
    alive = 0

    def __init__(self, name):
        super().__init__(name)
        Loud.alive += 1

    def __del__(self):
        Loud.alive -= 1
        super().__del__()


class Changer:
    def __del__(self):
        global value
        value += 100


class Raiser:
    def __del__(self):
        raise RuntimeError("in del")


def overwrite(n):
    x = None
    for i in range(n):
        x = Noisy(i)
        log.append("made %d" % i)
    log.append("end")
    return None


def temporary(n):
    for i in range(n):
        Noisy(i).name
        log.append(-i)
        [Noisy("a"), Noisy("b")]
        (Noisy("c"), i)[1]


def in_callee(a, n):
    a = None
    return n + 1


def callee(n):
    total = 0
    for i in range(n):
        total = in_callee(Noisy(f"arg{i}"), total)
        log.append(total)
    return total


def containers(n):
    items = []
    d = {}
    for i in range(n):
        items.append(Noisy(("item", i)))
        d[i % 3] = Loud(("d", i))
        if i % 4 == 3:
            items[1:3] = []
            log.append(Loud.alive)
        if i % 7 == 6:
            items.pop()
            items[0] = None
    del items, d
    log.append("containers end")


def read_around(n):
    global value
    total = 0
    for i in range(n):
        before = value
        c = Changer()
        c = None
        total += value - before
    return total


value = 0
sys.unraisablehook = lambda args: print("ignored", args.exc_type.__name__, args.exc_value, args.object.__qualname__)
n = int(sys.argv[1])
for turn in range(3):
    overwrite(n)
    temporary(n)
    callee(n)
    containers(n)
    print(len(log), log[:6], log[-6:], hash(str(log)) % 1000003, read_around(n), value)
    log.clear()
keep = Noisy("kept")
for i in range(n):
    if i == n - 1:
        r = Raiser()
        r = 1
    keep = keep
print(log)
del keep
print(log)
x = Noisy("at exit")
Noisy.__del__ = lambda self: print("last", self.name)
