"""Inlined calls become frames: every kind of function and of continuation (mode chain; see client.c)."""
import dis
import gc
import opcode
import sys
import traceback
import types

PUSH, INIT, DROP, BOOL, NOT = range(5)
NULL = Ellipsis
CACHES = opcode._inline_cache_entries


def unit_of(func, n, opname, after=False):
    """The n-th instruction of that name, in units; or the unit after it and its caches."""
    found = [i for i in dis.get_instructions(func) if i.opname == opname]
    at = found[n].offset // 2
    return at + 1 + CACHES[opcode.opmap[opname]] if after else at


def slots(func, stack=(), **values):
    """localsplus by name, then the value stack."""
    code = func.__code__
    names = code.co_varnames + tuple(n for n in code.co_cellvars if n not in code.co_varnames) + code.co_freevars
    return [values.get(n, NULL) for n in names] + list(stack), len(stack)


def row(func, unit, cont=PUSH, carry=NULL, stack=(), **values):
    s, n = slots(func, stack, **values)
    return func, s, n, unit, cont, carry


def run(rows, error=None):
    """The first back-edge of this loop runs the chain."""
    _chain = None
    _raise = error
    _result = "nothing"
    for i in range(3):
        if i == 0:
            _chain = rows
    return _result


def leaf(a, b=2):
    t = 0
    for i in range(3):
        t += a
    return t + b


def outer(x):
    y = x + 1
    r = leaf(x)
    s = r * 100 + y
    return s


def chained():
    inner = row(leaf, unit_of(leaf, 0, "FOR_ITER"), a=7, b=1, t=1000, stack=[iter([1, 2])])
    return [row(outer, unit_of(outer, 0, "CALL", True), x=5, y=6), inner]


def every(a, /, b, *args, c, d=4, **rest):
    return a, b, args, c, d, rest, sorted(locals())


def cells(n):
    def add(k):
        nonlocal n
        n += k
        return n
    r = add(5)
    return r, add, n


class Thing:
    def __init__(self, v):
        self.v = v

    def bad(self):
        return 5

    def __contains__(self, x):
        return "yes"


def raising(d):
    try:
        k = 1 / d
    finally:
        seen.append(("finally", sys.exc_info()[0]))
    return k


def catching(d):
    try:
        raising(d)
    except ZeroDivisionError as e:
        names = [f.name for f in traceback.extract_tb(e.__traceback__)]
        return "caught", names, [f.f_code.co_name for f in frames()]


def frames():
    f = sys._getframe(1)
    while f:
        yield f
        f = f.f_back


def stack_names(extra):
    return extra, [f.f_code.co_name for f in frames()][:3]


def through(q):
    return stack_names(q)


seen = []
for k in range(12):
    print(run(chained()))
    body = every.__code__.co_code
    print(run([row(every, unit_of(every, 0, "LOAD_FAST"), a=1, b=2, args=(3, 4), c=5, d=6, rest={"z": 7})]))
    n = types.CellType(10)
    add = types.FunctionType(cells(1)[1].__code__, globals(), "add", None, (n,))
    s = row(cells, unit_of(cells, 1, "LOAD_FAST"), n=n, add=add, r=3)
    result = run([s])
    print(result[0], result[2], result[1](1), n.cell_contents)
    n = types.CellType(10)
    add = types.FunctionType(cells(1)[1].__code__, globals(), "add", None, (n,))
    r = row(cells, unit_of(cells, 0, "CALL", True), n=n, add=add), row(add, unit_of(add, 0, "LOAD_DEREF"), k=6, n=n)
    print(run(list(r))[0], n.cell_contents)
    t = Thing.__new__(Thing)
    print(run([row(Thing.__init__, unit_of(Thing.__init__, 0, "LOAD_FAST"), INIT, t, self=t, v=k)]) is t, t.v)
    print(run([row(leaf, unit_of(leaf, 0, "LOAD_CONST"), DROP, a=1, b=1)]))
    print(run([row(leaf, unit_of(leaf, 0, "LOAD_CONST"), BOOL, a=0, b=0)]), run([row(leaf, unit_of(leaf, 0, "LOAD_CONST"), NOT, a=0, b=0)]))
    try:
        run([row(Thing.bad, unit_of(Thing.bad, 0, "LOAD_CONST"), INIT, t, self=t)])
    except TypeError as e:
        print(e, [f.name for f in traceback.extract_tb(e.__traceback__)])
    # An exception in the innermost frame, found by a handler in the middle, and by none.
    unit = unit_of(raising, 0, "BINARY_OP")
    error = ZeroDivisionError("made up")
    call = unit_of(catching, 0, "CALL", True)
    print(run([row(catching, call, d=0), row(raising, unit, d=0, stack=[1, 0])], error), seen)
    seen.clear()
    try:
        run([row(raising, unit, d=0, stack=[1, 0])], ZeroDivisionError("made up"))
    except ZeroDivisionError as e:
        print(e, [(f.name, f.line) for f in traceback.extract_tb(e.__traceback__)][1:])
    seen.clear()
    print(run([row(through, unit_of(through, 0, "CALL", True), q=1), row(stack_names, unit_of(stack_names, 0, "LOAD_FAST"), extra=9)]))


def deep(n):
    return 0 if n == 0 else deep(n - 1) + 1


def limit(n):
    try:
        return limit(n + 1)
    except RecursionError:
        return n


a, b = run([row(limit, unit_of(limit, 0, "LOAD_GLOBAL"), n=0)]), run([row(outer_limit := limit, unit_of(limit, 0, "LOAD_GLOBAL"), n=0)])
print(a == b)


def held(o):
    before = sys.getrefcount(o)
    for i in range(5):
        run([row(leaf, unit_of(leaf, 0, "LOAD_CONST"), DROP, a=1, b=1)])
        run([row(held_inner, unit_of(held_inner, 0, "LOAD_FAST"), o=o)])
        try:
            run([row(held_inner, unit_of(held_inner, 0, "LOAD_FAST"), o=o)], KeyError())
        except KeyError:
            pass
    gc.collect()  # the exception, its traceback and run's variable are a cycle
    return sys.getrefcount(o) - before


def held_inner(o):
    return o


print(held(object()), held(object()))


def rec_me():
    _chain = None
    _result = "nothing"
    for i in range(2):
        if i == 0:
            _chain = chained()
    return _result


print(rec_me())
