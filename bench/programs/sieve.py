"""Sieve of Eratosthenes, written with plain loops, and what can be read from it."""
import sys


def sieve(limit):
    flags = [True] * (limit + 1)
    flags[0] = flags[1] = False
    n = 2
    while n * n <= limit:
        if flags[n]:
            for m in range(n * n, limit + 1, n):
                flags[m] = False
        n += 1
    return flags


def largest_gap(flags):
    best = 0
    at = 0
    previous = 2
    for n in range(3, len(flags)):
        if flags[n]:
            if n - previous > best:
                best = n - previous
                at = previous
            previous = n
    return best, at


def count_by_last_digit(flags):
    counts = [0] * 10
    for n, prime in enumerate(flags):
        if prime:
            counts[n % 10] += 1
    return counts


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "7000000"
    limit = 10000 if arg == "--small" else int(arg)
    flags = sieve(limit)
    print(sum(flags))
    print(*largest_gap(flags))
    print(*count_by_last_digit(flags))


if __name__ == "__main__":
    main()
