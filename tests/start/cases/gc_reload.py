# Reloading for ever must not keep the collector from its work.
import gc, importlib, json.decoder, weakref


class Node:
    pass


seen = 0


def gone(reference):
    global seen
    seen += 1


references = []
for _ in range(400):
    for _ in range(20):
        node = Node()
        node.me = node
        node.more = [[] for _ in range(40)]
        references.append(weakref.ref(node, gone))
    importlib.reload(json.decoder)
print(seen > 1000)
