"""Priority queue: one written out, and heapq; shortest ways through a grid and a graph."""
import heapq
import sys


class Heap:
    def __init__(self):
        self.items = []

    def __len__(self):
        return len(self.items)

    def push(self, item):
        items = self.items
        items.append(item)
        at = len(items) - 1
        while at > 0:
            parent = (at - 1) >> 1
            if items[parent] <= item:
                break
            items[at] = items[parent]
            at = parent
        items[at] = item

    def pop(self):
        items = self.items
        last = items.pop()
        if not items:
            return last
        top = items[0]
        at = 0
        size = len(items)
        while True:
            child = 2 * at + 1
            if child >= size:
                break
            if child + 1 < size and items[child + 1] < items[child]:
                child += 1
            if last <= items[child]:
                break
            items[at] = items[child]
            at = child
        items[at] = last
        return top


def cost(x, y):
    return 1 + (x * 7 + y * 13 + x * y) % 9


def through_grid(size):
    best = {(0, 0): 0}
    heap = Heap()
    heap.push((0, 0, 0))
    settled = 0
    while heap:
        so_far, x, y = heap.pop()
        if so_far > best[x, y]:
            continue
        settled += 1
        if x == size - 1 and y == size - 1:
            return so_far, settled
        for dx, dy in ((1, 0), (0, 1), (-1, 0), (0, -1)):
            i, j = x + dx, y + dy
            if 0 <= i < size and 0 <= j < size:
                total = so_far + cost(i, j)
                if total < best.get((i, j), 1 << 30):
                    best[i, j] = total
                    heap.push((total, i, j))
    return None, settled


def through_graph(graph, start):
    distances = {start: 0}
    queue = [(0, start)]
    while queue:
        so_far, node = heapq.heappop(queue)
        if so_far != distances[node]:
            continue
        for neighbour, length in graph[node].items():
            total = so_far + length
            if neighbour not in distances or total < distances[neighbour]:
                distances[neighbour] = total
                heapq.heappush(queue, (total, neighbour))
    return distances


def make_graph(n):
    graph = {f"n{i}": {} for i in range(n)}
    for i in range(n):
        for k in (1, 7, 31):
            graph[f"n{i}"][f"n{(i * k + k) % n}"] = 1 + (i * k) % 23
    return graph


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "330"
    size = 15 if arg == "--small" else int(arg)
    print(*through_grid(size))
    distances = through_graph(make_graph(size * 100), "n0")
    print(len(distances), max(distances.values()), sum(distances.values()))
    heap = Heap()
    for i in range(size * 50):
        heap.push(i * 7919 % 10007)
    print([heap.pop() for _ in range(8)], len(heap))


if __name__ == "__main__":
    main()
