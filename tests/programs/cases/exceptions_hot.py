# args: 400
# other-args: 5
# expect: native
import sys


class E1(Exception):
    pass


class E2(E1):
    def __init__(self, code):
        self.code = code


def thrower(i):
    if i % 4 == 0:
        raise E1("one", i)
    if i % 4 == 1:
        raise E2(i)
    if i % 4 == 2:
        raise KeyError(i) from None
    return i


def catcher(n):
    out = {}
    for i in range(n):
        try:
            r = thrower(i)
        except E2 as e:
            r = e.code
        except E1 as e:
            r = e.args[1]
        except (KeyError, IndexError) as e:
            r = len(repr(e)) + (e.__cause__ is None) + e.__suppress_context__
        out[i % 4] = out.get(i % 4, 0) + r
    return out


def reraise(n):
    count = 0
    for i in range(n):
        try:
            try:
                thrower(i)
            except E1:
                count += 1
                raise
        except Exception as e:
            count += 10
            e.add_note("note") if i == 0 else None
            tb = e.__traceback__
            while tb.tb_next:
                tb = tb.tb_next
            count += tb.tb_lineno - thrower.__code__.co_firstlineno
    return count


def contexts(n):
    last = None
    for i in range(n):
        try:
            try:
                raise ValueError(i)
            except ValueError:
                raise TypeError(i)
        except TypeError as e:
            last = e
    return repr(last), repr(last.__context__), last.__context__.__context__


def stop(n):
    it = iter(range(n))
    count = 0
    while True:
        try:
            count += next(it)
        except StopIteration:
            break
    return count


def groups(n):
    count = 0
    for i in range(n):
        try:
            raise ExceptionGroup("g", [E1(i), E2(i), OSError(i)])
        except* E1 as g:
            count += len(g.exceptions)
        except* OSError:
            count += 10
    return count


def dynamic(n):
    kinds = [ValueError, (TypeError, KeyError), Exception]
    count = 0
    for i in range(n):
        try:
            raise KeyError(i)
        except kinds[i % 3] if i % 3 else KeyError:
            count += 1
    return count


n = int(sys.argv[1])
for turn in range(3):
    print(catcher(n), reraise(n), contexts(n), stop(n), groups(n), dynamic(n))
    print(sys.exc_info())
for i in range(n):
    try:
        thrower(3 if i < n - 1 else 1)
    except 5:
        pass
