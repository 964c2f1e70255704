# args: 300
# other-args: 30
# expect: native
import gc
import sys
import weakref

log = []


class Node:
    def __init__(self, n):
        self.n = n
        self.other = None


def callbacks(n):
    refs = []
    for i in range(n):
        node = Node(i)
        refs.append(weakref.ref(node, lambda r, i=i: log.append(i)))
        if i % 10 == 0:
            log.append(("alive", sum(r() is not None for r in refs)))
    return node.n


def cycles(n):
    refs = []
    for i in range(n):
        a, b = Node(i), Node(-i)
        a.other, b.other = b, a
        refs.append(weakref.ref(a))
        if i % 50 == 49:
            gc.collect()
            log.append(sum(r() is not None for r in refs))
    del a, b
    gc.collect()
    return sum(r() is not None for r in refs)


def weak_values(n):
    d = weakref.WeakValueDictionary()
    keep = []
    for i in range(n):
        node = Node(i)
        d[i] = node
        if i % 3 == 0:
            keep.append(node)
    return len(d), len(keep)


gc.disable()
n = int(sys.argv[1])
for turn in range(3):
    print(callbacks(n), cycles(n), weak_values(n), len(log), log[:5], log[-5:])
    log.clear()
gc.enable()
gc.set_threshold(50)
total = 0
for i in range(n):
    a = [i]
    a.append(a)
    total += len(a)
print(total, gc.get_threshold(), gc.isenabled(), len(gc.garbage))
objs = []
for i in range(n):
    objs.append(Node(i))
    if i % 100 == 99:
        print(sum(type(o) is Node for o in gc.get_objects()), sum(o is objs[i] for o in gc.get_referents(objs)))
