"""Spectral norm of an endless matrix, by the power method."""
import sys
from math import sqrt


def element(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(vector):
    n = len(vector)
    return [sum(element(i, j) * vector[j] for j in range(n)) for i in range(n)]


def times_transposed(vector):
    n = len(vector)
    out = []
    for i in range(n):
        total = 0.0
        for j, value in enumerate(vector):
            total += element(j, i) * value
        out.append(total)
    return out


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "360"
    n = 20 if arg == "--small" else int(arg)
    u = [1.0] * n
    for _ in range(10):
        v = times_transposed(times(u))
        u = times_transposed(times(v))
    above = below = 0.0
    for a, b in zip(u, v):
        above += a * b
        below += b * b
    print(f"{sqrt(above / below):.9f}")


if __name__ == "__main__":
    main()
