# args: string
# args: own
# args: wrapper
# args: none
# args: closed
# args: detached
# args: close_patched
# args: same
import io, sys


class Own:
    def __init__(self, stream):
        self.stream = stream

    def write(self, text):
        return self.stream.write(text.upper())

    def flush(self):
        sys.__stderr__.write("own flush\n")

    def __del__(self):
        sys.__stderr__.write("own gone\n")


what = sys.argv[1]
print("before")
if what == "string":
    sys.stdout = io.StringIO()
elif what == "own":
    sys.stdout = Own(sys.stdout)
elif what == "wrapper":
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, write_through=False)
elif what == "none":
    sys.stdout = sys.stderr = None
elif what == "closed":
    sys.stdout.close()
elif what == "detached":
    raw = sys.stdout.detach()
    raw.write(b"detached\n")
    sys.stdout = open(1, "w", closefd=False)
elif what == "close_patched":
    sys.stdout.close = lambda: sys.__stderr__.write("patched close\n")
elif what == "same":
    sys.stderr = sys.stdout
if what != "closed":
    print("after")
