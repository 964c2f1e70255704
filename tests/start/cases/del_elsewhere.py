# args: thread_local
# args: module
# args: sys_modules
# args: int_subclass
# args: closure
# args: metaclass
# args: cache
# args: excepthook
# args: context
# args: exception
# end: usual
import contextvars, functools, sys, threading, types


class Loud:
    def __del__(self):
        print("gone")


class Number(int):
    __slots__ = ()

    def __del__(self):
        print("number gone", int(self))


class Meta(type):
    def __del__(cls):
        print("class gone", cls.__name__)


class Module(types.ModuleType):
    def __del__(self):
        print("module gone", self.__name__)


what = sys.argv[1]
if what == "thread_local":
    local = threading.local()
    local.x = Loud()
elif what == "module":
    sys.modules["loud"] = Module("loud")
elif what == "sys_modules":
    sys.modules["loud"] = Loud()
elif what == "int_subclass":
    numbers = (Number(5),)
elif what == "closure":
    def outer():
        x = Loud()
        return lambda: x
    kept = outer()
elif what == "metaclass":
    Made = Meta("Made", (), {})
elif what == "cache":
    @functools.lru_cache
    def make(n):
        return Loud()
    make(1)
elif what == "excepthook":
    sys.excepthook = Loud()
elif what == "context":
    v = contextvars.ContextVar("v")
    v.set(Loud())
elif what == "exception":
    try:
        raise ValueError(Loud())
    except ValueError as e:
        kept = e
print("body")
