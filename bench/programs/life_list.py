"""Game of life on a torus: the board as a list of lists of 0 and 1."""
import sys


class Board:
    def __init__(self, width, height):
        self.width = width
        self.height = height
        self.cells = [[0] * width for _ in range(height)]

    def fill(self, seed):
        for y in range(self.height):
            for x in range(self.width):
                seed = (seed * 69069 + 1) % 4294967296
                self.cells[y][x] = 1 if seed >> 30 == 0 else 0

    def count_around(self, x, y):
        count = 0
        for j in range(y - 1, y + 2):
            row = self.cells[j % self.height]
            for i in range(x - 1, x + 2):
                if (i != x or j != y) and row[i % self.width]:
                    count += 1
        return count

    def next(self):
        board = Board(self.width, self.height)
        for y in range(self.height):
            for x in range(self.width):
                around = self.count_around(x, y)
                if around == 3 or (around == 2 and self.cells[y][x]):
                    board.cells[y][x] = 1
        return board

    def population(self):
        return sum(sum(row) for row in self.cells)


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "260"
    generations = 3 if arg == "--small" else int(arg)
    board = Board(64, 48)
    board.fill(7)
    for _ in range(generations):
        board = board.next()
    print(board.population())
    for row in board.cells[:6]:
        print("".join(".#"[cell] for cell in row))


if __name__ == "__main__":
    main()
