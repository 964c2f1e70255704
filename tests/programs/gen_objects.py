#!/usr/bin/python3.11
"""Random programs about references: `gen_objects.py SEED` prints one.

Objects that tell when they die go through locals, tuples, lists, dicts, attributes, slots, closures and calls, on paths that
change from iteration to iteration. Like gen.py otherwise: one argument, the variant, 0 is recorded. At the end every hot
function is called many times more, and whether memory grows is printed.
"""
import random
import sys

VARIANTS = 3

PRELUDE = '''\
import gc
import sys
import traceback
import zlib

VARIANT = int(sys.argv[1]) if len(sys.argv) > 1 else 0
log = []
alive = 0
gc.disable()  # when a collection comes depends on how many tuples are made


class T:
    """Tells when it dies."""

    def __init__(self, v, peer=None):
        global alive
        alive += 1
        self.v = v
        self.peer = peer

    def __del__(self):
        global alive
        alive -= 1
        if VERBOSE:
            log.append(self.v)

    def get(self):
        return self.v

    def link(self, other):
        old = self.peer
        self.peer = other
        return old

    def same(self):
        return self

    def make(self, k=1):
        return T(self.v + k)

    def fail(self, k):
        x = T(k)
        if k % 7 == 3:
            raise ValueError(x.v)
        return x

    @property
    def twice(self):
        return self.v * 2

    @property
    def other(self):
        return self.peer or self


class S:
    __slots__ = ("v", "peer", "__weakref__")

    def __init__(self, v, peer=None):
        self.v = v
        self.peer = peer

    def get(self):
        return self.v + 1

    def link(self, other):
        old, self.peer = self.peer, other
        return old

    def same(self):
        return self.peer if self.peer is not None else self

    def make(self, k=2):
        return S(self.v, T(k))

    def fail(self, k):
        return T(k).fail(k)

    twice = property(lambda self: self.v + self.v)
    other = property(lambda self: self.peer or self)


class U(T):
    def __init__(self, v):
        super().__init__(v)
        self.extra = [v]

    def get(self):
        return self.v - 1

    def same(self):
        self.extra.append(self.v)
        if len(self.extra) > 3:
            self.extra.pop()
        return self


class Plain:
    def __init__(self, v, peer=None):
        self.v = v
        self.peer = peer

    get = T.get
    link = T.link
    same = T.same
    make = S.make
    fail = T.fail
    twice = T.twice
    other = T.other


def show(x, deep=3):
    if isinstance(x, (list, tuple)):
        return f"{type(x).__name__}{len(x)}" + (str([show(y, deep - 1) for y in x[:5]]) if deep else "")
    if isinstance(x, dict):
        return f"dict{len(x)}" + (str([(k, show(v, deep - 1)) for k, v in list(x.items())[:5]]) if deep else "")
    if isinstance(x, (T, S, Plain)):
        return f"{type(x).__name__}({x.v}" + (f", {show(x.peer, deep - 1)})" if deep else ")")
    if isinstance(x, str):
        return f"{x[:10]!r}{len(x)}"
    return repr(x) if x is None or isinstance(x, (int, float)) else type(x).__name__


def attempt(name, f, *args):
    try:
        print(name, show(f(*args)))
    except Exception as error:
        print(name, type(error).__name__, str(error)[:80], [(t.name, t.lineno) for t in traceback.extract_tb(error.__traceback__)[1:]])
    print(" log", len(log), log[:12], log[-12:], zlib.crc32(repr(log).encode()), "alive", alive)
    log.clear()


def grows(name, f, make):
    """Does every call leave something behind?"""
    global alive
    for k in range(20):
        if k == 6:
            gc.collect()
            before, there = sys.getallocatedblocks(), alive
        try:
            f(*make())
        except Exception:
            pass
    gc.collect()
    print(name, "grows" if sys.getallocatedblocks() - before > 40 else "stays", alive - there)


VERBOSE = True
'''


class Generator:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.lines = PRELUDE.rstrip("\n").split("\n")
        self.functions = []

    def chance(self, p):
        return self.r.random() < p

    def pick(self, items):
        return self.r.choice(items)

    # -- expressions, by kind: i, f, s, o (an object), t (a pair), m (a list of objects), d (a dict of objects by str)

    def name(self, s, kind):
        names = [n for n, k in s.items() if k == kind]
        return self.pick(names) if names else None

    def value(self, kind):
        return {
            "i": lambda: self.pick(["0", "1", "3", "7", "-2", "1000", "2**40"]),
            "f": lambda: self.pick(["0.5", "1.5", "-2.0"]),
            "s": lambda: self.pick(["'a'", "'bc'", "'xyz'", "''"]),
            "o": lambda: f"{self.pick(['T', 'T', 'S', 'Plain', 'U'])}({self.pick(['1', '2', '5'])})",
            "t": lambda: f"({self.value('i')}, {self.value('o')})",
            "m": lambda: "[" + ", ".join(self.value("o") for _ in range(3)) + "]",
            "d": lambda: "{'a': " + self.value("o") + ", 'b': " + self.value("o") + "}",
        }[kind]()

    def expr(self, kind, s, depth=2):
        name = self.name(s, kind)
        if depth <= 0 or (name and self.chance(0.35)):
            return name or self.value(kind)
        return getattr(self, "expr_" + kind)(s, depth - 1)

    def expr_i(self, s, d):
        e = lambda kind="i": self.expr(kind, s, d)
        return self.pick([
            lambda: f"({e()} {self.pick(['+', '-', '^', '&'])} {e()})",
            lambda: f"({e()} * 3 % 1009)",
            lambda: f"{e('o')}.v",
            lambda: f"{e('o')}.get()",
            lambda: f"{e('o')}.twice",
            lambda: f"{e('t')}[0]",
            lambda: f"len({e(self.pick('msdt'))})",
            lambda: f"({e('o')} is {e('o')})",
            lambda: f"{e('m')}[{self.pick(['0', '-1', '1'])}].v",
            lambda: f"{self.pick(['min', 'max'])}({e()}, {e()})",
            lambda: f"({e()} if {self.cond(s, d)} else {e()})",
            lambda: f"({e()} and {e()})",
            lambda: self.call("i", s, d),
        ])()

    def expr_f(self, s, d):
        return f"({self.expr(self.pick('ff'), s, d)} {self.pick(['+', '-', '*'])} {self.expr(self.pick('if'), s, d)} % 100)"

    def expr_s(self, s, d):
        e = lambda kind="s": self.expr(kind, s, d)
        return self.pick([
            lambda: f"({e()} + {e()})[:20]",
            lambda: f"{e()}[1:]",
            lambda: f"str({e('i')})",
            lambda: f"f'{{{e('i')}}}-{{{self.name(s, 's') or 1}}}'[:20]",
            lambda: f"({e()} or {e()})",
            lambda: self.call("s", s, d),
        ])()

    def expr_o(self, s, d):
        e = lambda kind="o": self.expr(kind, s, d)
        return self.pick([
            lambda: f"{self.pick(['T', 'S', 'Plain'])}({e('i')}, {e()})",
            lambda: f"{self.pick(['T', 'S', 'U', 'Plain'])}({e('i')})",
            lambda: f"{e()}.same()",
            lambda: f"{e()}.make()",
            lambda: f"{e()}.make(k={e('i')} & 7)",
            lambda: f"{e()}.other",
            lambda: f"({e()}.peer or {e()})",
            lambda: f"({e()}.link({e()}) or {e()})",
            lambda: f"{e('m')}[{self.pick(['0', '-1', '1', 'i_ % 2'])}]",
            lambda: f"{e('d')}[{self.pick(['0', '1'])} and 'a' or 'b']",
            lambda: f"{e('d')}.get({self.pick(['chr(97)', repr('b'), repr('zz')])}, {e()})",
            lambda: f"{e('t')}[1]",
            lambda: f"({e()} if {self.cond(s, d)} else {e()})",
            lambda: f"({e()}, {e()})[{self.cond(s, d)}]",
            lambda: f"{e()}.fail({e('i')})" if self.chance(0.3) else f"{e()}.same()",
            lambda: self.call("o", s, d),
            lambda: self.call("o", s, d),
        ])()

    def expr_t(self, s, d):
        return self.pick([
            lambda: f"({self.expr('i', s, d)}, {self.expr('o', s, d)})",
            lambda: f"({self.expr('i', s, d)}, {self.expr('o', s, d)}, {self.expr('t', s, d)})[:2]",
            lambda: self.call("t", s, d),
        ])()

    def expr_m(self, s, d):
        e = lambda kind="m": self.expr(kind, s, d)
        return self.pick([
            lambda: f"[{e('o')}, {e('o')}]",
            lambda: f"({e()} + {e()})[:4]",
            lambda: f"{e()}[::-1]",
            lambda: f"[x.same() for x in {e()}]",
            lambda: f"[x for k, x in enumerate({e()}) if k < 3]",
            lambda: f"list({e('d')}.values())",
        ])()

    def expr_d(self, s, d):
        return f"{{'a': {self.expr('o', s, d)}, 'b': {self.expr('o', s, d)}}}"

    def call(self, kind, s, d):
        fits = [f for f in self.functions if f[2] == kind]
        if not fits:
            return self.value(kind)
        name, kinds, _ = self.pick(fits)
        # No temporary objects: under an evaluation hook the caller keeps them until the call is over.
        args = [self.expr(k, s, d) if k in "isf" else self.name(s, k) or "DEFAULT_" + k for k in kinds]
        if self.chance(0.2):
            args[-1] = f"p{len(args) - 1}={args[-1]}"
        elif len(args) > 1 and self.chance(0.2):
            args.pop()
        return f"{name}({', '.join(args)})"

    def cond(self, s, d=1):
        e = lambda kind="i": self.expr(kind, s, d)
        return self.pick([
            lambda: f"({e()} % {self.r.randint(2, 9)} == {self.pick('01')})",
            lambda: f"({e('o')}.peer is {self.pick(['None', 'not None'])})",
            lambda: f"({e('o')} is not {e('o')})",
            lambda: f"(0 <= {e()} < {e()})",
            lambda: f"isinstance({e('o')}, {self.pick(['T', 'S', 'Plain', '(T, S)'])})",
            lambda: f"({e('s')} {self.pick(['<', '==', 'in', '!='])} {e('s')})",
            lambda: f"(not {e('o')}.peer)",
            lambda: f"({e('o')} in {e('m')})",
            lambda: f"({e('f')} > {e('i')})",
        ])()

    # -- statements

    def block(self, s, n, depth):
        inner = dict(s)
        out = [line for _ in range(n) for line in self.statement(inner, depth)]
        return ["    " + line for line in out or ["pass"]]

    def statement(self, s, depth):
        e = lambda kind, d=2: self.expr(kind, s, d)
        n = lambda kind: self.name(s, kind) or self.value(kind)
        o, m, d, t, i, st = n("o"), n("m"), n("d"), n("t"), self.pick([x for x, k in s.items() if k == "i" and x != "i_"]), n("s")
        simple = [
            lambda: [f"{o} = {e('o')}"], lambda: [f"{o} = {e('o')}"],
            lambda: [f"{i} = {e('i')} & 0xFFFF"],
            lambda: [f"{t} = {e('t')}"],
            lambda: [f"{i}, {o} = {e('t')}"],
            lambda: [f"{o}, {n('o')} = {e('o')}, {e('o')}"],
            lambda: [f"{t} = ({i}, {o})", f"{n('t')} = {t}"],
            lambda: [f"{m}[{self.pick(['0', '1', '-1'])}] = {e('o')}"],
            lambda: [f"{m}[0], {m}[1] = {m}[1], {m}[0]"],
            lambda: [f"{m}.append({e('o')})", f"if len({m}) > 5:", f"    {self.pick([m + '.pop()', o + ' = ' + m + '.pop()', 'del ' + m + '[0]', m + '[2:] = []'])}"],
            lambda: [f"{d}[{self.pick(['chr(97)', repr('b'), 'str(i_ % 5)'])}] = {e('o')}"],
            lambda: [f"{d}.pop(str(i_ % 7), None)"],
            lambda: [f"{o}.peer = {self.pick(['None', e('o'), n('o')])}"],
            lambda: [f"{o}.v = {e('i')} % 997"],
            lambda: [f"{o}.v {self.pick(['+=', '^='])} 1"],
            lambda: [f"{o}.link(None)"],
            lambda: [f"{e('o')}.link({e('o')})"],
            lambda: [f"{e('o')}"],
            lambda: [f"{st} += {e('s')}", f"{st} = {st}[-30:]"],
            lambda: [f"{st} = {e('s')}"],
            lambda: [f"{m} = {e('m')}[:6] or {self.value('m')}", f"if len({m}) < 2:", f"    {m} = {self.value('m')}"],
            lambda: [f"del {o}", f"{o} = {self.value('o')}"],
            lambda: [f"{o} = None", f"{o} = {e('i') + ' and ' + self.value('o') + ' or ' + self.value('o')}"],
            lambda: [f"g_ = {o}.{self.pick(['get', 'same', 'make'])}", f"{self.pick(['u_', 'u_'])} = g_()"],
            lambda: [f"u_ = w_ = {e('o')}", "del u_"],
            lambda: [f"{n('f')} = {e('f')}"],
            lambda: [f"if {o}.v == {self.pick(['50', '77', '3'])}:", "    log.append('hit')"],
            lambda: [f"if i_ == {self.r.randint(20, 99)}:", f"    {self.pick([o + '.__class__ = type(' + o + ')', 'gc.collect()', o + '.v = 1.5', i + ' = 2**70', o + '.v = ' + i, 'T.get = lambda self: 5', m + '.clear(); ' + m + '.extend(' + self.value('m') + ')'])}"],
        ]
        if depth <= 0 or self.chance(0.55):
            return self.pick(simple)()
        depth -= 1
        x = f"x{depth}_"
        return self.pick([
            lambda: [f"if {self.cond(s)}:"] + self.block(s, 2, depth) + (["else:"] + self.block(s, 1, depth) if self.chance(0.6) else []),
            lambda: [f"if {self.cond(s)}:"] + self.block(s, 2, depth) + (["else:"] + self.block(s, 1, depth) if self.chance(0.6) else []),
            lambda: [f"if {self.cond(s)}:"] + self.block(s, 1, depth) + [f"    {self.pick(['continue', 'continue', 'break'])}"],
            lambda: [f"for {x} in {m}[:3]:"] + self.block({**s, x: "o"}, 2, depth),
            lambda: [f"for {x} in {m}:"] + self.block({k: v for k, v in {**s, x: "o"}.items() if v != "m"}, 1, 0),
            lambda: [f"for k_, {x} in enumerate({m}[:3]):"] + self.block({**s, x: "o", "k_": "i"}, 2, depth),
            lambda: [f"for {x}, y_ in zip({m}[:3], range(5)):"] + self.block({**s, x: "o", "y_": "i"}, 2, depth),
            lambda: [f"for k_, {x} in list({d}.items())[:3]:"] + self.block({**s, x: "o", "k_": "s"}, 2, depth),
            lambda: [f"for {x} in range({self.r.randint(1, 4)}):"] + self.block({**s, x: "i"}, 2, depth),
            lambda: ["try:"] + self.block(s, 2, depth) + [f"except {self.pick(['ValueError', 'Exception'])} as error:"] + self.block(s, 1, 0)
            + (["finally:"] + [l for l in self.block(s, 1, 0)] if self.chance(0.3) else []),
        ])()

    def function(self, number):
        kinds = [self.pick("ooiost") for _ in range(self.r.randint(1, 3))]
        kind = self.pick("ooist")
        s = {f"p{k}": c for k, c in enumerate(kinds)}
        s.update(a_="i", b_="o", c_="o", e_="t", h_="m", l_="d", r_="s", z_="f")
        params = [f"p{k}" + (f"=DEFAULT_{kinds[k]}" if k else "") for k in range(len(kinds))]
        used = [f"a_ = {self.expr('i', {k: v for k, v in s.items() if k[0] == 'p'}, 1)}", f"b_ = {self.expr('o', {k: v for k, v in s.items() if k[0] == 'p'}, 1)}"]
        local = {k: v for k, v in s.items() if k[0] == "p" or k in ("a_", "b_")}
        body = ["    " + line for line in used]
        for _ in range(self.r.randint(0, 3)):
            body += ["    " + line for line in self.small(local)]
        self.lines += ["", "", f"def f{number}({', '.join(params)}):", *body, f"    return {self.expr(kind, local, 1)}"]
        self.functions.append((f"f{number}", kinds, kind))

    def small(self, s):
        """A statement without a loop: functions with loops are not inlined."""
        o, i = self.name(s, "o"), "a_"
        return self.pick([
            lambda: [f"{i} = {self.expr('i', s, 1)} & 0xFFF"],
            lambda: [f"b_ = {self.expr('o', s, 1)}"],
            lambda: [f"{o}.peer = {self.pick(['None', self.expr('o', s, 1)])}"],
            lambda: [f"{o}.v = {self.expr('i', s, 1)} % 991"],
            lambda: [f"if {self.cond(s, 1)}:", f"    b_ = {self.expr('o', s, 1)}"],
            lambda: [f"if {i} % {self.r.randint(5, 40)} == 4:", f"    raise ValueError({i})"],
            lambda: [f"if {i} % {self.r.randint(3, 9)} == 1:", f"    del b_", f"    b_ = {o if o != 'b_' else self.value('o')}"],
            lambda: [f"{i}, b_ = {self.expr('t', s, 1)}"],
        ])()

    def hot(self, number):
        s = {"i_": "i", "a_": "i", "b_": "o", "c_": "o", "e_": "t", "h_": "m", "l_": "d", "r_": "s", "z_": "f", "q": "o"}
        before = [f"    {name} = {self.value(kind)}" for name, kind in s.items() if name not in ("i_", "q")] + ["    u_ = w_ = None"]
        body = [line for _ in range(self.r.randint(3, 7)) for line in self.statement(dict(s), 2)]
        if self.chance(0.2):  # closures
            before += ["    def inner(k):", "        nonlocal c_", "        old, c_ = c_, k", "        return old"]
            body += ["c_ = inner(b_)"]
        if self.chance(0.4):
            body = ["try:"] + ["    " + line for line in body] + ["except ValueError as error:", "    a_ = 1"]
        self.lines += ["", "", f"def hot{number}(q, n):", *before, "    for i_ in range(n):", *["        " + line for line in body],
                       "    return [a_, b_, c_, e_, h_, l_, r_, z_]"]

    def program(self):
        self.lines += ["DEFAULT_o = Plain(-1)", "DEFAULT_i = 1000", "DEFAULT_s = 'def'", "DEFAULT_t = (5, Plain(-2))"]
        for k in range(self.r.randint(1, 4)):
            self.function(k)
        hots = self.r.randint(1, 2)
        for k in range(hots):
            self.hot(k)
        self.lines += ["", ""]
        for k in range(hots):
            values = [self.value("o") for _ in range(VARIANTS)]
            self.lines += ["for turn in range(3):", f"    attempt('hot{k}', hot{k}, {values[0]}, {self.r.randint(80, 150)})",
                           f"attempt('hot{k} other', hot{k}, [{', '.join(values)}][VARIANT], [100, 150, 40][VARIANT])"]
        self.lines += ["VERBOSE = False"]
        for k in range(hots):
            self.lines += [f"grows('hot{k}', hot{k}, lambda: ({values[0]}, {self.r.randint(30, 60)}))"]
        return "\n".join(self.lines) + "\n"


def generate(seed):
    """The text of a program; the same for the same seed."""
    attempt = 0
    while True:
        text = Generator(f"{seed}/{attempt}").program()
        try:
            compile(text, "generated", "exec")
            return text
        except SyntaxError:
            attempt += 1


if __name__ == "__main__":
    sys.stdout.write(generate(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
