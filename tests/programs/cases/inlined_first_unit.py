# args: 300
"""Exits at the very beginning of an inlined function, in the middle of a chain of calls."""
import sys


class Base:
    def note(self, x):
        "nothing"
        pass


class Middle(Base):
    def note(self, x):
        super().note(x)
        self.last = x


class Top(Middle):
    def note(self, x):
        super().note(x)
        self.count += 1


def main():
    n = int(sys.argv[1])
    top = Top()
    top.count = 0
    for i in range(n):
        top.note(i)
    print(top.count, top.last)


main()
