"""Dynamic programming on strings: edit distance, longest common subsequence, knapsack, coins."""
import sys


def distance(a, b):
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            current.append(min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (x != y)))
        previous = current
    return previous[-1]


def common(a, b):
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i in range(len(a)):
        for j in range(len(b)):
            if a[i] == b[j]:
                table[i + 1][j + 1] = table[i][j] + 1
            else:
                table[i + 1][j + 1] = max(table[i][j + 1], table[i + 1][j])
    out = []
    i, j = len(a), len(b)
    while i and j:
        if a[i - 1] == b[j - 1]:
            out.append(a[i - 1])
            i -= 1
            j -= 1
        elif table[i - 1][j] >= table[i][j - 1]:
            i -= 1
        else:
            j -= 1
    return "".join(reversed(out))


def knapsack(weights, values, room):
    best = [0] * (room + 1)
    for weight, value in zip(weights, values):
        for free in range(room, weight - 1, -1):
            with_it = best[free - weight] + value
            if with_it > best[free]:
                best[free] = with_it
    return best[room]


def coins(amount, kinds):
    ways = [1] + [0] * amount
    for coin in kinds:
        for total in range(coin, amount + 1):
            ways[total] += ways[total - coin]
    return ways[amount]


def word(n):
    out = []
    for i in range(4 + n % 9):
        out.append("abcdefgh"[(n * 31 + i * i * 7 + n // (i + 1)) % 8])
    return "".join(out)


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "480"
    n = 12 if arg == "--small" else int(arg)
    words = [word(i) for i in range(n)]
    total = 0
    closest = (99, "", "")
    for i, a in enumerate(words):
        for b in words[:i:3]:
            d = distance(a, b)
            total += d
            if 0 < d < closest[0]:
                closest = (d, a, b)
    print(total, *closest)
    long_a = "".join(words[: n // 2])
    long_b = "".join(words[n // 4: n * 3 // 4])
    lcs = common(long_a[:300], long_b[:400])
    print(len(lcs), lcs[:40])
    print(knapsack([3 + i * 7 % 19 for i in range(n)], [5 + i * 11 % 37 for i in range(n)], n * 5))
    print(coins(n * 60, [1, 2, 5, 10, 20, 50, 100, 200]))


if __name__ == "__main__":
    main()
