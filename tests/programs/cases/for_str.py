# args: ascii
# other-args: latin
# other-args: ucs2
# other-args: ucs4
# other-args: empty
# other-args: mixed
# expect: native
# quick
import sys

TEXT = {"ascii": "hello world ", "latin": "häll\xf6 w\xff ", "ucs2": "αβγ δε €ż ", "ucs4": "a😀b𝄞 \U0010ffff ", "empty": "", "mixed": "aä€😀"}


def scan(text):
    total = spaces = 0
    longest = ""
    word = ""
    for char in text:
        total = (total * 31 + ord(char)) % 1000003
        if char == " ":
            spaces += 1
            if len(word) > len(longest):
                longest = word
            word = ""
        else:
            word += char
    return total, spaces, longest


def indexed(text):
    out = []
    i = 0
    while i < len(text):
        c = text[i]
        if c.isalpha():
            out.append(c.upper())
        elif c >= "€":
            out.append(hex(ord(c)))
        out.append(text[-i - 1])
        i += 1
    return "".join(out)


text = TEXT[sys.argv[1]]
for turn in range(3):
    print(scan(text * 100))
    print(indexed(text * 20)[:60])
    print(ascii(text * 30 == (text * 30)[::-1][::-1]), (text * 30)[5:25:3], len(text * 30))
for i in range(300):
    assert chr(i) + chr(i * 37) + chr(1114111 - i) == "%c%c%c" % (i, i * 37, 1114111 - i)
same = [c is d for c, d in zip("abc\xe9" * 100, "abc\xe9" * 100)]
print(all(same))
try:
    for i in range(len(text) + 400):
        text[i]
except IndexError as error:
    print(i, error)
