"""Other interpreters are left alone: their frames have no hook, and deep-frozen code is shared."""
import os
import sys
import threading

import _xxsubinterpreters as sub

program = """
import os, posixpath, stat, codecs, abc, io
t = 0
for i in range(1000):
    t += i
    posixpath.join('a', 'b', 'c')
    posixpath.normpath('a/../b//c/d')
def g(n):
    for i in range(n):
        yield i
while t > 10:
    t //= 3
print(t, sum(g(100)), posixpath.normpath('a/../b//c/d'))
"""


def here():
    for i in range(50):
        os.path.normpath("a/../b//c/d")
        os.path.join("a", "b", "c", "d")


here()
for k in range(3):
    i = sub.create()
    sub.run_string(i, program)
    sub.destroy(i)
    sys.stdout.flush()
    here()
i = sub.create()
t = threading.Thread(target=sub.run_string, args=(i, program))
t.start()
for k in range(100):
    here()
t.join()
sub.destroy(i)
print("done")
