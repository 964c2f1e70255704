"""The Mandelbrot set in letters.

    mandelbrot.py [WIDTH]   (default 600)
"""
import sys

SHADES = " .:-=+*#%@"


def escape_time(cr, ci, limit):
    """After how many steps z*z + c leaves the circle of radius 2."""
    zr = zi = 0.0
    for step in range(limit):
        rr = zr * zr
        ii = zi * zi
        if rr + ii > 4.0:
            return step
        zi = 2.0 * zr * zi + ci
        zr = rr - ii + cr
    return limit


def draw(width, limit=200):
    height = width * 3 // 8
    inside = 0
    steps = 0
    for row in range(height):
        ci = (row - height / 2) * 2.4 / height
        line = []
        for column in range(width):
            cr = -2.1 + column * 3.0 / width
            n = escape_time(cr, ci, limit)
            steps += n
            if n == limit:
                inside += 1
            line.append(SHADES[min(n // 3, 9)])
        if width <= 120 or row % (width // 60) == 0:
            print("".join(line)[::1 if width <= 120 else width // 100].rstrip())
    print(inside, "points inside,", steps, "steps")


def main():
    draw(int(sys.argv[1]) if len(sys.argv) > 1 else 600)


if __name__ == "__main__":
    main()
