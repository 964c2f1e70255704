"""Runs a program without and with the host's test client: output, errors and exit status must be the same.

    python3.11 compare.py BUILD_FOLDER MODE PROGRAM [args ...]
"""

import difflib
import os
import re
import subprocess
import sys


def run(build, mode, command):
    env = {k: v for k, v in os.environ.items() if k not in ("LD_PRELOAD", "PREWARM_HANDOFF")}
    env["PYTHONHASHSEED"] = "0"
    env["PYTHONDONTWRITEBYTECODE"] = "1"
    if mode:
        env["LD_PRELOAD"] = os.path.join(build, "libprewarm-preload.so")
        env["PREWARM_HANDOFF"] = f"rt={os.path.join(build, 'libpw-host-test.so')}\tmode={mode}"
        env["PW_HOST_TEST"] = env["PREWARM_HANDOFF"]
    done = subprocess.run([sys.executable, *command], env=env, capture_output=True, text=True, errors="replace", timeout=100)
    out = done.stdout + "--- stderr\n" + done.stderr + f"--- status {done.returncode}\n"
    return re.sub(r"0x[0-9a-f]{6,}", "0x", out)


def main():
    build, mode, command = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3:]
    plain, hooked = run(build, None, command), run(build, mode, command)
    if plain == hooked:
        return 0
    sys.stdout.writelines(difflib.unified_diff(plain.splitlines(True), hooked.splitlines(True), "plain", "hooked"))
    return 1


if __name__ == "__main__":
    sys.exit(main())
