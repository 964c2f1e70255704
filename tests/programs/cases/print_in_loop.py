# args: 300
# other-args: 3
# other-args: 5000
# expect: native
import sys


def loop(n):
    for i in range(n):
        if i % 10 == 0:
            print(i, end=" ")
        if i % 97 == 0:
            print(i, i / 2, str(i), sep="-", file=sys.stdout)
        if i % 150 == 0:
            print("to stderr", i, file=sys.stderr)
        if i % 200 == 0:
            sys.stdout.write("written\n")
            sys.stdout.flush()


class Tee:
    def __init__(self, out):
        self.out = out
        self.count = 0

    def write(self, text):
        self.count += len(text)
        return self.out.write(text)

    def flush(self):
        self.out.flush()


n = int(sys.argv[1])
for turn in range(2):
    loop(n)
sys.stdout = Tee(sys.stdout)
loop(n)
print()
print(sys.stdout.count)
sys.stdout = sys.stdout.out
for i in range(n):
    print(i) if i > n - 5 else None
for i in range(n):
    if i == n - 1:
        sys.stdout.write("no newline at the end")
    if i == n - 2:
        sys.stderr.write("nor here")
