# args: 60
"""Collections that native code puts off, and frames that are traced or recorded meanwhile."""
import gc
import sys

calls = 0


def build(n):
    out = []
    for i in range(n):
        out.append((i, [i]))
    return out


def note(phase, info):
    global calls
    calls += 1
    for item in build(20):
        if item[0] != item[1][0]:
            print("wrong", item)


def tracer(frame, event, arg):
    return tracer


def traced(n):
    total = 0
    for i, pair in enumerate(build(n)):
        if i == n - 5:
            sys.settrace(tracer)
        total += len(build(3)) + pair[0]
    sys.settrace(None)
    return total


def main():
    n = int(sys.argv[1])
    thresholds = gc.get_threshold()
    gc.callbacks.append(note)
    gc.set_threshold(1, 0, 0)
    try:
        for i in range(n):
            build(i)
    finally:
        gc.set_threshold(*thresholds)
        gc.callbacks.pop()
    print(calls > 0)
    gc.set_threshold(5)
    print([traced(40) for _ in range(5)])


main()
