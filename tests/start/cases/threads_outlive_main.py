# end: quick
import atexit, threading, time


def late():
    time.sleep(0.05)
    print("thread ends")


threading.Thread(target=late).start()
threading._register_atexit(print, "threading's own")
atexit.register(print, "atexit")
print("main ends")
