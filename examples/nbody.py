"""Planets around a sun, step by step, as objects that pull on each other.

    nbody.py [STEPS]        (default 400000)
"""
import math
import sys


class Body:
    def __init__(self, name, mass, x, y, vx, vy):
        self.name = name
        self.mass = mass
        self.x = x
        self.y = y
        self.vx = vx
        self.vy = vy

    def pull(self, other, dt):
        """Change both velocities by what the two bodies do to each other in dt."""
        dx = self.x - other.x
        dy = self.y - other.y
        distance = math.sqrt(dx * dx + dy * dy)
        force = dt / (distance * distance * distance)
        self.vx -= dx * other.mass * force
        self.vy -= dy * other.mass * force
        other.vx += dx * self.mass * force
        other.vy += dy * self.mass * force

    def move(self, dt):
        self.x += self.vx * dt
        self.y += self.vy * dt


class System:
    def __init__(self, bodies):
        self.bodies = bodies
        self.pairs = [(a, b) for i, a in enumerate(bodies) for b in bodies[i + 1:]]

    def step(self, dt):
        for a, b in self.pairs:
            a.pull(b, dt)
        for body in self.bodies:
            body.move(dt)

    def energy(self):
        total = 0.0
        for body in self.bodies:
            total += body.mass * (body.vx ** 2 + body.vy ** 2) / 2
        for a, b in self.pairs:
            total -= a.mass * b.mass / math.hypot(a.x - b.x, a.y - b.y)
        return total


def main():
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 400_000
    system = System([
        Body("sun", 1000.0, 0.0, 0.0, 0.0, 0.0),
        Body("near", 1.0, 10.0, 0.0, 0.0, 10.0),
        Body("middle", 2.0, 0.0, 25.0, -6.3, 0.0),
        Body("far", 0.5, -60.0, 0.0, 0.0, -4.1),
    ])
    print(f"energy before: {system.energy():.9f}")
    for _ in range(steps):
        system.step(0.001)
    print(f"energy after:  {system.energy():.9f}")
    for body in system.bodies:
        print(f"{body.name:>8}: {body.x:12.6f} {body.y:12.6f}")


if __name__ == "__main__":
    main()
