# stdout: /dev/full
# args: print
# args: exit
# args: much
import sys

print("x" * (100000 if sys.argv[1] == "much" else 10))
if sys.argv[1] == "exit":
    sys.exit(3)
