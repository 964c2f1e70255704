# args: 3000
# other-args: 100
# other-args: 40000
# expect: native
import sys


def lines(n):
    state = 1
    for i in range(n):
        state = state * 48271 % 2147483647
        yield f"{i:6d} {state:10d} {state / 2147483647:.6f} {'#' * (state % 40)}"


n = int(sys.argv[1])
for line in lines(n):
    print(line)
sys.stdout.flush()
raw = sys.stdout.buffer
for i in range(n):
    raw.write(bytes([i % 256]) * 3)
raw.flush()
out = []
for i in range(n):
    out.append(chr(0x4E00 + i % 2000))
print("".join(out))
print(*range(n), sep="\n")
