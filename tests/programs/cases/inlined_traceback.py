# args: 500 400
# other-args: 500 0
# other-args: 500 1000
# other-args: 500 499
# expect: native
# quick
import sys
import traceback


class Failure(Exception):
    pass


def level4(i, at):
    if i == at:
        raise Failure(f"at {i}",
                      i * 2)
    return i


def level3(i, at):
    x = level4(i,
               at)
    return x + 1


def level2(i, at):
    y = 0
    for k in range(3):
        y += level3(i, at) if k == 2 else k
    return y


def level1(i, at):
    return level2(i, at) * 2


def caught(n, at):
    total = 0
    for i in range(n):
        try:
            total += level1(i, at)
        except Failure as error:
            traceback.print_exc(file=sys.stdout)
            print(error.args, [line.lineno for line in traceback.extract_tb(error.__traceback__)])
            total += 1000000
    return total


def chained(n, at):
    for i in range(n):
        try:
            level1(i, at)
        except Failure as error:
            try:
                level1(at, at)
            except Failure:
                raise RuntimeError("again") from error


n, at = map(int, sys.argv[1:])
for turn in range(3):
    print(caught(n, at))
try:
    chained(n, at)
except RuntimeError:
    traceback.print_exc(file=sys.stdout)
for i in range(n):
    level1(i, at - 100)
