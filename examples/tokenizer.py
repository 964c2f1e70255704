"""Cut a small language into tokens and count them by kind.

    tokenizer.py [FILE or NUMBER]   (default: 120000 lines of a made-up program)
"""
import os
import sys

KEYWORDS = {"let", "if", "else", "while", "fn", "return"}


class Token:
    def __init__(self, kind, text, line):
        self.kind = kind
        self.text = text
        self.line = line


def tokenize(source):
    """Yield the tokens of a text, one by one."""
    at = 0
    line = 1
    end = len(source)
    while at < end:
        char = source[at]
        if char == "\n":
            line += 1
            at += 1
        elif char == " " or char == "\t":
            at += 1
        elif char.isalpha() or char == "_":
            start = at
            while at < end and (source[at].isalnum() or source[at] == "_"):
                at += 1
            word = source[start:at]
            yield Token("keyword" if word in KEYWORDS else "name", word, line)
        elif "0" <= char <= "9":
            start = at
            while at < end and "0" <= source[at] <= "9":
                at += 1
            yield Token("number", source[start:at], line)
        elif char == '"':
            start = at
            at += 1
            while at < end and source[at] != '"':
                at += 1
            at += 1
            yield Token("string", source[start:at], line)
        else:
            at += 1
            yield Token("operator", char, line)


def made_up_program(lines):
    out = []
    for n in range(lines):
        if n % 5 == 0:
            out.append(f"fn work_{n}(a, b) {{")
        elif n % 5 == 1:
            out.append(f"    let total = a * {n} + b / {n % 7 + 1};")
        elif n % 5 == 2:
            out.append(f'    while total > {n * 31 % 1000} {{ total = total - step("text {n}"); }}')
        elif n % 5 == 3:
            out.append("    if total == a { return b; } else { return total; }")
        else:
            out.append("}")
    return "\n".join(out) + "\n"


def main():
    what = sys.argv[1] if len(sys.argv) > 1 else "120000"
    if os.path.exists(what):
        with open(what, encoding="utf-8", errors="replace") as file:
            source = file.read()
    else:
        source = made_up_program(int(what))
    kinds = {}
    longest = ""
    total = 0
    for token in tokenize(source):
        kinds[token.kind] = kinds.get(token.kind, 0) + 1
        if token.kind == "number":
            total += int(token.text)
        elif len(token.text) > len(longest):
            longest = token.text
    for kind in sorted(kinds):
        print(f"{kinds[kind]:8} {kind}")
    print("sum of the numbers:", total, " longest token:", longest)


if __name__ == "__main__":
    main()
