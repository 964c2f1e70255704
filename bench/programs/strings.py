"""String building: run lengths, a cipher, a page of HTML, number formats, palindromes."""
import sys


def run_length(text):
    out = []
    i = 0
    while i < len(text):
        j = i
        while j < len(text) and text[j] == text[i]:
            j += 1
        out.append(f"{j - i}{text[i]}" if j - i > 1 else text[i])
        i = j
    return "".join(out)


def shift(text, key):
    out = ""
    for char in text:
        if "a" <= char <= "z":
            out += chr((ord(char) - 97 + key) % 26 + 97)
        elif "A" <= char <= "Z":
            out += chr((ord(char) - 65 + key) % 26 + 65)
        else:
            out += char
    return out


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def table(rows):
    parts = ["<table>"]
    for number, row in enumerate(rows):
        parts.append('<tr class="%s">' % ("even" if number % 2 == 0 else "odd"))
        for cell in row:
            if isinstance(cell, float):
                parts.append("<td>{:.3f}</td>".format(cell))
            else:
                parts.append("<td>" + escape(str(cell)) + "</td>")
        parts.append("</tr>")
    parts.append("</table>")
    return "\n".join(parts)


def is_palindrome(text):
    letters = [c for c in text.lower() if c.isalnum()]
    return letters == letters[::-1]


def checksum(text):
    total = 0
    for char in text:
        total = (total * 33 + ord(char)) & 0xFFFFFFFF
    return total


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "8000"
    n = 30 if arg == "--small" else int(arg)
    text = "The Quick Brown Fox jumps over the lazy dog; Größe & Maß <ß>. "
    total = 0
    for i in range(n):
        line = shift(text * 2, i % 26)
        total = (total + checksum(line)) % 1000000007
        packed = run_length("a" * (i % 7) + "bbc" * 5 + line[:20])
        total = (total + checksum(packed)) % 1000000007
    print(total)
    rows = [(i, f"name <{i}>", i / 7, "a & b") for i in range(n * 3)]
    page = table(rows)
    print(len(page), checksum(page))
    print(sum(is_palindrome(str(i)) for i in range(n * 30)))


if __name__ == "__main__":
    main()
