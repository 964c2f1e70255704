"""__getitem__ written in Python, which CPython 3.11.2 inlines even under a hook."""
import sys
import traceback


class Box:
    def __init__(self, data, fail=None):
        self.data, self.fail = data, fail

    def __getitem__(self, key):
        t = 0
        for x in self.data:
            t += x
            if x == self.fail:
                raise KeyError(x)
        return t + key


class Nest:
    def __init__(self, inner):
        self.inner = inner

    def __getitem__(self, key):
        t = 0
        i = 0
        while i < 3:
            t += self.inner[key]
            i += 1
        return t


frames = []


class Keeper:
    def __getitem__(self, key):
        secret = [key]
        for i in range(3):
            secret.append(i)
            if i == 1:
                frames.append(sys._getframe())
        return secret


class Depth:
    def __getitem__(self, n):
        t = 0
        for i in range(2):
            t += i
        if n == 0:
            return t
        return self[n - 1] + t


def use(box, n):
    return [box[i] for i in range(n)], box[1] + box[2]


def gen(box, n):
    for i in range(n):
        yield box[i]


def deep(box):
    return box[40]


box, nest = Box(range(5)), Nest(Nest(Box(range(4))))
for k in range(40):
    r = use(box, 4), use(nest, 3), list(gen(box, 4)), list(gen(nest, 4)), deep(Depth())
print(r)
for k in range(40):
    r = use(Keeper(), 3)
print(r, len(frames), frames[-1].f_locals["secret"], frames[-1].f_code.co_name, frames[-1].f_lineno > 0)
box.fail = 3
for k in range(20):
    try:
        use(nest if k % 2 else box, 3)
    except KeyError as e:
        r = e
box.fail = None
nest.inner.inner.fail = 2
try:
    use(nest, 3)
except KeyError:
    traceback.print_exc(file=sys.stdout)
sys.setrecursionlimit(300)
for k in range(30):
    try:
        Depth()[1000]
    except RecursionError as e:
        r = str(e)
print(r, Depth()[100])


def depth():
    f, n = sys._getframe(), 0
    while f:
        f, n = f.f_back, n + 1
    return n


def climb(n):
    for i in range(2):
        pass
    return climb(n - 1) if n else depth()


print(climb(200) - climb(100))
