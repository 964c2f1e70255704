"""Count the words of a text.

    wordcount.py [FILE or NUMBER]   (default: 1500000 words of a made-up text)
"""
import os
import sys

SYLLABLES = ["ba", "ke", "lo", "mi", "nu", "pra", "sto", "tri", "ver", "zen"]


def made_up_text(words):
    """A text that is the same each time, of frequent and rare words."""
    state = 12345
    line = []
    for _ in range(words):
        state = (state * 1103515245 + 12345) % 2147483648
        kind = state >> 16
        word = SYLLABLES[kind % 10] + SYLLABLES[kind // 10 % 7]
        if kind % 3 == 0:
            word += SYLLABLES[kind // 100 % 10]
        if kind % 11 == 0:
            word = word.capitalize() + "."
        line.append(word)
        if len(line) == 12:
            yield " ".join(line)
            line = []
    yield " ".join(line)


def count_words(lines):
    counts = {}
    for line in lines:
        for word in line.split():
            word = word.strip(".,;:!?\"'()").lower()
            if not word:
                continue
            if word in counts:
                counts[word] += 1
            else:
                counts[word] = 1
    return counts


def main():
    what = sys.argv[1] if len(sys.argv) > 1 else "1500000"
    if os.path.exists(what):
        with open(what, encoding="utf-8", errors="replace") as file:
            counts = count_words(file)
    else:
        counts = count_words(made_up_text(int(what)))
    print(sum(counts.values()), "words,", len(counts), "different ones")
    for word, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:10]:
        print(f"{count:8} {word}")


if __name__ == "__main__":
    main()
