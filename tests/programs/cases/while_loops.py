# args: 500
# other-args: 0
# other-args: 3
# other-args: 70
# expect: native
# quick
import sys


def plain(n):
    i = total = 0
    while i < n:
        i += 1
        if i % 7 == 0:
            continue
        if i == 401:
            break
        total += i
    else:
        return "else", i, total
    return "break", i, total


def endless(n):
    i = 0
    while True:
        i += 1
        if i > n:
            return i
        if not i % 50:
            continue


def on_objects(items):
    out = []
    while items:
        x = items.pop()
        if x is None:
            continue
        out.append(x)
    return len(out)


def until_none(d, key):
    n = 0
    while (key := d.get(key)) is not None:
        n += 1
    return n


def nested(n):
    count = 0
    for a in range(n):
        b = 0
        while b < a:
            for c in range(a, b, -2):
                if c == 7:
                    break
                if c & 1:
                    continue
                count += a + b + c
            else:
                count += 100000
            b += 1
            if b > 12:
                break
        else:
            count -= 1
    return count


n = int(sys.argv[1])
for turn in range(3):
    print(plain(n), endless(n), on_objects([1, None, "x", 0.0] * n), until_none({i: i + 1 for i in range(n)}, 0))
    print(nested(min(n, 60)))
x = n
while x:
    x -= 1
else:
    print("else at module level", x)
while not x > n * 2.5:
    x += 0.5
print(x)
