# stdin: lines
# end: quick
import sys

print(sys.stdin.read())
