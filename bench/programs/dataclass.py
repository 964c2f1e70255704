"""Dataclasses, properties, class methods, equality and ordering: an order book with a stock."""
import sys
from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Money:
    cents: int

    def __add__(self, other):
        return Money(self.cents + other.cents)

    def __mul__(self, times):
        return Money(self.cents * times)

    def __str__(self):
        return f"{self.cents // 100}.{self.cents % 100:02d}"


@dataclass
class Article:
    name: str
    price: Money
    stock: int = 0

    @classmethod
    def numbered(cls, n):
        return cls(f"article-{n}", Money(99 + n * 37 % 1000), 1000 + n)

    @property
    def sold_out(self):
        return self.stock <= 0


@dataclass
class Line:
    article: Article
    amount: int

    @property
    def total(self):
        return self.article.price * self.amount


@dataclass
class Order:
    number: int
    lines: list = field(default_factory=list)
    paid: bool = False

    def add(self, article, amount):
        if article.sold_out:
            return False
        amount = min(amount, article.stock)
        article.stock -= amount
        self.lines.append(Line(article, amount))
        return True

    @property
    def total(self):
        total = Money(0)
        for line in self.lines:
            total = total + line.total
        return total


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "180000"
    n = 400 if arg == "--small" else int(arg)
    articles = [Article.numbered(i) for i in range(200)]
    orders = []
    refused = 0
    for i in range(n):
        order = Order(i)
        for j in range(1 + i % 4):
            if not order.add(articles[(i * 13 + j * 7) % 200], 1 + (i + j) % 5):
                refused += 1
        orders.append(order)
    revenue = Money(0)
    largest = Money(0)
    for order in orders:
        if order.total > largest:
            largest = order.total
        if order.number % 3:
            order.paid = True
            revenue = revenue + order.total
    print(revenue, largest, refused, sum(order.paid for order in orders))
    print(orders[1] == Order(1), orders[7].lines[:1])


if __name__ == "__main__":
    main()
