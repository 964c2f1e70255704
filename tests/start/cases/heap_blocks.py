# environment: X=1
# environment: PYTHONMALLOC=malloc
# environment: PYTHONMALLOC=debug
# options: -X tracemalloc
# options: -X dev
# Blocks of all sizes, given back in another order, by other threads, in a child, and while memory is traced.
import os
import re
import sys
import threading
import tracemalloc

pattern = re.compile(r"(a|ab)*c")
sizes = [*range(400, 1300, 7), *range(1300, 20000, 333), 16384, 16385, 40000]


def work(seed):
    kept, total = [], 0
    for turn in range(4):
        for k, n in enumerate(sizes):
            kept.append(bytearray([seed]) * n)
            total += len([None] * (n // 8)) + (pattern.match("ab" * (k % 30) + "c") is not None)
            if (k + turn) % 3 == 0:
                total += sum(kept.pop(k % len(kept))[:3])
        kept = kept[::2]
    return total + sum(len(k) + k[-1] for k in kept)


print(work(1), work(2))
results = []
threads = [threading.Thread(target=lambda seed=seed: results.append((seed, work(seed)))) for seed in range(4)]
for thread in threads:
    thread.start()
print(work(9))
for thread in threads:
    thread.join()
print(sorted(results))
tracing = tracemalloc.is_tracing()
tracemalloc.start()
traced = bytearray(5000)
print(work(3), tracemalloc.get_object_traceback(traced) is not None)
if not tracing:
    tracemalloc.stop()
print(work(4))
sys.stdout.flush()
child = os.fork()
if not child:
    print("child", work(5))
    sys.stdout.flush()
    os._exit(0)
print(os.waitpid(child, 0)[1], work(6))
