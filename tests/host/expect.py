"""Runs a program under the host's test client and compares its output with a file.

    python3.11 expect.py BUILD_FOLDER MODE PROGRAM EXPECTED
"""

import difflib
import os
import subprocess
import sys

build, mode, program, expected = os.path.abspath(sys.argv[1]), *sys.argv[2:]
env = dict(os.environ, LD_PRELOAD=os.path.join(build, "libprewarm-preload.so"),
           PREWARM_HANDOFF=f"rt={os.path.join(build, 'libpw-host-test.so')}\tmode={mode}")
done = subprocess.run([sys.executable, program], env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
with open(expected) as f:
    want = f.read()
sys.stdout.writelines(difflib.unified_diff(want.splitlines(True), done.stdout.splitlines(True), expected, "now"))
sys.exit(done.returncode or done.stdout != want)
