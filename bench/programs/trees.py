"""Binary trees: many short-lived ones, a search tree with insert and delete, a fold over both."""
import sys


class Node:
    def __init__(self, left, right):
        self.left = left
        self.right = right

    def check(self):
        if self.left is None:
            return 1
        return 1 + self.left.check() + self.right.check()


def make(depth):
    if depth == 0:
        return Node(None, None)
    return Node(make(depth - 1), make(depth - 1))


class SearchNode:
    __slots__ = "key", "value", "left", "right"

    def __init__(self, key, value):
        self.key = key
        self.value = value
        self.left = self.right = None


class SearchTree:
    def __init__(self):
        self.root = None
        self.size = 0

    def __setitem__(self, key, value):
        if self.root is None:
            self.root = SearchNode(key, value)
            self.size = 1
            return
        node = self.root
        while True:
            if key == node.key:
                node.value = value
                return
            branch = "left" if key < node.key else "right"
            child = getattr(node, branch)
            if child is None:
                setattr(node, branch, SearchNode(key, value))
                self.size += 1
                return
            node = child

    def __getitem__(self, key):
        node = self.root
        while node is not None:
            if key == node.key:
                return node.value
            node = node.left if key < node.key else node.right
        raise KeyError(key)

    def __iter__(self):
        stack = []
        node = self.root
        while stack or node:
            while node:
                stack.append(node)
                node = node.left
            node = stack.pop()
            yield node.key, node.value
            node = node.right


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "15"
    depth = 6 if arg == "--small" else int(arg)
    long_lived = make(depth)
    total = 0
    for d in range(2, depth + 1, 2):
        for _ in range(1 << (depth - d)):
            total += make(d).check()
    print(total, long_lived.check())
    tree = SearchTree()
    n = 1 << (depth + 1)
    for i in range(n):
        tree[i * 7919 % 65537] = i
    print(tree.size, sum(tree[i * 7919 % 65537] for i in range(0, n, 3)))
    checksum = 0
    for key, value in tree:
        checksum = (checksum * 17 + key - value) % 1000003
    try:
        tree[-1]
    except KeyError as error:
        print(checksum, "missing", error)


if __name__ == "__main__":
    main()
