"""The prewarm command with the runtime and the compiler that lie beside it: record, compile, run, show, explain."""

import contextlib
import json
import os
import re
import sqlite3

from common import PREWARM, TARGET, Case, main

PROGRAM = """
def total(n):
    s = 0
    for i in range(n):
        if i % 3:
            s += i
        else:
            s -= 1
    return s

print(total(5000))
"""
GIVEN_UP = """
def hopeless(n):
    caught = 0
    for i in range(n):
        try:
            raise ValueError
        except* ValueError:
            caught += 1
    return caught

print(hopeless(400))
"""
EXPECTED = "8330000\n"


class Runtime(Case):
    def setUp(self):
        super().setUp()
        self.write("app.py", PROGRAM)
        self.said(PREWARM, "record", "-o", "app.pwc", "app.py")
        self.image = self.dir + "/app.pwc." + TARGET + ".img"

    def said(self, *words, env=None):
        code, out, err = self.result(*words, env=env)
        self.assertEqual((code, err), (0, ""), words)
        return out

    def stats(self, *options, env=None):
        self.assertEqual(self.said(PREWARM, "run", "--cache", "app.pwc", "--stats", "s.json", *options, "app.py", env=env), EXPECTED)
        with open(self.dir + "/s.json", encoding="utf-8") as file:
            return json.load(file)

    def test_what_is_mapped(self):
        """A run needs neither LLVM nor SQLite nor libffi, and nothing is both writable and executable."""
        self.write("app.py", PROGRAM + "print(open('/proc/self/maps').read())\n")
        for words in (["record", "-o", "app.pwc"], ["compile"]):
            self.said(PREWARM, *words, "app.py" if words[0] == "record" else "app.pwc", env={"PREWARM_KEEP": "0"})
        maps = self.said(PREWARM, "run", "--cache", "app.pwc", "--require-cache", "app.py")
        self.assertIn(self.image, maps)
        self.assertRegex(maps, r"(?m)^\S+ r-xp .*libprewarm\.so$")
        self.assertNotRegex(maps, r"(?i)llvm|sqlite|libffi|sodium|libprewarm-record")
        self.assertNotRegex(maps, r"(?m)^\S+ .wx")

    def test_engine_ir(self):
        got = self.stats("--engine=ir")
        self.assertGreater(got["entered"], 0)
        self.assertEqual(got["forced"], 0)
        self.assertGreater(self.stats("--engine=ir", env={"PREWARM_FAIL_GUARD": "all"})["forced"], 0)
        self.assertEqual(self.said(PREWARM, "run", "--cache", "app.pwc", "--require-cache", "--engine=ir", "app.py"), EXPECTED)

    def test_forced_exits(self):
        forced = {"PREWARM_FAIL_GUARD": "all"}
        self.said(PREWARM, "compile", "app.pwc")
        self.assertEqual(self.stats(env=forced)["forced"], 0)
        self.said(PREWARM, "compile", "app.pwc", env=forced)
        self.assertGreater(self.stats(env=forced)["forced"], 0)
        got = self.stats()
        self.assertGreater(got["entered"], 0)
        self.assertEqual(got["forced"], 0)
        self.assertGreater(got["us_native"], 0)
        self.assertGreater(got["us_run"], got["us_native"])

    def test_require_cache_checks_the_python(self):
        command = (PREWARM, "run", "--cache", "app.pwc", "--require-cache", "app.py")
        self.said(PREWARM, "compile", "app.pwc")
        self.assertEqual(self.said(*command), EXPECTED)
        with sqlite3.connect(self.dir + "/app.pwc") as connection:
            connection.execute("UPDATE meta SET value = 'another' WHERE name = 'fingerprint'")
        connection.close()
        self.said(PREWARM, "compile", "app.pwc")
        code, out, err = self.result(*command)
        self.assertEqual((code, out), (125, ""))
        self.assertRegex(err, r"^prewarm: /.*img: expected the Python another, found cp311-3.11.*\n$")
        self.assertEqual(self.said(PREWARM, "run", "--cache", "app.pwc", "app.py"), EXPECTED)
        self.write("app.pwc", "no cache")
        code, out, err = self.result(PREWARM, "run", "--cache", "app.pwc", "--require-cache", "--engine=ir", "app.py")
        self.assertEqual((code, out), (125, ""))
        self.assertRegex(err, r"^prewarm: .+\n$")

    def test_packed(self):
        image = self.dir + "/far/app.image"
        os.mkdir(self.dir + "/far")
        self.said(PREWARM, "pack", "app.pwc", "--target", TARGET, "-o", image)
        command = (PREWARM, "run", "--require-cache", "--cache", image, "app.py")
        bare = {name: "" for name in ("HOME", "XDG_CACHE_HOME", "PREWARM_CACHE")}
        self.assertEqual(self.said(*command, env=bare), EXPECTED)
        os.chmod(self.dir + "/far", 0o555)
        os.chmod(image, 0o444)
        self.said(PREWARM, "run", "--stats", "stats", "--cache", image, "app.py", env=bare)
        with open(self.dir + "/stats") as file:
            self.assertGreater(json.load(file)["entered"], 0)
        os.chmod(image, 0o666)
        code, out, err = self.result(*command)
        self.assertEqual((code, out), (125, ""))
        self.assertIn("others may write to this image", err)
        self.assertEqual(self.result(PREWARM, "pack", "app.pwc", "-o", image)[0], 2)

    def test_targets(self):
        levels = dict(re.findall(r"^    (\S+) +(runs here|not this machine)", self.said(PREWARM, "targets"), re.M))
        self.assertEqual(list(levels.values())[:1], ["runs here"])
        more = [word for level in levels for word in ("--cpu", level)]
        self.said(PREWARM, "compile", "app.pwc", *more)
        self.assertEqual(self.said(PREWARM, "run", "--require-cache", "--cache", "app.pwc", "app.py"), EXPECTED)
        other = next(t for t in ("aarch64-linux-gnu", "i686-linux-gnu") if t != TARGET)
        self.assertIn(other, self.said(PREWARM, "compile", "app.pwc", "--target", other, "--target", TARGET))
        code, out, err = self.result(PREWARM, "run", "--require-cache", "--cache", f"app.pwc.{other}.img", "app.py")
        self.assertEqual((code, out), (125, ""))
        self.assertRegex(err, rf"^prewarm: /.*: expected an image for {TARGET}, found one for {other}\n$")
        for words, why in ((("--target", "vax"), "known are: x86_64-linux-gnu"), (("--cpu", "vax"), "they have: "),
                           (("--target", TARGET, "--target", TARGET), "named before")):
            code, out, err = self.result(PREWARM, "compile", "app.pwc", *words)
            self.assertEqual(code, 2)
            self.assertIn(why, err)

    def test_another_layout(self):
        described = self.said(PREWARM, "probe")
        self.assertIn("\ntriple " + TARGET + "\n", described)
        self.write("odd.target", re.sub(r"(?m)^dict_keys (\d+)", lambda m: f"dict_keys {int(m[1]) + 16}", described))
        self.said(PREWARM, "compile", "app.pwc", "--target", "odd.target")
        code, out, err = self.result(PREWARM, "run", "--require-cache", "--cache", "app.pwc", "app.py")
        self.assertEqual((code, out), (125, ""))
        self.assertRegex(err, r"^prewarm: .* is for another build of Python: expected dict_keys \d+, found \d+\n$")
        self.assertEqual(self.said(PREWARM, "run", "--cache", "app.pwc", "app.py"), EXPECTED)
        self.write("bad.target", described + "bogus 1\n")
        code, out, err = self.result(PREWARM, "compile", "app.pwc", "--target", "bad.target")
        self.assertEqual(code, 2)
        self.assertRegex(err, r"bad.target, line \d+: found the unknown fact .bogus.")

    def test_levers_need_no_trees(self):
        with contextlib.closing(sqlite3.connect(self.dir + "/app.pwc")) as connection, connection:
            connection.execute("DELETE FROM object")
            connection.execute("DELETE FROM tree")
        self.said(PREWARM, "compile", "app.pwc")
        got = self.stats()
        self.assertEqual(got["linked"], 0)
        self.assertIn("gc", got["levers"])
        self.assertNotIn("gc", self.stats(env={"PREWARM_START": "-gc"})["levers"])
        self.assertEqual(self.stats(env={"PREWARM_START": "-all"})["levers"], [])
        self.assertEqual(self.stats(env={"PREWARM_START": "-all,+gc,-nonsense,,+"})["levers"], ["gc"])

    def test_require_cache_checks_every_byte(self):
        command = (PREWARM, "run", "--cache", "app.pwc", "--require-cache", "app.py")
        self.said(PREWARM, "compile", "app.pwc")
        with open(self.image, "rb") as file:
            whole = file.read()
        for at in (100, 400, len(whole) - 40):
            self.write("app.pwc." + TARGET + ".img", whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            code, out, err = self.result(*command)
            self.assertEqual((code, out), (125, ""))
            self.assertRegex(err, r"^prewarm: The image is damaged: .*\n$")
            self.assertEqual(self.said(PREWARM, "run", "--cache", "app.pwc", "app.py"), EXPECTED)
        self.write("app.pwc." + TARGET + ".img", whole[:-1])
        self.assertEqual(self.result(*command)[0], 125)

    def rows(self, query):
        connection = sqlite3.connect(self.dir + "/app.pwc")
        self.addCleanup(connection.close)
        return connection.execute(query).fetchall()

    def test_show_counts_each_exit_once(self):
        self.said(PREWARM, "compile", "app.pwc")
        (tree,), *_ = self.rows("SELECT id FROM tree t WHERE EXISTS (SELECT 1 FROM code c WHERE c.digest = t.code AND name = 'total')")
        summary = self.said(PREWARM, "show", "app.pwc", str(tree))
        shown = {int(k): int(n) for k, n in re.findall(r"exit #(\d+): taken (\d+) times", summary)}
        counted = dict(self.rows(f"SELECT exit, count FROM exit WHERE tree = {tree}"))
        self.assertTrue(counted)
        self.assertEqual({k: n for k, n in shown.items() if n}, counted)

    def test_show_code(self):
        code = self.said(PREWARM, "show", "app.pwc", "total", "--asm")
        lines = dict(re.findall(r"^ *([0-9a-f]+): .*\t(.*)$", code, re.M))
        jumps = [re.search("0x([0-9a-f]+)$", line)[1] for line in re.findall(r"\tj[a-z]+\t.*$", code, re.M)]
        self.assertTrue(jumps)
        self.assertLessEqual(set(jumps), set(lines))

    def test_words(self):
        self.assertIn("--raw", self.said(PREWARM, "show", "--help"))
        self.assertIn("processes", self.said(PREWARM, "compile", "--help"))
        self.said(PREWARM, "compile", "-o", "other.img", "app.pwc")
        self.assertTrue(os.path.exists(self.dir + "/other.img"))
        self.assertFalse(os.path.exists(self.image))
        code, _, err = self.result(PREWARM, "compile", "app.pwc", env={"PREWARM_PASSES": "nonsense"})
        self.assertEqual(code, 2)
        self.assertEqual(err.count("PREWARM_PASSES"), 1, err)

    def test_what_was_given_up_has_a_name(self):
        self.write("app.py", GIVEN_UP)
        self.assertEqual(self.said(PREWARM, "record", "-o", "app.pwc", "app.py"), "400\n")
        known = self.rows("SELECT count(*) FROM abort a WHERE NOT EXISTS (SELECT 1 FROM code c WHERE c.digest = a.code)")
        self.assertEqual(known, [(0,)])
        self.assertEqual(self.rows("SELECT count(*) FROM abort WHERE line > 1000000"), [(0,)])
        explained = self.said(PREWARM, "explain", "app.pwc")
        self.assertRegex(explained, r"loop in hopeless \(.*/app.py:2\): ")
        self.assertNotIn("4294967295", explained)


if __name__ == "__main__":
    main()
