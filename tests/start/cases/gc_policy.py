# args: disable
# args: threshold
# args: freeze
# args: callbacks
# args: debug
# args: saveall
import gc, sys

what = sys.argv[1]
if what == "disable":
    gc.disable()
elif what == "threshold":
    gc.set_threshold(50, 2, 2)
elif what == "freeze":
    gc.freeze()
elif what == "callbacks":
    gc.collect()
    gc.callbacks.append(lambda phase, info: print(phase, info["generation"]))
elif what == "debug":
    gc.set_debug(gc.DEBUG_UNCOLLECTABLE)
elif what == "saveall":
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
import statistics, wave, xml.dom.minidom


class Loud:
    def __del__(self):
        print("gone")


o = Loud()
o.me = o
del o
print(gc.isenabled(), gc.get_threshold(), gc.get_debug(), gc.get_freeze_count() > 0)
gc.collect(0)
print("collected")
gc.collect()
print(len(gc.garbage) > 0, type(gc.garbage))
