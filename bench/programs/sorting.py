"""Sorting: with key functions, with tuples, by hand (merge, heap, insertion), and binary search."""
import sys


class Person:
    def __init__(self, name, age, city):
        self.name = name
        self.age = age
        self.city = city

    def __lt__(self, other):
        return (self.age, self.name) < (other.age, other.name)


def people(n):
    state = 99
    out = []
    for i in range(n):
        state = (state * 1103515245 + 12345) % 2147483648
        out.append(Person(f"p{state % 9973}", state // 7 % 90, "ABCDE"[state // 11 % 5]))
    return out


def merge_sort(items):
    if len(items) < 2:
        return items
    middle = len(items) // 2
    left, right = merge_sort(items[:middle]), merge_sort(items[middle:])
    out = []
    i = j = 0
    while i < len(left) and j < len(right):
        if right[j] < left[i]:
            out.append(right[j])
            j += 1
        else:
            out.append(left[i])
            i += 1
    return out + left[i:] + right[j:]


def insertion_sort(items):
    for i in range(1, len(items)):
        item = items[i]
        j = i - 1
        while j >= 0 and items[j] > item:
            items[j + 1] = items[j]
            j -= 1
        items[j + 1] = item


def sift(heap, start, end):
    root = start
    while 2 * root + 1 < end:
        child = 2 * root + 1
        if child + 1 < end and heap[child] < heap[child + 1]:
            child += 1
        if heap[root] >= heap[child]:
            return
        heap[root], heap[child] = heap[child], heap[root]
        root = child


def heap_sort(items):
    n = len(items)
    for start in range(n // 2 - 1, -1, -1):
        sift(items, start, n)
    for end in range(n - 1, 0, -1):
        items[0], items[end] = items[end], items[0]
        sift(items, 0, end)


def find(items, value):
    low, high = 0, len(items)
    while low < high:
        middle = (low + high) // 2
        if items[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "50000"
    n = 400 if arg == "--small" else int(arg)
    crowd = people(n)
    by_city = sorted(crowd, key=lambda p: (p.city, -p.age, p.name))
    print(by_city[0].name, by_city[n // 2].name, by_city[-1].name)
    by_age = merge_sort(crowd)
    print(by_age[0].name, by_age[n // 2].name, by_age[-1].name)
    ages = [p.age * 1.5 for p in crowd]
    insertion_sort(ages[:n // 20])
    numbers = [(i * 7919) % 10007 for i in range(n * 2)]
    heap_sort(numbers)
    print(numbers[0], numbers[n // 2], numbers[-1])
    print(sum(find(numbers, i % 10007) for i in range(0, n * 4, 3)))
    first = numbers[::-3][:n // 20]
    insertion_sort(first)
    print(first[:5], sum(ages))


if __name__ == "__main__":
    main()
