# args: alarm
# other-args: interrupt
# other-args: raise
# other-args: none
# expect: native
# quick
import os
import signal
import sys
import time

hits = []
raised = []


def handler(number, frame):
    hits.append((number, frame.f_code.co_name))
    if sys.argv[1] == "raise" and not raised:
        raised.append(number)
        raise TimeoutError("from the handler")


def until_hit(limit):
    n = 0
    end = time.monotonic() + limit
    while not hits:
        n += 1
        if n % 100000 == 0 and time.monotonic() > end:
            return "never"
    return "hit"


def plain(n):
    total = 0
    for i in range(n):
        total += i & 3
    return total


def interrupted(n, at):
    total = 0
    try:
        for i in range(n):
            total += 1
            if i == at:
                os.kill(os.getpid(), signal.SIGINT)
                for k in range(10000000):
                    pass
                total += 1000
    except KeyboardInterrupt:
        return "interrupted", total
    return "not", total


def nested(i):
    return plain(20) + i


signal.signal(signal.SIGALRM, handler)
for turn in range(3):
    print(plain(2000), interrupted(300, -1), sum(nested(i) for i in range(100)))
how = sys.argv[1]
if how in ("alarm", "raise"):
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    try:
        print(until_hit(30))
    except TimeoutError as error:
        print("raised", error)
    print(hits)
    hits.clear()
    signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
    while len(hits) < 3:
        plain(1000)
    signal.setitimer(signal.ITIMER_REAL, 0)
    print(len(hits) >= 3)
print(interrupted(300, 150 if how != "none" else -1))
signal.signal(signal.SIGUSR1, lambda *a: sys.exit(7))
for i in range(1000):
    if i == 700 and how == "alarm":
        os.kill(os.getpid(), signal.SIGUSR1)
    if i == 700 and how == "interrupt":
        print("now", flush=True)
        os.kill(os.getpid(), signal.SIGINT)
    plain(3)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
sys.stdout.flush()
for i in range(1000):
    if i == 900 and how == "raise":
        os.kill(os.getpid(), signal.SIGTERM)
