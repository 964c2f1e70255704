"""Every form of back-edge, with EXTENDED_ARG, and cold and warm."""


def while_forms(n):
    out = []
    i = 0
    while i < n:  # POP_JUMP_BACKWARD_IF_TRUE
        i += 1
    out.append(i)
    while not i < 3:  # IF_FALSE
        i -= 1
    out.append(i)
    node = (1, (2, (3, None)))
    while node is not None:  # IF_NOT_NONE
        out.append(node[0])
        node = node[1]
    left = [1, None, None]
    x = left.pop()
    while x is None:  # IF_NONE
        x = left.pop()
    out.append(x)
    while True:
        i += 1
        if i > 10:
            break
        if i % 2:
            continue
        out.append(i)
    else:
        out.append("never")
    return out


def nested(n):
    total = 0
    for i in range(n):
        for j in range(i):
            k = j
            while k > 0:
                total += k
                k -= 3
        else:
            total += 1000
    return total


class Odd:
    def __init__(self, n):
        self.n = n

    def __bool__(self):
        self.n -= 1
        if self.n == -1:
            raise ValueError("no truth")
        return self.n > 0


def truths(n):
    o, count = Odd(n), 0
    while o:
        count += 1
    return count


def raising():
    o = Odd(3)
    o.n = 3
    count = 0
    try:
        while o:
            count += 1
        while o:
            count += 1
    except ValueError as e:
        return count, str(e), e.__traceback__.tb_lineno - raising.__code__.co_firstlineno
    return count


lines = "\n".join(f"        x{i} = i + {i}" for i in range(400))
namespace = {}
exec(f"def big(n):\n    i = 0\n    while i < n:\n        i += 1\n{lines}\n    for i in range(n):\n{lines}\n    return x399\n", namespace)

for k in range(30):
    r = while_forms(20), nested(12), truths(9), raising(), namespace["big"](7)
    if k in (0, 1, 10, 29):
        print(r)
total = 0
for i in range(2000):
    if i % 3 == 0:
        continue
    total += i
print(total)
i = 0
while i < 500: i += 1
print(i)
