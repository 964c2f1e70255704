# args: 400
# other-args: 6
# expect: native
import sys

events = []


def one(i):
    try:
        if i % 5 == 0:
            return "early"
        if i % 7 == 0:
            raise KeyError(i)
        x = 1
    except KeyError as error:
        events.append(error.args[0])
        return "caught"
    else:
        x = 2
    finally:
        events.append(-i)
        if i % 11 == 0:
            return "finally"
    return x


def loop(n):
    counts = {}
    for i in range(n):
        try:
            try:
                if i % 13 == 12:
                    continue
                if i == 350:
                    break
                r = one(i)
                counts[r] = counts.get(r, 0) + 1
            finally:
                counts["f"] = counts.get("f", 0) + 1
        except ZeroDivisionError:
            counts["never"] = 1
        else:
            counts["else"] = counts.get("else", 0) + 1
    else:
        counts["end"] = 1
    return counts


def nested(n):
    trail = 0
    for i in range(n):
        try:
            try:
                1 // (i % 3)
                [][i % 2]
            except ZeroDivisionError:
                trail += 1
                {}[i]
            finally:
                trail += 10
        except (IndexError, KeyError) as error:
            trail += 100 if isinstance(error.__context__, ZeroDivisionError) else 1000
            assert sys.exc_info()[1] is error
        assert sys.exc_info()[0] is None
    return trail


class Manager:
    def __init__(self, swallow):
        self.swallow = swallow

    def __enter__(self):
        return self

    def __exit__(self, *info):
        events.append(info[0] is None)
        return self.swallow


def managed(n):
    count = 0
    for i in range(n):
        with Manager(i % 4 == 0) as m, Manager(True):
            count += 1
            if i % 3 == 0:
                raise ValueError
            if i % 10 == 9:
                continue
        count += 2
    return count


n = int(sys.argv[1])
for turn in range(3):
    print(loop(n), nested(n), managed(n), len(events), sum(events))
for i in range(n):
    try:
        if i == n - 1:
            raise OSError(2, "gone")
    finally:
        print("cleanup", i) if i > n - 3 else None
