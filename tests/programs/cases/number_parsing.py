# args: 0 ok
# other-args: 1 ok
# other-args: 2 ok
# other-args: 0 broken
# other-args: 0 wide
# expect: native
import sys

DATA = {
    "ok": ["12", "-7", "3.5", "1e3", "0x1F", "  42  ", "1_000", "inf", "", "abc", "9" * 25],
    "broken": ["12", "1.2.3", "--5", None, 5, b"12", ["1"]],
    "wide": ["١٢", "７", "½", "-４２", "1\u2003", "\u00a05"],
}


def by_hand(text):
    if not text:
        return None
    sign, at = 1, 0
    if text[0] == "-":
        sign, at = -1, 1
    value = 0
    while at < len(text):
        digit = ord(text[at]) - 48
        if not 0 <= digit <= 9:
            return None
        value = value * 10 + digit
        at += 1
    return sign * value


def by_try(text):
    for convert in (int, float, lambda t: int(t, 16)):
        try:
            return convert(text)
        except ValueError:
            continue
        except TypeError as error:
            return str(error)
    return "nothing"


def loop(items, n):
    results = {}
    total = 0
    for i in range(n):
        text = items[i % len(items)]
        a = by_hand(text)
        b = by_try(text)
        results[str(text)] = a, b
        if a is not None and a == b:
            total += a
    return total, results


for turn in range(3):
    total, results = loop(DATA["ok"][int(sys.argv[1]):], 200)
    print(total, results)
print(loop(DATA[sys.argv[2]], 100))
