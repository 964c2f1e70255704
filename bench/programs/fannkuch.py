"""Pancake flips over all permutations."""
import sys


def flips(permutation):
    items = list(permutation)
    count = 0
    first = items[0]
    while first:
        items[:first + 1] = items[first::-1]
        first = items[0]
        count += 1
    return count


def all_flips(n):
    permutation = list(range(n))
    counts = [0] * n
    best = 0
    checksum = 0
    sign = 1
    while True:
        if permutation[0]:
            done = flips(permutation)
            if done > best:
                best = done
            checksum += done * sign
        sign = -sign
        # the next permutation: rotate the first i + 1 items until one has not come full circle
        i = 1
        while i < n:
            permutation.insert(i, permutation.pop(0))
            counts[i] += 1
            if counts[i] <= i:
                break
            counts[i] = 0
            i += 1
        else:
            return best, checksum


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "9"
    n = 6 if arg == "--small" else int(arg)
    best, checksum = all_flips(n)
    print(n, best, checksum)


if __name__ == "__main__":
    main()
