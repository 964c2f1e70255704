"""Closures, higher-order functions, decorators, counters with nonlocal, a small pipeline."""
import functools
import sys


def counter(step):
    total = 0

    def add(amount=1):
        nonlocal total
        total += amount * step
        return total

    def get():
        return total

    return add, get


def compose(*functions):
    def composed(x):
        for f in functions:
            x = f(x)
        return x
    return composed


def memoize(f):
    seen = {}

    @functools.wraps(f)
    def wrapper(n):
        if n not in seen:
            seen[n] = f(n)
        return seen[n]
    return wrapper


@memoize
def ways(n):
    if n < 0:
        return 0
    if n == 0:
        return 1
    return (ways(n - 1) + ways(n - 2) + ways(n - 5)) % 1000007


def trace_calls(log):
    def decorate(f):
        def wrapper(*args, **kwargs):
            log[f.__name__] = log.get(f.__name__, 0) + 1
            return f(*args, **kwargs)
        return wrapper
    return decorate


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "800000"
    n = 2000 if arg == "--small" else int(arg)
    add_two, get_two = counter(2)
    add_five, get_five = counter(5)
    for i in range(n):
        add_two()
        if i % 3 == 0:
            add_five(i % 7)
    print(get_two(), get_five())

    offset = 3
    pipeline = compose(lambda x: x + offset, lambda x: x * 2, lambda x: x % 101)
    print(sum(pipeline(i) for i in range(n)))

    total = 0
    for i in range(n):
        total += ways(i % 300)
    print(total)

    log = {}

    @trace_calls(log)
    def area(width, height=2, *, scale=1):
        return width * height * scale

    total = 0
    for i in range(n // 2):
        total += area(i, scale=2) + area(i, 3)
    print(total, log)
    print(functools.reduce(lambda a, b: (a * 31 + b) % 65521, map(lambda x: x ^ 5, filter(lambda x: x % 3, range(n)))))


if __name__ == "__main__":
    main()
