# args: 300 int
# other-args: 400 float
# other-args: 90 str
# other-args: 200 none
# expect: native
# quick
"""Exceptions that are raised and caught in hot loops: by operations, by calls, some calls deep, with everything that a handler can
look at: traceback, frames, context, cause, sys.exc_info()."""
import sys
import traceback


class Odd(Exception):
    def __init__(self, n, why="odd"):
        super().__init__(n, why)
        self.n = n


class Deeper(Odd):
    pass


def show(error):
    lines = []
    tb = error.__traceback__
    while tb:
        frame = tb.tb_frame
        names = sorted(k for k, v in frame.f_locals.items() if isinstance(v, (int, str, float)))
        lines.append((frame.f_code.co_name, tb.tb_lineno - frame.f_code.co_firstlineno,
                      frame.f_lineno - frame.f_code.co_firstlineno, names[:4]))
        tb = tb.tb_next
    return lines


def value(kind, i):
    return {"int": i, "float": i + 0.5, "str": str(i), "none": None}[kind]


def look_up(table, key):
    try:
        return table[key]
    except KeyError:
        return -1


def number(text):
    try:
        return int(text)
    except ValueError:
        return 0
    except TypeError as error:
        return len(str(error))


def inner(n):
    local = n * 3
    if n % 4 == 1:
        raise Odd(local)
    if n % 7 == 2:
        raise Deeper(n, "deeper")
    return local


def middle(n):
    a = n + 1
    return inner(a) + inner(n)


def outer(n):
    try:
        return middle(n)
    except Deeper as error:
        return error.n
    except Odd as error:
        if error.n % 50 == 1:
            print(show(error))
        return -error.n


def chained(n):
    try:
        try:
            return 10 // (n % 3)
        except ZeroDivisionError as error:
            raise Odd(n) from error
    except Odd as error:
        return (type(error.__cause__).__name__, type(error.__context__).__name__, error.__suppress_context__)


def context(n):
    try:
        try:
            [][n]
        except IndexError:
            {}[n]
    except KeyError as error:
        return type(error.__context__).__name__, len(traceback.format_exception(error))


def again(n):
    try:
        try:
            inner(n)
        except Odd:
            raise
    except Exception as error:
        return len(show(error)), sys.exc_info()[1] is error
    return None, sys.exc_info()


def finally_chain(n, log):
    for k in range(3):
        try:
            if (n + k) % 3 == 0:
                continue
            if (n + k) % 5 == 0:
                break
            if (n + k) % 11 == 0:
                raise Odd(k)
        except Odd as error:
            log.append(error.n)
        finally:
            log.append(k)
    return len(log)


def tuples(n, d):
    try:
        if n % 3 == 0:
            return d["missing"]
        if n % 3 == 1:
            return d[n][n]
        assert n % 2, "even"
        return d.nothing
    except (KeyError, TypeError) as error:
        return type(error).__name__
    except (AttributeError, AssertionError) as error:
        return str(error)


def following(n):
    it = iter(range(n % 4))
    total = 0
    while True:
        try:
            total += next(it)
        except StopIteration:
            break
    return total


def names_gone(n):
    try:
        raise Odd(n)
    except Odd as e:
        kept = e
    try:
        e
    except UnboundLocalError:
        return kept.n
    return None


def count(results, counts, i):
    for r in results:
        counts[str(r)] = counts.get(str(r), 0) + 1
    if i % 100 == 0:
        print(results)


def look_ups(n, counts):
    table = {i: i for i in range(0, n, 2)}
    table["x"] = 1
    words = ["1", "x", "33", None, 4.5, "7"]
    for i in range(n):
        a = look_up(table, i) + look_up(table, "xy"[i % 2])
        b = number(words[i % 6])
        count([a, b], counts, i)


def calls(n, counts):
    for i in range(n):
        count([outer(i)], counts, i)
    for i in range(n):
        count([chained(i), context(i)], counts, i)
    for i in range(n):
        count([again(i), tuples(i, {i: i})], counts, i)


def others(n, kind, counts):
    log = []
    for i in range(n):
        finally_chain(i, log)
        try:
            r = value(kind, i) + 1
        except TypeError as error:
            r = str(error)
        count([r, following(i), names_gone(i)], counts, i)
    return len(log)


def main(n, kind):
    counts = {}
    look_ups(n, counts)
    calls(n, counts)
    print(others(n, kind, counts))
    print(sorted(counts.items())[::17])
    print(sys.exc_info())


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
