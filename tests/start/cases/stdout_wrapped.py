# args: both
# args: own_flush
import sys


class Wrapper:
    def __init__(self, stream):
        self.stream = stream

    def __getattr__(self, name):
        return getattr(self.stream, name)

    def write(self, text):
        self.stream.write(text.upper())


sys.stdout, sys.stderr = Wrapper(sys.stdout), Wrapper(sys.stderr)
print("hello")
print("error", file=sys.stderr)
if sys.argv[1] == "own_flush":
    Wrapper.flush = lambda self: self.stream.flush()
