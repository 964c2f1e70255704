# end: quick
import atexit, os, signal

signal.signal(signal.SIGUSR1, lambda number, frame: print("signal", number))
atexit.register(lambda: os.kill(os.getpid(), signal.SIGUSR1))
print("body")
