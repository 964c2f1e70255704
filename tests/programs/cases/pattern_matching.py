# args: ints
# other-args: mixed
# other-args: classes
# other-args: strange
# expect: native
import sys


class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


class Strange:
    @property
    def x(self):
        raise ValueError("no x")


def what(v):
    match v:
        case 0 | 1:
            return "bit"
        case int(n) if n < 0:
            return "negative"
        case bool() | float():
            return "number"
        case [a, b]:
            return f"two {what(a)}"
        case [first, *rest]:
            return f"many {len(rest)}"
        case {"kind": kind, **others}:
            return f"{kind} {len(others)}"
        case Point(x=0, y=y) | Point(x=y, y=0):
            return f"axis {y}"
        case Point(x, y):
            return f"point {x + y}"
        case str() as s:
            return s[:3]
        case None:
            return "none"
        case object(x=x):
            return "has x"
        case _:
            return "other"


def loop(values, n):
    counts = {}
    for i in range(n):
        r = what(values[i % len(values)])
        counts[r] = counts.get(r, 0) + 1
    return counts


VALUES = {
    "ints": [0, 1, -5, 17],
    "mixed": [0, 2.5, True, "text", [1, 2], (1, 2, 3), {"kind": "k", "z": 1}, {}, None, [], b"ab", range(3)],
    "classes": [Point(0, 5), Point(5, 0), Point(2, 3), 3 + 4j, object],
    "strange": [1, 0, Strange()],
}
for turn in range(4):
    print(loop(VALUES["ints"], 200))
print(loop(VALUES[sys.argv[1]], 300))
