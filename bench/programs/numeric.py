"""Number kernel: numerical integration, a polynomial, a prime-count style integer loop."""
import math
import sys


def integrate(f, low, high, steps):
    width = (high - low) / steps
    total = 0.0
    for i in range(steps):
        total += f(low + (i + 0.5) * width)
    return total * width


def bell(x):
    return math.exp(-x * x)


def cubic(x):
    return ((2.0 * x - 3.0) * x + 0.5) * x - 1.0


def digit_squares(n):
    """How many numbers below n end in 89 when their digits are squared and summed."""
    count = 0
    for start in range(1, n):
        value = start
        while value != 1 and value != 89:
            total = 0
            while value:
                digit = value % 10
                total += digit * digit
                value //= 10
            value = total
        if value == 89:
            count += 1
    return count


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "2000000"
    n = 5000 if arg == "--small" else int(arg)
    print(f"{integrate(bell, -4.0, 4.0, n):.12f}")
    print(f"{integrate(cubic, 0.0, 2.0, n):.12f}")
    print(digit_squares(n // 10))


if __name__ == "__main__":
    main()
