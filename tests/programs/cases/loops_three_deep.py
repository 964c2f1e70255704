# args: 12
# other-args: 0
# other-args: 1
# other-args: 25
# expect: native
# quick
import sys


def cube(n):
    total = 0
    skipped = 0
    for i in range(n):
        for j in range(i, n):
            if (i + j) % 5 == 4:
                skipped += 1
                continue
            for k in range(j, i - 1, -1):
                if k == 7 and j == 9:
                    break
                total += i * 100 + j * 10 + k
            else:
                total += 1
        else:
            total -= 2
    return total, skipped


def escape(n, limit):
    count = 0
    for i in range(n):
        for j in range(n):
            for k in range(n):
                count += 1
                if count == limit:
                    return i, j, k
    return count


def triples(n):
    found = []
    for a in range(1, n * 3):
        for b in range(a, n * 3):
            c = b
            while c * c < a * a + b * b:
                c += 1
            if c * c == a * a + b * b:
                found.append((a, b, c))
    return found


def mixed(n):
    d = {}
    for i, row in enumerate([range(n), "abc" * n, (1.5, None, True)]):
        for x in row:
            for y in (x, i):
                d[y] = d.get(y, 0) + 1
    return len(d), d.get("a"), d.get(1), d.get(None)


def raising(n):
    for i in range(n):
        for j in range(n):
            for k in range(n):
                10 // (i + j + k - 20)


n = int(sys.argv[1])
for turn in range(4):
    print(cube(n), escape(n, 700), triples(min(n, 12)), mixed(n))
raising(n)
