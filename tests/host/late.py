"""Loops that are armed when they are warm and specialised: each back-edge is seen all the same."""
import ctypes

library = next(line.split()[-1] for line in open("/proc/self/maps") if "libpw-host-test.so" in line)
headers = ctypes.CDLL(library).pw_test_late_headers


def armed_late(n):
    i = 0
    while i < n:  # specialised for ints, with the jump in it
        i += 1
    x = 0.0
    while x < 10.0:
        x += 1.0
    s = "a"
    while s != "aaaaa":
        s += "a"
    for k in range(5):
        i += k
    return i


for k in range(49):
    armed_late(10)
print("before", headers())
print(armed_late(10), "seen", headers())
