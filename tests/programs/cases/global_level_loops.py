# args: 500
# other-args: 1
# other-args: 2.5
# expect: native
# quick
import sys

n = eval(sys.argv[1])
total = 0
for i in range(int(n)):
    total += i
    if i % 3 == 0:
        last = i
print(total, i, last)

x = n
steps = 0
while x > 0:
    x -= 1
    steps += 1
print(x, steps)

table = {}
for i in range(400):
    table[i % 17] = table.get(i % 17, 0) + i
print(sorted(table.items())[:4])


def uses_globals():
    global total, steps
    for k in range(300):
        total += steps
        steps ^= k
    return total


print(uses_globals(), steps)
for name in ["total", "steps"] * 200:
    globals()[name] += 1
print(total, steps)
for i in range(300):
    def f(a=i):
        return a + total
    value = f()

    class K:
        attr = value
        if i == 299:
            print(attr)
print(value, K.attr)
for total in range(300):
    pass
print(total)
for table[0], (a, *b) in zip(range(300), ["xyz"] * 300):
    pass
print(table[0], a, b)
for K.attr in range(300):
    if K.attr == 200:
        del K
    elif K.attr == 5:
        K.other = 6
