# args: 7 -3
# other-args: -7 3
# other-args: 9223372036854775807 -1
# other-args: -9223372036854775808 -1
# other-args: 5 0
# other-args: 7.5 -2
# other-args: 1000000000000000000000 7
# expect: native
import sys


def divide(a, b, n):
    total = 0
    for i in range(n):
        x = a - i
        total += x // b + x % b
        q, r = divmod(x, b)
        total += q * 2 - r
        total += (x + 1) % 7 - (x - 1) // 5
    return total


def true_divide(n):
    total = 0.0
    for i in range(1, n):
        total += i / 7 + -i / i + (i * 2**55) / 3
    return total


def zero_in_the_middle(items):
    done = []
    for d in items:
        try:
            done.append(100 // d)
        except ZeroDivisionError as error:
            done.append(str(error))
        try:
            done.append(100 % d)
        except ZeroDivisionError as error:
            done.append(str(error))
        try:
            done.append(1 / d)
        except ZeroDivisionError as error:
            done.append(str(error))
    return done


print(true_divide(400))
print(zero_in_the_middle([1, -7] * 150 + [0] + [3] * 10 + [0.0, -3.5, True, False])[-45:])
a, b = eval(sys.argv[1]), eval(sys.argv[2])
print(divide(17, 5, 500), divide(-17, 5, 500), divide(17, -5, 500))
print(divide(a, b, 300))
print(divide(2**63, 2**31, 10), 1 // 2**70, -1 // 2**70, 5 % -2**70)
print(divide(1, False, 300))
