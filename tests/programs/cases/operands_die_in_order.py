# args: 60
# other-args: 7
# expect: native
# In which order operands die.
import sys, zlib
log = []
class T:
    def __init__(self, v): self.v = v
    def __del__(self): log.append(self.v)
    def __eq__(self, o): return False
    def __hash__(self): return 1
    def __lt__(self, o): return True
    def __add__(self, o): return 1
    def __iadd__(self, o): return 2
    def __getitem__(self, i): return i.v if isinstance(i, T) else 3
    def __setitem__(self, i, v): pass
    def __delitem__(self, i): pass
    def __contains__(self, i): return True
    def __call__(self, *a, **k): return len(a) + len(k)
    def __iter__(self): return iter(())
    def __format__(self, s): return 'f'
    def meth(self, a=None, b=None): return 5
    def __neg__(self): return 1
    def __enter__(self): return self
    def __exit__(self, *a): return None
    def __bool__(self): return True
    def __setattr__(self, n, v):
        object.__setattr__(self, n, v) if n == 'v' else None
class F:
    def __init__(self, v): self.v = v
    def __del__(self): log.append(self.v)
    attr = None
class G:
    __slots__ = ('a',)
    def __del__(self): log.append('G')


def two(a, b): return 1
def three(a, b=None, *c, **d): return 1
nop = lambda *a: None
def o1(n):
    l = []; d = {}
    for i in range(n):
        T(1) + T(2)
def o2(n):
    l = []; d = {}
    for i in range(n):
        T(1) == T(2)
def o3(n):
    l = []; d = {}
    for i in range(n):
        T(1) < T(2)
def o4(n):
    l = []; d = {}
    for i in range(n):
        T(1) is T(2)
def o5(n):
    l = []; d = {}
    for i in range(n):
        T(1) in T(2)
def o6(n):
    l = []; d = {}
    for i in range(n):
        T(1) in [T(2), T(3)]
def o7(n):
    l = []; d = {}
    for i in range(n):
        T(1) not in (T(2), T(3))
def o8(n):
    l = []; d = {}
    for i in range(n):
        T(1)[T(2)]
def o9(n):
    l = []; d = {}
    for i in range(n):
        T(1)[T(2)] = T(3)
def o10(n):
    l = []; d = {}
    for i in range(n):
        del T(1)[T(2)]
def o11(n):
    l = []; d = {}
    for i in range(n):
        T(1)(T(2), T(3))
def o12(n):
    l = []; d = {}
    for i in range(n):
        T(1)(T(2), k=T(3))
def o13(n):
    l = []; d = {}
    for i in range(n):
        two(T(1), T(2))
def o14(n):
    l = []; d = {}
    for i in range(n):
        three(T(1), T(2), T(3), k=T(4))
def o15(n):
    l = []; d = {}
    for i in range(n):
        T(1).meth(T(2), T(3))
def o16(n):
    l = []; d = {}
    for i in range(n):
        T(1).x = T(2)
def o17(n):
    l = []; d = {}
    for i in range(n):
        F(1).attr = F(2)
def o18(n):
    l = []; d = {}
    for i in range(n):
        [T(1), T(2)][T(3) is None]
def o19(n):
    l = []; d = {}
    for i in range(n):
        [T(1), T(2)][:1]
def o20(n):
    l = []; d = {}
    for i in range(n):
        (T(1), T(2))[0]
def o21(n):
    l = []; d = {}
    for i in range(n):
        {T(1): T(2), T(3): T(4)}
def o22(n):
    l = []; d = {}
    for i in range(n):
        {T(1), T(2), T(3)}
def o23(n):
    l = []; d = {}
    for i in range(n):
        f'{T(1)}{T(2):x}'
def o24(n):
    l = []; d = {}
    for i in range(n):
        isinstance(T(1), F)
def o25(n):
    l = []; d = {}
    for i in range(n):
        len([T(1), T(2)])
def o26(n):
    l = []; d = {}
    for i in range(n):
        l.append(T(1)); l.pop()
def o27(n):
    l = []; d = {}
    for i in range(n):
        d['a'] = T(1); d['a'] = T(2); d.pop('a')
def o28(n):
    l = []; d = {}
    for i in range(n):
        a, b = T(1), T(2); a, b = T(3), T(4)
def o29(n):
    l = []; d = {}
    for i in range(n):
        a, b = [T(1), T(2)]; b = a = 1
def o30(n):
    l = []; d = {}
    for i in range(n):
        [T(1), T(2)] + [T(3)]
def o31(n):
    l = []; d = {}
    for i in range(n):
        [T(1), T(2)] * 2
def o32(n):
    l = []; d = {}
    for i in range(n):
        -T(1)
def o33(n):
    l = []; d = {}
    for i in range(n):
        1 if T(1) else 2
def o34(n):
    l = []; d = {}
    for i in range(n):
        T(1) and T(2)
def o35(n):
    l = []; d = {}
    for i in range(n):
        T(1) if T(2) is not None else T(3)
def o36(n):
    l = []; d = {}
    for i in range(n):
        x = T(1); x += T(2)
def o37(n):
    l = []; d = {}
    for i in range(n):
        for x in [T(1), T(2)]: pass
        for i, x in enumerate([T(3), T(4)]): pass
def o38(n):
    l = []; d = {}
    for i in range(n):
        for x in (T(1), T(2), T(3)): break
def o40(n):
    l = []; d = {}
    for i in range(n):
        d.get('x', T(1)); min(T(1), T(2)); max(T(1), T(2))
def o41(n):
    l = []; d = {}
    for i in range(n):
        g = G(); g.a = T(1); g.a = T(2)
def o42(n):
    l = []; d = {}
    for i in range(n):
        f = T(1).meth; f(T(2))
def o43(n):
    l = []; d = {}
    for i in range(n):
        T(1) < T(2) < T(3)
def o44(n):
    l = []; d = {}
    for i in range(n):
        d['k'] = [T(1), (T(2), T(3))]; del d['k']
def o45(n):
    l = []; d = {}
    for i in range(n):
        l.extend([T(1), T(2)]); del l[:]
def o46(n):
    l = []; d = {}
    for i in range(n):
        [T(1), *[T(2)], T(3)]
def o47(n):
    l = []; d = {}
    for i in range(n):
        {'a': T(1), **{'b': T(2), 'a': T(3)}}
def o48(n):
    l = []; d = {}
    for i in range(n):
        '%s' % (T(1),) if d is None else T(2)
def o50(n):
    l = []; d = {}
    for i in range(n):
        with T(1) as x: T(2)
def o51(n):
    l = []; d = {}
    for i in range(n):
        x = T(1); y = T(2); z = x; del x
def o52(n):
    l = []; d = {}
    for i in range(n):
        T(1).__class__; T(1).v; F(3).v
def o53(n):
    l = []; d = {}
    for i in range(n):
        [x for x in [T(1), T(2)] if x]
def o54(n):
    l = []; d = {}
    for i in range(n):
        sum([T(1).v, T(2).v]); sorted([T(3), T(4)], key=lambda t: t.v)
def o57(n):
    l = []; d = {}
    for i in range(n):
        (T(1), T(2)) == (T(3), T(4))
def o58(n):
    l = []; d = {}
    for i in range(n):
        (T(1), T(2)) < (T(3), T(4))
def o59(n):
    l = []; d = {}
    for i in range(n):
        T(1) + (T(3), T(4)); (T(1), 5) + (T(2),)
def o60(n):
    l = []; d = {}
    for i in range(n):
        (T(1), T(2)) is (T(3), T(4)); (T(1), T(2)) is not None
def o61(n):
    l = []; d = {}
    for i in range(n):
        not (T(1), T(2)); not T(3); not [T(4)]
def o62(n):
    l = []; d = {}
    for i in range(n):
        ((T(1), T(2)), T(3))[0]
def o63(n):
    l = []; d = {}
    for i in range(n):
        d['q'] = (T(1), T(2)); d['q'] = (T(1), d['q']); d.clear()
def o64(n):
    l = []; d = {}
    for i in range(n):
        l[:] = [T(1), T(2)]; l[0] = T(3); l[1], l[0] = l[0], l[1]; l.clear()
def o65(n):
    l = []; d = {}
    for i in range(n):
        str(T(1).v) + str(T(2).v); x = str(T(3).v); x += str(T(4).v)
def o66(n):
    l = []; d = {}
    for i in range(n):
        T(1).meth(T(2)) + T(3).meth(T(4))
def o67(n):
    l = []; d = {}
    for i in range(n):
        x, (y, z) = T(1), (T(2), T(3))
def o69(n):
    l = []; d = {}
    for i in range(n):
        try: T(1).nope(T(2))
        except AttributeError: log.append('e')
def o70(n):
    l = []; d = {}
    for i in range(n):
        try: [T(1)][T(2).v]
        except IndexError: log.append('e')
def o71(n):
    l = []; d = {}
    for i in range(n):
        try: a, b = [T(1), T(2), T(3)]
        except ValueError: log.append('e')
def o72(n):
    l = []; d = {}
    for i in range(n):
        try: T(1) - T(2)
        except TypeError: log.append('e')
def o73(n):
    l = []; d = {}
    for i in range(n):
        try: len(T(1))
        except TypeError: log.append('e')
def o74(n):
    l = []; d = {}
    for i in range(n):
        try: int([T(1)])
        except TypeError: log.append('e')

def tuples(n):
    for i in range(n):
        w = (T(1), T(2), (T(3), T(4)))
        w = None
        w = (T(5), T(6))
        a, b = w, i
    return w


n = int(sys.argv[1])
for op in (tuples, o1, o2, o3, o4, o5, o6, o7, o8, o9, o10, o11, o12, o13, o14, o15, o16, o17, o18, o19, o20, o21, o22, o23, o24, o25, o26, o27, o28, o29, o30, o31, o32, o33, o34, o35, o36, o37, o38, o40, o41, o42, o43, o44, o45, o46, o47, o48, o50, o51, o52, o53, o54, o57, o58, o59, o60, o61, o62, o63, o64, o65, o66, o67, o69, o70, o71, o72, o73, o74):
    op(n)
    print(op.__name__, len(log), log[:10], log[-8:], zlib.crc32(repr(log).encode()))
    log.clear()
