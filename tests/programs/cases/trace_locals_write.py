# args: 300
# other-args: 50
# expect: native
import sys


def outer(n):
    """Closures, class bodies and cells whose values are looked at from elsewhere."""
    count = 0
    seen = []

    class Local:
        nonlocal count
        for k in range(20):
            count += k
        size = k

        def get(self):
            return count + self.size

    def watch():
        frame = sys._getframe(1)
        seen.append(frame.f_locals["count"])

    obj = Local()
    for i in range(n):
        count += 1
        if i % 50 == 0:
            watch()
        if obj.get() != count + 19:
            return "wrong"
    return count, seen


def arguments(a, b, *c, d=4, **e):
    for i in range(100):
        a += 1
        b, d = d, b
        if i == 99:
            return locals()


def dir_and_vars(n):
    total = 0
    for i in range(n):
        x = i
        if i % 30 == 0:
            total += len(dir()) + len(vars()) + eval("x + 1")
    return total


n = int(sys.argv[1])
for turn in range(3):
    print(outer(n), arguments(1, 2.5, 3, f=6), dir_and_vars(n))
for i in range(n):
    locals()["injected"] = i
    if injected != i:
        print("no")
print(sorted(k for k in globals() if not k.startswith("__")))
