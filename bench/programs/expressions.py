"""Arithmetic expressions: a recursive descent parser, a tree of nodes, evaluation, derivation, printing."""
import sys


class Number:
    def __init__(self, value):
        self.value = value

    def evaluate(self, names):
        return self.value

    def derive(self, name):
        return Number(0)

    def __str__(self):
        return str(self.value)


class Name:
    def __init__(self, name):
        self.name = name

    def evaluate(self, names):
        return names[self.name]

    def derive(self, name):
        return Number(1 if name == self.name else 0)

    def __str__(self):
        return self.name


class Binary:
    def __init__(self, operator, left, right):
        self.operator = operator
        self.left = left
        self.right = right

    def evaluate(self, names):
        a = self.left.evaluate(names)
        b = self.right.evaluate(names)
        if self.operator == "+":
            return a + b
        if self.operator == "-":
            return a - b
        if self.operator == "*":
            return a * b
        return a / b if b else 0

    def derive(self, name):
        a, b = self.left, self.right
        if self.operator in "+-":
            return Binary(self.operator, a.derive(name), b.derive(name))
        if self.operator == "*":
            return Binary("+", Binary("*", a.derive(name), b), Binary("*", a, b.derive(name)))
        above = Binary("-", Binary("*", a.derive(name), b), Binary("*", a, b.derive(name)))
        return Binary("/", above, Binary("*", b, b))

    def __str__(self):
        return f"({self.left} {self.operator} {self.right})"


class Parser:
    def __init__(self, text):
        self.tokens = self.split(text)
        self.at = 0

    @staticmethod
    def split(text):
        tokens = []
        i = 0
        while i < len(text):
            if text[i].isspace():
                i += 1
            elif text[i].isdigit():
                j = i
                while j < len(text) and text[j].isdigit():
                    j += 1
                tokens.append(text[i:j])
                i = j
            else:
                tokens.append(text[i])
                i += 1
        tokens.append("")
        return tokens

    def take(self):
        token = self.tokens[self.at]
        self.at += 1
        return token

    def expression(self):
        node = self.term()
        while self.tokens[self.at] in ("+", "-"):
            node = Binary(self.take(), node, self.term())
        return node

    def term(self):
        node = self.factor()
        while self.tokens[self.at] in ("*", "/"):
            node = Binary(self.take(), node, self.factor())
        return node

    def factor(self):
        token = self.take()
        if token == "(":
            node = self.expression()
            if self.take() != ")":
                raise SyntaxError("expected )")
            return node
        if token.isdigit():
            return Number(int(token))
        if token.isalpha():
            return Name(token)
        raise SyntaxError(f"unexpected {token!r}")


FORMULAS = [
    "x*x + 3*y - 7", "(x + 1) * (y - 2) / (x - 5)", "2*(3*(4*(x + y) - 5) - 6) - 7*x",
    "x/2 - y/3 + x*y/4 - 100/(1 + x*x)", "((((x))))*((y+1)*(y+2)*(y+3))", "1 + 2 +", "(x",
]


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "22000"
    n = 60 if arg == "--small" else int(arg)
    total = 0.0
    errors = 0
    length = 0
    for i in range(n):
        try:
            tree = Parser(FORMULAS[i % len(FORMULAS)]).expression()
        except SyntaxError:
            errors += 1
            continue
        slope = tree.derive("x")
        for y in range(5):
            names = {"x": i % 13, "y": y}
            total += tree.evaluate(names) - slope.evaluate(names) / 8
        length += len(str(slope))
    print(f"{total:.6f} {errors} {length}")
    print(Parser(FORMULAS[1]).expression().derive("x"))


if __name__ == "__main__":
    main()
