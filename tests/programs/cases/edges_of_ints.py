# args: 9
# other-args: 4
# expect: native
"""Each operator on all pairs of numbers around the edges of 30, 31, 32, 62, 63 and 64 bits, with floats, too. Every operator has a
function of its own, made from a text, whose loop is native for what fits."""
import sys
import zlib

STEP = int(sys.argv[1])
EDGES = sorted({sign * ((1 << bits) + d) for bits in (0, 1, 15, 30, 31, 32, 53, 60, 62, 63) for d in (-2, -1, 0, 1, 2)
                for sign in (1, -1)} | {3, 7, -3, -7, 10, 1000003})
SMALL = [x for x in EDGES if -1 << 61 < x < 1 << 61]
SHIFTS = [0, 1, 2, 5, 29, 30, 31, 32, 33, 62, 63, 64, 65]
FLOATS = [0.0, -0.0, 0.5, -0.5, 1.0, -1.5, 2.5, 1e9, -2147483648.5, 4294967296.0, 9007199254740993.0, -9.2e18, 1e19, 1e300]

OPERATORS = {
    "add": "a + b", "sub": "a - b", "mul": "a * b", "floor": "a // b", "mod": "a % b", "and": "a & b", "or": "a | b",
    "xor": "a ^ b", "invert": "~a ^ b", "negate": "-a + b", "abs": "abs(a) - abs(b)", "less": "(a < b) + 2 * (a <= b)",
    "equal": "(a == b) - (a != b)", "greater": "(a > b) + 2 * (a >= b)", "min": "min(a, b) - max(a, b)",
    "both": "a // b * b + a % b - a", "true": "a / b", "divmod": "divmod(a, b)[0] ^ divmod(a, b)[1]",
}
TEMPLATE = """
def op_{name}(pairs):
    results = []
    last = None
    for a, b in pairs:
        try:
            last = {text}
        except (ZeroDivisionError, OverflowError, ValueError) as error:
            last = str(error)
        results.append(last)
    return results

def op_{name}_plain(pairs):
    total = 0
    for a, b in pairs:
        total = total * 3 + ({text})
        if total > 1000000007 or total < -1000000007:
            total = total % 1000003
    return total
"""


def made(name, text):
    names = {}
    exec(compile(TEMPLATE.format(name=name, text=text), f"<{name}>", "exec"), names)
    return names["op_" + name], names["op_" + name + "_plain"]


def digest(results):
    return zlib.crc32(repr(results).encode())


def show(name, text, pairs):
    each, plain = made(name, text)
    results = each(pairs)
    print(name, len(results), digest(results), results[:3], results[-3:])
    try:
        print(name, plain([(a, b) for a, b in pairs if b]))
    except (OverflowError, ValueError) as error:
        print(name, type(error).__name__, error)


ALL = [(a, b) for a in EDGES[::STEP] for b in EDGES]
FIT = [(a, b) for a in SMALL[::STEP] for b in SMALL if b]
for name, text in OPERATORS.items():
    show(name, text, FIT)
    show(name + "_wide", text, ALL)
show("shift_left", "(a << b) & 0xffffffffffff", [(a, b) for a in EDGES[::STEP] for b in SHIFTS])
show("shift_left_fits", "a << b", [(a, b) for a in SMALL[::STEP] for b in SHIFTS if abs(a) << b < 1 << 63])
show("shift_right", "a >> b", [(a, b) for a in EDGES[::STEP] for b in SHIFTS])
show("to_float", "float(a) + b", [(a, b) for a in EDGES[::STEP] for b in FLOATS])
show("from_float", "int(a) + b", [(a, b) for a in FLOATS for b in SMALL[::STEP]])
show("float_mod", "a % b", [(a, b) for a in FLOATS for b in FLOATS + SMALL if b])
show("float_floor", "a // b", [(a, b) for a in FLOATS for b in FLOATS + SMALL if b])
show("compare", "(a < b) + 2 * (a == b) + 4 * (a > b)", [(a, b) for a in EDGES[::STEP] for b in FLOATS])
show("round", "round(a) - b", [(a, b) for a in FLOATS for b in SMALL[::STEP]])
