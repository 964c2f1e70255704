# args: 400 ok
# other-args: 400 missing
# other-args: 400 wrong
# other-args: 400 deleted
# expect: native
import sys


class Point:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x = x
        self.y = y

    def moved(self, dx, dy):
        return Point(self.x + dx, self.y + dy)

    def norm(self):
        return self.x * self.x + self.y * self.y


class Point3(Point):
    __slots__ = "z", "__weakref__"

    def __init__(self, x, y, z):
        super().__init__(x, y)
        self.z = z

    def norm(self):
        return super().norm() + self.z ** 2


class Open(Point):
    pass


def loop(p, n):
    total = 0
    for i in range(n):
        p = p.moved(i % 3 - 1, 2)
        p.x -= 1
        total += p.norm()
    return total


def main(n, how):
    for turn in range(3):
        print(loop(Point(1, 2), n), loop(Point(0.5, 2), n))
    points = [Point(i, i) for i in range(n)] + [Point3(1, 2, 3), Open(2, 3)]
    points[-1].x = 1.5
    if how == "missing":
        points.append(Point.__new__(Point))
    elif how == "wrong":
        points.append(Point("a", None))
    elif how == "deleted":
        del points[n // 2].y
    total = 0
    for p in points:
        total += p.norm()
    print(total)
    try:
        points[0].w = 1
    except AttributeError as error:
        print(error)
    points[-1].w = 1
    print(vars(points[-1]))


main(int(sys.argv[1]), sys.argv[2])
