"""Chains of generators: numbers, filters, windows, merges, a tree walked with yield from."""
import sys


def count(start=0):
    while True:
        yield start
        start += 1


def take(n, items):
    for _, item in zip(range(n), items):
        yield item


def not_divisible(items, divisors):
    for item in items:
        for d in divisors:
            if item % d == 0:
                break
        else:
            yield item


def windows(items, size):
    window = []
    for item in items:
        window.append(item)
        if len(window) == size:
            yield tuple(window)
            del window[0]


def merge(a, b):
    a, b = iter(a), iter(b)
    x, y = next(a, None), next(b, None)
    while x is not None and y is not None:
        if x <= y:
            yield x
            x = next(a, None)
        else:
            yield y
            y = next(b, None)
    while x is not None:
        yield x
        x = next(a, None)
    while y is not None:
        yield y
        y = next(b, None)


def build(low, high):
    if low >= high:
        return None
    middle = (low + high) // 2
    return (build(low, middle), middle, build(middle + 1, high))


def walk(tree):
    if tree is not None:
        left, value, right = tree
        yield from walk(left)
        yield value
        yield from walk(right)


def running_average():
    total = n = 0
    average = None
    while True:
        value = yield average
        total += value
        n += 1
        average = total / n


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "300000"
    n = 800 if arg == "--small" else int(arg)
    print(sum(take(n, not_divisible(count(2), (2, 3, 5, 7)))))
    print(max(a * c - b * b for a, b, c in windows(take(n, (i * i % 1009 for i in count())), 3)))
    merged = merge(range(0, n * 2, 3), range(1, n * 3, 4))
    print(sum(i * v for i, v in enumerate(merged)) % 1000003)
    print(sum(v if i % 2 else -v for i, v in enumerate(walk(build(0, n)))))
    averages = running_average()
    next(averages)
    for v in walk(build(0, n // 2)):
        last = averages.send(v * 3 % 17)
    print(f"{last:.6f}")


if __name__ == "__main__":
    main()
