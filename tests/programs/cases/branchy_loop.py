# args: 3000 1
# other-args: 3000 2
# other-args: 3000 3
# expect: native
import sys


def classify(x):
    if x % 2 == 0:
        if x % 3 == 0:
            return "six" if x % 5 else "thirty"
        elif x % 7 == 0:
            return "fourteen"
        return "even"
    elif x % 11 == 0:
        return 11
    elif x % 13 == 0:
        return 13.5
    elif x % 17 == 0:
        return None
    elif x > 2500:
        return (x,)
    return "odd" if x < 1000 else "large odd"


def machine(n, seed):
    state = "start"
    counts = {}
    x = seed
    for i in range(n):
        x = (x * 1103515245 + 12345) % 2147483648
        r = x >> 16
        if state == "start":
            state = "a" if r & 1 else "b"
        elif state == "a":
            state = ("b", "c", "start", "d")[r % 4]
        elif state == "b":
            if r % 10 == 0:
                state = "rare"
            elif r % 3:
                state = "c"
        elif state == "c":
            state = "a" if r > 10000 else "d"
        elif state == "d":
            while r > 100:
                r //= 3
            state = "start" if r % 2 else "c"
        else:
            state = "start"
            counts["visits"] = counts.get("visits", 0) + r % 5
        counts[state] = counts.get(state, 0) + 1
    return counts


def phases(n):
    """Each phase is hot on its own, and another one follows."""
    total = 0
    for i in range(n):
        if i < n // 4:
            total += 1
        elif i < n // 2:
            total = total * 1.0 + 0.5
        elif i < 3 * n // 4:
            total = int(total) ^ i
        else:
            total = total + len(str(i))
    return total


n, seed = map(int, sys.argv[1:])
counts = {}
for x in range(n):
    r = classify(x * seed)
    counts[type(r).__name__, str(r)[:5]] = counts.get((type(r).__name__, str(r)[:5]), 0) + 1
print(sorted(counts.items()))
for turn in range(2):
    print(sorted(machine(n, seed).items()), phases(n))
