# args: decimal
# other-args: fraction
# other-args: complex
# other-args: bigint
# other-args: mixed
# expect: native
import sys
from decimal import Decimal
from fractions import Fraction


def series(one, n):
    total = one - one
    term = one
    for i in range(1, n):
        total += term / i
        term = -term
        if total == 0:
            total += one
    return total


def newton(x, n):
    r = x
    for i in range(n):
        r = (r + x / r) / 2
        if i > 4:
            r = x
    return r


def big(n):
    a, b = 0, 1
    for i in range(n):
        a, b = b, a + b
    c = a
    k = 0
    while c:
        c //= 1000003
        k += c & 1
    return a % (10**18), k, a.bit_length(), hash(a)


def wobble(n):
    x = 2**62
    out = []
    for i in range(n):
        x = x * 3 // 2 if i % 20 < 10 else x * 2 // 3
        if i % 40 == 0:
            out.append(x)
    return out


def powers(n):
    total = 0
    for i in range(n):
        total += pow(3, i, 1009) + 2 ** (i % 70) + (-3) ** (i % 5) + int((i + 1) ** -1 * 100) + int(i ** 0.5)
    return total


kind = sys.argv[1]
ONE = {"decimal": Decimal(1), "fraction": Fraction(1), "complex": 1 + 0j, "bigint": 10**40, "mixed": Fraction(3, 7)}
for turn in range(3):
    print(series(1.0, 200), newton(2.0, 60), big(200), wobble(200), powers(200))
print(series(ONE[kind], 60), newton(ONE[kind] * 2, 5))
values = [1, 2.5, True, Fraction(1, 3), 1j] * 50
total = 0
for v in values:
    total += v
print(total)
for v in values + [Decimal(1)]:
    total = v + v * 2
    if v == 1j and len(values) > 1:
        total = abs(total)
print(total, Decimal("0.1") + 1, Fraction(1, 3) == 1 / 3)
for i in range(300):
    newton(0 if i == 299 else 1, 2)
