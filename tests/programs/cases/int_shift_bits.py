# args: 5
# other-args: 40
# other-args: 63
# other-args: 64
# other-args: 200
# other-args: -1
# expect: native
import sys


def shifts(k, n):
    total = 0
    for i in range(1, n):
        left = i << k
        right = left >> (k - 1)
        total ^= left + (-i >> 1) + (right << 2)
        total &= (1 << 100) - 1
    return total


def logic(n):
    a, b, c = 0x0F0F, -1, 12345
    for i in range(n):
        a = (a ^ i * 77) | 5
        b = b & ~i
        c = ~c ^ a
        a, b = b & 0xFFFFFFFF, a
    return a, b, c


def bools(n):
    x, y = True, False
    count = 0
    for i in range(n):
        x = x ^ (i % 3 == 0)
        y = y | x & (i % 2 == 1)
        count += x + y * 2
        if x & y:
            y = not y
    return x, y, count, type(x), type(x + y), type(x & 1), ~True, -x, x << 3


for turn in range(3):
    print(shifts(5, 400), logic(400), bools(400))
print((-1) >> 200, 1 << 100 >> 99, -2**63 >> 63, 2**64 >> 64, 0 << 10**3, (-2**70) & 0xFF)
k = int(sys.argv[1])
print(shifts(k, 300))
x = 1
for i in range(300):
    x <<= 1
    x |= i & 1
    x >>= (i % 3 == 0)
print(x)
for i in range(300, -2, -1):
    x >>= i
