"""Caches and images that are damaged, locked, cut off, or in places where nothing can be written; processes that are killed
while they write; many processes on one cache. The program must run as ever, and the old or the new state must be there.

    test_faults.py PREWARM PYTHON [--kills N] [--damages N] [--seed N] [TEST...]
"""
import os
import random
import resource
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import time
import unittest


def number(option, default):
    if option in sys.argv:
        at = sys.argv.index(option)
        default = int(sys.argv[at + 1])
        del sys.argv[at : at + 2]
    return default


KILLS, DAMAGES, SEED = number("--kills", 12), number("--damages", 25), number("--seed", 5)
from common import PREWARM, PYTHON, TARGET, Case, main  # noqa: E402 (reads what is left of the command line)

PROGRAM = """
import sys

def total(n, k):
    s = 0
    for i in range(n):
        if i % k:
            s += i
        else:
            s -= 1
    return s

class Thing:
    def __init__(self, v):
        self.v = v
    def more(self, k):
        return self.v + k

def things(n):
    s = 0
    for i in range(n):
        s = Thing(i).more(s) % 1000003
    return s

def words(n):
    seen = {}
    for i in range(n):
        w = "abcdefgh"[i % 8] * (i % 3 + 1)
        seen[w] = seen.get(w, 0) + 1
    return sorted(seen.items())[:3]

which = sys.argv[1:] or ["total", "things", "words"]
for name in which:
    print(globals()[name](*((3000, 3) if name == "total" else (2000,))))
"""
LIBRARIES = ("prewarm", "prewarm-compile", "libprewarm-preload.so", "libprewarm.so", "libprewarm-record.so")


class Faults(Case):
    def setUp(self):
        super().setUp()
        self.write("app.py", PROGRAM)
        self.plain = self.result(PYTHON, "app.py")
        self.assertEqual(self.plain[0], 0)
        self.cache = self.dir + "/app.pwc"
        self.image = self.cache + "." + TARGET + ".img"

    def train(self):
        self.assertEqual(self.result(PREWARM, "record", "-o", "app.pwc", "app.py"), self.plain)
        self.assertEqual(self.result(PREWARM, "compile", "app.pwc")[0], 0)

    def read(self, path):
        with open(path, "rb") as file:
            return file.read()

    def run_app(self, *options, **more):
        return self.result(PREWARM, "run", "--cache", "app.pwc", *options, "app.py", **more)

    def assert_tool(self, *words, **more):
        """A command that may fail, with a sentence, but not crash."""
        code, out, err = self.result(PREWARM, *words, **more)
        self.assertIn(code, (0, 1, 125), (words, err))
        if code or err:
            self.assertRegex(err, r"^prewarm" if code else r"^prewarm-compile: \d+ damaged trees .* left out\n$")
        return code

    def assert_all_goes_on(self):
        """Whatever the cache is now: running is as ever, recording is as ever or says why it keeps nothing."""
        self.assertEqual(self.run_app(), self.plain)
        self.assertEqual(self.run_app("--engine=ir"), self.plain)
        self.assert_tool("show", "app.pwc")
        self.assert_tool("explain", "app.pwc")
        self.assert_tool("compile", "app.pwc")
        self.assertEqual(self.run_app(), self.plain)
        code, out, err = self.result(PREWARM, "record", "-o", "app.pwc", "app.py")
        self.assertEqual((code, out), self.plain[:2])
        if err:
            self.assertRegex(err, r"^prewarm: .+\n$")
        return not err

    def assert_whole(self):
        """The cache is a whole database, and every tree and object in it is whole."""
        if not os.path.exists(self.cache):
            return
        with sqlite3.connect(self.cache) as db:
            self.assertEqual(db.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        db.close()
        code, out, err = self.result(PREWARM, "show", "app.pwc")
        self.assertNotIn("damaged", out + err)
        if code:
            self.assertRegex(err, "nothing has been recorded|no such|not a cache")

    # -- damage --

    def test_damaged_bytes(self):
        self.train()
        good = self.read(self.cache)
        chance = random.Random(SEED)
        for k in range(DAMAGES):
            bad = bytearray(good)
            if k % 3 == 0:
                del bad[chance.randrange(len(bad)) :]
            elif k % 3 == 1:
                for _ in range(chance.choice((1, 10, 300))):
                    bad[chance.randrange(len(bad))] = chance.randrange(256)
            else:
                at, n = chance.randrange(len(bad)), chance.choice((16, 512, 5000))
                bad[at : at + n] = bytes(min(n, len(bad) - at))
            with self.subTest(k), open(self.cache, "wb") as file:
                file.write(bad)
                file.close()
                self.assert_all_goes_on()

    def test_damaged_image(self):
        self.train()
        good = self.read(self.image)
        chance = random.Random(SEED)
        for k in range(DAMAGES):
            bad = bytearray(good)
            if k % 2:
                del bad[chance.randrange(len(bad)) :]
            else:
                for _ in range(8):
                    bad[chance.randrange(24 if k % 4 else 0, 280)] ^= 1 << chance.randrange(8)  # in the head
            self.write(self.image, bytes(bad))
            with self.subTest(k):
                self.assertEqual(self.run_app(), self.plain)

    def test_altered_code(self):
        """Not one page of it is mapped executable."""
        self.train()
        good = self.read(self.image)
        (level,) = struct.unpack_from("<I", good, 184)  # ir/image.h
        at, n = struct.unpack_from("<II", good, level + 32)
        maps = "for line in open('/proc/self/maps'):\n    if '.img' in line: print(line.split()[1])\n"
        self.write("app.py", PROGRAM + maps)
        self.assertIn("r-xp", self.run_app()[1])
        for bad in (good[: at + n // 3] + bytes([good[at + n // 3] ^ 1]) + good[at + n // 3 + 1 :], good[: at + n // 3], good + b"more"):
            self.write(self.image, bad)
            with self.subTest(len(bad)):
                code, out, err = self.run_app()
                self.assertEqual((code, err), (0, ""))
                self.assertNotIn("r-xp", out)
                code, out, err = self.run_app("--require-cache")
                self.assertEqual((code, out), (125, ""))
                self.assertRegex(err, r"^prewarm: .*(damaged|bytes|cut off|size)")

    def test_other_files(self):
        for text in (b"", b"no database at all\n" * 100, b"SQLite format 3\0" + bytes(5000)):
            with self.subTest(text[:20]):
                self.write("app.pwc", text)
                self.assert_all_goes_on()
        os.unlink(self.cache)
        os.mkdir(self.cache)
        self.assertEqual(self.run_app(), self.plain)
        self.assert_tool("compile", "app.pwc")
        self.assertEqual(self.result(PREWARM, "record", "-o", "app.pwc", "app.py")[0], 125)

    def test_newer_schema(self):
        self.train()
        with sqlite3.connect(self.cache) as db:
            db.execute("PRAGMA user_version = 1000")
        db.close()
        before = self.read(self.cache)
        self.assertFalse(self.assert_all_goes_on())
        self.assertEqual(self.read(self.cache), before)

    # -- places --

    def test_locked(self):
        self.train()
        db = sqlite3.connect(self.cache, isolation_level=None)
        db.execute("BEGIN EXCLUSIVE")
        begin = time.monotonic()
        self.assertEqual(self.run_app(), self.plain)
        self.assertLess(time.monotonic() - begin, 5)
        code, out, err = self.result(PREWARM, "record", "-o", "app.pwc", "app.py")
        self.assertEqual((code, out), self.plain[:2])
        self.assertRegex(err, r"^prewarm: .*(lock|another process).*\n$")
        db.execute("ROLLBACK")
        db.close()
        self.assertTrue(self.assert_all_goes_on())

    def test_no_room(self):
        """RLIMIT_FSIZE, from nothing to nearly enough."""
        self.train()
        for size in (0, 1000, 5000, 20000, 60000):
            with self.subTest(size):
                limit = {"preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))}
                self.assertEqual(self.run_app(**limit), self.plain)
                code, out, err = self.result(PREWARM, "record", "-o", "app.pwc", "app.py", "total", "words", **limit)
                self.assertEqual(code, 0, err)
                before = self.read(self.image)
                code, out, err = self.result(PREWARM, "compile", "-o", self.image, "app.pwc", **limit)
                if code:
                    self.assertRegex(err, "^prewarm-compile: ")
                    self.assertEqual(self.read(self.image), before)
                self.assert_whole()
                self.assertEqual(self.run_app("--require-cache"), self.plain)
                fresh = self.result(PREWARM, "record", "-o", "fresh.pwc", "app.py", **limit)
                self.assertEqual(fresh[:2], self.plain[:2])
                for name in os.listdir(self.dir):
                    if name.startswith("fresh"):
                        os.unlink(os.path.join(self.dir, name))

    def test_full_disk(self):
        place = os.path.join(self.dir, "small")
        os.mkdir(place)
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place], capture_output=True).returncode:
            self.skipTest("no tmpfs can be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", place], capture_output=True)
        code, out, err = self.result(PREWARM, "record", "-o", "small/app.pwc", "app.py")
        self.assertEqual((code, out), self.plain[:2])
        code, out, err = self.result(PREWARM, "compile", "small/app.pwc")
        self.assertGreaterEqual(code, 0)
        self.assertEqual(self.result(PREWARM, "run", "--cache", "small/app.pwc", "app.py"), self.plain)
        try:
            with open(place + "/fill", "wb", 0) as file:
                while True:
                    file.write(bytes(512))
        except OSError:
            pass
        code, out, err = self.result(PREWARM, "record", "-o", "small/other.pwc", "app.py")
        self.assertEqual((code, out), self.plain[:2])
        self.assertRegex(err, r"^prewarm: .+\n$")

    def test_read_only_folder(self):
        self.train()
        bin_ = os.path.join(self.dir, "own")
        os.mkdir(bin_)
        for name in LIBRARIES:
            shutil.copy(os.path.join(os.path.dirname(PREWARM), name), bin_)
        os.chmod(self.dir, 0o555)
        self.addCleanup(os.chmod, self.dir, 0o755)
        os.chmod(self.cache, 0o644), os.chmod(self.image, 0o644)
        more = {"user": 65534, "group": 65534, "extra_groups": []} if os.geteuid() == 0 else {}
        prewarm = os.path.join(bin_, "prewarm")
        self.assertEqual(self.result(prewarm, "run", "--cache", "app.pwc", "app.py", **more), self.plain)
        code, out, err = self.result(prewarm, "record", "-o", "app.pwc", "app.py", **more)
        self.assertIn((code, bool(err)), ((125, True), (0, True), (0, False)))
        code, out, err = self.result(prewarm, "record", "-o", "new.pwc", "app.py", **more)
        self.assertEqual(code, 125)
        self.assertRegex(err, r"^prewarm: .*written there\n$")
        self.assertNotEqual(self.result(prewarm, "compile", "app.pwc", **more)[0], 0)

    def test_no_home(self):
        for env in ({"HOME": ""}, {"HOME": "/nonexistent"}, {"HOME": "relative"}):
            with self.subTest(env):
                self.assertEqual(self.result(PREWARM, "run", "app.py", env=env), self.plain)
                code, out, err = self.result(PREWARM, "record", "app.py", env=env)
                self.assertEqual(code, 125 if env["HOME"] != "/nonexistent" else code)
                if code == 125:
                    self.assertRegex(err, r"^prewarm: .+\n$")
        shutil.rmtree("/nonexistent", ignore_errors=True)

    # -- killed --

    def killed(self, chance, longest, *words):
        """Runs a command and kills it after up to `longest` seconds. False: it was done before."""
        process = subprocess.Popen(words, env=self.env, cwd=self.dir, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            process.wait(chance.random() * longest)
            return False
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return True

    def test_kills(self):
        chance = random.Random(SEED)
        hit = 0
        begin = time.monotonic()
        self.assertEqual(self.result(PREWARM, "record", "-o", "app.pwc", "app.py"), self.plain)
        recording = time.monotonic() - begin
        begin = time.monotonic()
        self.assertEqual(self.result(PREWARM, "compile", "app.pwc")[0], 0)
        compiling = time.monotonic() - begin
        for k in range(KILLS):
            if k % 6 == 0:
                for name in os.listdir(self.dir):
                    if name.startswith("app.pwc"):
                        os.unlink(os.path.join(self.dir, name))
            with self.subTest(k):
                which = chance.choice((["total"], ["things"], ["words"], []))
                if k % 3 < 2:
                    hit += self.killed(chance, 1.2 * recording, PREWARM, "record", "-o", "app.pwc", "app.py", *which)
                else:
                    hit += self.killed(chance, 1.2 * compiling, PREWARM, "compile", "app.pwc")
                self.assert_whole()
                self.assertEqual(self.run_app(), self.plain)
        self.assertGreater(hit, 0)
        print(f"{hit} of {KILLS} processes were killed before their end", file=sys.stderr)
        self.train()
        self.assertEqual(self.run_app("--require-cache"), self.plain)

    # -- many at once --

    def roots(self):
        db = sqlite3.connect(self.cache)
        rows = db.execute("SELECT code, unit, kind FROM tree").fetchall()
        db.close()
        return {row for row in rows}

    def test_eight_at_once(self):
        alone = set()
        parts = (["total"], ["things"], ["words"])
        for which in parts:
            self.assertEqual(self.result(PREWARM, "record", "-o", "app.pwc", "app.py", *which)[0], 0)
            alone |= self.roots()
            os.unlink(self.cache)
        expected = {tuple(w): self.result(PYTHON, "app.py", *w)[1] for w in parts}
        jobs = [["record", *w] for w in parts] + [["compile"]] * 2 + [["run", *w] for w in parts]

        def start(kind, *which):
            words = {"record": [PREWARM, "record", "-o", "app.pwc", "app.py", *which], "compile": [PREWARM, "compile", "app.pwc"],
                     "run": [PREWARM, "run", "--cache", "app.pwc", "app.py", *which]}[kind]
            return kind, which, subprocess.Popen(words, env=self.env, cwd=self.dir, stdin=subprocess.DEVNULL,
                                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

        for _ in range(3):
            for kind, which, process in [start(*job) for job in jobs]:
                out, err = process.communicate(timeout=120)
                if kind != "compile":
                    self.assertEqual((process.returncode, out, err), (0, expected[tuple(which)], ""), kind)
                elif process.returncode:
                    self.assertRegex(err, "no such|nothing has been recorded|No such")
        self.assertLessEqual(alone, self.roots())
        self.assert_whole()
        self.assertEqual(self.result(PREWARM, "compile", "app.pwc")[0], 0)
        self.assertEqual(self.run_app("--require-cache"), self.plain)


if __name__ == "__main__":
    main()
