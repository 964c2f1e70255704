# args: 200
# other-args: 2
# expect: native
import sys
import types


def local_imports(n):
    total = 0
    for i in range(n):
        import math
        from string import ascii_letters as letters
        total += math.floor(i / 3) + len(letters)
        if i == 100:
            import colorsys
            total += int(colorsys.rgb_to_hsv(1, 0, 0)[1])
        try:
            import does_not_exist
        except ModuleNotFoundError:
            total += 1
    return total


fake = types.ModuleType("fake")
exec("level = 1\ndef work(x):\n    return x + level\nclass Thing:\n    size = 2\n", vars(fake))
sys.modules["fake"] = fake


def through_module(n):
    import fake
    total = 0
    for i in range(n):
        total += fake.work(i) + fake.Thing.size + fake.level
        if i == 150:
            fake.level = 10
        if i == 160:
            fake.work = lambda x: -x
        if i == 170:
            fake.Thing = types.SimpleNamespace(size=50)
        if i == 180:
            sys.modules["fake"] = types.SimpleNamespace(work=abs, Thing=fake.Thing, level=0)
            import fake
    return total


def getattr_module(n):
    m = types.ModuleType("m")
    m.__getattr__ = lambda name: len(name)
    total = 0
    for i in range(n):
        total += m.abc
        if i == n // 2:
            m.abc = 100
    return total


n = int(sys.argv[1])
for turn in range(3):
    sys.modules["fake"] = fake
    exec("level = 1\ndef work(x):\n    return x + level\n", vars(fake))
    print(local_imports(n), through_module(n), getattr_module(n))
from fake import gone
