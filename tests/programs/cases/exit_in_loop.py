# args: 300 0
# other-args: 300 3
# other-args: 300 text
# other-args: 300 none
# other-args: 300 os
# other-args: 300 atexit
# other-args: 300 nested
import atexit
import os
import sys


def leave(how):
    if how == "text":
        sys.exit("a text")
    if how == "none":
        sys.exit()
    if how == "os":
        sys.stdout.flush()
        os._exit(9)
    if how == "atexit":
        atexit.register(lambda: print("third"))
        raise SystemExit(5)
    if how == "nested":
        try:
            sys.exit(1)
        finally:
            sys.exit(2)
    sys.exit(int(how))


def loop(n, how):
    for i in range(n):
        try:
            if i == n - 10:
                leave(how)
            if i == n - 5:
                print("not reached")
        except ValueError:
            print("no")
        finally:
            if i >= n - 10:
                print("finally", i)


atexit.register(print, "first")
n, how = int(sys.argv[1]), sys.argv[2]
for turn in range(3):
    for i in range(n):
        try:
            if i % 50 == 0:
                sys.exit(i)
        except SystemExit as error:
            assert error.code == i
atexit.register(print, "second")
loop(n, how)
