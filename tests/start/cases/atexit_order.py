# end: quick
import atexit
import sys


def say(*words):
    print(*words)


def fails():
    raise ValueError("in an exit function")


atexit.register(say, "first registered, last called", sys.modules["__main__"].__name__)
atexit.register(fails)
atexit.register(say, "last registered")
atexit.register(lambda: atexit.register(say, "registered at the end"))
say("body")
