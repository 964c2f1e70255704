# args: try
# args: with
# args: from
# args: coroutine
# args: async_generator
# end: usual
import contextlib, sys


@contextlib.contextmanager
def manager():
    yield
    print("left")


def with_try():
    try:
        yield 1
    finally:
        print("finally")


def with_with():
    with contextlib.ExitStack() as stack:
        stack.callback(print, "stack")
        yield 1


def with_from():
    yield from with_try()


async def coroutine():
    pass


async def agen():
    try:
        yield 1
    finally:
        print("async finally")


what = sys.argv[1]
if what == "coroutine":
    kept = coroutine()
elif what == "async_generator":
    kept = agen()
    step = kept.asend(None)
    try:
        step.send(None)
    except StopIteration:
        pass
else:
    kept = {"try": with_try, "with": with_with, "from": with_from}[what]()
    next(kept)
print("body")
