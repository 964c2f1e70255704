import threading, time


class Loud:
    def __del__(self):
        print("gone with its thread")


def run(loud):
    mine = Loud() if loud else None
    started.release()
    while True:
        time.sleep(0.001)


started = threading.Semaphore(0)
for loud in False, True:
    threading.Thread(target=run, args=(loud,), daemon=True).start()
    started.acquire()
print("main ends")
