# args: 0
# other-args: 1
# other-args: 2
# other-args: 3
# other-args: 4
# expect: native
# Finalisers that change lists, globals, classes and tracing in the middle of hot code.
import sys, zlib, gc
V = int(sys.argv[1])
log = []; keep = []; L = list(range(10)); D = {'a': 1}; G = 1; cnt = 0
sys.unraisablehook = lambda u: log.append(('unraisable', str(u.exc_value)))
class O:
    def __init__(self, v): self.v = v
    def m(self): return self.v
class P:
    def m(self): return -1
    v = 9
target = O(1)
def f_g(): return G
class T:
    def __init__(self, v): self.v = v
    def __del__(self):
        global G, cnt
        cnt += 1
        log.append(self.v)
        k = cnt % 23
        if V == 0:
            if k == 5: L.append(self.v)
            if k == 7: L.pop()
            if k == 9: D['a'] = self.v
            if k == 11: G += 1
        elif V == 1:
            if k == 5: raise ValueError(self.v)
            if k == 6: keep.append(self)
            if k == 8: keep.clear()
            if cnt == 150: G = 2.5
        elif V == 2:
            if cnt == 100: target.__class__ = P
            if cnt == 200: O.m = lambda self: 50; target.__class__ = O
            if cnt == 300: del target.v
            if cnt == 320: target.v = 'x'
        elif V == 3:
            if k == 3: L[:] = L[:8] + [cnt]
            if k == 4: D.clear(); D['a'] = cnt
            if cnt == 200: globals()['f_g'] = lambda: 100
            if cnt == 300: f = sys._getframe(1); log.append((f.f_code.co_name, f.f_lineno, sorted(f.f_locals)))
        else:
            if cnt == 200: sys.settrace(tr)
            if cnt == 220: sys.settrace(None)
            if k == 2: gc.collect(0)
def tr(f, e, a):
    log.append((f.f_code.co_name, e, f.f_lineno))
    return tr
def inner(x, i):
    y = T(i + 1000)
    z = y.v + f_g()
    return z
def hot(n):
    t = 0
    for i in range(n):
        a = T(i)
        t += target.m() + G if isinstance(target.m(), (int, float)) else 1
        a = T(i + 0.5)
        t += L[-1] + len(L) + D['a']
        a = None
        t += inner(a, i) + G
        for x in L:
            if x % 4 == 1: T(x)
            t += x
        L[0] = T(5)
        t += G
        L[0] = i
        D['b'] = T(6)
        D['b'] = D['a']
        t += D['a']
        q = [T(7), T(8)]
        del q[0]
        q = target.v
        if i % 10 == 0 and len(L) > 15: del L[3:]
        s = O(T(9)); s.v = target; s = s.v
    return t
for k in range(5):
    try: r = hot(80)
    except Exception as e:
        r = type(e).__name__, str(e), e.__traceback__.tb_next.tb_lineno; L[:] = range(10); target = O(3)
    print(r, len(log), zlib.crc32(repr(log).encode()), len(L), len(keep), G, cnt)
    log.clear()
