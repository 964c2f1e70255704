"""Locals that are not in the frame's memory while native code runs (mode native), seen from everywhere."""
import sys
import threading
import traceback


def main(peek, a):
    b = a * 2
    for i in range(2):
        b += i
    return a, b


def cellular(peek, a):
    def inner():
        return a
    for i in range(2):
        b = inner()
    return a, b


class Base:
    def who(self):
        return "base"


class Derived(Base):
    def who(self, peek):
        for i in range(2):
            pass
        return super().who()


def show():
    f = sys._getframe(1)
    print({k: v for k, v in f.f_locals.items() if k not in ("peek", "self") and not callable(v)}, f.f_code.co_name, f.f_lineno > 0)


def show_from_thread():
    me = threading.get_ident()

    def look():
        f = sys._current_frames()[me]
        while f.f_code is not main.__code__:
            f = f.f_back
        print(sorted(k for k in f.f_locals))

    t = threading.Thread(target=look)
    t.start()
    t.join()


def fails():
    raise KeyError("peek")


for k in range(3):
    print(main(show, 5), cellular(show, 6))
    print(main(show_from_thread, 5))
    for builtin in (locals, vars, dir):
        print(main(builtin, 7))
    print(main(lambda: eval("1"), 8), Derived().who(super), Derived().who(show))
    try:
        main(fails, 9)
    except KeyError as e:
        print([f.name for f in traceback.extract_tb(e.__traceback__)])
        print(e.__traceback__.tb_next.tb_frame.f_locals["a"])


def generator(peek, n):
    for i in range(n):
        yield i


import gc

print(list(generator(gc.collect, 4)))
