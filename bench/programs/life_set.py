"""Game of life: the living cells as a set of (x, y)."""
import sys


def neighbours(cell):
    x, y = cell
    for dx in (-1, 0, 1):
        for dy in (-1, 0, 1):
            if dx or dy:
                yield x + dx, y + dy


def step(alive):
    counts = {}
    for cell in alive:
        for other in neighbours(cell):
            if other in counts:
                counts[other] += 1
            else:
                counts[other] = 1
    born = set()
    for cell, count in counts.items():
        if count == 3 or count == 2 and cell in alive:
            born.add(cell)
    return born


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "1150"
    generations = 40 if arg == "--small" else int(arg)
    alive = {(0, 2), (1, 0), (1, 2), (3, 1), (4, 2), (5, 2), (6, 2)}
    checksum = 0
    for generation in range(generations):
        alive = step(alive)
        checksum = (checksum * 31 + len(alive)) % 1000003
    xs = [x for x, _ in alive]
    ys = [y for _, y in alive]
    print(len(alive), min(xs), max(xs), min(ys), max(ys), checksum)


if __name__ == "__main__":
    main()
