"""Digests of code objects (inside a process with the test client)."""
import ctypes
import os
import sys

library = next(line.split()[-1] for line in open("/proc/self/maps") if "libpw-host-test.so" in line)
name = ctypes.PyDLL(library).pw_test_name
name.restype = ctypes.py_object
name.argtypes = [ctypes.py_object]


def of(source, file="a.py"):
    space = {}
    exec(compile(source, file, "exec"), space)
    return name(space["f"].__code__)


loop = "def f(n):\n    t = 0\n    for i in range(n): t += i\n    while t > 3: t -= 1\n    return t\n"
space = {}
exec(compile(loop, "b.py", "exec"), space)
cold = name(space["f"].__code__)
for k in range(30):
    space["f"](k)
assert cold == name(space["f"].__code__) == of(loop), "warm, patched and other files"
assert cold != of("\n" + loop) and cold != of(loop.replace("3", "4"))
bodies = ["0.0", "-0.0", "0", "1", "True", "1.0", "None", "'a'", "b'a'", "'\\u0141'", "...", "1j", "-1j", "(1, 2)", "(1, 2.0)",
          "1 << 70", "-(1 << 70)", "'a' * 2", "lambda: 1", "lambda: 2", "x in {1, 2}", "x in {1, 3}", "'\\ud800'"]
names = [of(f"def f(x):\n    return {b}") for b in bodies]
assert len(set(names)) == len(names), [b for b, n in zip(bodies, names) if names.count(n) > 1]
assert not any(n.isupper() for n in names), names
# The order of a set is nothing: strings hash differently in other processes.
code = space["f"].__code__
sets = [frozenset(str(i) for i in range(k, k + 40)) for k in (0,)] + [frozenset(str(i) for i in reversed(range(40)))]
a, b = (name(code.replace(co_consts=(s,))) for s in sets)
assert a == b
assert name(code.replace(co_consts=(object(),))) == "UNSUPPORTED"
deep = ()
for k in range(1000):
    deep = (deep,)
assert name(code.replace(co_consts=(deep,))) == "UNSUPPORTED"
strings = "def f(x):\n    return x in {'a', 'b', 'c', 'd', 'e', 'f', 'g'}\n"
print(of(strings), cold)
