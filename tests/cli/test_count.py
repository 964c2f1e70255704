"""PREWARM_COUNT: how many bytecodes ran natively and how many in the interpreter.

    test_count.py PREWARM PYTHON [TEST...]
"""
import json
import subprocess
import unittest

from common import PREWARM, PYTHON, Case, main

LOOP = """
def total(n):
    s = 0
    for i in range(n):
        if i % 7:
            s += i
    return s
print(total(140000))
"""
MIXED = """
import json
class Odd(Exception): pass
class Thing:
    def __init__(self, v): self.v = v
    def more(self, k):
        if self.v % 5 == 4: raise Odd(self.v)
        return self.v + k
def things(n):
    s = 0
    for i in range(n):
        try:
            s += Thing(i).more(s) % 1009
        except Odd as e:
            s -= e.args[0]
    return s
def squares(n):
    for i in range(n):
        yield i * i
def deep(n):
    return 1 + deep(n - 1) if n else 0
print(things(3000), sum(squares(4000)), max(json.loads("[1, 2, 3]")), [deep(30) for i in range(80)][-1], sorted(range(500), key=lambda x: -x)[:3])
"""
TRACED = LOOP + """
import sys
sys.settrace(lambda *a: None)
sys.settrace(None)
print(total(70000))
"""


class Count(Case):
    def count(self, text, keep="0", **environment):
        """(what it printed, natively, interpreted)"""
        self.write("app.py", text)
        env = {**self.env, "PREWARM_COUNT": "1", "PREWARM_KEEP": keep, "PYTHONDONTWRITEBYTECODE": "1", **environment}
        for words in (["record", "-o", "app.pwc", "app.py"], ["compile", "app.pwc"], ["run", "--cache", "app.pwc", "--stats", "s.json", "app.py"]):
            done = subprocess.run([PREWARM, *words], env=env, cwd=self.dir, capture_output=True, text=True, timeout=100)
            self.assertEqual((done.returncode, done.stderr), (0, ""), words)
        with open(self.dir + "/s.json", encoding="utf-8") as file:
            stats = json.load(file)
        return done.stdout, stats["bytecodes_native"], stats["bytecodes_interpreted"]

    def plain(self, text):
        self.write("app.py", text)
        return subprocess.run([PYTHON, "app.py"], env=self.env, cwd=self.dir, capture_output=True, text=True, timeout=100).stdout

    def test_a_loop(self):
        out, native, interpreted = self.count(LOOP)
        self.assertEqual(out, self.plain(LOOP))
        every = 120000 * 11 + 20000 * 7  # as dis shows the loop; the first few rounds are the interpreter's
        self.assertTrue(every - 1000 < native <= every + 60000, native)  # small trees of the start are native, too
        self.assertTrue(20000 < interpreted < 300000, interpreted)

    def test_the_sum_is_the_same(self):
        sums = []
        for keep, least, most in (("0", 0.4, 1.0), ("40000", 0.3, 1.0), ("400000", 0.0, 0.7)):
            out, native, interpreted = self.count(MIXED, keep)
            self.assertEqual(out, self.plain(MIXED))
            self.assertTrue(least < native / (native + interpreted) < most, (keep, native, interpreted))
            sums.append(native + interpreted)
        self.assertLess(max(sums) / min(sums), 1.05, sums)

    def test_the_option(self):
        """It compiles what it needs."""
        self.write("app.py", LOOP)
        for words in (["record", "-o", "app.pwc", "app.py"], ["compile", "app.pwc"], ["run", "--cache", "app.pwc", "--stats", "s.json", "--count", "app.py"]):
            done = subprocess.run([PREWARM, *words], env={**self.env, "PREWARM_KEEP": "0"}, cwd=self.dir, capture_output=True, text=True, timeout=100)
            self.assertEqual((done.returncode, done.stderr), (0, ""), words)
        self.assertEqual(done.stdout, self.plain(LOOP))
        with open(self.dir + "/s.json", encoding="utf-8") as file:
            self.assertGreater(json.load(file)["bytecodes_native"], 1000000)

    def test_forced_exits(self):
        out, native, interpreted = self.count(MIXED, PREWARM_FAIL_GUARD="all")
        self.assertEqual(out, self.plain(MIXED))
        self.assertTrue(native and interpreted)

    def test_a_program_that_traces_itself(self):
        out, native, interpreted = self.count(TRACED)
        self.assertEqual(out, self.plain(TRACED))
        self.assertEqual((native, interpreted), (None, None))

    def test_without_it(self):
        self.assertEqual(self.count(LOOP, PREWARM_COUNT="0")[1:], (None, None))


if __name__ == "__main__":
    main()
