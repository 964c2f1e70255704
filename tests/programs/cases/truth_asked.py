# args: 300 even
# other-args: 300 raises
# other-args: 300 odd
# other-args: 300 negative
# other-args: 200 count
# expect: native
# Objects that have to be asked whether they are true: by __bool__, by __len__, and classes that change their mind.
import collections
import sys


class Box:
    asked = 0

    def __init__(self, n, kind):
        self.n = n
        self.kind = kind

    def __len__(self):
        Box.asked += 1
        if self.kind == "raises" and self.n == 250:
            raise ValueError("asked too often")
        if self.kind == "negative" and self.n == 251:
            return -1
        return self.n % 3


class Switch:
    def __init__(self, on):
        self.on = on

    def __bool__(self):
        return self.on if log is None or self.on else log.append("off") or False

    def __del__(self):
        if log is not None and len(log) < 400:
            log.append(self.on)


log = []


def jumps(n, kind):
    kept = [Box(i, kind) for i in range(n)]
    total = 0
    for i in range(n):
        box = kept[i]
        if box:
            total += 1
        if not box:
            total += 100
        value = box and i
        total += value if value is not box else 1000
        other = box or i
        total += 3 if other is box else 5
        total += 7 if not box else 11
        total += bool(box) + (not box)
    return total


def temporaries(n):
    total = 0
    for i in range(n):
        if Switch(i % 2 == 0):
            total += 1
        while Switch(False):
            total += 1000
        got = Switch(i % 3 == 0) or i
        total += got is i
        got = Switch(i % 5 == 0) and i
        got = None
        total += bool(Switch(True)) and not Switch(i % 2 == 1)
    return total


def drained(n):
    queue = collections.deque(range(n))
    stack = Box(n * 3 + 2, "plain")
    total = 0
    while queue:
        total += queue.popleft()
    while stack:
        total += 1
        stack.n -= 1 if total % 4 else 3
    return total


def caught(n, kind):
    kept = [Box(i, kind) for i in range(n)]
    total = 0
    for i in range(n):
        try:
            if kept[i]:
                total += 1
            elif i:
                total += 2
        except ValueError as error:
            total += len(str(error)) * 1000
            if error.__traceback__.tb_next is None:
                total += 1
    return total


n, kind = int(sys.argv[1]), sys.argv[2]
for turn in range(3):
    print(jumps(n, "odd"), temporaries(n), drained(n))
print(log[:20], len(log))
print(caught(n, kind), Box.asked)
Box.__bool__ = lambda self: self.n % 2 == (kind == "odd")
print(jumps(n, kind), caught(n, "even"))
del Box.__bool__
print(jumps(n, kind))
