# args: 300 260
# other-args: 300 1000
# other-args: 300 0
# expect: native
# quick
import sys
import traceback
import warnings


def innermost(i, at):
    x = i * 2
    if i == at:
        look()
        print("own locals", sorted(locals().items()))
        y = "late"
        print("again", sorted(locals().items()))
    return x


def look():
    frame = sys._getframe(1)
    while frame is not None:
        names = {k: v for k, v in frame.f_locals.items() if isinstance(v, (int, str, float)) and not k.startswith("__")}
        print(frame.f_code.co_name, frame.f_lineno, sorted(names.items()) if frame.f_code.co_name != "<module>" else "", frame.f_lasti > 0)
        frame = frame.f_back
    for line in traceback.extract_stack():
        print(line.lineno, line.name, line.line)
    warnings.warn("from look", stacklevel=1)
    warnings.warn("from innermost", stacklevel=2)
    warnings.warn("from middle", stacklevel=3)
    warnings.warn("from loop", UserWarning, stacklevel=4)


def middle(i, at, half=0.5):
    before = i + half
    result = innermost(i,
                       at)
    return result + before


def loop(n, at):
    total = 0.0
    for i in range(n):
        total += middle(i, at)
        if i % 100 == 7:
            copy = dict(locals())
            assert copy["i"] == i and copy["total"] == total
    return total


n, at = map(int, sys.argv[1:])
for turn in range(3):
    print(loop(n, at + 1000))
print(loop(n, at))


def depth():
    return len(traceback.extract_stack())


def names(k):
    return names(k - 1) if k else sys._getframe().f_back.f_back.f_code.co_name


d = set()
for i in range(400):
    d.add((depth(), names(3), sys._getframe().f_code.co_name))
print(d)


def held(n):
    frames = []
    for i in range(n):
        if i in (250, 299):
            frames.append(sys._getframe())
    return frames


f = held(n)
print([(x.f_lineno, x.f_locals.get("i"), x is f[0]) for x in f])
