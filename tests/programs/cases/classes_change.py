# args: 40
# other-args: 0
# other-args: 1000
# expect: native
"""Classes that change while a loop runs on them, in each way that attribute access can tell."""
import sys

EVENT = int(sys.argv[1])


class Old:
    def __init__(self, x):
        self.x = x

    def __get__(self, instance, owner):
        return self


class Value:
    def __init__(self, v):
        self.v = v


class Other:
    pass


class Base:
    pass


class C(Other):
    k = 100
    text = "abc"
    nested = Value(7)

    def __init__(self, a):
        self.a = a
        self.b = 1

    def m(self, v):
        return self.a + v

    def n(self, v=3):
        return v + 1

    @property
    def p(self):
        return self.a + 2

    @staticmethod
    def s(v):
        return v + 3


def read_attr(q, n, event):
    s = 0
    for i in range(n):
        if i == EVENT:
            event(type(q))
        s += q.a
    return s


def read_class_value(q, n, event):
    s = 0
    for i in range(n):
        if i == EVENT:
            event(type(q))
        s += q.k
    return s


def keep_class_value(q, n, event):
    seen = []
    for i in range(n):
        if i == EVENT:
            event(type(q))
        v = q.k
        if i % 20 == 19:
            seen.append(type(v).__name__)
    return seen


def read_text(q, n, event):
    s = 0
    for i in range(n):
        if i == EVENT:
            event(type(q))
        s += len(q.text)
    return s


def read_nested(q, n, event):
    s = 0
    for i in range(n):
        if i == EVENT:
            event(type(q))
        s += q.nested.v
    return s


def read_of_class(q, n, event):
    s = 0
    c = type(q)
    for i in range(n):
        if i == EVENT:
            event(c)
        s += c.k
    return s


def call_method(q, n, event):
    s = 0
    for i in range(n):
        if i == EVENT:
            event(type(q))
        s += q.m(i)
    return s


def call_default(q, n, event):
    s = 0
    for i in range(n):
        if i == EVENT:
            event(type(q))
        s += q.n()
    return s


def call_static(q, n, event):
    s = 0
    for i in range(n):
        if i == EVENT:
            event(type(q))
        s += q.s(i)
    return s


def read_property(q, n, event):
    s = 0
    for i in range(n):
        if i == EVENT:
            event(type(q))
        s += q.p
    return s


def write_attr(q, n, event):
    for i in range(n):
        if i == EVENT:
            event(type(q))
        q.b = q.b + i
    return q.__dict__.get("b"), q.b


def bound_method(q, n, event):
    s = 0
    for i in range(n):
        if i == EVENT:
            event(type(q))
        f = q.m
        s += f(1)
    return s


def construct(q, n, event):
    s = 0
    c = type(q)
    for i in range(n):
        if i == EVENT:
            event(c)
        s += c(i).a
    return s


def truth(q, n, event):
    s = 0
    for i in range(n):
        if i == EVENT:
            event(type(q))
        if q:
            s += 1
    return s


def instance_of(q, n, event):
    s = 0
    for i in range(n):
        if i == EVENT:
            event(type(q))
        if isinstance(q, Base):
            s += 1
        if isinstance(q, Other):
            s += 10
    return s


class Setter:
    """A data descriptor."""

    def __get__(self, instance, owner):
        return 5

    def __set__(self, instance, value):
        instance.__dict__["stored"] = instance.__dict__.get("stored", 0) + 1


def forget_setattr(self, name, value):
    object.__setattr__(self, name, value if name != "b" else 2)


def all_attributes(self, name):
    return 9 if name in ("a", "b", "k") else object.__getattribute__(self, name)


def set_defaults(c):
    c.n.__defaults__ = (1.5,)


def change_code(c):
    c.m.__code__ = (lambda self, v: v * 2).__code__


def set_init(c):
    c.__init__ = lambda self, a: setattr(self, "a", 2 * a)


EVENTS = [
    lambda c: None,
    lambda c: setattr(c, "k", 200),
    lambda c: setattr(c, "k", 1.5),
    lambda c: setattr(c, "k", property(lambda self: 5)),
    lambda c: setattr(c, "k", Setter()),
    lambda c: setattr(c, "k", True),
    lambda c: setattr(c, "k", 1 << 70),
    lambda c: setattr(c, "text", [1, 2]),
    lambda c: setattr(c, "text", "defghi"),
    lambda c: setattr(c, "nested", Old(3)),
    lambda c: setattr(c.nested, "v", 2.5),
    lambda c: setattr(Value, "v", property(lambda self: 4)),
    lambda c: delattr(Value, "v"),
    lambda c: setattr(c, "a", property(lambda self: 5)),
    lambda c: setattr(c, "a", Setter()),
    lambda c: setattr(c, "a", 77),
    lambda c: setattr(c, "b", property(lambda self: 5, lambda self, v: None)),
    lambda c: setattr(c, "b", Setter()),
    lambda c: setattr(c, "p", 6),
    lambda c: setattr(c, "p", property(lambda self: 1.25)),
    lambda c: setattr(c, "m", lambda self, v: 0.5),
    lambda c: setattr(c, "m", staticmethod(lambda v: 3)),
    lambda c: setattr(c, "m", classmethod(lambda cls, v: 4)),
    lambda c: setattr(c, "m", int),
    lambda c: setattr(c, "s", lambda self, v: 3),
    lambda c: setattr(c, "s", int),
    lambda c: setattr(c, "__setattr__", forget_setattr),
    lambda c: setattr(c, "__getattribute__", all_attributes),
    lambda c: setattr(c, "__getattr__", lambda self, name: 11),
    lambda c: delattr(c, "k"),
    lambda c: delattr(c, "m"),
    lambda c: delattr(c, "p"),
    set_defaults,
    change_code,
    set_init,
    lambda c: setattr(c, "s", classmethod(lambda cls, v: 4)),
    lambda c: setattr(c, "__bool__", lambda self: False),
    lambda c: setattr(c, "__len__", lambda self: 0),
    lambda c: setattr(c, "__class__", property(lambda self: Base)),
    lambda c: setattr(c, "__bases__", (Base,)),
    lambda c: setattr(c, "__bases__", (Base, Other)),
    lambda c: setattr(Value, "__get__", lambda self, instance, owner: Value(8)),
    lambda c: setattr(c, "__call__", lambda self: 3),
]
LOOPS = [read_attr, read_class_value, keep_class_value, read_text, read_nested, read_of_class, call_method, call_default,
         call_static, read_property, write_attr, bound_method, construct, truth,
         instance_of]


PRISTINE = [(c, dict(c.__dict__)) for c in (C, Value)]
DEFAULTS, CODE = C.n.__defaults__, C.m.__code__


def restore():
    C.__bases__ = (Other,)
    for c, names in PRISTINE:
        for name in [name for name in c.__dict__ if name not in names]:
            delattr(c, name)
        for name, value in names.items():
            if c.__dict__.get(name) is not value:
                setattr(c, name, value)
    C.n.__defaults__, C.m.__code__, C.nested.__dict__["v"] = DEFAULTS, CODE, 7


for loop in LOOPS:
    for number, event in enumerate(EVENTS):
        q = C(3)
        try:
            print(loop.__name__, number, loop(q, 220, event))
            print(loop.__name__, number, "again", loop(q, 150, lambda c: None))
        except Exception as error:
            print(loop.__name__, number, type(error).__name__, error)
        restore()
