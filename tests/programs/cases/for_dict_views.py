# args: 400
# other-args: 1
# other-args: 0
# expect: native
import sys


def total(d):
    keys = values = 0
    for k in d:
        keys += k
    for k in d.keys():
        keys += k
    for v in d.values():
        values += v
    for k, v in d.items():
        if v == k * 2:
            values += 1
    return keys, values


def mutate(d, how):
    n = 0
    try:
        for k, v in d.items():
            n += 1
            if n == 200:
                if how == "add":
                    d["new"] = 1
                elif how == "delete":
                    del d[k]
                elif how == "change":
                    d[k] = -1
                elif how == "swap":
                    del d[k]
                    d["other"] = 1
                elif how == "clear":
                    d.clear()
    except RuntimeError as error:
        return n, str(error)
    return n, len(d)


n = int(sys.argv[1])
for turn in range(4):
    print(total({i: i * 2 for i in range(n)}))
    print(total({i + 0.5: i * 2.0 for i in range(n)}))
    for how in ("none", "add", "delete", "change", "swap", "clear"):
        print(how, mutate({i: i for i in range(n)}, how))
d = {i: str(i) for i in range(500)}
for k in list(d):
    if k % 2:
        del d[k]
print(len(d), list(d.items())[:3], list(reversed(d))[:3], list(reversed(d.values()))[:3])
pairs = []
for pair in d.items():
    pairs.append(pair)
print(pairs[0], pairs[-1], len({id(p) for p in pairs}))
for k in d:
    d[k] += "!"
print(d[2], (2, "2!") in d.items(), d.keys() & {2, 3, 4})
for k in d:
    d.pop(k)
