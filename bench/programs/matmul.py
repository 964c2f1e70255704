"""Matrix product with lists of lists, floats and ints, and a power by squaring."""
import sys


def matrix(n, seed):
    out = []
    for i in range(n):
        out.append([((i * 7 + j * 3 + seed) % 11) / 4.0 - 1.0 for j in range(n)])
    return out


def multiply(a, b):
    rows, inner, columns = len(a), len(b), len(b[0])
    out = [[0.0] * columns for _ in range(rows)]
    for i in range(rows):
        row = a[i]
        target = out[i]
        for j in range(columns):
            total = 0.0
            for k in range(inner):
                total += row[k] * b[k][j]
            target[j] = total
    return out


def multiply_mod(a, b, modulus):
    columns = list(zip(*b))
    return [[sum(x * y for x, y in zip(row, column)) % modulus for column in columns] for row in a]


def power_mod(a, exponent, modulus):
    n = len(a)
    result = [[1 if i == j else 0 for j in range(n)] for i in range(n)]
    while exponent:
        if exponent & 1:
            result = multiply_mod(result, a, modulus)
        a = multiply_mod(a, a, modulus)
        exponent >>= 1
    return result


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "255"
    n = 20 if arg == "--small" else int(arg)
    c = multiply(matrix(n, 1), matrix(n, 5))
    print(f"{sum(c[i][i] for i in range(n)):.4f} {c[0][n - 1]:.4f} {c[n // 2][n // 3]:.4f}")
    small = [[(i * j + i + 1) % 10 for j in range(12)] for i in range(12)]
    p = power_mod(small, 3 ** (n // 4), 1000000007)
    print(p[0][0], p[5][7], p[11][11])


if __name__ == "__main__":
    main()
