"""Count prime numbers twice: with a sieve, and by trial division.

    primes.py [LIMIT]       (default 3000000)
"""
import sys


def sieve(limit):
    """All primes below limit, by crossing out multiples."""
    is_prime = [True] * limit
    is_prime[0:2] = [False, False]
    for n in range(2, limit):
        if n * n >= limit:
            break
        if is_prime[n]:
            for multiple in range(n * n, limit, n):
                is_prime[multiple] = False
    return [n for n in range(limit) if is_prime[n]]


def by_trial_division(n):
    """True when n is prime."""
    if n < 2:
        return False
    if n % 2 == 0:
        return n == 2
    divisor = 3
    while divisor * divisor <= n:
        if n % divisor == 0:
            return False
        divisor += 2
    return True


def main():
    limit = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000_000
    primes = sieve(max(limit, 2))
    print("primes below", limit, "by the sieve:", len(primes))
    print("the last five:", *primes[-5:])

    small = limit // 4
    count = 0
    twins = 0
    before = False
    for n in range(1, small, 2):
        now = by_trial_division(n)
        if now:
            count += 1
            if before:
                twins += 1
        before = now
    print("odd primes below", small, "by trial division:", count)
    print("twin pairs among them:", twins)


if __name__ == "__main__":
    main()
