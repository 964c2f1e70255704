"""The prewarm command with the runtime and the compiler that lie beside it: record, compile, run, show, explain."""

import json

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
EXPECTED = "8330000\n"
FINGERPRINT = 56  # its offset in the head of an image (ir/image.h)


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

    def test_require_cache_checks_the_python(self):
        command = (PREWARM, "run", "--cache", "app.pwc", "--require-cache", "app.py")
        self.said(PREWARM, "compile", "app.pwc")
        self.assertEqual(self.said(*command), EXPECTED)
        with open(self.image, "r+b") as file:
            file.seek(FINGERPRINT)
            file.write(b"another")
        code, out, err = self.result(*command)
        self.assertEqual((code, out), (125, ""))
        self.assertRegex(err, r"^prewarm: expected the Python another.*\n$")
        self.assertEqual(self.said(PREWARM, "run", "--cache", "app.pwc", "app.py"), EXPECTED)
        self.write("app.pwc", "no cache")
        code, out, err = self.result(PREWARM, "run", "--cache", "app.pwc", "--require-cache", "--engine=ir", "app.py")
        self.assertEqual((code, out), (125, ""))
        self.assertRegex(err, r"^prewarm: .+\n$")


if __name__ == "__main__":
    main()
