# args: 1.5
# other-args: nan
# other-args: inf
# other-args: -inf
# other-args: -0.0
# other-args: 5e-324
# other-args: 1e308
# expect: native
# quick
import math
import sys


def arithmetic(x, n):
    a, b, c = x, 1.0, 0.0
    for i in range(1, n):
        a = a * 1.0001 + i
        b = b - a / i
        c += b % 3.7 - a // 2.5
        if a > 1e300:
            a = -a
    return a, b, c


def compare(x, n):
    counts = [0] * 8
    for i in range(-n, n):
        y = i / 8
        if x < y:
            counts[0] += 1
        if x <= y:
            counts[1] += 1
        if x == y:
            counts[2] += 1
        if x != y:
            counts[3] += 1
        if not x > y:
            counts[4] += 1
        if -1 < x < y:
            counts[5] += 1
        if x == i:
            counts[6] += 1
        if y and not -y:
            counts[7] += 1
    return counts


def extremes(x, n):
    low, high = x, x
    for i in range(n):
        low = min(low, i * 0.5 - 3)
        high = max(i * -0.25, high, 1)
    return low, high, abs(low), -high, min(x, 0), max(0.0, x), min(-0.0, 0.0), max(0, -0.0)


x = float(sys.argv[1])
for turn in range(3):
    print(arithmetic(x, 500), compare(x, 100), extremes(x, 300))
values = [0.0, -0.0, 1.0, -1.5, float("inf"), float("-inf"), float("nan"), 5e-324, 1e308, x]
lines = []
for a in values:
    for b in values:
        line = [a + b, a - b, a * b, a < b, a == b, a >= b, math.copysign(1, a * b)]
        for name, f in (("/", lambda: a / b), ("//", lambda: a // b), ("%", lambda: a % b), ("**", lambda: a ** b), ("hypot", lambda: math.hypot(a, b))):
            try:
                line.append(f())
            except (ZeroDivisionError, OverflowError, ValueError) as error:
                line.append(f"{name} {error}")
        lines.append(repr(line))
print("\n".join(lines[::9]), hash(tuple(lines)) != 0)
total = 0.1
for i in range(1000):
    total += 0.1
print(total, total == 100.1, round(total, 3), int(total), f"{total:.20f}", (2.0).is_integer(), math.floor(-total))
print(x is x, x == x, [x] == [x], x in [x], 3 * x - x)
print(int(x))
