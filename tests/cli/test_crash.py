"""A crash in native code does not repeat: programs whose image really crashes."""

import os
import shutil
import signal
import subprocess
import sys

from common import PREWARM, PYTHON, TARGET, Case, main

CRASH_IMAGE = sys.argv.pop(3) if len(sys.argv) > 3 else "crash_image"
PROGRAM = """
import sys

def total(n):
    s = 0
    for i in range(n):
        if i % 3:
            s += i
        else:
            s -= 1
    return s

def work():
    print(total(5000), flush=True)

if len(sys.argv) > 1:
    exec(sys.argv[1])
else:
    work()
"""
EXPECTED = "8330000\n"
SIGNALS = {"segv": signal.SIGSEGV, "ill": signal.SIGILL, "fpe": signal.SIGFPE, "overflow": signal.SIGSEGV}
LEVELS = 184  # where the head of an image (ir/image.h) says where its levels are
TEXT = 32  # where a level says where its code begins
OWN_CRASH = "work(); import ctypes; ctypes.string_at(0)"


class Crash(Case):
    def setUp(self):
        super().setUp()
        self.write("app.py", PROGRAM)
        self.good = self.dir + "/good.img"
        self.image = self.dir + "/app.pwc." + TARGET + ".img"
        self.notes = self.image + ".crash"
        self.assertEqual(self.result(PREWARM, "record", "-o", "app.pwc", "app.py"), (0, EXPECTED, ""))
        self.compile()

    def compile(self):
        code, _, err = self.result(PREWARM, "compile", "app.pwc")
        self.assertEqual((code, err), (0, ""))

    def break_image(self, kind):
        code, _, err = self.result(CRASH_IMAGE, self.image, "total", kind)
        if code == 77:
            self.skipTest("no code to crash this machine")
        self.assertEqual((code, err), (0, ""))

    def run_app(self, *words, env=None, options=()):
        return self.result(PREWARM, "run", "--cache", "app.pwc", "app.py", *words, env=env)

    def count(self):
        try:
            with open(self.notes, "rb") as file:
                return file.read().count(b"\n")
        except FileNotFoundError:
            return 0

    def crash(self, kind, times=1):
        for _ in range(times):
            before = self.count()
            self.assertEqual(self.run_app(), (-SIGNALS[kind], "", ""))
            self.assertEqual(self.count(), before + 1)

    def assert_set_aside(self):
        code, out, err = self.run_app()
        self.assertEqual((code, out), (0, EXPECTED))
        self.assertRegex(err, r"^prewarm: .*\.img is set aside, .*explain.* rm .*\.crash\n$")

    def test_two_crashes(self):
        for kind in SIGNALS:
            with self.subTest(kind):
                self.compile()
                self.break_image(kind)
                self.crash(kind, 2)
                self.assert_set_aside()
                self.assert_set_aside()
                os.unlink(self.notes)
                self.crash(kind)
                os.unlink(self.notes)

    def test_explain(self):
        self.break_image("ill")
        self.crash("ill")
        explained = self.result(PREWARM, "explain", "app.pwc")[1]
        self.assertRegex(explained, r"crashed: the last run crashed in native code by SIGILL, tree \d+, .* total \(")
        self.crash("ill")
        explained = self.result(PREWARM, "explain", "app.pwc")[1]
        self.assertRegex(explained, r"set aside: the last two runs crashed .* total \(.*rm .*\.crash\n")
        explained = self.result(PREWARM, "explain", "app.pwc", "app.py")[1]
        self.assertRegex(explained, r"the run was without native code: off: .* is set aside")

    def test_required(self):
        self.break_image("ill")
        self.crash("ill", 2)
        code, out, err = self.result(PREWARM, "run", "--require-cache", "--cache", "app.pwc", "app.py")
        self.assertEqual((code, out, err.count("\n")), (125, "", 1))
        self.assertIn("is set aside", err)

    def test_a_run_between(self):
        self.break_image("segv")
        self.crash("segv")
        self.assertEqual(self.run_app("print(1)"), (0, "1\n", ""))
        self.assertEqual(self.count(), 0)
        self.crash("segv")
        self.assertEqual(self.run_app("sys.exit('no')"), (1, "", "no\n"))
        self.assertEqual(self.count(), 0)
        self.crash("segv", 2)
        self.assert_set_aside()

    def test_another_image(self):
        self.break_image("segv")
        self.crash("segv", 2)
        self.compile()
        self.assertEqual(self.run_app(), (0, EXPECTED, ""))
        self.assertEqual(self.count(), 0)
        self.break_image("ill")
        self.crash("ill", 2)
        self.assert_set_aside()

    def test_image_cut_off_while_mapped(self):
        with open(self.image, "rb") as file:
            image = file.read()
        level = int.from_bytes(image[LEVELS : LEVELS + 4], "little") + TEXT
        text = int.from_bytes(image[level : level + 4], "little")
        cut = f"import os; os.truncate({self.image!r}, {text}); work()"
        shutil.copy(self.image, self.good)
        for crashes in (1, 2):
            shutil.copy(self.good, self.image)
            code, out, err = self.run_app(cut)
            self.assertIn(code, (-signal.SIGBUS, -signal.SIGSEGV))
            self.assertEqual((out, err, self.count()), ("", "", crashes))
        shutil.copy(self.good, self.image)
        self.assert_set_aside()

    def test_crashes_of_the_program(self):
        for own in (OWN_CRASH, "work(); import os; os.abort()", "work(); import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
                    "import faulthandler; work(); faulthandler._sigfpe()"):
            with self.subTest(own):
                plain = self.result(PYTHON, "app.py", own)
                self.assertLess(plain[0], 0)
                self.assertEqual(self.run_app(own), plain)
                self.assertEqual(self.count(), 0)

    def test_sent_signals_are_no_crashes(self):
        program = "import os, signal\ndef total(n):\n for i in range(n):\n  if i == 4000 and n == 5000: os.kill(os.getpid(), signal.SIGILL)\n"
        self.write("sent.py", program + "total(3000)\nimport sys\nif sys.argv[1:]: total(5000)\n")
        self.assertEqual(self.result(PREWARM, "train", "-o", "sent.pwc", "sent.py")[0], 0)
        done = self.result(PREWARM, "run", "--cache", "sent.pwc", "sent.py", "now")
        self.assertEqual(done, (-signal.SIGILL, "", ""))
        self.assertFalse(os.path.exists(self.dir + "/sent.pwc." + TARGET + ".img.crash"))

    def test_faulthandler(self):
        """Enabled before or after the first tree is linked: it tells, the crash is noted, the signal is the same."""
        self.break_image("ill")
        for words, env in ((["work()"], {"PYTHONFAULTHANDLER": "1"}),
                           (["import faulthandler; faulthandler.enable(); work()"], {}),
                           (["for i in range(300): pass\nimport faulthandler; faulthandler.enable(); work()"], {})):
            before = self.count()
            code, out, err = self.run_app(*words, env=env)
            self.assertEqual((code, out), (-signal.SIGILL, ""))
            self.assertRegex(err, r"^Fatal Python error: Illegal instruction\n\n.*\n.*line \d+ in total\n")
            self.assertEqual(self.count(), before + 1)
            os.unlink(self.notes)

    def test_nobody_sees_the_handlers(self):
        look = ("import signal; work(); names = 'SIGSEGV SIGBUS SIGILL SIGFPE SIGABRT'.split(); "
                "print([signal.getsignal(getattr(signal, n)) for n in names], "
                "[signal.signal(getattr(signal, n), signal.SIG_DFL) for n in names])")
        plain = self.result(PYTHON, "app.py", look)
        self.assertEqual(self.run_app(look), plain)

    def test_handlers_of_the_program(self):
        own = "import signal; {}; signal.signal(signal.SIGABRT, lambda *a: (print('caught', flush=True), sys.exit(3))); {}; os.kill(os.getpid(), signal.SIGABRT)"
        for order in (("import os", "work()"), ("import os; work()", "pass")):
            words = own.format(*order)
            plain = self.result(PYTHON, "app.py", words)
            self.assertEqual(plain, (3, EXPECTED + "caught\n", ""))
            self.assertEqual(self.run_app(words), plain)
        self.assertEqual(self.count(), 0)

    def test_crashes_of_children(self):
        """A forked child that crashes took a process down, though its parent ends well."""
        self.break_image("ill")
        fork = "import os\nif not os.fork(): work()\nprint(os.wait()[1])"
        for crashes in (1, 2):
            self.assertEqual(self.run_app(fork), (0, f"{int(signal.SIGILL)}\n", ""))
            self.assertEqual(self.count(), crashes)
        self.assert_set_aside()

    def test_no_place_for_notes(self):
        self.break_image("ill")
        os.mkdir(self.notes)
        self.assertEqual(self.run_app(), (-signal.SIGILL, "", ""))
        os.rmdir(self.notes)
        self.write(self.notes, "nonsense\n" * 20)
        self.assertEqual(self.run_app("print(1)"), (0, "1\n", ""))

    def test_nothing_is_written_without_a_crash(self):
        before = sorted(os.listdir(self.dir))
        self.assertEqual(self.run_app(), (0, EXPECTED, ""))
        self.assertEqual(sorted(os.listdir(self.dir)), before)


if __name__ == "__main__":
    main()
