"""Exceptions as everyday control flow: parsing with errors, look-ups with defaults, cleaning up, retries."""
import sys


class ParseError(ValueError):
    def __init__(self, text, why):
        super().__init__(f"{why}: {text!r}")
        self.why = why


class Resource:
    opened = closed = 0

    def __enter__(self):
        Resource.opened += 1
        return self

    def __exit__(self, kind, value, traceback):
        Resource.closed += 1
        return kind is KeyError

    def use(self, n):
        if n % 6 == 0:
            raise KeyError(n)
        return n


def to_number(text):
    try:
        return int(text)
    except ValueError:
        try:
            return float(text)
        except ValueError:
            raise ParseError(text, "no number") from None


def parse_pair(line):
    key, sep, value = line.partition("=")
    if not sep:
        raise ParseError(line, "no sign")
    return key, to_number(value)


def lookup(table, key):
    try:
        return table[key]
    except KeyError:
        table[key] = 0
        return 0
    finally:
        table["looked"] += 1


def attempt(n, tries):
    for i in range(tries):
        try:
            if (n + i) % 3:
                raise RuntimeError("again")
            return i
        except RuntimeError:
            continue
    else:
        return -1


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "300000"
    n = 1000 if arg == "--small" else int(arg)
    lines = ["a=1", "b=2.5", "c", "d=x1", "e=77", "f=1e3", "g=", "h=12"]
    table = {"looked": 0}
    why = {}
    total = 0.0
    for i in range(n):
        try:
            key, value = parse_pair(lines[i % 8])
        except ParseError as error:
            why[error.why] = why.get(error.why, 0) + 1
        else:
            total += value
            table[key] = lookup(table, key) + 1
        total += attempt(i, i % 4)
        with Resource() as resource:
            total += resource.use(i) % 5
    print(f"{total:.1f}")
    print(sorted(table.items()))
    print(sorted(why.items()), Resource.opened, Resource.closed)


if __name__ == "__main__":
    main()
