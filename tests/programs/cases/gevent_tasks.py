# args: 200
# other-args: 30
# expect: native
# needs: gevent
"""gevent's hub: tasks that sleep, queue and wait in the middle of native loops; a timeout that comes in one."""
import sys

import gevent
import gevent.event
import gevent.queue

n = int(sys.argv[1])


def work(name, queue):
    total = 0
    for i in range(n):
        total += i % (name + 2)
        if i % 25 == name:
            gevent.sleep(0)
        if i % 50 == 0:
            queue.put((name, total))
    queue.put(None)
    return total


def gather(queue, workers):
    seen = {}
    while workers:
        item = queue.get()
        if item is None:
            workers -= 1
        else:
            seen[item[0]] = item[1]
    return sorted(seen.items())


def forever():
    i = 0
    while True:
        i += 1
        if i % 1000 == 0:
            gevent.sleep(0)


for turn in range(3):
    queue = gevent.queue.Queue()
    tasks = [gevent.spawn(work, k, queue) for k in range(4)]
    taker = gevent.spawn(gather, queue, 4)
    gevent.joinall(tasks + [taker])
    print([t.value for t in tasks], taker.value)
    try:
        with gevent.Timeout(0.02):
            forever()
    except gevent.Timeout as error:
        print(type(error).__name__)
    endless = gevent.spawn(forever)
    gevent.sleep(0)
    endless.kill()
    print(endless.dead, repr(endless.value))
