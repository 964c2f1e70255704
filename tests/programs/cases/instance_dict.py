# args: 400
# other-args: 90
# expect: native
import sys


class Thing:
    kind = "class"

    def __init__(self):
        self.a = 1
        self.b = 2.5
        self.c = "c"


def loop(t, n):
    total = 0
    for i in range(n):
        total += t.a + t.b + len(t.kind)
        t.a = i % 5
        if i == 50:
            t.__dict__["a"] = 100
        elif i == 60:
            vars(t)["kind"] = "instance"
        elif i == 70:
            del t.kind
        elif i == 80:
            del t.__dict__["b"]
            t.b = 1
        elif i == 100:
            for k in range(40):
                setattr(t, f"x{k}", k)
        elif i == 110:
            t.__dict__ = dict(t.__dict__, a=-3)
        elif i == 120:
            t.__dict__.clear()
            t.a, t.b = 1.5, True
        elif i == 130:
            del t.a
            t.a = "".__len__()
        elif i == 140:
            t.__dict__[0] = "not a string"
    return total


n = int(sys.argv[1])
for turn in range(4):
    t = Thing()
    print(loop(t, n), sorted(map(str, vars(t))))
many = []
for i in range(500):
    t = Thing()
    if i % 2:
        t.d = i
    if i % 3:
        t.e = i
        del t.b
    many.append(t)
print(sum(len(vars(t)) for t in many), list(vars(many[1])), list(vars(many[6])))
for t in many:
    t.b = t.a
print(list(many[1].__dict__), many[1].__dict__ == vars(many[1]))
try:
    for i, t in enumerate(many):
        if i == 400:
            del t.a
        t.a
except AttributeError as error:
    print(i, error)
for t in many:
    t.d
