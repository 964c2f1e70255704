"""A cache with a doubly linked list of its own, beside one on an ordered dictionary, fed with skewed keys."""
import sys


class Entry:
    __slots__ = ("key", "value", "before", "after")

    def __init__(self, key=None, value=None):
        self.key = key
        self.value = value
        self.before = self.after = self


class LinkedCache:
    def __init__(self, capacity):
        self.capacity = capacity
        self.entries = {}
        self.head = Entry()
        self.hits = self.misses = 0

    def _unlink(self, entry):
        entry.before.after = entry.after
        entry.after.before = entry.before

    def _push(self, entry):
        first = self.head.after
        entry.before, entry.after = self.head, first
        self.head.after = first.before = entry

    def get(self, key, make):
        entry = self.entries.get(key)
        if entry is not None:
            self.hits += 1
            self._unlink(entry)
            self._push(entry)
            return entry.value
        self.misses += 1
        if len(self.entries) >= self.capacity:
            last = self.head.before
            self._unlink(last)
            del self.entries[last.key]
        entry = self.entries[key] = Entry(key, make(key))
        self._push(entry)
        return entry.value


class DictCache(dict):
    def __init__(self, capacity):
        super().__init__()
        self.capacity = capacity
        self.hits = self.misses = 0

    def get(self, key, make):
        try:
            value = self.pop(key)
            self.hits += 1
        except KeyError:
            self.misses += 1
            value = make(key)
            if len(self) >= self.capacity:
                del self[next(iter(self))]
        self[key] = value
        return value


def keys(n):
    state = 7
    for _ in range(n):
        state = (state * 22695477 + 1) % 4294967296
        kind = state >> 24
        yield (state >> 8) % (40 if kind < 160 else 3000)


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "550000"
    n = 3000 if arg == "--small" else int(arg)
    for cache in (LinkedCache(500), DictCache(500)):
        total = 0
        for key in keys(n):
            total += cache.get(key, lambda k: k * k % 1009)
        print(type(cache).__name__, total, cache.hits, cache.misses)


if __name__ == "__main__":
    main()
