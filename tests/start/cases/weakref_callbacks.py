# args: plain
# args: finalize
# args: finalize_not_at_exit
# args: method
# args: builtin
# args: hash
# args: proxy
# args: patched
# end: usual
import sys, weakref


class A:
    def m(self):
        pass


class Key:
    def __hash__(self):
        print("hashed")
        return 1

    def __eq__(self, other):
        return self is other


what = sys.argv[1]
a = A()
a.me = a
if what == "plain":
    r = weakref.ref(a, lambda r: print("callback", r() is None))
elif what == "finalize":
    weakref.finalize(a, print, "finalized at exit")
    r = weakref.ref(a, print)
elif what == "finalize_not_at_exit":
    weakref.finalize(a, print, "finalized").atexit = False
elif what == "method":
    r = weakref.WeakMethod(a.m, lambda r: print("method gone"))
elif what == "builtin":
    r = weakref.ref(a, print)
elif what == "hash":
    d = weakref.WeakValueDictionary()
    d[Key()] = a
elif what == "proxy":
    r = weakref.proxy(a, lambda r: print("proxy gone"))
elif what == "patched":
    weakref.WeakSet.__init__.__defaults__ and None
    s = weakref.WeakSet()
    s._remove = lambda r: print("patched")
    s.add(a)
print("body")
