"""Programs that trace and profile themselves, in the middle of loops that run already."""
import cProfile
import io
import pstats
import sys
import threading

events = []


def tracer(frame, event, arg):
    events.append((event, frame.f_code.co_name, frame.f_lineno - frame.f_code.co_firstlineno))
    return tracer


def profiler(frame, event, arg):
    events.append((event, frame.f_code.co_name))


def work(n):
    t = 0
    for i in range(n):
        t += i
    while t > 3:
        t //= 2
    return t


def traced_from_inside(n):
    for i in range(n):
        if i == 2:
            sys.settrace(tracer)
        work(i)
        if i == 5:
            sys.settrace(None)
        if i == 7:
            sys.setprofile(profiler)
        if i == 9:
            sys.setprofile(None)
    return i


def show():
    print(len(events), hash(tuple(events)), events[:3], events[-3:])
    events.clear()


for k in range(20):
    work(10)
print(traced_from_inside(12), sys.gettrace(), sys.getprofile())
show()
sys.settrace(tracer)
work(5)
list(i for i in range(3))
sys.settrace(None)
show()


def own_profile():
    p = cProfile.Profile()
    p.enable()
    for i in range(10):
        i += 1
    for i in range(5):
        work(i)
    p.disable()
    out = io.StringIO()
    s = pstats.Stats(p, stream=out)
    return sorted((f[2], nc) for f, (cc, nc, tt, ct, callers) in s.stats.items())


print(own_profile(), own_profile())

done = []


def in_thread():
    for i in range(300):
        work(i % 7)
    done.append(len(events) > 0)


threading.settrace(tracer)
t = threading.Thread(target=in_thread)
t.start()
for i in range(1000):
    work(3)
t.join()
threading.settrace(None)
show()
for i in range(100):
    work(3)


class Jump:
    """A debugger that jumps out of a loop."""

    def __init__(self):
        self.done = False

    def __call__(self, frame, event, arg):
        if event == "line" and frame.f_code.co_name == "jumper" and not self.done:
            if frame.f_lineno - frame.f_code.co_firstlineno == 3:
                self.done = True
                frame.f_lineno = frame.f_code.co_firstlineno + 4
        return self


def jumper():
    t = 0
    for i in range(10):
        t += 1
    return t


for k in range(10):
    jumper()
sys.settrace(Jump())
r = jumper()
sys.settrace(None)
print(r, jumper())
