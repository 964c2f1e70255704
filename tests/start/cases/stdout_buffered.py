# end: quick
import sys

sys.stdout.write("x" * 100000)
sys.stderr.write("y" * 1000)
print("no newline", end="")
