# args: 4 4000
# other-args: 2 100
# other-args: 8 20000
import queue
import sys
import threading

results = {}
shared = 0
lock = threading.Lock()
stop = threading.Event()


def work(name, n):
    global shared
    total = 0
    local = threading.local()
    local.x = 0
    for i in range(n):
        total += i * name
        local.x += 1
        if i % 500 == 0:
            with lock:
                shared += 1
    results[name] = total, local.x


def spin():
    n = 0
    while not stop.is_set():
        n += 1
    results["spun"] = n > 0


def spin_plain():
    while not flag:
        pass
    results["plain"] = True


def producer(q, n):
    for i in range(n):
        q.put(i)
    q.put(None)


def consumer(q, out):
    total = 0
    while True:
        item = q.get()
        if item is None:
            break
        total += item
    out.append(total)


count, n = map(int, sys.argv[1:])
flag = False
sys.setswitchinterval(0.001)
for turn in range(3):
    threads = [threading.Thread(target=work, args=(k, n)) for k in range(count)]
    spinner, plain = threading.Thread(target=spin), threading.Thread(target=spin_plain)
    spinner.start()
    plain.start()
    for t in threads:
        t.start()
    work("main" and -1, n)
    for t in threads:
        t.join()
    stop.set()
    flag = True
    spinner.join()
    plain.join()
    stop.clear()
    flag = False
    print(sorted(results.items(), key=str), shared)
    q, out = queue.Queue(5), []
    pair = [threading.Thread(target=producer, args=(q, 300)), threading.Thread(target=consumer, args=(q, out))]
    for t in pair:
        t.start()
    for t in pair:
        t.join()
    print(out)


def failing(n):
    for i in range(n):
        if i == n - 1:
            raise ValueError("in a thread")


threading.excepthook = lambda args: print("hook", args.exc_type.__name__, args.exc_value, args.thread.name)
t = threading.Thread(target=failing, args=(n,), name="failing")
t.start()
t.join()
d = threading.Thread(target=spin_plain, daemon=True)
d.start()
print("done with a daemon running")
