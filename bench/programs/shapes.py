"""Many classes behind one interface: shapes in a scene, a visitor, sorting by area, collisions."""
import math
import sys


class Shape:
    count = 0

    def __init__(self, x, y):
        self.x = x
        self.y = y
        Shape.count += 1

    def area(self):
        raise NotImplementedError

    def bounds(self):
        raise NotImplementedError

    def moved(self, dx, dy):
        self.x += dx
        self.y += dy
        return self

    def overlaps(self, other):
        left, top, right, bottom = self.bounds()
        l, t, r, b = other.bounds()
        return left < r and l < right and top < b and t < bottom

    def accept(self, visitor):
        return getattr(visitor, "visit_" + type(self).__name__.lower())(self)


class Circle(Shape):
    def __init__(self, x, y, radius):
        super().__init__(x, y)
        self.radius = radius

    def area(self):
        return math.pi * self.radius ** 2

    def bounds(self):
        r = self.radius
        return self.x - r, self.y - r, self.x + r, self.y + r


class Rectangle(Shape):
    def __init__(self, x, y, width, height):
        super().__init__(x, y)
        self.width = width
        self.height = height

    def area(self):
        return self.width * self.height

    def bounds(self):
        return self.x, self.y, self.x + self.width, self.y + self.height


class Square(Rectangle):
    def __init__(self, x, y, side):
        super().__init__(x, y, side, side)


class Triangle(Shape):
    def __init__(self, x, y, a, b):
        super().__init__(x, y)
        self.a = a
        self.b = b

    @property
    def height(self):
        return math.sqrt(self.a * self.a + self.b * self.b) / 2

    def area(self):
        return self.a * self.height / 2

    def bounds(self):
        return self.x, self.y, self.x + self.a, self.y + self.height


class Group(Shape):
    def __init__(self, members):
        super().__init__(0, 0)
        self.members = members

    def area(self):
        return sum(member.area() for member in self.members)

    def moved(self, dx, dy):
        for member in self.members:
            member.moved(dx, dy)
        return self

    def bounds(self):
        boxes = [member.bounds() for member in self.members]
        return (min(b[0] for b in boxes), min(b[1] for b in boxes),
                max(b[2] for b in boxes), max(b[3] for b in boxes))


class Describe:
    def visit_circle(self, shape):
        return f"circle r={shape.radius}"

    def visit_rectangle(self, shape):
        return f"rectangle {shape.width}x{shape.height}"

    visit_square = visit_rectangle

    def visit_triangle(self, shape):
        return f"triangle {shape.a}/{shape.b}"

    def visit_group(self, shape):
        return "group of " + ", ".join(member.accept(self) for member in shape.members)


def scene(n):
    shapes = []
    for i in range(n):
        x, y = i * 37 % 500, i * 91 % 400
        kind = i % 5
        if kind == 0:
            shapes.append(Circle(x, y, 3 + i % 11))
        elif kind == 1:
            shapes.append(Rectangle(x, y, 4 + i % 13, 2.5 + i % 7))
        elif kind == 2:
            shapes.append(Square(x, y, 5 + i % 3))
        elif kind == 3:
            shapes.append(Triangle(x, y, 6 + i % 4, 3 + i % 9))
        else:
            shapes.append(Group([Circle(x, y, 2), Square(x + 3, y, 4)]))
    return shapes


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "1150"
    n = 25 if arg == "--small" else int(arg)
    shapes = scene(n)
    total = 0.0
    for turn in range(60):
        for i, shape in enumerate(shapes):
            total += shape.moved(i % 3 - 1, turn % 2 - 0.5).area()
    print(f"{total:.4f}")
    hits = 0
    for i, shape in enumerate(shapes):
        for other in shapes[:i]:
            if shape.overlaps(other):
                hits += 1
    print(hits, Shape.count)
    shapes.sort(key=Shape.area if n < 0 else lambda s: (s.area(), s.x))
    describe = Describe()
    text = [shape.accept(describe) for shape in shapes]
    print(text[0], "|", text[n // 2], "|", text[-1], sum(map(len, text)))


if __name__ == "__main__":
    main()
