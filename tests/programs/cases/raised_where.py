# args: 300
# other-args: 40
# expect: native
# An exception that is raised in the last statement of a block, where the next bytecode is of another line, passes a handler that
# does not want it, and one that does: the traceback tells the raising bytecode. (A
# caller's tb_lasti is another under any evaluation hook.)
import sys


def passes(i, log):
    try:
        for k in (1, 2):
            log += k
        if (i << 1) % 3 == 0:
            raise ValueError(i & 0xFF)
    except (KeyError, IndexError) as error:
        log += len(error.args)
    return log


def hot(n, log):
    caught = {}
    for i in range(n):
        try:
            log = passes(i, log)
        except ValueError as error:
            tb = error.__traceback__
            while tb:
                where = tb.tb_frame.f_code.co_name, None if tb.tb_next else tb.tb_lasti, tb.tb_lineno
                caught[where] = caught.get(where, 0) + 1
                tb = tb.tb_next
    return log, caught


def alone(n, log):
    for i in range(n):
        try:
            if (i << 1) % 3 == 2:
                raise ValueError(i & 0xFF)
        except (KeyError, IndexError) as error:
            log += len(error.args)
        log += 1
    return log


def main(n):
    print(hot(n, 0))
    seen = {}
    for _ in range(n):
        try:
            alone(9, 0)
        except ValueError as error:
            tb = error.__traceback__.tb_next
            where = tb.tb_lasti, tb.tb_lineno
            seen[where] = seen.get(where, 0) + 1
    print(seen)


main(int(sys.argv[1]))
