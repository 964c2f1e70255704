"""A hand-written scanner for a C-like language, with positions and escapes."""
import sys

KEYWORDS = frozenset(["if", "else", "for", "while", "return", "int", "char", "void", "struct"])
TWO = {"==", "!=", "<=", ">=", "&&", "||", "++", "--", "->", "+=", "-="}


class Scanner:
    def __init__(self, text):
        self.text = text
        self.pos = 0
        self.line = 1
        self.column = 1

    def peek(self, ahead=0):
        at = self.pos + ahead
        return self.text[at] if at < len(self.text) else ""

    def advance(self):
        char = self.text[self.pos]
        self.pos += 1
        if char == "\n":
            self.line += 1
            self.column = 1
        else:
            self.column += 1
        return char

    def skip_blank(self):
        while True:
            char = self.peek()
            if char and char in " \t\n":
                self.advance()
            elif char == "/" and self.peek(1) == "/":
                while self.peek() and self.peek() != "\n":
                    self.advance()
            else:
                return

    def string(self):
        self.advance()
        out = []
        while self.peek() != '"':
            char = self.advance()
            if char == "\\":
                escape = self.advance()
                char = {"n": "\n", "t": "\t"}.get(escape, escape)
            out.append(char)
        self.advance()
        return "".join(out)

    def next(self):
        self.skip_blank()
        char = self.peek()
        if not char:
            return None
        line, column = self.line, self.column
        if char.isalpha() or char == "_":
            start = self.pos
            while self.peek().isalnum() or self.peek() == "_":
                self.advance()
            word = self.text[start:self.pos]
            return ("keyword" if word in KEYWORDS else "name", word, line, column)
        if char.isdigit():
            start = self.pos
            while self.peek().isdigit():
                self.advance()
            return ("number", int(self.text[start:self.pos]), line, column)
        if char == '"':
            return ("string", self.string(), line, column)
        pair = char + self.peek(1)
        if pair in TWO:
            self.advance()
            self.advance()
            return ("operator", pair, line, column)
        self.advance()
        return ("operator", char, line, column)


def sample(functions):
    lines = []
    for n in range(functions):
        lines.append(f"int work_{n}(struct node *p, int count_{n}) {{  // function {n}")
        lines.append(f"    for (int i = 0; i <= {n * 37 % 512}; i++) {{")
        lines.append(f'        if (p->value != i && count_{n} >= 10) print("got \\"{n}\\"\\n");')
        lines.append("        else p->next += i;")
        lines.append("    }\n    return count_%d;\n}" % n)
    return "\n".join(lines)


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "7500"
    functions = 20 if arg == "--small" else int(arg)
    scanner = Scanner(sample(functions))
    kinds = {}
    checksum = 0
    while True:
        token = scanner.next()
        if token is None:
            break
        kind, value, line, column = token
        kinds[kind] = kinds.get(kind, 0) + 1
        if kind == "number":
            checksum += value
        checksum = (checksum * 31 + line * 7 + column) % 1000003
    for kind in sorted(kinds):
        print(kind, kinds[kind])
    print(checksum)


if __name__ == "__main__":
    main()
