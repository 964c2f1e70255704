# args: 4
# other-args: 2
import multiprocessing
import sys


def work(n):
    total = 0
    for i in range(2000):
        total += i * n % 7
    if n == 13:
        raise ValueError("thirteen")
    return total


def main():
    n = int(sys.argv[1])
    for method in ("fork", "spawn"):
        with multiprocessing.get_context(method).Pool(2) as pool:
            print(method, pool.map(work, range(n)))
            try:
                pool.map(work, [13])
            except ValueError as error:
                print(error)
    print(sum(work(k) for k in range(20) if k != 13))


if __name__ == "__main__":
    main()
