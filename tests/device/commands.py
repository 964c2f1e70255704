"""What a person does with a device: record and pack here, copy one file, run there.

    commands.py TRIPLE PREWARM DEVICE_PREWARM DEVICE_PYTHON BUILD CPACK [EMULATOR...]

PREWARM and /usr/bin/python3.11 are this machine's; DEVICE_PREWARM, from the folder BUILD, runs under DEVICE_PYTHON. EMULATOR:
the words that run the device's programs here.
"""
import glob
import json
import os
import py_compile
import shutil
import subprocess
import sys
import tempfile
import unittest

TRIPLE, PREWARM, DEVICE_PREWARM, DEVICE_PYTHON, BUILD, CPACK, *EMULATOR = sys.argv[1:]
PYTHON = "/usr/bin/python3.11"
PROGRAM = """
import sys

def mix(n):
    total, half = 0, 0.0
    for i in range(n):
        total = (total * 31 + i * i - 7) % 4294967291
        half = half / 2 + total
        if i % 3 == 0:
            total ^= i << 3
    return total, half

class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

def walk(n):
    p, seen = Point(1, 2), {}
    for i in range(n):
        p.x, p.y = p.y, (p.x + p.y) & 0xffff
        seen[p.x & 63] = seen.get(p.x & 63, 0) + i
    return p.x, sorted(seen.items())[:3]

print(mix(int(sys.argv[1])), walk(int(sys.argv[1])))
"""


class Device(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="prewarm-device-")
        self.addCleanup(shutil.rmtree, self.dir, True)
        self.program = self.path("app.py")
        with open(self.program, "w", encoding="utf-8") as file:
            file.write(PROGRAM)

    def path(self, name):
        return os.path.join(self.dir, name)

    def process(self, *command, **environment):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("PREWARM", "PYTHON", "XDG", "LD_"))}
        done = subprocess.run(command, cwd=self.dir, env=env | {"PYTHONHASHSEED": "0"} | environment, capture_output=True, text=True)
        return done.returncode, done.stdout, done.stderr

    def good(self, *command, **environment):
        status, out, err = self.process(*command, **environment)
        self.assertEqual((status, err), (0, ""), command)
        return out

    def record(self, cache, prewarm=PREWARM, python=PYTHON):
        """All that is hot, whatever the time: what is recorded depends on the program alone then."""
        return self.good(prewarm, "record", "--python", python, "-o", cache, self.program, "400", PREWARM_STRESS="1")

    def expected(self):
        return self.good(DEVICE_PYTHON, self.program, "3000")

    def run_there(self, cache, *options, **environment):
        return self.process(DEVICE_PREWARM, "run", "--python", DEVICE_PYTHON, "--cache", cache, *options, self.program, "3000",
                            **environment)

    def test_modules_come_from_the_image(self):
        """Unmarshalled here while recording, laid out for the device, and there the same as what it unmarshals itself."""
        thaw = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "start", "thaw.py")
        files = []
        for k, name in enumerate(("argparse", "json.decoder", "decimal", "_pydecimal", "html.entities", "statistics", "ast", "typing")):
            source = os.path.join("/usr/lib/python3.11", *name.split(".")) + ".py"
            files.append(py_compile.compile(source, self.path(f"{k}.pyc"), doraise=True, optimize=k % 3))
        self.good(PREWARM, "record", "--python", PYTHON, "-o", self.path("thaw.pwc"), thaw, *files)
        self.good(PREWARM, "compile", "-q", "--target", TRIPLE, self.path("thaw.pwc"))
        done = self.process(DEVICE_PREWARM, "run", "--python", DEVICE_PYTHON, "--cache", self.path("thaw.pwc"), "--stats",
                            self.path("stats"), thaw, *files)
        self.assertEqual(done, (0, "all the same\n", ""))
        with open(self.path("stats"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["modules"], len(files))

    def entered(self):
        with open(self.path("stats"), encoding="utf-8") as file:
            return json.load(file)["entered"]

    def test_one_file(self):
        """The one file that is copied, in a folder that cannot be written to, for somebody without a home."""
        self.record(self.path("cache"))
        os.mkdir(self.path("device"))
        one = self.path("device/app.pw")
        self.good(PREWARM, "pack", self.path("cache"), "--target", TRIPLE, "-o", one)
        os.remove(self.path("cache"))
        os.chmod(one, 0o444)
        os.chmod(self.path("device"), 0o555)
        got = self.run_there(one, "--require-cache", "--stats", self.path("stats"), HOME="/nonexistent")
        self.assertEqual(got, (0, self.expected(), ""))
        self.assertGreater(self.entered(), 0)
        self.assertEqual(os.listdir(self.path("device")), ["app.pw"])
        os.chmod(self.path("device"), 0o755)

    def test_recorded_there(self):
        """A recording made on the device has the traces that one made here has, and both are good on the device."""
        here, there = self.path("here"), self.path("there")
        self.assertEqual(self.record(here), self.record(there, DEVICE_PREWARM, DEVICE_PYTHON))
        self.assertEqual(self.traces(here), self.traces(there))
        for cache in (here, there):
            self.good(PREWARM, "compile", cache, "--target", TRIPLE)
            for options in ([], ["--engine=ir"]):
                got = self.run_there(cache, "--stats", self.path("stats"), *options)
                self.assertEqual(got, (0, self.expected(), ""))
                self.assertGreater(self.entered(), 0)

    def traces(self, cache):
        """The recorded traces of the program as text, by the place where they begin."""
        found = {}
        listing = self.good(PREWARM, "show", cache)
        for number in [line.split()[0] for line in listing.splitlines() if "app.py" in line]:
            text = self.good(PREWARM, "show", cache, number, "--raw")
            trees = [line for line in text.splitlines() if line.startswith("tree ")]
            self.assertEqual(len(trees), 1, text)
            found[trees[0]] = text[text.index(trees[0]):]
        self.assertGreater(len(found), 2, listing)
        return found

    def test_package(self):
        """What the Debian package holds is enough to run."""
        self.record(self.path("cache"))
        one, root = self.path("app.pw"), self.path("root")
        self.good(PREWARM, "pack", self.path("cache"), "--target", TRIPLE, "-o", one)
        self.process(CPACK, "--config", os.path.join(BUILD, "CPackConfig.cmake"), "-B", self.dir)
        packages = glob.glob(self.path("*.deb"))
        self.assertEqual(len(packages), 1)
        self.good("dpkg-deb", "-x", packages[0], root)
        self.assertEqual(self.good("dpkg-deb", "-f", packages[0], "Package"), "prewarm\n")
        got = self.process(*EMULATOR, os.path.join(root, "usr/bin/prewarm"), "run", "--python", DEVICE_PYTHON, "--cache", one,
                           "--require-cache", "--stats", self.path("stats"), self.program, "3000")
        self.assertEqual(got, (0, self.expected(), ""))
        self.assertGreater(self.entered(), 0)

    def test_wrong_file(self):
        """An image for another target, and one that was cut off: said in a sentence on request, and Python runs all the same."""
        self.record(self.path("cache"))
        other = "x86_64-linux-gnu"
        self.good(PREWARM, "pack", self.path("cache"), "--target", other, "-o", self.path("other.pw"))
        self.good(PREWARM, "pack", self.path("cache"), "--target", TRIPLE, "-o", self.path("cut.pw"))
        os.truncate(self.path("cut.pw"), 5000)
        for name, words in (("other.pw", [TRIPLE, other]), ("cut.pw", ["truncated"])):
            self.assertEqual(self.run_there(self.path(name)), (0, self.expected(), ""))
            status, out, err = self.run_there(self.path(name), "--require-cache")
            self.assertEqual((status, out), (125, ""))
            for word in words:
                self.assertIn(word, err)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
