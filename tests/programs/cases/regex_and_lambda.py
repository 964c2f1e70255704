# args: 200
# other-args: 3
# expect: native
import functools
import re
import sys

WORD = re.compile(r"(?P<head>\w)(\w*)")
NUMBER = re.compile(r"-?\d+(\.\d+)?")


def scan(text, n):
    total = 0
    for i in range(n):
        for m in WORD.finditer(text):
            total += len(m.group(2)) + m.start()
            if m["head"] == "q":
                total += 100
        m = NUMBER.match(f"{i}.{i % 7} rest")
        total += float(m.group()) if m.group(1) else int(m.group())
        total += len(re.sub(r"[aeiou]", lambda m: m.group().upper() * (i % 3), text))
    return total


def compose(*fs):
    return functools.reduce(lambda f, g: lambda x: g(f(x)), fs)


@functools.lru_cache(maxsize=50)
def cached(n):
    return n if n < 2 else cached(n - 1) + cached(n - 2)


def counted(f):
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        wrapper.calls += 1
        try:
            return f(*args, **kwargs)
        finally:
            wrapper.done += 1
    wrapper.calls = wrapper.done = 0
    return wrapper


@counted
@counted
def decorated(a, b=1):
    if a == 77777:
        raise ValueError(a)
    return a + b


def work(n):
    h = compose(lambda x: x + 1, str, lambda s: s * 2, len)
    add = functools.partial(decorated, b=5)
    total = 0
    for i in range(n):
        total += h(i) + cached(i % 60) % 97 + add(i) + decorated(i) + (lambda *a, k=2: len(a) * k)(1, 2)
        total += functools.reduce(lambda a, b: a + b, range(4))
    return total, cached.cache_info().hits > 0, decorated.calls, decorated.done


n = int(sys.argv[1])
for turn in range(3):
    print(scan("the quick brown fox", n), work(n))
for i in range(200):
    decorated(77777 if i == 199 else i)
