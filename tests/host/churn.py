"""Code objects come and go, at the same addresses; other users of code objects' extra slots are left alone."""
import ctypes
import gc

api = ctypes.pythonapi
FREE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)
freed = []
free = FREE(lambda p: freed.append(p))
api._PyEval_RequestCodeExtraIndex.argtypes = [FREE]
api._PyEval_RequestCodeExtraIndex.restype = ctypes.c_ssize_t
api._PyCode_SetExtra.argtypes = [ctypes.py_object, ctypes.c_ssize_t, ctypes.c_void_p]
index = api._PyEval_RequestCodeExtraIndex(free)
total = 0
for k in range(3000):
    space = {}
    exec(f"def f(n):\n    t = {k}\n    for i in range(n):\n        t += i\n    while t > {k % 7 + 3}:\n        t //= 2\n    return t\n", space)
    total += space["f"](k % 11)
    if k % 100 == 0:
        api._PyCode_SetExtra(space["f"].__code__, index, k + 1)
    del space
gc.collect()
print(total, len(freed), sum(freed))
kept = []
for k in range(3000):
    space = {}
    exec(f"def f(n):\n    for i in range(n):\n        pass\n    return i + {k}", space)
    kept.append(space["f"])
print(sum(f(3) for f in kept), sum(f(4) for f in kept))
