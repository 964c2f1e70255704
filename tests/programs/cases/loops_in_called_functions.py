# args: 40 ints
# other-args: 40 floats
# other-args: 3 strings
# other-args: 55 raise
# expect: native
# quick
"""Functions with loops, called in loops: they begin, go around and return natively; what leaves them in the middle."""
import sys


class Item:
    def __init__(self, value):
        self.value = value

    def __del__(self):
        global dead
        dead += 1


def find(values, wanted):
    for k, value in enumerate(values):
        if value == wanted:
            return k
    return -1


def total(values):
    result = zero
    for value in values:
        result += value
    return result


def two_loops(n, step):
    low = n
    while low > 3:
        low = low // 2 + step % 2
    out = []
    for k in range(low):
        for j in range(k):
            out.append(k * j + step)
    return out, low


def with_items(n):
    last = None
    for k in range(n):
        last = Item(k)
    return last.value if last else None


def depth_seen(n):
    lines = []
    for k in range(n):
        if k == n - 1:
            frame = sys._getframe()
            lines.append((frame.f_lineno, frame.f_back.f_code.co_name, sorted(frame.f_locals)))
    return lines


def may_raise(values, bad):
    seen = 0
    for value in values:
        if value is bad:
            raise ValueError(seen)
        seen += 1
    return seen


def unbound(n):
    for k in range(n):
        word = k
    try:
        return word
    except UnboundLocalError as e:
        return str(e)


def main():
    global dead, zero
    dead = 0
    n, kind = int(sys.argv[1]), sys.argv[2]
    zero = "" if kind == "strings" else 0.0 if kind == "floats" else 0
    values = [str(k) if kind == "strings" else k / 2 if kind == "floats" else k for k in range(n)]
    found, sums, lists, errors = 0, [], 0, 0
    for k in range(n * 3):
        found += find(values, values[k % n])
        found += find(values, None)
        sums.append(total(values[: k % 7]))
        out, low = two_loops(k, n)
        lists += len(out) + low
        with_items(k % 5)
        bad = values[k % n] if kind == "raise" and k % 9 == 0 else object
        try:
            errors += may_raise(values, bad)
        except ValueError as e:
            errors += 1000 * e.args[0] + e.__traceback__.tb_next.tb_lineno
        if k % 11 == 0:
            seen = depth_seen(k % 4)
    print(found, sums[-7:], lists, dead, errors, seen)
    print([unbound(k % 3) for k in range(30)])
    return total(values + [None]) if kind == "raise" else 0


main()
