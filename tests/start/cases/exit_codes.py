# args: int
# args: text
# args: none
# args: error
# args: interrupt
# args: hard
# args: big
# args: raise_in_exit
# args: own_hook
import atexit, os, sys

what = sys.argv[1]
print("begin", what)
if what == "int":
    sys.exit(3)
elif what == "text":
    sys.exit("said at the end")
elif what == "none":
    raise SystemExit
elif what == "error":
    [][1]
elif what == "interrupt":
    raise KeyboardInterrupt
elif what == "hard":
    atexit.register(print, "never")
    os._exit(4)
elif what == "big":
    sys.exit(2**40)
elif what == "raise_in_exit":
    atexit.register(sys.exit, 5)
elif what == "own_hook":
    sys.excepthook = lambda *a: print("hook", a[0], a[1])
    1 / 0
