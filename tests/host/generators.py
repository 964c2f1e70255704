"""Loops in generators, coroutines and the frames between them; the word before a frame."""
import asyncio
import gc


def gen(n):
    for i in range(n):
        got = yield i
        while got:
            got -= 1
    return "done"


def outer(n):
    r = yield from gen(n)
    for c in r:
        yield c


def loop(n):
    t = 0
    for i in range(n):
        t += i
    return t


def many(*args):
    return args


def full_stack():
    # Every slot of the caller's stack is in use while the callee's loop leaves the interpreter.
    return many(1, 2, 3, loop(5), 4, [5, loop(6), {6: loop(7)}], *(8, loop(8)), *[x for x in gen(4)])


def in_generator():
    for i in range(3):
        yield many(i, loop(4), *gen(2), loop(5))


async def aloop(n):
    t = 0
    for i in range(n):
        await asyncio.sleep(0)
        t += i
    async for x in agen(n):
        t += x
    return t


async def agen(n):
    for i in range(n):
        while i % 2:
            i += 1
        yield i


async def main():
    return await asyncio.gather(*(aloop(n) for n in range(5)))


for k in range(12):
    g = gen(5)
    next(g)
    r = [g.send(2), g.send(3), list(g)]
    state = []
    g = outer(3)
    for x in g:
        state.append((x, g.gi_running, g.gi_suspended))
    s = full_stack(), list(in_generator()), asyncio.run(main())
print(r, state, s)


def self_aware():
    for i in range(4):
        try:
            next(me)
        except ValueError as e:
            yield str(e)
        yield me.gi_running


me = self_aware()
print(list(me))


def thrower():
    n = 0
    while True:
        try:
            n += 1
            for i in range(3):
                yield n
        except KeyError:
            n += 100
            for i in range(3):
                n += i


t = thrower()
print(next(t), t.throw(KeyError), next(t), t.throw(KeyError))
t.close()
gc.collect()


def collecting():
    keep = [object() for _ in range(10)]
    for i in range(5):
        gc.collect()
        yield len(keep) + sum(1 for _ in keep)


print(list(collecting()))
