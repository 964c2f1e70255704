# args: plain
# other-args: exit
# other-args: _exit
# other-args: daemon
# other-args: thread
# other-args: raises
# other-args: atexit-raises
# other-args: faulthandler
# other-args: fork
# other-args: hook
# expect: native
"""Ways for a process to end while a native loop runs, and what still has to happen then."""
import atexit
import faulthandler
import os
import sys
import tempfile
import threading

HOW = sys.argv[1]


class Quiet:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name, flush=True)


def step(i, s):
    if i == 700:
        if HOW == "exit":
            sys.exit(3)
        if HOW == "_exit":
            print("before _exit", flush=True)
            os._exit(4)
        if HOW == "raises":
            raise ValueError("in the loop")
        if HOW == "faulthandler":
            with tempfile.TemporaryFile("w+") as file:
                faulthandler.dump_traceback(file)
                file.seek(0)
                print(file.read().partition("\n")[2])
    return s + i


def loop(n):
    s = 0
    keep = Quiet("local")
    for i in range(n):
        s = step(i, s)
    return s, keep.name


class AtEnd:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return "AtEnd"

    def __call__(self):
        print("atexit", self.name, loop(300), flush=True)
        if HOW == "atexit-raises":
            raise KeyError(self.name)


def spin():
    s = 0
    started.set()
    while True:
        for i in range(1000):
            s += i ^ 3


KEPT = Quiet("global")
started = threading.Event()
atexit.register(AtEnd("first"))
atexit.register(AtEnd("second"))
print(loop(600))
if HOW == "daemon":
    for _ in range(2):
        threading.Thread(target=spin, daemon=True).start()
        started.wait()
if HOW == "thread":
    worker = threading.Thread(target=lambda: print("thread", loop(5000)))
    worker.start()
    worker.join()
if HOW == "hook":
    sys.excepthook = lambda kind, value, tb: print("hook", kind.__name__, tb.tb_next.tb_frame.f_locals["i"], flush=True)
    HOW = "raises"
if HOW == "fork":
    sys.stdout.flush()
    child = os.fork()
    if not child:
        print("child", loop(2000), flush=True)
        os._exit(5)
    print("child's status", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
print(loop(900), flush=True)
