# args: 500
# other-args: 50
# other-args: 5000
# expect: native
# quick
import sys


class Base:
    def value(self):
        return 1

    def call(self):
        return self.value() + self.extra

    extra = 0


class Child(Base):
    pass


def loop(obj, n, events):
    total = 0
    for i in range(n):
        total += obj.call()
        if i in events:
            events[i](obj)
    return total


def patch_class(obj):
    Base.value = lambda self: 10


def patch_child(obj):
    Child.value = lambda self: 100


def unpatch(obj):
    Base.value = original
    if "value" in vars(Child):
        del Child.value


def patch_instance(obj):
    obj.value = lambda: 5


def unpatch_instance(obj):
    del obj.value


def class_attribute(obj):
    Base.extra = Base.extra + 0.5


def instance_attribute(obj):
    obj.extra = 3


def swap_call(obj):
    Base.call, Base.spare = lambda self: -self.value(), Base.call


def swap_back(obj):
    Base.call = Base.spare


def use_code(obj):
    def value(self):
        return 7
    Base.value.__code__, value.__code__ = value.__code__, Base.value.__code__
    global saved
    saved = value


def old_code(obj):
    Base.value.__code__ = saved.__code__


original = Base.value
n = int(sys.argv[1])
for turn in range(3):
    print(loop(Child(), n, {}), loop(Base(), n, {}))
events = {
    100: patch_class, 110: unpatch, 120: patch_child, 130: unpatch, 140: patch_instance, 150: unpatch_instance,
    160: class_attribute, 170: instance_attribute, 180: swap_call, 190: swap_back, 200: use_code, 220: old_code,
}
for cls in (Child, Base):
    print(loop(cls(), n, events), Base.extra)
print(loop(Child(), n, {250: lambda obj: Base.__delattr__(obj, "nothing")}) if n > 250 else "short")
