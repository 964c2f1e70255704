# args: 400
# other-args: 50
# other-args: 400 always
# expect: native
"""Who called? Frames, line numbers, locals and stack levels as seen from inside calls that traces inline."""
import inspect
import logging
import sys
import traceback
import warnings

n = int(sys.argv[1])
EVERY = 1 if sys.argv[2:] else 37


def frames():
    f, seen = sys._getframe(1), []
    while f:
        names = sorted(f.f_locals) if f.f_code.co_name != "<module>" else []
        seen.append((f.f_code.co_name, f.f_lineno, names))
        f = f.f_back
    return seen


def inner(i, tag="inner"):
    if i % EVERY == 0:
        note(frames())
    return i + 1


class Thing:
    def __init__(self, i):
        self.i = i
        if i % EVERY == 1:
            note(sorted(locals().items(), key=lambda pair: pair[0])[0][0], frames()[:3])

    @property
    def double(self):
        if self.i % EVERY == 2:
            note([(s.function, s.lineno, s.code_context, s.index) for s in inspect.stack(2)])
        return self.i * 2

    def method(self, k=3):
        here = k + self.i
        if self.i % EVERY == 3:
            note(traceback.format_stack()[-3:], locals().keys(), here)
        return here

    def warn(self):
        if self.i % EVERY == 4:
            for level in (1, 2, 3, 4):
                warnings.warn(f"level {level}", UserWarning, stacklevel=level)
        return self.i

    def tell(self):
        if self.i % EVERY == 5:
            for level in (1, 2, 3):
                logger.warning("level %d", level, stacklevel=level)
        return self.i

    @staticmethod
    def evaluates(v):
        if v % EVERY == 6:
            note(eval("sorted(locals())"), eval("v + 1"), vars())
        return v

    def positions(self):
        if self.i % EVERY == 7:
            frame = sys._getframe(1)
            code, at = frame.f_code, frame.f_lasti // 2
            note([p for k, p in enumerate(code.co_positions()) if k == at])
        return self.i


def closure(base):
    step = 2

    def go(v):
        if v % EVERY == 8:
            note(frames()[:3], sorted(sys._getframe().f_locals.items()))
        return v + base + step
    return go


def sites(n):
    total = 0
    add = closure(5)
    for i in range(n):
        thing = Thing(i)
        total += inner(i)
        total += inner(i, "named")
        total += thing.double + thing.method() + thing.method(
            k=inner(i))
        total += thing.warn()
        total += thing.tell()
        total += Thing.evaluates(i) + thing.positions()
        total += add(i) + sum([inner(v) for v in (i, 1)])
    return total


def note(*what):
    notes.append(what)


class ToNotes(logging.Handler):
    def emit(self, record):
        note(record.funcName, record.lineno, record.getMessage())


notes = []
logger = logging.getLogger("sites")
logger.addHandler(ToNotes())
warnings.simplefilter("always")
warnings.showwarning = lambda message, category, file, line, *rest: note(str(message), line)
print(sites(n))
print(len(notes))
digest = 0
for what in notes:
    for character in repr(what).replace(__file__, "FILE"):
        digest = (digest * 31 + ord(character)) % (1 << 61)
for what in notes[:40]:
    print(repr(what).replace(__file__, "FILE"))
print(digest)
