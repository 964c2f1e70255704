"""Signals, other threads, asynchronous exceptions: what arrives in a loop that does nothing else."""
import _thread
import ctypes
import signal
import sys
import threading
import time
import traceback


def spin():
    n = 0
    while True:
        n += 1


def spin_for():
    for i in iter(int, 1):
        pass


def spin_while(flag):
    while flag:
        pass


class Alarm(Exception):
    pass


def on_alarm(number, frame):
    raise Alarm(frame.f_code.co_name)


signal.signal(signal.SIGALRM, on_alarm)
for f, args in ((spin, ()), (spin_for, ()), (spin_while, ([1],))) * 2:
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        f(*args)
    except Alarm as e:
        names = [(s.name, s.lineno) for s in traceback.extract_tb(e.__traceback__)]
        print(e, names[1][0], names[-1][0])


def inside():
    """The handler is found in the frame that loops."""
    tries = 0
    for k in range(3):
        signal.setitimer(signal.ITIMER_REAL, 0.02)
        try:
            tries += 1
            while True:
                pass
        except Alarm:
            tries += 100
    return tries


print(inside(), inside())
count = [0]
stop = []


def ticker():
    while not stop:
        count[0] += 1
        time.sleep(0)


t = threading.Thread(target=ticker)
t.start()
end = time.monotonic() + 0.3
while time.monotonic() < end:
    pass


def busy():
    for i in range(3_000_000):
        pass


busy()
stop.append(1)
t.join()
print(count[0] > 3)

state = []


def victim():
    state.append(threading.get_ident())
    try:
        n = 0
        while True:
            n += 1
    except KeyError:
        state.append("caught")
    for i in range(1000):
        pass
    state.append("went on")


t = threading.Thread(target=victim)
t.start()
while not state:
    time.sleep(0.01)
time.sleep(0.05)
ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(state[0]), ctypes.py_object(KeyError))
t.join()
print(state[1:])


def interrupt():
    time.sleep(0.05)
    _thread.interrupt_main()


threading.Thread(target=interrupt).start()
try:
    spin()
except KeyboardInterrupt as e:
    print("interrupted", traceback.extract_tb(e.__traceback__)[-1].name)
sys.setswitchinterval(1e-5)


def hop(n):
    t = 0
    for i in range(n):
        while t % 3:
            t += 1
        t += i
    return t


results = []
threads = [threading.Thread(target=lambda: results.append(hop(30000))) for _ in range(6)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(len(set(results)))
