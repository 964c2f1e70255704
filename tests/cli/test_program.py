"""`prewarm run X` against `python3.11 X`: everything that a program can see of its start must be the same."""

import os
import signal
import subprocess

from common import PYTHON, REPORT, TARGET, Case, image, main, without_environment


class Same(Case):
    """Each comparison in three ways: no image; an image but no runtime; both (the runtime is a stub)."""

    def setUp(self):
        super().setUp()
        self.stub = self.install("stub", stubs=True)
        self.pwc = os.path.join(self.dir, "x.pwc")
        self.write("x.pwc." + TARGET + ".img", image())

    def same(self, *words, plain=None, **more):
        want = self.result("python3.11", *(words if plain is None else plain), **more)
        for command in ([self.bare, "run"], [self.bare, "run", "--cache", self.pwc]):
            self.assertEqual(self.result(*command, *words, **more), want)
        got = self.result(self.stub, "run", "--cache", self.pwc, *words, **more)
        self.assertEqual(without_environment(got), without_environment(want))
        return want

    def test_scripts_and_their_arguments(self):
        self.write("app.py", REPORT)
        self.same("app.py")
        self.same("app.py", "a", "-m", "--cache", "x y", "", "--require-cache")
        self.same("./app.py", "1")
        self.same(os.path.join(self.dir, "app.py"), cwd="/")
        self.write("sub", "") and os.unlink(os.path.join(self.dir, "sub"))
        os.mkdir(os.path.join(self.dir, "sub"))
        self.write("sub/__main__.py", REPORT)
        self.same("sub")
        os.symlink("../app.py", os.path.join(self.dir, "sub", "link.py"))
        self.same("sub/link.py")

    def test_options_of_python(self):
        self.write("app.py", REPORT)
        for options in (["-O"], ["-OO", "-s"], ["-I"], ["-Es", "-B"], ["-X", "dev"], ["-Xutf8=1", "-u"], ["-W", "error"],
                        ["-Wignore", "-q"], ["-P", "-bb"], ["-S"], ["-d"], ["-x"], ["--check-hash-based-pycs", "always"]):
            with self.subTest(options=options):
                self.same(*options, "app.py", "-O")
        self.same("-O", "--", "app.py")
        self.same("--", "app.py", plain=["app.py"])  # ours: it ends prewarm's own options
        self.assertEqual(self.same("-i", "app.py", input=b"print(6*7)\n")[0], 0)
        self.assertEqual(self.same("-V")[1][:12], "Python 3.11.")
        self.same("--version")
        self.same("-O", "-h")  # alone, it is our own
        self.same("-Z", "app.py")

    def test_modules_code_and_stdin(self):
        self.write("mod.py", REPORT)
        self.same("-m", "mod", "a", "-c")
        self.same("-mmod")
        self.same("-Om", "mod")
        self.same("-m", "no_such_module")
        self.same("-m")
        self.same("-c", REPORT, "a", "-m", "b")
        self.same("-Ic" + REPORT, "a")
        self.same("-c")
        self.same("-c", "raise SystemExit(7)")
        self.same("-c", "1/0")
        self.same("-", "a", input=REPORT.encode())
        self.same(input=REPORT.encode())
        self.same("-O", input=b"print(1)")

    def test_exit_status_and_signals(self):
        for code in (0, 1, 2, 100, 125, 126, 127, 255):
            self.assertEqual(self.same("-c", f"raise SystemExit({code})")[0], code)
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGINT, signal.SIGPIPE):
            self.assertLess(self.same("-c", f"import os, signal; signal.signal({number}, 0) if {number} != 9 else 0\n"
                                            f"os.kill(os.getpid(), {number})")[0], 0)
        for command in (self.bare, self.stub):
            p = subprocess.Popen([command, "run", "--cache", self.pwc, "-c",
                                  "import time; print(1, flush=True); time.sleep(60)"],
                                 env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            self.assertEqual(p.stdout.readline(), b"1\n")
            with open(f"/proc/{p.pid}/cmdline") as f:  # the same process: nothing stands between
                self.assertTrue(f.read().startswith("python3.11\0"))
            p.send_signal(signal.SIGINT)
            self.assertIn(b"KeyboardInterrupt", p.communicate()[1])
            self.assertEqual(p.returncode, -signal.SIGINT)

    def test_virtual_environment(self):
        venv = os.path.join(self.dir, "venv")
        subprocess.run([PYTHON, "-m", "venv", "--without-pip", venv], check=True)
        self.write("app.py", REPORT)
        active = {"VIRTUAL_ENV": venv, "PATH": venv + "/bin:" + self.env["PATH"]}
        self.assertIn(venv, self.same("app.py", env=active)[1])
        want = self.result(venv + "/bin/python3.11", "app.py")
        for command in (self.bare, self.stub):  # a variable alone is enough; so is --python
            got = self.result(command, "run", "app.py", env={"VIRTUAL_ENV": venv})
            self.assertEqual(without_environment(got), without_environment(want))
        for name in ("python", "python3"):
            self.same("app.py", env=active)
            path = f"{venv}/bin/{name}"
            self.assertEqual(self.result(self.bare, "run", "--python", path, "app.py"), self.result(path, "app.py"))
        self.assertEqual(self.result(self.bare, "run", "app.py", env={"VIRTUAL_ENV": "/nowhere"})[1].split("\n")[:6],
                         self.result("python3.11", "app.py")[1].split("\n")[:6])

    def script(self, line, name="tool", body=REPORT):
        return self.write("bin/" + name, line + "\n" + body, 0o755)

    def as_shell(self, name, *arguments, line=None):
        """A bare name on the PATH: as the kernel would have started it."""
        path = self.script(line, name)
        want = self.result(path, *arguments)
        self.assertEqual(want[0], 0, want)
        self.assertEqual(self.result(self.bare, "run", name, *arguments), want)

    def test_names_on_the_path(self):
        self.as_shell("t1", "a", line="#!" + PYTHON)
        self.as_shell("t2", "a", "-m", line="#!" + os.path.realpath("/usr/bin/env") + " python3")
        self.as_shell("t3", line="#!/usr/bin/env python3.11")
        self.as_shell("t4", "x", line=f"#!{PYTHON} -I")
        self.as_shell("t5", line=f"#! {PYTHON}   -sO  ")
        self.as_shell("t6", "x", line="#!/usr/bin/env -S python3 -I -X dev")
        self.as_shell("t7", "x", line=f"#!/bin/sh\n'''exec' {PYTHON} \"$0\" \"$@\"\n' '''")
        self.write("t1", "print('the one in this folder')")  # as python3.11 t1
        self.assertEqual(self.result(self.bare, "run", "t1")[1], "the one in this folder\n")

    def test_options_of_the_first_line_of_a_path(self):
        self.script(f"#!{PYTHON} -I")
        self.assertIn("isolated=1", self.result(self.bare, "run", "./bin/tool")[1])
        self.assertEqual(self.result(self.bare, "run", "./bin/tool")[1].split("\n")[1], PYTHON)
        self.script("#!/usr/bin/env python2 -I")  # leads to no 3.11: as if it were not there
        self.assertIn("isolated=0", self.result(self.bare, "run", "./bin/tool")[1])

    def test_what_is_no_program(self):
        self.script("#!/bin/sh", "shell")
        self.write("bin/nothing", "", 0o755)
        for words, code in ((["nope.py"], 127), (["./nope"], 127), (["no_such_tool", "x"], 127), (["shell"], 126),
                            (["nothing"], 126), (["ls"], 126), (["/bin/ls"], 126), (["--python", "/nope", "-c", "1"], 127),
                            (["--python", "no-such-python", "-c", "1"], 127), (["--python", self.dir, "-c", "1"], 126)):
            with self.subTest(words=words):
                got = self.result(self.bare, "run", *words)
                self.assertEqual((got[0], got[1]), (code, ""))
                self.assertRegex(got[2], r"^prewarm: .*\n$")
        got = self.result(self.bare, "run", "-c", "1", env={"PATH": "/nowhere"})
        self.assertEqual(got[0], 127)
        self.assertIn("python3.11", got[2])

    def test_turned_off(self):
        self.write("app.py", REPORT)
        off = {"PREWARM_DISABLE": "1"}
        want = self.result("python3.11", "app.py", env=off)
        for command in ("run", "record", "train"):
            got = self.result(self.stub, command, "app.py", env={**off, "PREWARM_CACHE": self.pwc})
            self.assertEqual((got[0], got[1].replace(f"('PREWARM_CACHE', '{self.pwc}'), ", "")), want[:2])
        self.assertIn("HANDOFF", self.result(self.stub, "run", "--cache", self.pwc, "app.py", env={"PREWARM_DISABLE": "0"})[1])


if __name__ == "__main__":
    main()
