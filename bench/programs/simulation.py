"""A bank with queues: customers, tellers, events and statistics, all of them objects."""
import sys


class Random:
    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return self.state >> 33

    def below(self, n):
        return self.next() % n


class Customer:
    def __init__(self, number, arrival, patience):
        self.number = number
        self.arrival = arrival
        self.patience = patience
        self.served = False

    def wants_to_leave(self, now):
        return now - self.arrival > self.patience


class VipCustomer(Customer):
    def wants_to_leave(self, now):
        return False


class Statistics:
    def __init__(self):
        self.served = 0
        self.lost = 0
        self.waited = 0
        self.longest = 0

    def note_served(self, customer, now):
        wait = now - customer.arrival
        self.served += 1
        self.waited += wait
        self.longest = max(self.longest, wait)
        customer.served = True

    def note_lost(self, customer):
        self.lost += 1


class Teller:
    def __init__(self, bank, name, speed):
        self.bank = bank
        self.name = name
        self.speed = speed
        self.customer = None
        self.busy_until = 0
        self.done = 0

    @property
    def idle(self):
        return self.customer is None

    def tick(self, now):
        if not self.idle:
            if now < self.busy_until:
                return
            self.customer = None
            self.done += 1
        customer = self.bank.next_customer(now)
        if customer is not None:
            self.customer = customer
            self.busy_until = now + self.speed + self.bank.random.below(5)
            self.bank.statistics.note_served(customer, now)


class Bank:
    def __init__(self, tellers, seed):
        self.random = Random(seed)
        self.statistics = Statistics()
        self.queue = []
        self.count = 0
        self.tellers = [Teller(self, f"teller {i}", 4 + i) for i in range(tellers)]

    def arrive(self, now):
        self.count += 1
        if self.random.below(10) == 0:
            self.queue.insert(0, VipCustomer(self.count, now, 0))
        else:
            self.queue.append(Customer(self.count, now, 10 + self.random.below(20)))

    def next_customer(self, now):
        while self.queue:
            customer = self.queue.pop(0)
            if customer.wants_to_leave(now):
                self.statistics.note_lost(customer)
            else:
                return customer
        return None

    def tick(self, now):
        if self.random.below(100) < 55:
            self.arrive(now)
        for teller in self.tellers:
            teller.tick(now)


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "500000"
    ticks = 1500 if arg == "--small" else int(arg)
    bank = Bank(3, 2024)
    for now in range(ticks):
        bank.tick(now)
    s = bank.statistics
    print(bank.count, s.served, s.lost, s.waited, s.longest, len(bank.queue))
    for teller in bank.tellers:
        print(teller.name, teller.done)


if __name__ == "__main__":
    main()
