# args: 300
# other-args: 20
# expect: native
import sys


class Lazy:
    def __init__(self):
        self.present = 1

    def __getattr__(self, name):
        if name == "computed":
            self.computed = 5
            return 5
        raise AttributeError(f"no {name}")


class Spy:
    reads = 0

    def __getattribute__(self, name):
        if name == "v":
            Spy.reads += 1
        return object.__getattribute__(self, name)

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value * 2)

    def __delattr__(self, name):
        Spy.reads += 100


def loop(n):
    total = missing = 0
    lazy = Lazy()
    spy = Spy()
    for i in range(n):
        total += lazy.present + lazy.computed
        spy.v = i
        total += spy.v
        del spy.v
        try:
            lazy.absent
        except AttributeError:
            missing += 1
        total += getattr(lazy, "other", 3) + hasattr(lazy, "present")
        setattr(lazy, f"attr{i % 5}", i)
        if i % 9 == 0:
            delattr(lazy, f"attr{i % 5}")
    return total, missing, Spy.reads, sorted(vars(lazy))


class Late:
    def use(self):
        return self.value

    def define(self):
        self.value = 4


def late(n):
    objs = [Late() for i in range(n)]
    total = 0
    for i, o in enumerate(objs):
        if i % 3 == 0:
            o.define()
        if i == n // 2:
            Late.value = -1
        try:
            total += o.use()
        except AttributeError:
            total += 1000
    del Late.value
    return total


module = sys.modules[__name__]
n = int(sys.argv[1])
for turn in range(3):
    print(loop(n), late(n))
    for i in range(n):
        module.thing = i
        if thing != module.thing or getattr(module, "nothing", None):
            print("different")
for name in ["real", "imag", "numerator"] * 100 + ["wrong"]:
    getattr(5, name)
