# args: 300 150
# other-args: 300 1000
# other-args: 300 0
# expect: native
# quick
import sys

events = []


def leaf(i):
    x = i + 1
    return x


def middle(i):
    return leaf(i) + leaf(i + 1)


def tracer(frame, event, arg):
    events.append((frame.f_code.co_name, event, frame.f_lineno, arg if event == "return" else None))
    return tracer


def profiler(frame, event, arg):
    name = arg.__name__ if event.startswith("c_") else frame.f_code.co_name
    events.append((name, event))


def trace_loop(n, at):
    total = 0
    for i in range(n):
        total += middle(i)
        if i == at:
            sys.settrace(tracer)
        if i == at + 3:
            sys.settrace(None)
    return total


def trace_own_frame(n, at):
    total = 0
    for i in range(n):
        total += leaf(i)
        if i == at:
            sys._getframe().f_trace = tracer
            sys.settrace(tracer)
        if i == at + 2:
            sys._getframe().f_trace = None
            sys.settrace(None)
    return total


def profile_loop(n, at):
    total = 0
    for i in range(n):
        total += middle(i) + abs(-i) + len("ab")
        if i == at:
            sys.setprofile(profiler)
        if i == at + 2:
            sys.setprofile(None)
    return total


def jump_loop(n, at):
    """A trace function that changes a local variable and the line."""
    def jumper(frame, event, arg):
        if event == "line" and frame.f_code.co_name == "target" and frame.f_lineno == first + 3:
            frame.f_lineno = first + 4
        return jumper

    def target(i):
        x = 0
        x += i
        x += 1000
        return x
    first = target.__code__.co_firstlineno
    total = 0
    for i in range(n):
        if i == at:
            sys.settrace(jumper)
        total += target(i)
        if i == at + 1:
            sys.settrace(None)
    return total


n, at = map(int, sys.argv[1:])
for turn in range(2):
    for loop in (trace_loop, trace_own_frame, profile_loop, jump_loop):
        print(loop.__name__, loop(n, at + 10000))
for loop in (trace_loop, trace_own_frame, profile_loop, jump_loop):
    events.clear()
    print(loop.__name__, loop(n, at), len(events), sys.gettrace(), sys.getprofile())
    for event in events:
        print(*event)
