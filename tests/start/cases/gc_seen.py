import gc, json, re, unittest, asyncio, email.message


class Node:
    pass


print(gc.isenabled(), gc.get_threshold(), gc.get_debug(), gc.callbacks, gc.get_freeze_count(), gc.garbage)
count = gc.get_count()
print(count[0] <= 700, count[1] <= 10, len(gc.get_stats()), all(s["uncollectable"] == 0 for s in gc.get_stats()))
mine = Node()
mine.me = mine
print(gc.is_tracked(mine), any(o is mine for o in gc.get_objects()), any(o is mine for o in gc.get_objects(generation=0)))
gc.collect()
print(any(o is mine for o in gc.get_objects(generation=2)), gc.collect())
del mine
print(gc.collect() >= 1, gc.get_count()[1:], gc.get_stats()[2]["collections"] >= 3)
