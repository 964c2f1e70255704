# args: 5000
# other-args: 900
# other-args: 20
import sys


def down(n):
    return 0 if n == 0 else 1 + down(n - 1)


def endless(n):
    return endless(n + 1) + 1


def mutual_a(n):
    return mutual_b(n - 1) if n > 0 else "bottom"


def mutual_b(n):
    return mutual_a(n - 1) if n > 0 else "bottom b"


class Tree:
    def __init__(self, depth):
        self.child = Tree(depth - 1) if depth else None

    def depth(self):
        return 1 + self.child.depth() if self.child else 0

    def __repr__(self):
        return f"Tree({self.child!r})"


def deepest():
    depth = 0

    def go():
        nonlocal depth
        depth += 1
        go()
    try:
        go()
    except RecursionError as error:
        return depth, str(error)


for i in range(60):
    down(50)
    mutual_a(51)
print(deepest(), deepest())
for limit in (200, 500, 1000):
    sys.setrecursionlimit(limit)
    print(limit, deepest())
    try:
        endless(0)
    except RecursionError as error:
        print(error)
    caught = 0
    for i in range(30):
        try:
            down(2000)
        except RecursionError:
            caught += 1
    print(caught, down(limit - 50))
n = int(sys.argv[1])
sys.setrecursionlimit(20000)
print(down(n), mutual_a(n), Tree(n).depth())
print(len(repr(Tree(min(n, 1000)))))
try:
    sys.setrecursionlimit(5)
    print("set")
except RecursionError as error:
    print(error)
sys.setrecursionlimit(150)


def one(i):
    return two(i) + 1


def two(i):
    return one(i) if i > 10**6 else endless(i) if i == 280 else i


total = 0
for i in range(300):
    total += one(i)
