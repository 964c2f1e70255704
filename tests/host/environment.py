"""The preload stub takes itself out of the environment and leaves the rest alone."""
import os
import subprocess
import sys

for name in ("LD_PRELOAD", "PREWARM_HANDOFF"):
    print(name, os.environ.get(name), subprocess.run(["sh", "-c", f"echo ${name}"], capture_output=True, text=True).stdout)
print(subprocess.run([sys.executable, "-c", "import os; print(os.environ.get('LD_PRELOAD'))"], capture_output=True, text=True))


def child():
    t = 0
    for i in range(1000):
        t += i
    return t


for k in range(5):
    pid = os.fork()
    if pid == 0:
        os._exit(child() % 100)
    child()
    print(os.waitpid(pid, 0)[1])
