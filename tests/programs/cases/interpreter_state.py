# args: 300
# other-args: 40
# expect: native
import atexit
import contextvars
import decimal
import locale
import os
import sys
import time

var = contextvars.ContextVar("var", default=0)


def ctx(n):
    total = 0
    for i in range(n):
        token = var.set(i)
        total += var.get()
        if i % 2:
            var.reset(token)
        context = contextvars.copy_context()
        total += context.run(lambda: var.get() + 1)
    return total


def settings(n):
    out = []
    for i in range(n):
        if i == n // 2:
            sys.setrecursionlimit(1500)
            decimal.getcontext().prec = 5
            os.environ["PREWARM_TEST_VARIABLE"] = str(i)
        if i % 100 == 3:
            out.append((sys.getrecursionlimit(), str(decimal.Decimal(1) / 7), os.environ.get("PREWARM_TEST_VARIABLE")))
    decimal.getcontext().prec = 28
    sys.setrecursionlimit(1000)
    del os.environ["PREWARM_TEST_VARIABLE"]
    return out


def clock(n):
    last = time.monotonic()
    for i in range(n):
        now = time.monotonic()
        if now < last:
            return "backwards"
        last = now
    return "forwards"


def introspect(n):
    total = 0
    for i in range(n):
        total += ctx.__code__.co_firstlineno + len(ctx.__code__.co_code) + len(ctx.__code__.co_consts) + ctx.__code__.co_stacksize
        total += hash(ctx.__code__) == hash(ctx.__code__.replace(co_name="ctx"))
    return total


n = int(sys.argv[1])
for turn in range(3):
    print(ctx(n), settings(n), clock(n), introspect(n))
MODES = ("PREWARM_STRESS", "PREWARM_FAIL_GUARD", "PREWARM_DISABLE")
print([k for k in os.environ if k.startswith(("PREWARM", "LD_")) and k not in MODES], sys.argv, sys.flags.dont_write_bytecode, sys.executable)
print(sys.version, sys.prefix, sys.orig_argv[1:], __file__, __name__, sys.path[0] == os.getcwd(), os.path.exists("/proc/self/maps"))
print(sorted(m for m in sys.modules if "prewarm" in m.lower()), [v for v in os.listdir(".") if "prewarm" in v])
atexit.register(lambda: print("exit", ctx(n)))
