"""Five bodies that attract each other: vectors and bodies are objects with methods."""
import sys

GRAVITY = 39.47841760435743


class Vector:
    __slots__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __sub__(self, other):
        return Vector(self.x - other.x, self.y - other.y, self.z - other.z)

    def times(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z


class Body:
    def __init__(self, place, speed, mass):
        self.place = place
        self.speed = speed
        self.mass = mass

    def accelerate(self, force, dt):
        self.speed = self.speed + force.times(dt / self.mass)

    def advance(self, dt):
        self.place = self.place + self.speed.times(dt)


def attraction(a, b):
    way = b.place - a.place
    square = way.dot(way) + 0.01
    return way.times(GRAVITY * a.mass * b.mass / (square * square ** 0.5))


def step(bodies, dt):
    for i, a in enumerate(bodies):
        for b in bodies[i + 1:]:
            force = attraction(a, b)
            a.accelerate(force, dt)
            b.accelerate(force, -dt)
    for body in bodies:
        body.advance(dt)


def energy(bodies):
    total = 0.0
    for i, a in enumerate(bodies):
        total += 0.5 * a.mass * a.speed.dot(a.speed)
        for b in bodies[i + 1:]:
            way = a.place - b.place
            total -= GRAVITY * a.mass * b.mass / (way.dot(way) + 0.01) ** 0.5
    return total


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "45000"
    steps = 100 if arg == "--small" else int(arg)
    bodies = [
        Body(Vector(0.0, 0.0, 0.0), Vector(0.0, 0.0, 0.0), 1.0),
        Body(Vector(5.2, 0.1, -0.1), Vector(0.0, 2.75, 0.02), 0.00095),
        Body(Vector(-9.5, 1.0, 0.3), Vector(-0.2, -2.0, 0.05), 0.00029),
        Body(Vector(1.0, 19.0, 0.2), Vector(-1.4, 0.1, 0.01), 0.00004),
        Body(Vector(15.0, -26.0, 0.1), Vector(1.0, 0.55, -0.03), 0.00005),
    ]
    print(f"{energy(bodies):.9f}")
    for _ in range(steps):
        step(bodies, 0.002)
    print(f"{energy(bodies):.9f}")
    for body in bodies:
        print(f"{body.place.x:.6f} {body.place.y:.6f} {body.place.z:.6f}")


if __name__ == "__main__":
    main()
