# args: 300
# other-args: 3
# expect: native
import logging
import sys
import warnings

logging.basicConfig(stream=sys.stdout, format="%(levelname)s %(funcName)s:%(lineno)d %(message)s")
log = logging.getLogger("test")


def old(i):
    if i % 100 == 5:
        warnings.warn(f"old {i}", DeprecationWarning, stacklevel=2)
    return i


def helper(i):
    log.debug("quiet %d", i)
    if i % 120 == 7:
        log.warning("loud %d", i)
    if i % 150 == 9:
        log.warning("caller", stacklevel=2)
    return old(i)


def loop(n):
    total = 0
    for i in range(n):
        total += helper(i)
        if i == 250:
            warnings.simplefilter("error")
            try:
                old(5)
            except DeprecationWarning as error:
                log.exception("as error: %s", error)
            warnings.simplefilter("always")
    return total


n = int(sys.argv[1])
for filter in ("ignore", "default", "always"):
    warnings.simplefilter(filter)
    print(loop(n))
warnings.warn("at the end")
