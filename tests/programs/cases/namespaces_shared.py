# args: 0
# other-args: 1
# expect: native
# One code object with several globals and builtins; exec; generators; names that come and go.
import sys, types, builtins, zlib
V = int(sys.argv[1])
K = 3
def helper(x): return x + K
def hot(n):
    t = 0
    for i in range(n):
        t += helper(i) + K + len('abc')
    return t
g2 = {'K': 100, 'helper': lambda x: x * 2, '__builtins__': builtins}
g3 = {'K': 1.5, 'helper': types.FunctionType(helper.__code__, {'K': 7}), '__builtins__': {'range': range, 'len': lambda s: 50}}
hot2 = types.FunctionType(hot.__code__, g2)
hot3 = types.FunctionType(hot.__code__, g3)
for k in range(4): print(hot(50), hot2(50), hot3(50))
helper2 = types.FunctionType(helper.__code__, {'K': 1000})
for k in range(4):
    helper, helper2 = helper2, helper
    print(hot(60))
del K
try: print(hot(50))
except NameError as e: print(e)
K = 5
print(hot(50))
real = builtins.len; builtins.len = lambda s: 9
print(hot(50), hot2(50)); builtins.len = real
len = lambda s: 77
print(hot(50), hot2(50)); del len
print(hot(50))
g2['K'] = 'str'
try: print(hot2(50))
except TypeError as e: print(e)
g2.clear()
try: print(hot2(50))
except NameError as e: print(e)
src = '''
t = 0
l = []
for i in range(200):
    t += i * k
    l.append(t)
    if i == 150 and V: k = 2.5
    def f(a, b=i): return a + b
    t = f(t) % 10007
    x = [q + i for q in l[-2:]]
    class C:
        z = i
        for j in range(3): z += j
    t += C.z
    del x
'''
co = compile(src, 'src', 'exec')
for k in (1, 2, 3):
    ns = {'k': k, 'V': V}
    exec(co, ns)
    print(ns['t'], sum(ns['l']), 'x' in ns)
ns = {'k': 1, 'V': V}; loc = {}
try: exec(co, ns, loc); print(loc['t'])
except NameError as e: print(e)
class Ns(dict):
    def __getitem__(self, n): return dict.__getitem__(self, n) if n in self else (4 if n == 'k' else dict.__getitem__(self, n))
try: exec(co, {'V': V, '__builtins__': builtins}, Ns()); print('ok')
except Exception as e: print(type(e).__name__, e)
def gen(n, a):
    t = 0
    for i in range(n):
        t += i * a
        for j in range(3): t ^= j
        if i % 10 == 9: a = yield t
    try:
        while True:
            t += 1
            if t % 50 == 0: yield -t
            if t > 10000: return t
    finally: print('fin', t)
g = gen(100, 2); next(g); r = []
try:
    for k in range(300): r.append(g.send(k * (1 if V == 0 else 0.5)))
except StopIteration as e: print('stop', e.value)
print(zlib.crc32(repr(r).encode()))
import asyncio
async def co1(n):
    t = 0
    for i in range(n):
        t += i
        if i % 50 == 0: await asyncio.sleep(0)
    return t
async def main(): return await asyncio.gather(*[co1(100 + k) for k in range(4)])
print(asyncio.run(main()))
def decorated(f):
    def w(*a, **k): return f(*a, **k) + 1
    return w
@decorated
def dd(x, y=2): return x * y
def usedd(n):
    t = 0
    for i in range(n): t += dd(i) + dd(i, y=3) + dd(y=1, x=i)
    return t
print(usedd(100))
def delloc(n):
    r = []
    for i in range(n):
        if i % 3 == 0: x = i
        elif i % 3 == 1: del x
        try: r.append(x)
        except UnboundLocalError as e: r.append(str(e)[:12])
    return zlib.crc32(repr(r).encode())
print(delloc(200))
def cellsdel(n):
    y = 0; r = []
    def g(): return y
    for i in range(n):
        y = i
        r.append(g())
        if i % 20 == 7:
            del y
            try: g()
            except NameError as e: r.append(str(e)[:10])
            try: y
            except NameError as e: r.append(str(e)[:10])
    return zlib.crc32(repr(r).encode())
print(cellsdel(200))
