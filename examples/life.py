"""Conway's game of life on an endless plane: the living cells are a set.

    life.py [GENERATIONS]   (default 2500)
"""
import sys

NEIGHBOURS = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]

R_PENTOMINO = """
.##
##.
.#.
"""


def parse(picture):
    alive = set()
    for y, line in enumerate(picture.split()):
        for x, mark in enumerate(line):
            if mark == "#":
                alive.add((x, y))
    return alive


def next_generation(alive):
    neighbours = {}
    for x, y in alive:
        for dx, dy in NEIGHBOURS:
            cell = (x + dx, y + dy)
            neighbours[cell] = neighbours.get(cell, 0) + 1
    return {cell for cell, n in neighbours.items() if n == 3 or (n == 2 and cell in alive)}


def main():
    generations = int(sys.argv[1]) if len(sys.argv) > 1 else 2500
    alive = parse(R_PENTOMINO)
    largest = 0
    for _ in range(generations):
        alive = next_generation(alive)
        if len(alive) > largest:
            largest = len(alive)
    print("after", generations, "generations", len(alive), "cells live; the most were", largest)
    if alive:
        left = min(x for x, y in alive)
        top = min(y for x, y in alive)
        for y in range(top, top + 12):
            print("".join("#" if (x, y) in alive else "." for x in range(left, left + 60)).rstrip("."))


if __name__ == "__main__":
    main()
