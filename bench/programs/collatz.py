"""While loops on integers: collatz chains, greatest common divisors, integer square roots, digits."""
import sys


def collatz_length(n):
    steps = 0
    while n != 1:
        if n % 2 == 0:
            n //= 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def isqrt(n):
    if n < 2:
        return n
    x = n
    y = (x + 1) // 2
    while y < x:
        x = y
        y = (x + n // x) // 2
    return x


def reverse(n):
    out = 0
    while n > 0:
        out = out * 10 + n % 10
        n //= 10
    return out


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "100000"
    n = 300 if arg == "--small" else int(arg)
    longest = (0, 0)
    for i in range(1, n):
        length = collatz_length(i)
        if length > longest[0]:
            longest = (length, i)
    print(*longest)
    coprime = 0
    for a in range(1, n, 100):
        for b in range(1, 200):
            if gcd(a, b) == 1:
                coprime += 1
    print(coprime)
    print(sum(isqrt(i * i * 3) for i in range(0, n, 3)))
    print(sum(1 for i in range(n) if i == reverse(i)))


if __name__ == "__main__":
    main()
