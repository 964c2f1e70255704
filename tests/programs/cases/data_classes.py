# args: 200
# other-args: 4
# expect: native
import enum
import sys
from collections import namedtuple
from dataclasses import dataclass, field, replace

Pair = namedtuple("Pair", "left right", defaults=[0])


class Colour(enum.Enum):
    RED = 1
    GREEN = 2
    BLUE = 3

    @property
    def next(self):
        return Colour(self.value % 3 + 1)


class Flag(enum.IntFlag):
    A = 1
    B = 2
    C = 4


@dataclass
class Point:
    x: int
    y: float = 0.5
    tags: list = field(default_factory=list)

    def __post_init__(self):
        self.sum = self.x + self.y


@dataclass(frozen=True, order=True, slots=True)
class Version:
    major: int
    minor: int = 0


def work(n):
    total = 0
    colour = Colour.RED
    flags = Flag(0)
    points = []
    for i in range(n):
        p = Pair(i)
        q = p._replace(right=i + 1)
        a, b = q
        total += p.left + q.right + a * b + q[0] + (p == q) + (p < q) + len(q)
        colour = colour.next
        if colour is Colour.GREEN or colour == Colour.BLUE:
            total += colour.value
        flags ^= Flag(1 << i % 3)
        if Flag.B in flags:
            total += flags
        points.append(Point(i, tags=[colour.name]))
        v = Version(i % 7, i % 3)
        total += v > Version(3) and v != Version(5, 1)
        w = replace(v, minor=9)
        total += w.minor + hash(v) * 0
        if i % 10 == 5:
            try:
                v.major = 3
            except Exception as error:
                total += len(type(error).__name__)
    return total, colour, flags, points[-1], points[1] == Point(1, tags=["BLUE"]), sorted({Version(3, 1), Version(1), Version(3, 1)})


n = int(sys.argv[1])
for turn in range(3):
    print(work(n))
for i in range(n):
    Colour(i % 5)
