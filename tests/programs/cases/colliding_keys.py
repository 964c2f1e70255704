# args: 200
# other-args: 30
# Plain keys are looked up in dicts and sets where another key has the same hash and an __eq__ of its own: it is asked as often as
# under python3.11, also while the loop is being recorded.
import sys

asked = 0


class Key:
    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return hash(self.value)

    def __eq__(self, other):
        global asked
        asked += 1
        return isinstance(other, Key) and other.value == self.value


def items(table, n):
    total = 0
    for i in range(n):
        total += table[i % 4]
        table[i % 4] = i
    return total


def gets(table, n):
    total = 0
    for i in range(n):
        total += table.get(i % 5, 1)
        total += table.get("abc"[i % 3], 2)
    return total


def changes(things, n):
    for i in range(n):
        things.add(i % 6)
        if i % 4 in things:
            things.discard(i % 3)
    return len(things)


def deletes(table, n):
    for i in range(n):
        table[i % 4] = i
        del table[i % 4]
    return len(table)


n = int(sys.argv[1])
keys = [Key(0), Key(1), Key(2), Key(3), Key("a"), Key("b")]
for turn in range(3):
    table = {key: 1 for key in keys}
    table.update({0: 1, 1: 2, 2: 3, 3: 4})
    print(items(table, n), asked)
    print(gets(table, n), asked)
    print(changes(set(keys), n), asked)
    print(deletes({key: 1 for key in keys}, n), asked)
