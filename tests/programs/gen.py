#!/usr/bin/python3.11
"""Random valid programs over the language that prewarm covers: `gen.py SEED` prints one.

A program takes one argument, its variant. Variant 0 is what gets recorded; the others pass values of other types and
sizes to the same hot functions and set off events (a class changed, a method patched, a global deleted, an exception)
at other moments. Everything that happens is printed: results, exceptions with the lines of their tracebacks, finalisers.
"""
import random
import sys
import warnings

VARIANTS = 4

PRELUDE = '''\
import gc
import sys
import traceback

VARIANT = int(sys.argv[1]) if len(sys.argv) > 1 else 0
log = []
real_isinstance, real_len, real_abs = isinstance, len, abs  # a program may shadow them
sys.unraisablehook = lambda info: print("ignored", info.exc_type.__name__, info.exc_value)


def show(x, deep=2):
    """A text for any value, short and without addresses."""
    if real_isinstance(x, int) and not real_isinstance(x, bool) and real_abs(x) >= 1 << 200:
        return f"big {x % 1000003}"
    if real_isinstance(x, (int, float, str, complex, type(None))):
        return repr(x)[:60]
    if real_isinstance(x, (list, tuple)) and deep:
        return type(x).__name__ + "(" + ", ".join(show(y, deep - 1) for y in x[:6]) + f")[{real_len(x)}]"
    if real_isinstance(x, dict) and deep:
        return "dict(" + ", ".join(f"{show(k)}: {show(v, deep - 1)}" for k, v in list(x.items())[:6]) + f")[{real_len(x)}]"
    if hasattr(x, "__dict__") and deep and not callable(x):
        return type(x).__name__ + show(dict(sorted((k, v) for k, v in vars(x).items() if real_isinstance(k, str))), deep - 1)
    return type(x).__name__


def attempt(name, f, *args):
    """Call, and print what came of it."""
    try:
        print(name, show(f(*args)))
    except Exception as error:
        lines = [(t.name, t.lineno) for t in traceback.extract_tb(error.__traceback__)[1:]]
        print(name, type(error).__name__, str(error)[:100], lines[:8], real_len(lines))
    if log:
        print(" log", real_len(log), show(log[:4]), show(log[-4:]))
        log.clear()


class Quiet:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        log.append(self.name)
'''

INTS = ["0", "1", "2", "3", "-1", "5", "7", "10", "100", "255", "-3"]
EDGE_INTS = ["2**30", "2**30 - 1", "-2**30", "2**31", "2**60 + 1", "2**62", "2**63 - 1", "-2**63", "2**63", "2**64", "10**25", "2**53 + 1"]
FLOATS = ["0.5", "1.0", "-2.25", "3.75", "0.1", "1e3", "-0.0"]
EDGE_FLOATS = ["1e308", "float('inf')", "float('nan')", "5e-324", "-1e17", "float('-inf')"]
STRINGS = ["'a'", "'xyz'", "'hello world'", "''", "'0123'"]
EDGE_STRINGS = ["'é'", "'a😀b'", "'αβγ'", "'ab' * 5"]
MASKS = ["0xFF", "0xFFFF", "0x7FFFFFFF", "(2**62 - 1)", "(2**63 - 1)", "(2**64 - 1)", "(2**70 - 1)"]


class Scope:
    """What a function body may name, by kind."""

    def __init__(self, names, loop_depth=0, calls=2, generator=False):
        self.names = dict(names)
        self.in_loop = 0
        self.calls = calls
        self.generator = generator
        self.fresh = 0

    def of(self, kind):
        return [name for name, k in self.names.items() if k == kind]


class Generator:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.lines = []
        self.functions = []  # helpers that may be called: (name, kinds of parameters, kind of result)
        self.generators = []
        self.makers = []
        self.classes = []
        self.globals = {}
        self.events = []

    # -- small choices

    def chance(self, p):
        return self.r.random() < p

    def pick(self, items):
        return self.r.choice(items)

    def value(self, kind, edge=0.08):
        edge = self.chance(edge)
        if kind == "i":
            return self.pick(EDGE_INTS if edge else INTS)
        if kind == "f":
            return self.pick(EDGE_FLOATS if edge else FLOATS)
        if kind == "s":
            return self.pick(EDGE_STRINGS if edge else STRINGS)
        if kind == "b":
            return self.pick(["True", "False"])
        if kind == "l":
            return "[" + ", ".join(self.value("i", 0.02) for _ in range(self.r.randint(3, 6))) + "]"
        if kind == "d":
            return "{" + ", ".join(f"{k}: {self.value('i')}" for k in range(self.r.randint(3, 5))) + "}"
        if kind == "o":
            return f"{self.pick(self.classes)}({self.pick(INTS)})"
        raise AssertionError(kind)

    # -- expressions

    def expr(self, kind, scope, depth=2):
        if depth <= 0 or self.chance(0.25):
            names = scope.of(kind)
            if names and self.chance(0.85):
                return self.pick(names)
            shared = [name for name, k in self.globals.items() if k == kind]
            if shared and self.chance(0.4):
                return self.pick(shared)
            return self.value(kind)
        if self.chance(0.015):  # a value of the wrong type, now and then
            kind = self.pick("ifsbl")
        return getattr(self, "expr_" + kind)(scope, depth - 1)

    def condition(self, scope, depth=1):
        return self.expr_b(scope, depth)

    def expr_i(self, s, d):
        e = lambda kind="i": self.expr(kind, s, d)
        choices = [
            lambda: f"({e()} {self.pick(['+', '-', '+', '-', '&', '|', '^'])} {e()})",
            lambda: f"({e()} + {e()})",
            lambda: f"({e()} * {self.pick(INTS)})",
            lambda: f"({e()} * {e()} {self.pick(['%', '&'])} {self.pick(MASKS)})",
            lambda: f"({e()} {self.pick(['//', '%'])} {self.pick(INTS[1:] if self.chance(0.97) else ['0'])})",
            lambda: f"({e()} {self.pick(['//', '%'])} ({e()} | 1))",
            lambda: f"({e()} << ({e()} & {self.pick(['1', '3', '7'])}))",
            lambda: f"({e()} >> ({e()} & 7))",
            lambda: f"{self.pick(['-', '~', '+'])}{e()}",
            lambda: f"abs({e()})",
            lambda: f"{self.pick(['min', 'max'])}({e()}, {e()})",
            lambda: f"len({e(self.pick('lsd'))})",
            lambda: f"{e('l')}[{e()} % 3]",
            lambda: f"{e('l')}[{self.pick(['0', '-1', '1', '2'])}]",
            lambda: f"{e('d')}.get({e()} & 3, {e()})",
            lambda: f"{e('d')}[{e()} & 1]",
            lambda: f"({e()} if {self.condition(s)} else {e()})",
            lambda: f"int({e(self.pick('fb'))})" if self.chance(0.5) else f"ord(({e('s')} + 'q')[0])",
            lambda: f"sum([k + {e()} for k in {e('l')}[:4]])",
            lambda: f"sum(k + {e()} for k in {e('l')}[:6])",
            lambda: f"max((k ^ {e()} for k in {e('l')}[:6] if k != {self.pick(INTS)}), default={e()})",
            lambda: f"({e()} and {e()})",
            lambda: f"({e('b')} + {e()})",
            lambda: f"isinstance({e()}, {self.pick(['int', 'float', '(int, str)', 'bool'])}) * 3",
            lambda: f"[{e()}, {e()}][{e('b')}]",
        ]
        if s.of("o"):
            o = self.pick(s.of("o"))
            choices += [lambda: f"{o}.{self.pick('abc')}", lambda: f"{o}.{self.pick('ab')}", lambda: f"({o}.a + {o}.b)"] * 2
            if s.calls > 0:
                choices += [lambda: self.method(o, s, d)] * 4
        if s.calls > 0 and self.functions:
            choices += [lambda: self.call(s, d, "i")] * 6
        if s.of("c"):
            choices += [lambda: f"{self.pick(s.of('c'))}({e()})"] * 3
        if s.of("g"):
            choices += [lambda: f"next({self.pick(s.of('g'))}, {e()})"] * 3
        return self.pick(choices)()

    def method(self, o, s, d):
        s.calls -= 1
        return f"{o}.{self.pick(['m', 'm', 'n', 'p'])}({self.expr('i', s, d)})"

    def call(self, s, d, kind):
        choices = [f for f in self.functions if f[2] == kind]
        if not choices:
            return self.value(kind)
        if s.in_loop:
            choices = choices[:2]
        s.calls -= 1
        name, params, _ = self.pick(choices)
        args = [self.expr(k, s, d - 1) for k in params]
        if len(args) > 1 and self.chance(0.25):
            args[-1] = f"q{len(args) - 1}={args[-1]}"
        elif len(args) > 1 and self.chance(0.2):
            args.pop()
        return f"{name}({', '.join(args)})"

    def expr_f(self, s, d):
        e = lambda kind="f": self.expr(kind, s, d)
        return self.pick([
            lambda: f"({e()} {self.pick(['+', '-', '*'])} {e()})",
            lambda: f"({e()} {self.pick(['+', '-', '*'])} {e('i')})",
            lambda: f"({e(self.pick('if'))} / {self.pick(['2', '3.0', '0.25', '-7'])})",
            lambda: f"({e()} {self.pick(['//', '%', '/'])} {self.pick(FLOATS[:6]) if self.chance(0.97) else '0.0'})",
            lambda: f"-{e()}",
            lambda: f"abs({e()})",
            lambda: f"{self.pick(['min', 'max'])}({e()}, {e(self.pick('if'))})",
            lambda: f"({e()} if {self.condition(s)} else {e()})",
            lambda: f"float({e('i')})",
            lambda: f"round({e()}, 2)",
        ])()

    def expr_s(self, s, d):
        e = lambda kind="s": self.expr(kind, s, d)
        return self.pick([
            lambda: f"({e()} + {e()})[-20:]",
            lambda: f"{e()}[{self.pick(['1:', ':3', '::-1', '1:4', '-2:', '::2'])}]",
            lambda: f"({e()} + 'z')[{e('i')} % {self.pick(['1', '1', '2'])}]",
            lambda: f"str({e('i')} & 0xFFFF)",
            lambda: f"{e()}.{self.pick(['upper()', 'strip()', 'lower()', 'title()', 'swapcase()'])}",
            lambda: f"chr(97 + {e('i')} % 26)",
            lambda: f"f'{{{self.pick(s.of('i') or ['1'])}}}:{{{self.pick(s.of('f') or ['2.5'])}:.2f}}'[:20]",
            lambda: f"{self.pick([repr(','), repr('')])}.join([{e()}, {e()}])[:20]",
            lambda: f"('%d' % ({e('i')} & 255))",
            lambda: f"({e()} if {self.condition(s)} else {e()})",
            lambda: f"{e()}.replace('a', 'bb')[:20]",
        ])()

    def expr_b(self, s, d):
        e = lambda kind: self.expr(kind, s, d)
        compare = lambda: self.pick(["<", "<=", ">", ">=", "==", "!="])
        choices = [
            lambda: f"({e('i')} {compare()} {e('i')})",
            lambda: f"({e('i')} {compare()} {e('i')})",
            lambda: f"({e('i')} % {self.pick(['2', '3', '5', '7'])} == {self.pick(['0', '1'])})",
            lambda: f"({e('f')} {compare()} {e(self.pick('if'))})",
            lambda: f"({e('s')} {compare()} {e('s')})",
            lambda: f"({e('i')} < {e('i')} <= {e('i')})",
            lambda: f"(not {e(self.pick('bisl'))})",
            lambda: f"({e('b')} {self.pick(['and', 'or'])} {e('b')})",
            lambda: f"({e('i')} {self.pick(['in', 'not in'])} {e(self.pick('ld'))})",
            lambda: f"({e('s')} in {e('s')})",
            lambda: f"({e('b')} {self.pick(['^', '&', '|'])} {e('b')})",
            lambda: f"{self.pick(['any', 'all'])}(k {compare()} {e('i')} for k in {e('l')})",
        ]
        if s.of("o"):
            choices.append(lambda: f"({self.pick(s.of('o'))} is {self.pick(s.of('o'))})")
            choices.append(lambda: f"({self.pick(s.of('o'))} == {self.pick(s.of('o'))})")
        return self.pick(choices)()

    def expr_l(self, s, d):
        e = lambda kind="l": self.expr(kind, s, d)
        return self.pick([
            lambda: f"({e()} + {e()})[:8]",
            lambda: f"{e()}[{self.pick(['1:', ':4', '::-1', ':', '-3:'])}]",
            lambda: f"[{e('i')}, {e('i')}, {e('i')}]",
            lambda: f"[k {self.pick(['+', '*', '-', '^'])} {self.pick(INTS)} for k in {e()}[:6] if k != {self.pick(INTS)}]",
            lambda: f"sorted({e()})",
            lambda: f"sorted((k * {self.pick(INTS)} for k in {e()}[:6]), key=lambda k: k % 5)",
            lambda: f"list(range({e('i')} % 6))",
            lambda: f"[*{e()}[:3], {e('i')}]",
        ])()

    def expr_d(self, s, d):
        return self.pick([
            lambda: self.value("d"),
            lambda: f"{{k: {self.expr('i', s, d)} for k in range(4)}}",
            lambda: f"dict({self.expr('d', s, d)})",
        ])()

    def expr_o(self, s, d):
        names = s.of("o")
        return self.pick(names) if names and self.chance(0.6) else f"{self.pick(self.classes)}({self.expr('i', s, d)})"

    # -- statements; each returns a list of lines

    def block(self, s, count, depth):
        before = dict(s.names)
        out = []
        for _ in range(count):
            out += self.statement(s, depth)
        if depth < 2 and self.chance(0.9):  # most names of an inner block may be unbound after it
            s.names = {k: v for k, v in s.names.items() if k in before}
        return out or ["pass"]

    @staticmethod
    def indent(lines):
        return ["    " + line for line in lines]

    def target(self, s, kind):
        names = [n for n in s.of(kind) if not n.startswith("i")]
        if names and self.chance(0.7):
            return self.pick(names)
        s.fresh += 1
        name = f"{kind}{s.fresh}_"
        return name

    def statement(self, s, depth):
        simple = [
            self.assign, self.assign, self.assign, self.augmented, self.augmented, self.store, self.store, self.touch, self.swap,
            self.drop,
        ]
        if s.in_loop:
            simple += [self.leave]
        if s.generator:
            simple += [self.yields] * 2
        compound = [self.branch, self.branch, self.loop, self.guarded, self.while_loop, self.closure, self.managed]
        if depth > 0 and self.chance(0.4):
            return self.pick(compound)(s, depth - 1)
        return self.pick(simple)(s)

    def assign(self, s):
        kind = self.pick("iiiiffsbldoo" if self.classes else "iiiiffsbld")
        source = self.expr(kind, s)
        name = self.target(s, kind)
        s.names[name] = kind
        return [f"{name} = {source}"]

    def augmented(self, s):
        names = [n for n in s.of("i") + s.of("f") if not n.startswith("i_")]
        if not names:
            return self.assign(s)
        name = self.pick(names)
        if s.names[name] == "i":
            op = self.pick(["+=", "-=", "+=", "^=", "|=", "&=", "%=", "//=", ">>="])
            right = {"%=": self.pick(INTS[1:]), "//=": self.pick(INTS[1:4]), ">>=": self.pick(["1", "2"])}.get(op) or self.expr("i", s)
            return [f"{name} {op} {right}"]
        return [f"{name} {self.pick(['+=', '-=', '*='])} {self.expr('f', s)}"]

    def store(self, s):
        kind = self.pick("ldo")
        names = s.of(kind)
        if not names:
            return self.assign(s)
        name = self.pick(names)
        value = self.expr("i", s)
        if kind == "l":
            return self.pick([
                [f"{name}[{self.expr('i', s, 1)} % 3] = {value}"],
                [f"{name}[{self.pick(['0', '-1', '1'])}] {self.pick(['+=', '-='])} {value}"],
                [f"if len({name}) < 12:", f"    {name}.append({value})"],
                [f"if len({name}) > 4:", f"    {self.pick(['del ' + name + '[0]', name + '.pop()', name + '.pop(1)', 'del ' + name + '[1:2]'])}"],
                [f"{name}[1:2] = [{value}]"],
            ])
        if kind == "d":
            return self.pick([
                [f"{name}[{self.expr('i', s, 1)} & 7] = {value}"],
                [f"{name}[{self.pick('0123')}] = {name}.get({self.pick('0123')}, 0) + 1"],
                [f"{name}.pop({self.pick(['5', '6', '7'])}, None)"],
            ])
        return [f"{name}.{self.pick(['a', 'b', 'a', 'b', 'c'])} {self.pick(['=', '+=', '='])} {self.expr(self.pick('iiiiiif'), s)}"]

    def touch(self, s):
        """Something with an effect elsewhere."""
        choices = [lambda: [f"Quiet({self.expr('i', s, 1)} & 0xFF)"], lambda: [f"q_ = Quiet({self.pick(INTS)})"]]
        shared = [n for n, k in self.globals.items() if k == "i"]
        if shared:
            name = self.pick(shared)
            choices += [lambda: [f"globals()[{name!r}] += 1"], lambda: [f"globals()[{name!r}] = {self.expr('i', s)}"]] * 2
        if s.of("i"):
            choices.append(lambda: [f"if {self.pick(s.of('i'))} == {self.r.randint(0, 90)}:", f"    log.append({self.expr(self.pick('ifs'), s)})"])
        if self.events and s.of("o"):
            choices += [lambda: self.event(s)] * 2
        return self.pick(choices)()

    def event(self, s):
        event = self.pick(self.events)
        counter = "i_" if "i_" in s.names else self.pick(s.of("i") or ["0"])
        return [f"if {counter} == EVENT_{event}:", f"    event_{event}({self.pick(s.of('o'))})"]

    def swap(self, s):
        names = s.of(self.pick("ifs"))
        if len(names) < 2:
            return self.assign(s)
        a, b = self.r.sample(names, 2)
        if "i_" in (a, b):
            return self.assign(s)
        return self.pick([[f"{a}, {b} = {b}, {a}"], [f"{a}, *rest_ = ({b}, {a}, {b})"], [f"({a}, {b}), k_ = [{b}, {a}], 1"]])

    def drop(self, s):
        names = [n for n in s.names if n.endswith("_") and n != "i_" and not n.startswith(("c", "g"))]
        if not names or self.chance(0.6):
            return self.assign(s)
        name = self.pick(names)
        if self.chance(0.3):
            return [f"if {self.condition(s)}:", f"    del {name}", f"    {name} = {self.value(s.names[name])}"]
        if self.chance(0.3):
            return [f"if {self.expr('i', s)} == {self.r.randint(50, 99)}:", f"    del {name}"]
        return [f"{name} = {self.value(s.names[name])}"]

    def leave(self, s):
        return [f"if {self.expr('i', s)} % {self.r.randint(3, 23)} == {self.r.randint(0, 2)}:", f"    {self.pick(['continue', 'continue', 'break'])}"]

    def yields(self, s):
        if self.chance(0.3):
            s.names["got_"] = "i"
            return [f"got_ = (yield {self.expr('i', s)}) or 0"]
        return [f"yield {self.expr('i', s)}"]

    def branch(self, s, depth):
        out = [f"if {self.condition(s, 2)}:"] + self.indent(self.block(s, self.r.randint(1, 2), depth))
        if self.chance(0.3):
            out += [f"elif {self.condition(s, 2)}:"] + self.indent(self.block(s, 1, depth))
        if self.chance(0.5):
            out += ["else:"] + self.indent(self.block(s, self.r.randint(1, 2), depth))
        return out

    def loop(self, s, depth):
        s.fresh += 1
        x = f"x{s.fresh}_"
        y = f"y{s.fresh}_"
        head, kinds = self.pick([
            lambda: (f"for {x} in range({self.r.randint(1, 5)}):", {x: "i"}),
            lambda: (f"for {x} in range({self.expr('i', s, 1)} % 5, {self.pick(['-3, -2', '6', '7, 2'])}):", {x: "i"}),
            lambda: (f"for {x} in {self.expr('l', s, 1)}[:5]:", {x: "i"}),
            lambda: (f"for {x}, {y} in enumerate({self.expr('l', s, 1)}[:4]):", {x: "i", y: "i"}),
            lambda: (f"for {x}, {y} in zip({self.expr('l', s, 1)}[:5], range({self.r.randint(1, 5)})):", {x: "i", y: "i"}),
            lambda: (f"for {x}, {y} in {self.expr('d', s, 1)}.items():", {x: "i", y: "i"}),
            lambda: (f"for {x} in {self.expr('d', s, 1)}.{self.pick(['values()', 'keys()'])}:", {x: "i"}),
            lambda: (f"for {x} in {self.expr('s', s, 1)}[:5]:", {x: "s"}),
            lambda: (f"for {x}, {y} in enumerate({self.expr('s', s, 1)}[:4]):", {x: "i", y: "s"}),
            lambda: (f"for {x} in (1, {self.expr('i', s, 1)}, 3):", {x: "i"}),
            lambda: (f"for {x} in reversed({self.expr('l', s, 1)}[:4]):", {x: "i"}),
        ])()
        before = dict(s.names)
        s.names.update(kinds)
        s.in_loop += 1
        body = self.block(s, self.r.randint(1, 3), depth)
        s.in_loop -= 1
        s.names = before
        out = [head] + self.indent(body)
        if self.chance(0.2):
            out += ["else:"] + self.indent(self.block(s, 1, 0))
        return out

    def while_loop(self, s, depth):
        s.fresh += 1
        w = f"w{s.fresh}_"
        before = dict(s.names)
        s.in_loop += 1
        body = self.block(s, self.r.randint(1, 2), depth)
        s.in_loop -= 1
        s.names = before
        test = f"{w} < {self.r.randint(1, 5)}" + (f" and {self.condition(s)}" if self.chance(0.3) else "")
        return [f"{w} = 0", f"while {test}:"] + self.indent([f"{w} += 1"] + body)

    def guarded(self, s, depth):
        out = ["try:"] + self.indent(self.block(s, self.r.randint(1, 2), depth))
        if self.chance(0.5):
            out += self.indent([f"if {self.expr('i', s)} % {self.r.randint(2, 9)} == 0:",
                                f"    raise {self.pick(['ValueError', 'KeyError', 'IndexError', 'ZeroDivisionError'])}({self.expr('i', s, 1)} & 0xFF)"])
        caught = self.pick(["ValueError", "(KeyError, IndexError)", "Exception", "ZeroDivisionError", "(ValueError, ZeroDivisionError)"])
        handler = self.block(s, 1, 0)
        if self.chance(0.3):
            handler = ["log.append(type(error).__name__)"] + handler
        if self.chance(0.15):
            handler.append("raise")
        if self.chance(0.8):
            out += [f"except {caught} as error:"] + self.indent(handler)
            if self.chance(0.2):
                out += ["else:"] + self.indent(self.block(s, 1, 0))
            if self.chance(0.3):
                out += ["finally:"] + self.indent(self.without_leaving(s))
        else:
            out += ["finally:"] + self.indent(self.without_leaving(s))
        return out

    def without_leaving(self, s):
        return self.pick([self.assign, self.augmented, self.store])(s)

    def closure(self, s, depth):
        if self.makers and self.chance(0.4):
            s.fresh += 1
            name = f"c{s.fresh}_"
            out = [f"{name} = {self.pick(self.makers)}({self.expr('i', s, 1)})"]
            s.names[name] = "c"
            return out
        if self.generators and self.chance(0.6):
            s.fresh += 1
            name = f"g{s.fresh}_"
            out = [f"{name} = {self.pick(self.generators)}({self.expr('i', s, 1)}, {self.r.randint(1, 6)})"]
            s.names[name] = "g"
            return out
        candidates = [n for n in s.of("i") if n.endswith("_") and n != "i_"]
        s.fresh += 1
        name = f"c{s.fresh}_"
        inner = Scope({**s.names, "v": "i"}, calls=0)
        out = [f"def {name}(v, k={self.pick(INTS)}):"]
        if candidates and self.chance(0.6):
            cell = self.pick(candidates)
            out += self.indent([f"nonlocal {cell}", f"{cell} {self.pick(['+=', '-=', '^='])} v"])
        out += self.indent([f"return {self.expr('i', inner)} + k"])
        s.names[name] = "c"
        return out

    def managed(self, s, depth):
        if not self.classes:
            return self.assign(s)
        return [f"with {self.pick(self.classes)}({self.expr('i', s, 1)}):"] + self.indent(self.block(s, 1, depth))

    # -- definitions

    def emit(self, *lines):
        self.lines += ["", "", *lines]

    def make_class(self, number):
        r = self.r
        name = f"C{number}"
        base = self.pick(self.classes) if self.classes and self.chance(0.4) else None
        slots = base is None and self.chance(0.2)
        out = [f"class {name}({base}):" if base else f"class {name}:"]
        body = []
        if slots:
            body.append("__slots__ = ('a', 'b', 'c')")
        elif not base or self.chance(0.5):
            body.append(f"c = {self.value(self.pick('iiiiif'))}")
        s = Scope({"a": "i"}, calls=0)
        body += ["", "def __init__(self, a):"]
        if base and self.chance(0.5):
            body += ["    super().__init__(a + 1)"]
        body += ["    self.a = a", f"    self.b = {self.expr(self.pick('iiiiif'), s)}"]
        if slots or self.chance(0.15):
            body += [f"    self.c = {self.value('i')}"]
        own = Scope({"v": "i", "self.a": "i", "self.b": "i", "self.c": "i"}, calls=0)
        for method in ("m", "n", "p"):
            if base and self.chance(0.5):
                continue
            call = f"self.{self.pick(['n', 'p'])}(v) + " if method == "m" and self.chance(0.4) else ""
            call = call or ("self.p(v - 1) + " if method == "n" and self.chance(0.3) else "")
            call = call or (f"super().{method}(v) + " if base and self.chance(0.5) else "")
            if method == "p" and self.chance(0.15):
                body += ["", "@staticmethod", "def p(v, k=2):", f"    return v * k + {self.pick(INTS)}"]
                continue
            body += ["", f"def {method}(self, v, k={self.pick(INTS)}):"]
            if self.chance(0.3):
                body += [f"    if {self.condition(own)}:", f"        return {self.expr('i', own)}"]
            if self.chance(0.3):
                body += [f"    self.{self.pick('ab')} {self.pick(['=', '+=', '^=', '-='])} {self.expr('i', own)}"]
            if self.chance(0.1):
                body += [f"    if v == {r.randint(20, 99)}:", f"        raise {self.pick(['ValueError', 'KeyError', 'TypeError'])}(v)"]
            body += [f"    return {call}{self.expr('i', own)} + k"]
        body += ["", "def __enter__(self):", "    return self", "", "def __exit__(self, kind, value, tb):",
                 "    log.append(kind.__name__ if kind else 'left')" if self.chance(0.3) else "    self.a = 0",
                 f"    return kind is {self.pick(['KeyError', 'ValueError', 'None'])}"]
        if self.chance(0.35):
            body += ["", "def __del__(self):", self.pick(["    log.append(self.a)", f"    log.append('{name}')", "    globals()['dropped'] += 1"])]
        if self.chance(0.3):
            body += ["", "def __eq__(self, other):", "    return self.a == getattr(other, 'a', None)", "", "__hash__ = None"]
        if self.chance(0.25):
            body += ["", "def __bool__(self):", "    return self.a != 3"]
        if not slots and self.chance(0.2):
            body += ["", "@property", "def c(self):", "    return self.a + 1", "", "@c.setter", "def c(self, v):", "    self.a = v"]
        if not slots and self.chance(0.12):
            body += ["", "def __getattr__(self, name):", "    if name.startswith('_'):", "        raise AttributeError(name)", "    return len(name)"]
        self.emit(*out, *["    " + line if line else "" for line in body])
        self.classes.append(name)

    def parameters(self, kinds):
        params = []
        for k, kind in enumerate(kinds):
            default = f"={self.value(kind if kind != 'o' else 'i', 0)}" if k and kind != "o" and (k == len(kinds) - 1 or "=" in (params or [""])[-1]) else ""
            params.append(f"q{k}{default}")
        return ", ".join(params)

    def make_function(self, number):
        kinds = [self.pick("iiifsl") for _ in range(self.r.randint(1, 3))]
        result = self.pick("iiiif")
        s = Scope({f"q{k}": kind for k, kind in enumerate(kinds)}, calls=2 if number > 1 else 0)
        body = []
        for _ in range(self.r.randint(0, 3)):
            body += self.statement(s, 1)
        if self.chance(0.15):
            body += [f"if {self.expr('i', s)} == {self.r.randint(0, 60)}:", f"    raise {self.pick(['ValueError', 'LookupError'])}('f{number}')"]
        body += [f"return {self.expr(result, s)}"]
        self.emit(f"def f{number}({self.parameters(kinds)}):", *self.indent(body))
        self.functions.append((f"f{number}", kinds, result))

    def make_generator(self, number):
        s = Scope({"q0": "i", "n": "i"}, calls=1, generator=True)
        s.names["i_"] = "i"
        s.in_loop = 1
        body = self.block(s, self.r.randint(1, 2), 1) + [f"yield {self.expr('i', s)}"]
        tail = [f"yield from gen{number - 1}(q0, 2)"] if number and self.chance(0.5) else []
        if self.chance(0.3):
            body = ["try:"] + self.indent(body) + ["finally:", "    log.append('closed') if i_ > 90 else None"]
        self.emit(f"def gen{number}(q0, n):", "    for i_ in range(n):", *self.indent(self.indent(body)), *self.indent(tail))
        self.generators.append(f"gen{number}")

    def make_maker(self, number):
        inner = Scope({"q0": "i", "v": "i", "total": "i"}, calls=1)
        self.emit(f"def make{number}(q0):", f"    total = {self.value(self.pick('iiiif'))}", "",
                  "    def inner(v):", "        nonlocal total", f"        total {self.pick(['+=', '-=', '='])} {self.expr('i', inner)}",
                  f"        return {self.expr('i', inner)}", "    return inner")
        self.makers.append(f"make{number}")

    def make_event(self, number):
        cls = self.pick(self.classes)
        shared = self.pick(list(self.globals))
        function = self.pick(self.functions)[0] if self.functions else "abs"
        s = Scope({"v": "i"}, calls=0)
        body = self.pick([
            [f"{cls}.{self.pick('mnp')} = lambda self, v, k=1: {self.expr('i', s)}"],
            [f"{cls}.c = {self.value(self.pick('ifs'))}"],
            [f"{cls}.c = property(lambda self: {self.pick(INTS)})"],
            [f"o.{self.pick('abc')} = {self.value(self.pick('fsbi'), 0.3)}"],
            [f"o.{self.pick('mn')} = lambda v: {self.pick(INTS)}"],
            [f"o.__class__ = {self.pick(self.classes)}"],
            [f"del o.{self.pick('ab')}"],
            [f"vars(o)[{self.pick('abc')!r}] = {self.value(self.pick('ifs'))}"],
            ["for k in range(40):", "    setattr(o, f'x{k}', k)"],
            ["o.__dict__ = dict(vars(o))"],
            [f"globals()[{shared!r}] = {self.value(self.pick('fisb'), 0.3)}"],
            [f"globals().pop({shared!r}, None)"],
            [f"globals()[{function!r}] = lambda *a, **k: {self.value(self.pick('iif'))}"],
            [f"globals()[{self.pick(['len', 'abs', 'min'])!r}] = lambda *a: 4"],
            [f"{function}.__defaults__ = ({self.value('i')},)"],
            ["gc.collect()"],
            [f"raise {self.pick(['ValueError', 'KeyError', 'RuntimeError'])}('event {number}')"],
            ["import builtins", f"globals()['isinstance'] = lambda a, b: {self.pick(['True', '0'])}"],
            [f"{cls}.__eq__ = lambda self, other: 3"],
            [f"{cls}.__del__ = lambda self: log.append('del {number}')"],
            ["frame = sys._getframe(1)", "log.append([frame.f_code.co_name, frame.f_lineno, sorted(k for k in frame.f_locals if k != 'self')[:5]])"],
            [f"{cls}.__getattribute__ = lambda self, name: object.__getattribute__(self, name)"],
        ])
        when = [self.pick(["-1", "-1", "7", str(self.r.randint(10, 99))])] + [str(self.r.randint(5, 110)) for _ in range(VARIANTS - 1)]
        self.emit(f"EVENT_{number} = ({', '.join(when)})[VARIANT]", "", "", f"def event_{number}(o):", f"    log.append('event {number}')", *self.indent(body))
        self.events.append(number)

    def make_hot(self, number):
        """A function with the loop that gets recorded."""
        kinds = [self.pick("iiifsld") for _ in range(self.r.randint(1, 3))] + ["o"]
        s = Scope({f"q{k}": kind for k, kind in enumerate(kinds)}, calls=4)
        before = []
        for kind in "iif":
            before.append(f"{kind}{len(before)}_ = {self.value(kind)}")
            s.names[before[-1].split()[0]] = kind
        s.fresh = 5
        if self.chance(0.4):
            before += self.closure(s, 0)
        if self.chance(0.3) and self.generators:
            before += [f"g9_ = {self.pick(self.generators)}({self.pick(INTS)}, n)"]
            s.names["g9_"] = "g"
        s.names["i_"] = "i"
        head = "for i_ in range(n):"
        if self.chance(0.25):
            head = "while i_ < n:"
            before += ["i_ = -1"]
        s.in_loop = 1
        body = self.block(s, self.r.randint(3, 6), 2)
        if self.events and self.chance(0.7):
            body[:0] = self.event(Scope({k: v for k, v in s.names.items() if k in ("i_", f"q{len(kinds) - 1}")}))
        if head.startswith("while"):
            body = ["i_ += 1"] + body
        results = [n for n in ("i0_", "i1_", "f2_") if n in s.names] + [f"q{k}" for k in range(len(kinds))]
        self.emit(f"def hot{number}({', '.join(f'q{k}' for k in range(len(kinds)))}, n):", *self.indent(before),
                  "    " + head, *self.indent(self.indent(body)), f"    return [{', '.join(results)}]")
        return kinds

    def arguments(self, kinds, variant):
        out = []
        for kind in kinds:
            if variant and kind != "o" and self.chance(0.35):
                kind = self.pick({"i": "fibi", "f": "ifi", "s": "sl", "l": "lls", "d": "dl", "b": "bi"}[kind])
            elif variant and kind == "o" and self.chance(0.2):
                out.append(f"type('Sub', ({self.pick(self.classes)},), {{}})(4)")
                continue
            out.append(self.value(kind, 0.3 if variant else 0.02))
        return out

    def program(self):
        self.lines = PRELUDE.rstrip("\n").split("\n")
        self.emit("dropped = 0")
        for k in range(self.r.randint(1, 3)):
            kind = self.pick("iif")
            self.globals[f"shared{k}"] = kind
            self.lines.append(f"shared{k} = {self.value(kind)}")
        for k in range(self.r.randint(1, 3)):
            self.make_class(k)
        for k in range(self.r.randint(1, 4)):
            self.make_function(k)
        for k in range(self.r.randint(0, 2)):
            self.make_generator(k)
        for k in range(self.r.randint(0, 2)):
            self.make_maker(k)
        for k in range(self.r.randint(1, 3)):
            self.make_event(k)
        calls = []
        for k in range(self.r.randint(1, 3)):
            kinds = self.make_hot(k)
            warm = self.arguments(kinds, 0)
            turns = self.r.randint(2, 3)
            calls += [f"for turn in range({turns}):", f"    attempt('hot{k}', hot{k}, {', '.join(warm)}, {self.r.randint(60, 120)})"]
            choices = [self.arguments(kinds, variant) for variant in range(VARIANTS)]
            calls += [f"attempt('hot{k} varied', hot{k}, *(", *[f"    lambda: ({', '.join(args)}, {self.r.choice([0, 1, 50, 120])})," for args in choices], ")[VARIANT]())"]
            if self.chance(0.3):
                calls += [f"attempt('event', event_{self.pick(self.events)}, {self.value('o')})",
                          f"attempt('hot{k} after', hot{k}, {', '.join(warm)}, 80)"]
        tail = ["print(dropped, real_len(log))", "print(show([" + ", ".join(f"globals().get('{n}')" for n in self.globals) + "]))"]
        if self.chance(0.3):
            tail += [f"print(show(hot{k}({', '.join(self.value('s') for _ in kinds)}, 30)))"]
        self.emit(*calls, *tail)
        return "\n".join(self.lines) + "\n"


def generate(seed):
    """The text of a program; the same for the same seed."""
    attempt = 0
    while True:
        text = Generator(f"{seed}/{attempt}").program()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                compile(text, "generated", "exec")
            return text
        except SyntaxError:  # a name that is nonlocal and not bound outside, a number that is subscripted
            attempt += 1


if __name__ == "__main__":
    sys.stdout.write(generate(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
