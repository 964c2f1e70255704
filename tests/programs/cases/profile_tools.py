# args: 200
# other-args: 5
import cProfile
import io
import pstats
import sys
import trace


def leaf(x):
    return x + 1


def work(n):
    total = 0
    for i in range(n):
        total += leaf(i) + len("ab")
    return total


n = int(sys.argv[1])
for turn in range(3):
    print(work(n))
profile = cProfile.Profile()
print(profile.runcall(work, n))
profile.enable()
for i in range(n):
    leaf(i)
    if i == n // 2:
        profile.disable()
out = io.StringIO()
stats = pstats.Stats(profile, stream=out)
for (path, line, name), (calls, primitive, *_rest) in sorted(stats.stats.items()):
    if "disable" not in name:
        print(line, name, calls, primitive)
tracer = trace.Trace(count=1, trace=0)
tracer.runfunc(work, n)
for (path, line), count in sorted(tracer.results().counts.items()):
    print(line, count)
print(work(n))
