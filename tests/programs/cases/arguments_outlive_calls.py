# args: 0
# other-args: 1
# expect: native
# Callers keep the arguments of classes and properties until the call is over.
import zlib
log = []
class T:
    def __init__(self, v): self.v = v
    def __del__(self): log.append(self.v)
    @property
    def tw(self):
        y = T(5)
        return self.v
    @property
    def gone(self):
        v = self.v
        self = None
        log.append('in')
        return v
    def m(self):
        log.append('m')
        return self.v
class P:
    def __init__(self, x, y=None):
        z = T('z')
        self.p = x.v
        x = None
        log.append('after')
class Q:
    def __init__(self, x, y=None):
        z = T('z')
        self.p = x.v
def show(t):
    print(t, len(log), log[:12], log[-12:], zlib.crc32(repr(log).encode())); log.clear()
def f(n, k):
    t = 0
    for i in range(n):
        if k == 0: t += P(T(i)).p
        if k == 1: t += Q(T(i)).p
        if k == 2: t += T(i).tw
        if k == 3: t += T(i).gone
        if k == 4: t += T(i).m()
        if k == 5: t += P(T(i), y=T(-i)).p
        if k == 6: t += P(x=T(i), y=T(-i)).p
    return t
def f0(n):
    t = 0
    for i in range(n): t += P(T(i)).p
    return t
def f1(n):
    t = 0
    for i in range(n): t += Q(T(i)).p
    return t
def f2(n):
    t = 0
    for i in range(n): t += T(i).tw
    return t
def f3(n):
    t = 0
    for i in range(n): t += T(i).gone
    return t
def f4(n):
    t = 0
    for i in range(n): t += T(i).m()
    return t
def f5(n):
    t = 0
    for i in range(n): t += P(T(i), y=T(-i)).p
    return t
def bm(n):
    t = 0
    for i in range(n):
        g = T(i).m
        t += g()
        g = None
        log.append('g')
        g = T(i).m
        t += g()
        log.append('g')
        t += [T(i).m][0]()
    return t
for g in (f0, f1, f2, f3, f4, f5, bm):
    t = g(100); show((g.__name__, t))
for k in range(7): t = f(60, k); show(t)
