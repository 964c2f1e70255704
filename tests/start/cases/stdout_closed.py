# stdout: closed
# args: nothing
# args: print
import sys

if sys.argv[1] == "print":
    print("to nobody")
print(sys.stdout, file=sys.stderr)
