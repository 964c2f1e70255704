# args: 30
# other-args: 31
# other-args: 62
# other-args: 63
# other-args: 64
# other-args: 90
# expect: native
# quick
import sys


def up_and_down(power):
    x = 1
    out = []
    for i in range(power + 8):
        x = x * 2 + 1
    out.append(x)
    for i in range(power + 6):
        x //= 2
    out.append(x)
    return out


def around(center, steps):
    total = 0
    x = center - steps
    while x < center + steps:
        y = x + 3
        z = y - x
        total += z + (x & 255) + (-x >> 7 & 15)
        x += 1
    return total, x


def accumulate(step, times):
    total = 0
    for i in range(times):
        total += step
    for i in range(times):
        total -= step
    neg = 0
    for i in range(times):
        neg -= step
    return total, neg


def multiply(a, n):
    x = a
    for i in range(n):
        x = x * a % 1000000007 + i
        x = -x if i & 1 else x
    return x


p = int(sys.argv[1])
for turn in range(4):
    print(up_and_down(p))
    print(around(2**p, 200), around(-2**p, 200))
    print(accumulate(2**p - 1, 300), accumulate(-(2**p), 300))
    print(multiply(2**p - 3, 300), multiply(2**(p // 2) + 1, 300))
fact = 1
for i in range(1, 200):
    fact *= i
while fact > 2**p:
    fact //= 3
print(fact)
print([(-2**63) // -1, -(-2**63), abs(-2**63), 2**63 - 1 + 1, -2**63 - 1, (2**32) * (2**31), (-2**32) * (2**31)])
