# args: 400
# other-args: 300
# needs: ctypes
# expect: native
"""A signal that a call itself has raised is handled when the call returns: in the `try` or `with` around it, and nowhere else."""
import ctypes
import functools
import signal
import sys

n = int(sys.argv[1])
bell = functools.partial(ctypes.CDLL(None)["raise"], 10)  # unlike os.kill, it does not look for signals itself
count = 0


class Rung(Exception):
    pass


def ring(number, frame):
    global count
    count += 1
    if count % 3 == 0:
        raise Rung(frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno)


signal.signal(signal.SIGUSR1, ring)


def inside():
    bell()
    return 1


def spread(*args):
    bell(*args)
    return 2


class Guard:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        self.seen = kind
        return kind is Rung


def work(n):
    caught = {}
    late = total = 0
    guard = Guard()
    for i in range(n):
        where = None
        try:
            if i % 4 == 0:
                bell()
            elif i % 4 == 1:
                total += inside()
            elif i % 4 == 2:
                total += spread()
            else:
                with guard:
                    bell()
                    total += 1000
                where = guard.seen and guard.seen.__name__
            total += 1
        except Rung as error:
            where = error.args
        caught[where] = caught.get(where, 0) + 1
        try:
            late += 1
        except Rung:
            late += 1000000
    return sorted(caught.items(), key=str), total, late


print(work(n), count)
print(work(n), count)
