# args: ascii
# other-args: wide
# other-args: bytes
# other-args: none
# expect: native
import sys


def work(words, sep, n):
    out = []
    for i in range(n):
        w = words[i % len(words)]
        out.append(w.upper() + w.title())
        out.append(w.strip().replace(w[:1], w[-1:]))
        out.append(sep.join([w, w[::-1], w[1:4], w[-3:], w[5:2], w[::2], w[4:1:-1]]))
        if w.startswith(words[0][:1]) and not w.endswith(sep):
            out.append(w.split(sep)[0])
        if w.find(sep) >= 0 or w.count(w[1:2]) > 1:
            out.append(w.partition(sep)[2])
        if w < words[0] or w == words[1] or w[0] in w[1:]:
            out.append(w + w)
        out.append(w * (i % 3))
        if sep in w:
            out.append(w.rsplit(sep, 1)[-1].center(12, sep))
    return len(out), out[3], out[-1], sum(map(len, out)), len(set(out))


def formats(n):
    out = []
    for i in range(n):
        x = i / 7
        out.append(f"{i}:{x:.3f} {i:05d} {i!r:>6} {x!s} {'q' if i & 1 else 'r'} {i:#x} {-i:,} {x:e} {i % 2 == 0}")
        out.append("%d %s %5.2f %r %x" % (i, "s", x, "r", i))
        out.append("{0} {1:>4} {name}".format(i, "ab", name=x))
        out.append(str(i) + repr(x) + str(None) + str(True) + ascii("é") + format(i, "b"))
    return len(out), out[-4:], sum(map(len, out))


def numbers(n):
    total = 0
    for i in range(n):
        total += int(str(i)) + int("ff", 16) + int(float("1.5")) + int("  12 ") + ord(chr(i + 200)) + len(hex(i))
        total += "0123456789".index(str(i)[-1]) + (str(i).isdigit() and not str(-i).isalpha())
    try:
        for i in range(n):
            total += int("12" if i < n - 1 else "1x")
    except ValueError as error:
        print(error)
    return total


words = {"ascii": ["alpha,beta", "gamma", " delta ,eps", "aaa,a"], "wide": ["älpha,bετa", "gämma", " d😀lta ,e", "ééé,é"],
         "bytes": [b"alpha,beta", b"gamma", b" delta ,eps", b"aaa,a"], "none": ["a,b", None]}
for turn in range(3):
    print(work(words["ascii"], ",", 200), formats(150), numbers(150))
kind = sys.argv[1]
print(work(words[kind], b"," if kind == "bytes" else ",", 200))
