"""prewarm run --learn and prewarm learn: exits of native runs reach the cache, and recording again makes them fewer until none is hot.

    test_learn.py PREWARM PYTHON [TEST...]
"""
import json
import os
import re
import subprocess
import unittest

from common import PREWARM, PYTHON, Case, main

PROGRAM = """
import sys

class Shape:
    def __init__(self, k): self.k = k
    def area(self): return self.k
class Square(Shape):
    def area(self): return self.k * self.k
class Odd(Shape):
    def area(self):
        if self.k % 3 == 0: return -self.k
        return self.k + 1

def kind(x, k):
    if x % 2 == 0:
        if k == 1: return x + 1
        if k == 2: return x * 2
        return x
    if x % 3 == 0:
        return -x if k else x
    return x // 5 if x % 5 == 0 else 1

def work(n, k):
    s = 0
    seen = {}
    shapes = [(Shape, Square, Odd)[i % (1 + min(k, 2))](i) for i in range(10)]
    for i in range(n):
        s += kind(i, k) + shapes[i % 10].area()
        if k == 3 and i % 7 == 0:
            seen[i % 10] = s
        if k == 4:
            s = float(s) / 2
    return s, len(seen)

for k in [int(a) for a in sys.argv[1:]] or [0]:
    print(work(6000, k))
"""
INPUTS = ["1", "2", "3", "4"]


class Learn(Case):
    def setUp(self):
        super().setUp()
        self.write("app.py", PROGRAM)
        self.notes = os.path.join(self.dir, "app.pwc.learned")
        self.env["PREWARM_KEEP"] = "20000"
        self.tool("record", "-o", "app.pwc", "app.py")
        self.tool("compile", "app.pwc")

    def tool(self, *words):
        done = subprocess.run([PREWARM, *words], env=self.env, cwd=self.dir, capture_output=True, text=True, timeout=100)
        self.assertEqual(done.returncode, 0, (words, done.stderr))
        return done.stdout

    def run_app(self, *inputs):
        """Exits that were taken natively."""
        out = self.tool("run", "--cache", "app.pwc", "--learn", "--stats", "s.json", "app.py", *inputs)
        plain = subprocess.run([PYTHON, "app.py", *inputs], cwd=self.dir, capture_output=True, text=True, timeout=100)
        self.assertEqual(out, plain.stdout)
        with open(os.path.join(self.dir, "s.json"), encoding="utf-8") as file:
            return json.load(file)["exits"]

    def hot(self):
        """Exits that are hot and open, after taking the notes."""
        return int(re.search(r"^(\d+) exits are hot and open", self.tool("learn", "app.pwc"), re.M)[1])

    def test_it_converges(self):
        exits, open_ = [], []
        for _ in range(6):
            exits.append(self.run_app(*INPUTS))
            open_.append(self.hot())
            self.assertFalse(os.path.exists(self.notes))
            if not open_[-1]:
                break
            self.tool("learn", "app.pwc", "app.py", *INPUTS)
        self.assertGreater(open_[0], 0)
        self.assertEqual(open_[-1], 0, (exits, open_))
        self.assertLess(exits[-1] * 4, exits[0], (exits, open_))

    def test_record_takes_the_notes_too(self):
        self.run_app(*INPUTS)
        self.assertTrue(os.path.exists(self.notes))
        self.tool("record", "-o", "app.pwc", "app.py", *INPUTS)
        self.assertFalse(os.path.exists(self.notes))

    def test_several_at_once(self):
        runs = [subprocess.Popen([PREWARM, "run", "--cache", "app.pwc", "--learn", "app.py", k], env=self.env, cwd=self.dir,
                                 stdout=subprocess.DEVNULL) for k in INPUTS * 2]
        self.assertEqual({run.wait(100) for run in runs}, {0})
        with open(self.notes, encoding="ascii") as file:
            text = file.read()
        self.assertEqual(text.count("exits 1\n"), 8)
        self.assertEqual(text.count("\nend\n"), 8)
        self.assertGreater(self.hot(), 0)

    def test_damaged_notes(self):
        self.run_app(*INPUTS)
        with open(self.notes, "rb") as file:
            good = file.read()
        for bad in (b"", b"\xff" * 5000, good[:-5], good[: len(good) // 2], b"exits 1\n" * 3, good.replace(b"tree ", b"tree 9"),
                    good.replace(b"exit ", b"exit 99999999999999999999"), b"exits 1\ntree 1\nexit\nend\n"):
            self.write("app.pwc.learned", bad)
            self.assertEqual(self.hot(), 0, bad[:60])
        self.write("app.pwc.learned", good[: len(good) // 2] + good)
        self.assertGreater(self.hot(), 0)

    def test_where_nothing_can_be_written(self):
        os.mkdir(self.notes)  # as root, too, a folder is no file
        self.run_app(*INPUTS)
        os.rmdir(self.notes)
        os.symlink(os.path.join(self.dir, "elsewhere"), self.notes)
        self.run_app(*INPUTS)
        self.assertFalse(os.path.exists(os.path.join(self.dir, "elsewhere")))

    def test_without_a_cache(self):
        done = subprocess.run([PREWARM, "run", "--cache", "none.pwc", "--learn", "app.py"], env=self.env, cwd=self.dir, capture_output=True, text=True)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertFalse(os.path.exists(os.path.join(self.dir, "none.pwc.learned")))


if __name__ == "__main__":
    main()
