# args: 60 plain
# other-args: 60 hide
# other-args: 45 delete
# other-args: 50 keys
# other-args: 33 descriptor
# other-args: 40 replace
# expect: native
"""Instances whose attributes lie in a dict of their own: too many of them, __dict__ was looked at, subclasses of built-ins."""
import sys


class Many:
    def __init__(self):
        for k in range(40):
            setattr(self, f"a{k}", k)
        self.total = 0
        self.last = None

    def step(self, k):
        self.total += k + self.a7
        self.last = [k]
        return self.total

    def name(self):
        return "many"

    shared = 5


class Seen:
    def __init__(self, x):
        self.x = x
        self.__dict__

    def double(self):
        self.x = self.x * 2 % 1013
        return self.x


class Words(dict):
    limit = 3

    def count(self, word):
        self[word] = self.get(word, 0) + 1
        self.seen = word
        return self[word] > self.limit


class Problem(Exception):
    def __init__(self, text):
        self.text = text
        self.level = 1

    def raised(self):
        self.level += 1
        return self.text * self.level


class Noisy:
    def __del__(self):
        global gone
        gone += 1


def work(many, seen, words, problem, n):
    out = 0
    for k in range(n):
        out += many.step(k) + many.shared + len(many.name())
        out += seen.double()
        out += words.count(f"w{k % 5}")
        out += len(problem.raised()) % 7
        many.last = Noisy()
        out ^= many.a39
    return out


def change(kind, many, seen, words, problem):
    if kind == "hide":
        many.name = lambda: "hidden!"
        seen.double = lambda: 1
        words.shared = 1
    elif kind == "delete":
        del many.a7
        Many.a7 = 1000
    elif kind == "keys":
        many.__dict__[5] = "five"
        seen.__dict__[("x",)] = 1
    elif kind == "descriptor":
        Many.a7 = property(lambda self: 77)
        Seen.x = property(lambda self: 3, lambda self, value: None)
    elif kind == "replace":
        many.__dict__ = {"a7": 2, "a39": 1, "total": 9, "last": None}
        seen.__dict__ = {"x": 5}
        problem.__dict__ = {"text": "t", "level": 3}


def main():
    global gone
    gone = 0
    n, kind = int(sys.argv[1]), sys.argv[2]
    many, seen, words, problem = Many(), Seen(3), Words(), Problem("p")
    for turn in range(6):
        print(turn, work(many, seen, words, problem, n), gone)
        if turn == 3:
            change(kind, many, seen, words, problem)
    print(sorted(words.items()), words.seen, problem.level, seen.x, many.total)
    print([key for key in many.__dict__ if isinstance(key, int) or key[0] != "a"], len(vars(many)))
    del many.total
    try:
        work(many, seen, words, problem, n)
    except AttributeError as e:
        print(e, e.__traceback__.tb_next.tb_next.tb_lineno)


main()
