"""Backtracking: queens, a small sudoku, and subsets with a given sum."""
import sys


def queens(n, row, columns, rising, falling):
    if row == n:
        return 1
    count = 0
    for column in range(n):
        if column in columns or row + column in rising or row - column in falling:
            continue
        columns.add(column)
        rising.add(row + column)
        falling.add(row - column)
        count += queens(n, row + 1, columns, rising, falling)
        columns.remove(column)
        rising.remove(row + column)
        falling.remove(row - column)
    return count


PUZZLE = [
    "53..7....", "6..195...", ".98....6.", "8...6...3", "4..8.3..1",
    "7...2...6", ".6....28.", "...419..5", "....8..79",
]


class Sudoku:
    def __init__(self, lines):
        self.grid = [[int(c) if c != "." else 0 for c in line] for line in lines]
        self.tried = 0

    def allowed(self, row, column, digit):
        for i in range(9):
            if self.grid[row][i] == digit or self.grid[i][column] == digit:
                return False
        top, left = row // 3 * 3, column // 3 * 3
        for r in range(top, top + 3):
            for c in range(left, left + 3):
                if self.grid[r][c] == digit:
                    return False
        return True

    def solve(self):
        for row in range(9):
            for column in range(9):
                if self.grid[row][column] == 0:
                    for digit in range(1, 10):
                        self.tried += 1
                        if self.allowed(row, column, digit):
                            self.grid[row][column] = digit
                            if self.solve():
                                return True
                            self.grid[row][column] = 0
                    return False
        return True


def subsets(numbers, index, rest):
    if rest == 0:
        return 1
    if index == len(numbers) or rest < 0:
        return 0
    return subsets(numbers, index + 1, rest - numbers[index]) + subsets(numbers, index + 1, rest)


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "10"
    n = 5 if arg == "--small" else int(arg)
    print(queens(n, 0, set(), set(), set()))
    for _ in range(1 if n < 8 else 7):
        sudoku = Sudoku(PUZZLE)
        solved = sudoku.solve()
    print(solved, sudoku.tried)
    print("".join(map(str, sudoku.grid[0])), "".join(map(str, sudoku.grid[8])))
    print(subsets([3 * i % 17 + 2 for i in range(n * 2 + 2)], 0, n * 8))


if __name__ == "__main__":
    main()
