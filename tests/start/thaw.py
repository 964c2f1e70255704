"""Unmarshals modules: the first time what a recording saw comes from the image, the second time it does not. Are they the same?

    thaw.py FILE...      each a file of marshal data: its first 16 bytes are skipped
"""
import marshal
import sys

FIELDS = [name for name in dir(compile("0", "", "eval")) if name.startswith("co_") and name not in ("co_lines", "co_positions", "co_lnotab")]


def different(a, b, where):
    """The first place in which two constants differ, as a sentence; or None."""
    if type(a) is not type(b):
        return f"{where}: {type(a)} and {type(b)}"
    if isinstance(a, type((lambda: 0).__code__)):
        for name in FIELDS:
            if found := different(getattr(a, name), getattr(b, name), f"{where}.{name}"):
                return found
        if list(a.co_lines()) != list(b.co_lines()) or list(a.co_positions()) != list(b.co_positions()):
            return f"{where}: lines or positions"
        return None
    if isinstance(a, (tuple, frozenset)):
        if len(a) != len(b):
            return f"{where}: length"
        for k, (x, y) in enumerate(zip(a, b)):
            if found := different(x, y, f"{where}[{k}]"):
                return found
        return None
    if isinstance(a, str):
        same = a == b and hash(a) == hash(b) and a.encode("utf-8", "surrogatepass") == b.encode("utf-8", "surrogatepass")
        is_interned = a is sys.intern("".join([a[:1], a[1:]])), b is sys.intern("".join([b[:1], b[1:]]))
        if not same or (is_interned[0] != is_interned[1] and "\0" not in a) or sys.getsizeof(a) != sys.getsizeof(b):
            return f"{where}: {a!r} and {b!r}, interned {is_interned}"
        return None
    if a is None or a is Ellipsis or isinstance(a, bool) or (isinstance(a, int) and -5 <= a <= 256) or a in ("", b""):
        return None if a is b else f"{where}: {a!r} is another object"
    return None if repr(a) == repr(b) and (a != a or hash(a) == hash(b)) and sys.getsizeof(a) == sys.getsizeof(b) else f"{where}: {a!r} and {b!r}"


def check(path):
    with open(path, "rb") as file:
        data = memoryview(file.read())[16:]
    first = marshal.loads(data)
    second = marshal.loads(data)
    return different(first, second, path) or (f"{path}: the same object twice" if first is second else None)


found = [sentence for sentence in map(check, sys.argv[1:]) if sentence]
print("\n".join(found[:20]) or "all the same")
