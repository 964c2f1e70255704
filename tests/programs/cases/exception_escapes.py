# args: 300 value
# other-args: 300 exit
# other-args: 300 exit-text
# other-args: 300 base
# other-args: 300 chained
# other-args: 300 group
# other-args: 300 syntax
# other-args: 300 memory
# quick
import sys


class Custom(BaseException):
    def __str__(self):
        return "custom text\nsecond line"


def act(how):
    if how == "value":
        raise ValueError("wrong ünïcode")
    if how == "exit":
        sys.exit(3)
    if how == "exit-text":
        sys.exit("leaving")
    if how == "base":
        raise Custom
    if how == "chained":
        try:
            {}["x"]
        except KeyError:
            raise RuntimeError from None
    if how == "group":
        raise ExceptionGroup("several", [ValueError(1), TypeError("two")])
    if how == "syntax":
        exec("a b")
    if how == "memory":
        "x" * (1 << 62)


def inner(i, n, how):
    if i == n - 1:
        act(how)
    return i


def outer(n, how):
    total = 0
    for i in range(n):
        total += inner(i, n, how)
        if i % 100 == 0:
            print(i, total)
            print("progress", i, file=sys.stderr)
    return total


print(outer(int(sys.argv[1]), ""))
print(outer(int(sys.argv[1]), sys.argv[2]))
