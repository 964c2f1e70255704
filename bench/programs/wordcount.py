"""Words of a made-up text counted in dictionaries: by word, by length, by neighbour."""
import sys

STEMS = ["stone", "river", "cloud", "paper", "light", "winter", "glass", "number", "silver", "garden"]
ENDINGS = ["", "s", "ed", "ing", "er"]


def text(lines):
    state = 42
    for _ in range(lines):
        words = []
        for _ in range(10):
            state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
            word = STEMS[(state >> 8) % 10] + ENDINGS[(state >> 16) % 5]
            if state & 0x70000 == 0:
                word = word.upper() + "!"
            words.append(word)
        yield " ".join(words) + ".\n"


def clean(word):
    word = word.lower()
    while word and not word[-1].isalpha():
        word = word[:-1]
    return word


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "90000"
    lines = 200 if arg == "--small" else int(arg)
    words = {}
    lengths = {}
    follows = {}
    previous = ""
    for line in text(lines):
        for raw in line.split():
            word = clean(raw)
            if word not in words:
                words[word] = 0
            words[word] += 1
            lengths[len(word)] = lengths.get(len(word), 0) + 1
            follows.setdefault(previous, {})
            after = follows[previous]
            after[word] = after.get(word, 0) + 1
            previous = word
    for word in sorted(words, key=lambda w: (-words[w], w))[:8]:
        best = max(follows[word].items(), key=lambda pair: (pair[1], pair[0]))
        print(word, words[word], best[0], best[1])
    print(sorted(lengths.items()))


if __name__ == "__main__":
    main()
