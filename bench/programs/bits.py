"""Bit tricks: CRC tables, population counts, Gray codes, xorshift, base 64 and a Feistel cipher by hand."""
import sys


def crc_table():
    table = []
    for n in range(256):
        c = n
        for _ in range(8):
            c = (c >> 1) ^ 0xEDB88320 if c & 1 else c >> 1
        table.append(c)
    return table


def crc32(data, table):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def popcount(x):
    count = 0
    while x:
        x &= x - 1
        count += 1
    return count


def xorshift(state):
    while True:
        state ^= (state << 13) & 0xFFFFFFFFFFFFFFFF
        state ^= state >> 7
        state ^= (state << 17) & 0xFFFFFFFFFFFFFFFF
        yield state


ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def base64(data):
    out = []
    for i in range(0, len(data) - 2, 3):
        word = data[i] << 16 | data[i + 1] << 8 | data[i + 2]
        out.append(ALPHABET[word >> 18] + ALPHABET[word >> 12 & 63] + ALPHABET[word >> 6 & 63] + ALPHABET[word & 63])
    return "".join(out)


def feistel(block, keys):
    left, right = block >> 32, block & 0xFFFFFFFF
    for key in keys:
        mixed = (right * 0x9E3779B1 + key) & 0xFFFFFFFF
        mixed = ((mixed << 5) | (mixed >> 27)) & 0xFFFFFFFF
        left, right = right, left ^ mixed
    return right << 32 | left


def main():
    arg = sys.argv[1] if len(sys.argv) > 1 else "1300000"
    n = 3000 if arg == "--small" else int(arg)
    data = bytes(i * i % 251 for i in range(n))
    print(hex(crc32(data, crc_table())))
    print(sum(popcount(i ^ (i >> 1)) for i in range(n // 4)))
    random = xorshift(88172645463325252)
    total = 0
    for _ in range(n // 4):
        total = (total + next(random)) & 0xFFFFFFFFFFFF
    print(total)
    text = base64(data[: n // 2])
    print(text[:24], len(text))
    keys = [0x1234567 * k & 0xFFFFFFFF for k in range(1, 9)]
    block = 0x0123456789ABCDEF
    for _ in range(n // 16):
        block = feistel(block, keys)
    print(f"{block:016x}")


if __name__ == "__main__":
    main()
