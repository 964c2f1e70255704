# args: text
# args: binary
# args: append
# args: random
# args: log
import logging, os, sys, tempfile

what = sys.argv[1]
path = os.path.join(tempfile.mkdtemp(), "file")
pid = os.fork()
if not pid:
    if what == "log":
        logging.basicConfig(filename=path)
        logging.error("to a file")
    else:
        kept = open(path, {"text": "w", "binary": "wb", "append": "a", "random": "w+b"}[what])
        kept.write("x" * 100 if what in ("text", "append") else b"x" * 100)
    sys.exit(7)
_, status = os.waitpid(pid, 0)
print(os.waitstatus_to_exitcode(status))
with open(path) as file:
    print(file.read())
os.remove(path)
os.rmdir(os.path.dirname(path))
