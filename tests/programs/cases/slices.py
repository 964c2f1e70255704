# args: list 300
# other-args: tuple 300
# other-args: str 300
# other-args: bytes 300
# other-args: list 1
# expect: native
import sys


def read(seq, n):
    total = 0
    for i in range(n):
        k = i % 10
        total += len(seq[k:]) + len(seq[:k]) + len(seq[k:-k]) + len(seq[::k + 1]) + len(seq[::-1][k:k * 2])
        total += len(seq[None:None]) + len(seq[-100:100]) + len(seq[10**20:]) + len(seq[5:-10**20:-1])
    return total, seq[2:8], seq[8:2:-2], seq[-3:], seq[slice(1, 5)]


def write(n):
    items = list(range(20))
    for i in range(n):
        k = i % 15
        items[k:k + 2] = [i, i + 1, i + 2]
        items[::2] = list(items[::2])
        if len(items) > 60:
            del items[5:50:2]
        del items[k]
        items[k:k] = [items[-1]]
        items[len(items):] = (i,)
        items[:0] = "z"
        items[-1:] = []
        if i % 50 == 0:
            items[::-1] = items[:]
    return len(items), items[:12]


def rows(n):
    grid = [[j for j in range(5)] for i in range(5)]
    for i in range(n):
        a, b, c = i % 5, i * 3 % 5, i * 7 % 5
        grid[a][b], grid[b][a] = grid[b][a], grid[a][b]
        grid[a][-c - 1] += grid[-b - 1][c] + 1
        grid[c] = grid[c][1:] + grid[c][:1]
        if grid[a][b] > 10**6:
            grid[a][b] = i
    return grid


def errors(n):
    items = [1, 2, 3]
    found = {}
    for i in range(n):
        try:
            if i % 4 == 0:
                items[3 + i]
            elif i % 4 == 1:
                items[::2] = [1]
            elif i % 4 == 2:
                items[1.5]
            else:
                del items[-9]
        except (IndexError, ValueError, TypeError) as error:
            found[str(error)] = found.get(str(error), 0) + 1
    return found


n = int(sys.argv[2])
MAKE = {"list": list, "tuple": tuple, "str": lambda r: "".join(chr(65 + i) for i in r), "bytes": bytes}
for turn in range(3):
    print(read(list(range(30)), n), write(n), rows(n), errors(n))
print(read(MAKE[sys.argv[1]](range(30)), n))
