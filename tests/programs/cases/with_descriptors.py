# args: 200
# other-args: 150
# expect: native
"""`with` where __enter__ and __exit__ are descriptors: each is looked up once, in that order; and classes of one name, of which one has
a function there and the next has not."""
import sys

n = int(sys.argv[1])
seen = []


class Watched:
    def __init__(self, name, function):
        self.name = name
        self.function = function

    def __get__(self, obj, owner=None):
        seen.append(self.name)
        return self.function.__get__(obj, owner)


class Failing:
    def __get__(self, obj, owner=None):
        raise LookupError("looked up")


def enter(self):
    return 3


def leave(self, *exc):
    return exc[0] is KeyError


def run(manager, count):
    total = 0
    for i in range(count):
        try:
            with manager as value:
                total += value
                if i % 7 == 3:
                    raise KeyError(i)
        except LookupError as error:
            total -= 1
            seen.append(str(error)[:9])
    return total


def make(enter, leave):
    class Manager:
        pass

    Manager.__enter__ = enter
    Manager.__exit__ = leave
    return Manager()


for pair in [(enter, leave), (Watched("enter", enter), leave), (enter, Watched("leave", leave)), (Failing(), leave), (enter, Failing()),
             (Watched("enter", enter), Watched("leave", leave)), (Watched("enter", enter), Failing()), (enter, leave)]:
    print(run(make(*pair), n), len(seen), seen[:6], {word: seen.count(word) for word in sorted(set(seen))})
    seen.clear()


class Nothing:
    pass


class Half:
    __enter__ = enter


for bad in (Nothing(), Half()):
    try:
        run(bad, n)
    except TypeError as error:
        print(error)
