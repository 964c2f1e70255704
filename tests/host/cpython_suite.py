"""CPython's own test suite under the host's test client, compared with plain Python, file by file.

    python3.11 cpython_suite.py BUILD_FOLDER [--mode count,move] [--jobs 2] [test_x ...]

Not part of ctest: it takes many minutes. Prints each file whose outcome differs.
"""

import argparse
import concurrent.futures
import os
import subprocess
import sys
import tempfile

# Listings of specialised opcodes, which any evaluation hook changes; and what needs a terminal, a network or many minutes.
SKIP = {"test_dis", "test_ssl", "test_socket", "test_urllib2net", "test_smtpnet", "test_idle", "test_tk", "test_ttk_guionly"}


def environment(build, mode):
    env = dict(os.environ)
    if mode:
        env["LD_PRELOAD"] = os.path.join(build, "libprewarm-preload.so")
        env["PREWARM_HANDOFF"] = f"rt={os.path.join(build, 'libpw-host-test.so')}\tmode={mode}"
    return env


def run(python, build, mode, name):
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run([python, "-m", "test", name], cwd=folder, env=environment(build, mode), timeout=400,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        except subprocess.TimeoutExpired:
            return "timeout", b""
    return done.returncode, done.stdout


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--mode", default="count,move")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("tests", nargs="*")
    opts = parser.parse_intermixed_args()
    build = os.path.abspath(opts.build)
    names = opts.tests
    if not names:
        listed = subprocess.run([opts.python, "-m", "test", "--list-tests"], capture_output=True, text=True, check=True)
        names = [n for n in listed.stdout.split() if n not in SKIP]

    def one(name):
        hooked, output = run(opts.python, build, opts.mode, name)
        if hooked == 0:
            return name, hooked, 0, output
        return name, hooked, run(opts.python, build, None, name)[0], output

    differ = 0
    with concurrent.futures.ThreadPoolExecutor(opts.jobs) as pool:
        for name, hooked, plain, output in pool.map(one, names):
            if hooked != plain:
                differ += 1
                print(f"{name}: {plain} without, {hooked} with the host")
                sys.stdout.write(output[-3000:].decode(errors="replace"))
                sys.stdout.flush()
    print(f"{len(names)} files, {differ} differ")
    return differ != 0


if __name__ == "__main__":
    sys.exit(main())
