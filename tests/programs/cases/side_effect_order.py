# args: 200
# other-args: 6
# expect: native
import sys

trail = []


def t(name, value=None):
    trail.append(name)
    return value


class Box:
    def __init__(self):
        self.data = {}

    def __getitem__(self, k):
        trail.append(("get", k))
        return self.data.get(k, 0)

    def __setitem__(self, k, v):
        trail.append(("set", k, v))
        self.data[k] = v

    def __delitem__(self, k):
        trail.append(("del", k))


def work(n):
    box = Box()
    items = [0, 0, 0]
    for i in range(n):
        box[t("key", i % 3)] += t("value", 1)
        items[t("i", 0)], items[t("j", 1)] = t("first", i), t("second", i + 1)
        d = {t("k1"): t("v1"), t("k2"): t("v2")}
        x = t("f", len)(t("a", "ab"), *t("star", ()), **t("kw", {}))
        y = t("left", 1) + t("mid", 2) * t("right", 3)
        z = t("low", 1) < t("high", 0) < t("never", 5)
        del box[t("gone", i)]
        i = items[i] = i = t("chain", 2)
        if t("test", i % 2 == 0) and t("and", True):
            assert t("assert", True), t("message")
    return len(trail), trail[-28:], items


n = int(sys.argv[1])
for turn in range(3):
    trail.clear()
    print(work(n))
trail.clear()
try:
    for i in range(n):
        a, b = t("a", i), 1 // t("b", n - 1 - i)
        t("after")
except ZeroDivisionError:
    print(a, b, len(trail), trail[-3:])
