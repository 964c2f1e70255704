# args: 60 float
# other-args: 60 int
# other-args: 7 mixed
# other-args: 90 big
# expect: native
"""Numbers that loops carry and that only some ways through the loop need as objects; loops first seen ending at once."""
import sys


def products(rows, columns, inner):
    out = [[0.0] * columns for _ in range(rows)]
    for i in range(rows):
        target = out[i]
        for j in range(columns):
            total = zero
            for k in range(inner):
                total += numbers[(i + k) % len(numbers)] * numbers[(j * k) % len(numbers)]
            target[j] = total
    return out


def peaks(values):
    found, table, level = [], {}, zero
    for k, value in enumerate(values):
        level = level + value - k
        if k % 5 == 0:
            found.append(level)
            table[k] = level
        elif k % 7 == 0:
            found.append((level, level))
            level = level - 1
        elif k % 11 == 0:
            print("at", k, level, found[-1] == level)
    return found, sorted(table)


def digits(n):
    """The first numbers have one digit: their inner loop ends at once."""
    counts = {}
    for start in range(1, n):
        value, length = start, 0
        while value:
            value //= 10
            length += 1
        counts[length] = counts.get(length, 0) + 1
    return counts


def breaks_out(values, limit):
    total = last = zero
    try:
        for value in values:
            total += value
            if total > limit:
                last = total
                raise ValueError(total)
    except ValueError as e:
        return e.args, last, total
    return total


def main():
    n, kind = int(sys.argv[1]), sys.argv[2]
    global numbers, zero
    zero = 0.0 if kind == "float" else 0
    numbers = [k * 3 % 17 for k in range(n)]
    if kind == "float":
        numbers = [k / 4.0 for k in numbers]
    elif kind == "big":
        numbers = [k << 58 for k in numbers]
    elif kind == "mixed":
        numbers = [k if k % 3 else k / 2 for k in numbers]
    for row in products(6, 9, n)[::2]:
        print(*row)
    for _ in range(4):
        found, keys = peaks(numbers * 3)
    print(found[::6], keys[-3:])
    print(sorted(digits(n * 40).items()))
    for limit in (5, 100, 10**20):
        print(breaks_out(numbers * 4, limit))


main()
