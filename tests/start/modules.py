#!/usr/bin/python3.11
"""Code that comes from the image is what unmarshalling gives, wherever things lie in memory, and damage to it goes unnoticed.

    modules.py [--prewarm FILE] [--python FILE] [--files N]

thaw.py unmarshals modules of the standard library, N of them in all three levels of optimisation, twice each and compares; a program
that imports some is compared with python3.11, with its image whole and damaged at random. Exit status 1 when anything differs.
"""
import argparse
import glob
import json
import os
import random
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
THAW = os.path.join(HERE, "thaw.py")
COMPILE = """
import py_compile, sys
scratch, *paths = sys.argv[1:]
for k, path in enumerate(paths):
    try:
        print(py_compile.compile(path, f"{scratch}/{k}.pyc", doraise=True, optimize=k % 3))
    except py_compile.PyCompileError:
        pass
"""
ODD = '''# Constants of all kinds.
import sys
def f(a, /, b=1, *args, c: int = 2, **kwargs):
    """Doc."""
    def g():
        nonlocal a
        a += 1
        return lambda: (a, b, c)
    return g
class C:
    x = (1, -5, -6, 256, 257, 2**30, -2**30, 2**62, 2**64, -10**40, 1.5, -0.0, 1e308 * 10, 2j, True, None, ...)
    y = b"", b"a", b"bytes\\0", "", "a", "\\xe9", "\\xff", "\\u0100", "\\u20acuro", "\\U0001f600 smile", "\\ud800", "a b", "nul\\0l", "name"
    def m(self, v):
        return v in {"one", "two", 3, (4, "five"), b"six"} or v in {1.5, None} or v in (("one", ("two",)),)
async def co():
    async with x as y: yield await z
def gen():
    try:
        yield from [1]
    except* ValueError as e:
        raise
    finally:
        del sys
print(f(1)(), C.x, C.y, C().m("one"), C().m("no"))
'''


def run(command, **environment):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PREWARM", "PYTHON"))}
    env.update(PYTHONDONTWRITEBYTECODE="1", **environment)
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=600)


class Suite:
    def __init__(self, options, scratch):
        self.prewarm, self.python, self.scratch = options.prewarm, options.python, scratch
        self.failed = self.passed = 0

    def check(self, name, good, detail=""):
        self.passed, self.failed = self.passed + bool(good), self.failed + (not good)
        if not good:
            print(f"FAILED {name}: {detail}", flush=True)

    def train(self, cache, program):
        for command in ([self.prewarm, "record", "--python", self.python, "-o", cache, *program], [self.prewarm, "compile", cache]):
            done = run(command)
            if done.returncode:
                sys.exit(f"{command}: {done.stderr}")

    def native(self, cache, program, **environment):
        """The result, and the statistics."""
        stats = os.path.join(self.scratch, "stats.json")
        command = [self.prewarm, "run", "--python", self.python, "--cache", cache, "--stats", stats, *program]
        done = run(command, **environment)
        with open(stats, encoding="utf-8") as file:
            return done, json.load(file)

    def files(self, n):
        found = sorted(glob.glob(os.path.join(os.path.dirname(os.__file__), "**", "*.py"), recursive=True))
        some = random.Random(1).sample([path for path in found if "/test/" not in path], n)
        odd = os.path.join(self.scratch, "odd.py")
        with open(odd, "w", encoding="utf-8") as file:
            file.write(ODD)
        done = run([self.python, "-c", COMPILE, self.scratch, odd, *some])
        return done.stdout.split()

    def thaws(self, n):
        files = self.files(n)
        cache = os.path.join(self.scratch, "thaw.pwc")
        self.train(cache, [THAW, *files])
        self.thaw("as made", cache, files)
        with sqlite3.connect(cache) as connection:
            connection.execute("DELETE FROM meta WHERE name = 'statics'")
        connection.close()
        run([self.prewarm, "compile", cache])
        self.thaw("without the interpreter's addresses", cache, files)

    def thaw(self, name, cache, files):
        done, stats = self.native(cache, [THAW, *files])
        self.check(name, done.stdout == "all the same\n" and not done.stderr, done.stdout + done.stderr)
        self.check(name + ": from the image", stats["modules"] >= 0.9 * len(files), f"{stats['modules']} of {len(files)} modules")

    def damage(self, rounds):
        program = [os.path.join(HERE, "cases", "libraries.py")]
        cache = os.path.join(self.scratch, "libraries.pwc")
        self.train(cache, program)
        wanted = run([self.python, *program])
        image = glob.glob(cache + ".*.img")[0]
        whole = image + ".whole"
        shutil.copy(image, whole)
        with open(whole, "rb") as file:
            data = file.read()
        pool, n = struct.unpack_from("<II", data, 160 + 8 * 14)
        chance = random.Random(2)
        seen = 0
        for number in range(rounds):
            with open(image, "r+b") as file:
                for _ in range(number and chance.choice((1, 20))):
                    file.seek(chance.choice((pool + chance.randrange(n), chance.randrange(len(data)))))
                    file.write(bytes([chance.randrange(256)]))
            done, stats = self.native(cache, program)
            seen += stats["modules"]
            same = (done.returncode, done.stdout, done.stderr) == (wanted.returncode, wanted.stdout, wanted.stderr)
            self.check(f"damage {number}", same, f"status {done.returncode}, {done.stdout!r}, {done.stderr[-500:]}")
            shutil.copy(whole, image)
        self.check("damage: modules were taken all the same", seen > 0)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prewarm", default=os.environ.get("PREWARM", os.path.join(HERE, "..", "..", "build", "prewarm")))
    parser.add_argument("--python", default="/usr/bin/python3.11")
    parser.add_argument("--files", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=25)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="prewarm-modules-") as scratch:
        suite = Suite(options, scratch)
        suite.thaws(options.files)
        suite.damage(options.rounds)
    print(f"{suite.passed} passed, {suite.failed} failed")
    sys.exit(1 if suite.failed else 0)


if __name__ == "__main__":
    main()
