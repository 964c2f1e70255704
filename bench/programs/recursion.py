"""Recursive functions: fib, Ackermann, towers of Hanoi, permutations, depth of nested lists."""
import sys


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def ackermann(m, n):
    if m == 0:
        return n + 1
    if n == 0:
        return ackermann(m - 1, 1)
    return ackermann(m - 1, ackermann(m, n - 1))


def hanoi(n, source, target, spare, pegs):
    if n == 0:
        return 0
    moves = hanoi(n - 1, source, spare, target, pegs)
    pegs[target].append(pegs[source].pop())
    return moves + 1 + hanoi(n - 1, spare, target, source, pegs)


def permutations(items):
    if len(items) <= 1:
        return [items]
    out = []
    for i, item in enumerate(items):
        for rest in permutations(items[:i] + items[i + 1:]):
            out.append([item] + rest)
    return out


def depth(value):
    if not isinstance(value, list):
        return 0
    return 1 + max((depth(item) for item in value), default=0)


def nested(n):
    return n if n < 2 else [nested(n - 1), nested(n // 2), n]


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "32"
    n = 12 if arg == "--small" else int(arg)
    print(fib(n))
    print(ackermann(2, n * 3 // 2), ackermann(1, n * 8))
    pegs = {"a": list(range(n // 2 + 3, 0, -1)), "b": [], "c": []}
    print(hanoi(n // 2 + 3, "a", "c", "b", pegs), len(pegs["c"]))
    perms = permutations(list(range(n // 4 + 1)))
    print(len(perms), perms[len(perms) // 3])
    print(depth(nested(n)))


if __name__ == "__main__":
    main()
