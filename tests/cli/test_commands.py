"""What each command hands on: to Python by PREWARM_HANDOFF and LD_PRELOAD, to prewarm-compile by its arguments."""

import os
import re
import shutil
import signal
import subprocess
import time

from common import PREWARM, TARGET, Case, image, main

HANDOFF = """
import os, sys
print(dict(p.split("=", 1) for p in os.environ.get("PREWARM_HANDOFF", "none=").split("\\t")))
print(os.environ.get("LD_PRELOAD"))
"""


class Commands(Case):
    def setUp(self):
        super().setUp()
        self.stub = self.install("stub", stubs=True)
        self.lib = os.path.dirname(self.stub)
        self.write("app.py", HANDOFF)
        self.img = ".pwc." + TARGET + ".img"

    def handed(self, *words, **more):
        code, out, err = self.result(*words, **more)
        self.assertEqual((code, err), (0, ""))
        first, second = out.split("\n")[:2]
        return eval(first), second

    def default(self):
        """The one cache's path that a run of app.py records to."""
        return self.handed(self.stub, "record", "app.py")[0]["cache"]

    def test_record(self):
        got, preload = self.handed(self.stub, "record", "app.py")
        self.assertEqual(preload, self.lib + "/libprewarm-preload.so")
        self.assertEqual(got["mode"], "record")
        self.assertEqual(got["rt"], self.lib + "/libprewarm.so")
        self.assertEqual(got["rec"], self.lib + "/libprewarm-record.so")
        self.assertRegex(got["cache"], "^" + re.escape(self.dir) + r"/\.cache/prewarm/app-[0-9a-f]{8}\.pwc$")
        self.assertEqual(got["image"], got["cache"] + "." + TARGET + ".img")
        self.assertEqual(os.stat(self.dir + "/.cache/prewarm").st_mode & 0o777, 0o700)
        self.assertNotIn("require", got)
        got, preload = self.handed(self.stub, "record", "-o", "sub/x.pwc", "app.py", env={"LD_PRELOAD": "libm.so.6"})
        self.assertEqual(got["cache"], self.dir + "/sub/x.pwc")
        self.assertEqual(preload, self.lib + "/libprewarm-preload.so:libm.so.6")
        self.assertEqual(self.handed(self.stub, "record", "--output=y.pwc", "app.py")[0]["cache"], self.dir + "/y.pwc")
        self.assertEqual(self.handed(self.stub, "record", "-oz.pwc", "app.py")[0]["cache"], self.dir + "/z.pwc")

    def test_where_caches_lie(self):
        def cache(*words, **env):
            return self.handed(self.stub, "record", *words, env=env)[0]["cache"]
        other = cache("app.py", XDG_CACHE_HOME=self.dir + "/xdg")
        self.assertEqual(os.path.dirname(other), self.dir + "/xdg/prewarm")
        self.assertEqual(os.path.dirname(cache("app.py", XDG_CACHE_HOME="relative")), self.dir + "/.cache/prewarm")
        self.assertEqual(cache("app.py", PREWARM_CACHE="here.pwc"), self.dir + "/here.pwc")
        self.assertEqual(cache("-o", "a.pwc", "app.py", PREWARM_CACHE="here.pwc"), self.dir + "/a.pwc")
        for ignore in (["-I"], ["-sE"], ["-W", "ignore", "-E"]):  # as Python then takes nothing from the environment
            got = self.handed(self.stub, "run", "--stats", "s.json", *ignore, "app.py", env={"PREWARM_CACHE": "here.pwc"})[0].get("cache")
            self.assertNotIn(self.dir, got or "")
        self.assertIn(self.dir, self.handed(self.stub, "run", "--stats", "s.json", "-W", "ignore::ImportWarning", "app.py", env={"PREWARM_CACHE": "here.pwc"})[0]["cache"])
        os.symlink("app.py", self.dir + "/link")
        self.assertEqual(cache("./link"), cache("app.py"))
        self.assertEqual(os.path.basename(cache("-m", "app")), "m-app.pwc")
        self.assertRegex(os.path.basename(cache("-c", HANDOFF)), r"^c-[0-9a-f]{8}\.pwc$")
        shutil.copy(self.dir + "/app.py", self.dir + "/stra\u00dfe x.py")
        self.assertRegex(os.path.basename(cache("stra\u00dfe x.py")), r"^stra__e_x-[0-9a-f]{8}\.pwc$")
        code, out, err = self.result(self.stub, "record", "app.py", env={"HOME": ""})
        self.assertEqual((code, out), (125, ""))
        self.assertIn("-o CACHE", err)
        self.assertEqual(self.result(self.stub, "run", "app.py", env={"HOME": ""})[:2], (0, "{'none': ''}\nNone\n"))

    def test_run(self):
        cache = self.default()
        self.assertEqual(self.handed(self.stub, "run", "app.py"), ({"none": ""}, "None"))  # no image: nothing is set
        self.write(cache + "." + TARGET + ".img", image())
        got, preload = self.handed(self.stub, "run", "app.py")
        self.assertEqual((got["mode"], got["cache"]), ("run", cache))
        self.assertEqual(preload, self.lib + "/libprewarm-preload.so")
        self.assertFalse({"rec", "stats", "engine", "require", "explain"} & set(got))
        got, _ = self.handed(self.stub, "run", "--stats", "s.json", "--require-cache", "app.py")
        self.assertEqual((got["stats"], got["require"], got["image"]), (self.dir + "/s.json", "1", cache + "." + TARGET + ".img"))
        self.write(cache + "." + TARGET + ".probes.img", image())
        got, _ = self.handed(self.stub, "run", "app.py", env={"PREWARM_FAIL_GUARD": "all"})
        self.assertEqual(got["image"], cache + "." + TARGET + ".probes.img")
        self.assertEqual(self.handed(self.stub, "run", "app.py")[0]["image"], cache + "." + TARGET + ".img")
        got, _ = self.handed(self.stub, "run", "--cache=none.pwc", "--stats=s.json", "app.py")
        self.assertEqual(got["stats"], self.dir + "/s.json")  # so that there is a file, image or not
        self.write("ir.pwc", "x")
        got, _ = self.handed(self.stub, "run", "--cache", "ir.pwc", "--engine=ir", "--require-cache", "app.py")
        self.assertEqual((got["engine"], got["cache"], got["require"]), ("ir", self.dir + "/ir.pwc", "1"))
        self.assertEqual(got["rec"], self.lib + "/libprewarm-record.so")
        self.assertEqual(self.handed(self.stub, "run", "app.py", env={"PREWARM_HANDOFF": "mode=old"})[0]["mode"], "run")
        self.assertEqual(self.handed(self.stub, "run", "--cache", "n.pwc", "app.py", env={"PREWARM_HANDOFF": "mode=old"})[0],
                         {"none": ""})
        os.mkdir(self.dir + "/a\tb")
        self.write("a\tb/t" + self.img, image())
        self.assertEqual(self.handed(self.stub, "run", "--cache", "a\tb/t.pwc", "app.py")[0], {"none": ""})

    def test_paths_that_LD_PRELOAD_cannot_name(self):
        command = self.install("with blank", stubs=True)
        self.write("x" + self.img, image())
        self.assertEqual(self.handed(command, "run", "--cache", "x.pwc", "app.py"), ({"none": ""}, "None"))
        self.assertEqual(self.result(command, "record", "app.py")[0], 125)

    def test_installed_and_linked(self):
        os.makedirs(self.dir + "/usr/lib/prewarm")
        os.mkdir(self.dir + "/usr/bin")
        shutil.copy(PREWARM, self.dir + "/usr/bin")
        for name in os.listdir(self.lib):
            if name != "prewarm":
                shutil.copy(os.path.join(self.lib, name), self.dir + "/usr/lib/prewarm")
        os.symlink(self.dir + "/usr/bin/prewarm", self.bin + "/prewarm")
        got, preload = self.handed("prewarm", "record", "app.py")
        self.assertEqual(got["rt"], self.dir + "/usr/lib/prewarm/libprewarm.so")

    def test_require_cache(self):
        cases = {"missing": None, "empty": b"", "foreign": b"#!/bin/sh\n" * 400, "short": image()[:2000],
                 "longer": image(size=9999), "newer": image(version=7), "elsewhere": image("m68k-linux-gnu"), "few": b"PWIMAGE1"}
        for name, data in cases.items():
            with self.subTest(name):
                if data is not None:
                    self.write(name + self.img, data)
                code, out, err = self.result(self.stub, "run", "--cache", name + ".pwc", "--require-cache", "app.py")
                self.assertEqual((code, out), (125, ""))
                self.assertRegex(err, r"^prewarm: /.*" + name + r".*\n$")
        self.write("good" + self.img, image())
        code, out, err = self.result(self.stub, "run", "--cache", "good.pwc", "--engine=ir", "--require-cache", "app.py")
        self.assertEqual((code, out), (125, ""))
        self.assertRegex(err, r"^prewarm: /.*good.pwc: the cache cannot be read: .*\n$")
        self.assertEqual(self.result(self.stub, "run", "--cache", "good.pwc", "--require-cache", "app.py")[0], 0)
        code, _, err = self.result(self.bare, "run", "--cache", "good.pwc", "--require-cache", "app.py")
        self.assertEqual(code, 125)
        self.assertIn("libprewarm", err)

    def test_record_where_nothing_can_be_written(self):
        os.mkdir(self.dir + "/folder.pwc")
        self.write("file", "")
        for where in ("folder.pwc", "file/x.pwc"):
            code, out, err = self.result(self.stub, "record", "-o", where, "app.py")
            self.assertEqual((code, out), (125, ""), where)
            self.assertRegex(err, r"^prewarm: /.*\n$")
        self.assertEqual(self.result(self.bare, "record", "app.py")[0], 125)  # no runtime

    def test_train(self):
        self.write("good", image())
        self.write("t.pwc", "recorded")
        code, out, err = self.result(self.stub, "train", "-o", "t.pwc", "app.py", env={"TOOL_MAKES": self.dir + "/good"})
        self.assertEqual(code, 0)
        self.assertIn("'mode': 'record'", out)
        self.assertIn("compile|" + self.dir + "/t.pwc|\n", out)
        self.assertIn("from now on", err)
        code, out, err = self.result(self.stub, "train", "-o", "t.pwc", "-c", "raise SystemExit(3)")
        self.assertEqual(code, 3)  # the program's own, and yet compiled
        self.assertIn("compile|", out)
        code, out, err = self.result(self.stub, "train", "-o", "t.pwc", "-c", "import os; os.kill(os.getpid(), 9)")
        self.assertEqual(code, 128 + 9)
        self.assertEqual(self.result(self.stub, "train", "-o", "t.pwc", "app.py", env={"TOOL_EXIT": "4"})[0], 4)
        code, out, err = self.result(self.stub, "train", "-o", "nothing.pwc", "app.py")
        self.assertEqual(code, 0)
        self.assertIn("nothing was recorded", err)

    def test_signals_while_training(self):
        self.write("t.pwc", "recorded")
        program = "import signal, time\nprint(1, flush=True)\ntime.sleep(60)"
        for number, group in ((signal.SIGTERM, False), (signal.SIGINT, True)):
            p = subprocess.Popen([self.stub, "train", "-o", "t.pwc", "-c", program], env=self.env, cwd=self.dir,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
            self.assertEqual(p.stdout.readline(), b"1\n")
            time.sleep(0.05)
            (os.killpg if group else os.kill)(p.pid, number)
            out, err = p.communicate(timeout=30)
            self.assertEqual(p.returncode, 128 + number)
            self.assertIn(b"compile|", out)

    def test_tools(self):
        self.write("x.pwc", b"SQLite format 3\0")
        x = self.dir + "/x.pwc"
        self.assertEqual(self.result(self.stub, "compile", "x.pwc", "-j", "2")[1], f"compile|{x}|-j|2|\n")
        self.assertEqual(self.result(self.stub, "compile", "-j", "2", "x.pwc")[1], f"compile|-j|2|{x}|\n")
        self.assertEqual(self.result(self.stub, "compile", env={"PREWARM_CACHE": "x.pwc"})[1], f"compile|{x}|\n")
        self.assertEqual(self.result(self.stub, "show", "x.pwc", "3", "--ir")[1], f"show|{x}|3|--ir|\n")
        self.assertEqual(self.result(self.stub, "explain", "x.pwc")[1], f"explain|{x}|\n")
        self.assertEqual(self.result(self.stub, "compile", "x.pwc", env={"TOOL_EXIT": "9"})[0], 9)
        self.assertEqual(self.result(self.stub, "compile", env={"XDG_CACHE_HOME": self.dir + "/none"})[0], 125)
        self.assertEqual(self.result(self.stub, "show")[0], 2)
        self.assertEqual(self.result(self.stub, "explain")[0], 2)
        self.assertEqual(self.result(self.bare, "show", "x.pwc")[0], 125)
        for command in ("compile", "show", "explain"):  # a script stands for its default cache
            self.assertEqual(self.result(self.stub, command, "app.py")[0], 125)
        cache = self.default()
        self.write(cache, b"SQLite format 3\0")
        self.assertEqual(self.result(self.stub, "show", "app.py")[1], f"show|{cache}|\n")
        self.assertEqual(self.result(self.stub, "compile", "-j", "1")[1], f"compile|{cache}|-j|1|\n")

    def test_explain_runs_the_program(self):
        self.write("x.pwc", b"SQLite format 3\0")
        self.write("why.py", "import os\nh = dict(p.split('=', 1) for p in os.environ['PREWARM_HANDOFF'].split('\\t'))\n"
                             "open(h['explain'], 'w').write('because ' + h['mode'])\nprint('output')\n")
        code, out, err = self.result(self.stub, "explain", "x.pwc", "-O", "why.py", env={"TMPDIR": self.dir})
        self.assertEqual((code, err), (0, "output\n"))
        self.assertRegex(out, r"^explain\|.*x\.pwc\|--reasons\|.*\|\nbecause run$")
        self.assertEqual([n for n in os.listdir(self.dir) if n.startswith("prewarm-")], [])

    def test_help_and_usage(self):
        for words in (["--help"], ["-h"], ["help"], ["--version"]):
            code, out, err = self.result(self.bare, *words)
            self.assertEqual((code, err), (0, ""))
        for command in ("record", "compile", "train", "run", "show", "explain"):
            code, out, err = self.result(self.bare, command, "--help")
            self.assertEqual((code, err), (0, ""))
            self.assertTrue(out.startswith(f"usage: prewarm {command} "))
            self.assertLessEqual(max(map(len, out.split("\n"))), 120)
        for words in ([], ["nonsense"], ["run", "--nope", "app.py"], ["run", "--cache"], ["run", "--cache=", "app.py"],
                      ["run", "--engine", "steam", "app.py"], ["record", "--require-cache", "app.py"]):
            code, out, err = self.result(self.bare, *words)
            self.assertEqual((code, out), (2, ""), words)
            self.assertRegex(err, r"^prewarm: .*\n$")


if __name__ == "__main__":
    main()
