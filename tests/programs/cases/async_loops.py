# args: 200
# other-args: 3
import asyncio
import sys


class Sleep:
    def __await__(self):
        yield


async def leaf(i):
    if i % 5 == 0:
        await Sleep()
    return i * 2


async def middle(n):
    total = 0
    for i in range(n):
        total += await leaf(i)
    return total


async def agen(n):
    for i in range(n):
        yield await leaf(i)


async def consume(n):
    total = 0
    async for x in agen(n):
        total += x
    return total + sum([y async for y in agen(10) if y % 4])


class Manager:
    async def __aenter__(self):
        await Sleep()
        return 3

    async def __aexit__(self, kind, value, tb):
        return kind is KeyError


async def managed(n):
    total = 0
    for i in range(n):
        async with Manager() as k:
            if i % 3 == 0:
                raise KeyError
            total += k
    return total


def drive(coro):
    steps = 0
    while True:
        try:
            coro.send(None)
            steps += 1
        except StopIteration as stop:
            return stop.value, steps


n = int(sys.argv[1])
for turn in range(3):
    print(drive(middle(n)), drive(consume(n)), drive(managed(n)))


async def worker(name, q, out):
    while (item := await q.get()) is not None:
        out.append((name, item))
        await asyncio.sleep(0)


async def main():
    q, out = asyncio.Queue(), []
    tasks = [asyncio.create_task(worker(k, q, out)) for k in range(3)]
    for i in range(n):
        q.put_nowait(i)
    for t in tasks:
        q.put_nowait(None)
    await asyncio.gather(*tasks)
    print(len(out), out[:4], await asyncio.gather(middle(n), consume(n)) if False else await leaf(1))
    try:
        await asyncio.wait_for(asyncio.sleep(10), 0.01)
    except asyncio.TimeoutError:
        print("timeout")


asyncio.run(main())
c = middle(5)
c.close()
drive(managed("x"))
