# Modules that make much cyclic garbage while they are imported: it is collected as ever.
import os, resource, sys, tempfile

folder = tempfile.mkdtemp()
sys.path.insert(0, folder)
sys.dont_write_bytecode = True
body = """
class N: pass
for _ in range(3000):
    n = N(); n.me = n; n.block = bytearray(1000)
"""
names = [f"garbage_{k}" for k in range(30)]
for name in names:
    with open(os.path.join(folder, name + ".py"), "w") as file:
        file.write(body)
for name in names:
    __import__(name)
    os.remove(os.path.join(folder, name + ".py"))
os.rmdir(folder)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 40000)
