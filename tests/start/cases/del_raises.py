# end: usual
import sys


class Loud:
    def __del__(self):
        raise RuntimeError("in a finaliser")


a = Loud()
if len(sys.argv) > 1:
    sys.unraisablehook = lambda u: print("hook", u.exc_value)
