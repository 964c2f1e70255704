# stdin: lines
# end: usual
import sys

print(repr(sys.stdin.buffer.readline()))
