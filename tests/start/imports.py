#!/usr/bin/python3.11
"""Imports under prewarm are python3.11's, whatever was changed between the recording and the run.

    imports.py [--prewarm FILE] [--python FILE] [-v] [NAME...]

A small project is recorded and compiled; then it is changed, and run under both. Two copies of the project are changed alike, so that
neither run sees what the other has written; output, errors and exit status must be equal, and the .pyc files that are there in the end.
"""
import argparse
import json
import os
import py_compile
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile

APP = '''\
import hashlib, importlib, importlib.util, json, os, sys
import tool
from tool import first
try:
    import tool.second
except Exception as error:
    print("second:", type(error), error)
try:
    import broken
except ZeroDivisionError as error:
    import traceback
    traceback.print_exc()
import circle_a
for name in list(sys.modules):
    m = sys.modules[name]
    if name.startswith(("tool", "circle", "extra")) or name in ("json", "re", "hashlib"):
        s = m.__spec__
        print(name, m.__file__, m.__cached__, m.__name__, m.__package__, type(m.__loader__).__name__, s.origin, s.cached, s.has_location)
print(list(sys.modules))
print(tool.VALUE, first.value(), first.Thing(3).double(), first.value.__code__.co_filename, first.value.__code__.co_firstlineno)
data = tool.__loader__.get_data(tool.__cached__) if os.path.exists(tool.__cached__ or "") else b""
print(len(data), hashlib.md5(data[16:]).hexdigest())
print(importlib.reload(first).value())
code = tool.__loader__.get_code("tool"), tool.__loader__.get_code("tool")
print(code[0] == code[1], code[0] is code[1], code[0].co_consts == code[1].co_consts)
spec = importlib.util.spec_from_file_location("again", tool.__file__)
again = importlib.util.module_from_spec(spec)
spec.loader.exec_module(again)
print(again.VALUE, importlib.util.find_spec("tool.first").cached)
exec(os.environ.get("MORE", ""))
'''
FILES = {
    "app.py": APP,
    "tool/__init__.py": "VALUE = 'one'\n",
    "tool/first.py": "def value():\n    return 'first 1', {1, 'x'} == {'x', 1}\nclass Thing:\n    def __init__(self, n): self.n = n\n"
                     "    def double(self): return self.n * 2\n",
    "tool/second.py": "import sys\nprint('second', sys._getframe(1).f_code.co_name, __name__)\n",
    "broken.py": "x = 1\ny = x / 0\n",
    "circle_a.py": "import circle_b\nA = circle_b.B + 1\n",
    "circle_b.py": "import circle_a\nB = 1\nprint(hasattr(circle_a, 'A'))\n",
}


class Project:
    """A folder with the program; what a test changes."""

    def __init__(self, path):
        self.path = path
        for name, text in FILES.items():
            self.write(name, text, time.time() - 100)

    def __truediv__(self, name):
        return os.path.join(self.path, name)

    def write(self, name, text, when=None):
        os.makedirs(os.path.dirname(self / name), exist_ok=True)
        with open(self / name, "w", encoding="utf-8") as file:
            file.write(text)
        if when:
            os.utime(self / name, (int(when), int(when)))

    def pyc(self, name):
        folder, base = os.path.split(name)
        return os.path.join(self.path, folder, "__pycache__", base[:-3] + ".cpython-311.pyc")

    def edit(self, name, old, new, keep_time=False):
        before = os.stat(self / name)
        with open(self / name, encoding="utf-8") as file:
            text = file.read()
        assert old in text
        self.write(name, text.replace(old, new), before.st_mtime if keep_time else None)

    def replace_pyc(self, name, old, new):
        """Other code for the same source: time and size are as before."""
        before, source = os.stat(self.pyc(name)), os.stat(self / name)
        self.edit(name, old, new, keep_time=True)
        py_compile.compile(self / name, cfile=self.pyc(name), dfile=self / name, doraise=True)
        self.edit(name, new, old, keep_time=True)
        os.utime(self / name, ns=(source.st_mtime_ns, source.st_mtime_ns))
        os.utime(self.pyc(name), ns=(before.st_mtime_ns, before.st_mtime_ns))

    def zip(self):
        with zipfile.ZipFile(self / "extra.zip", "w") as file:
            file.writestr("extra.py", "print('from a zip file')\n")


def nothing(project):
    pass


# Name: what is changed, Python's options, environment, arguments instead of app.py.
CASES = {
    "unchanged": (nothing, [], {}, None),
    "edited": (lambda p: p.edit("tool/first.py", "first 1", "first two"), [], {}, None),
    "edited, same size and second": (lambda p: p.edit("tool/first.py", "first 1", "first 2", True), [], {}, None),
    "edited, same size": (lambda p: p.edit("tool/first.py", "first 1", "first 2"), [], {}, None),
    "touched": (lambda p: os.utime(p / "tool/first.py"), [], {}, None),
    "bytecode deleted": (lambda p: os.unlink(p.pyc("tool/first.py")), [], {}, None),
    "bytecode deleted, none written": (lambda p: os.unlink(p.pyc("tool/first.py")), ["-B"], {}, None),
    "bytecode replaced": (lambda p: p.replace_pyc("tool/first.py", "first 1", "first 9"), [], {}, None),
    "bytecode cut off": (lambda p: os.truncate(p.pyc("tool/first.py"), 100), [], {}, None),
    "bytecode empty": (lambda p: os.truncate(p.pyc("tool/first.py"), 0), [], {}, None),
    "module deleted": (lambda p: os.unlink(p / "tool/second.py"), [], {}, None),
    "module shadowed": (lambda p: p.write("json.py", "from tool import VALUE\nprint('another json')\n"), [], {}, None),
    "package instead of module": (lambda p: p.write("circle_b/__init__.py", "B = 5\n"), [], {}, None),
    "namespace package": (lambda p: os.unlink(p / "tool/__init__.py"), [], {}, None),
    "optimised": (nothing, ["-O"], {}, None),
    "optimised more": (nothing, ["-OO"], {}, None),
    "isolated": (nothing, ["-I"], {}, None),
    "no site": (nothing, ["-S", "-E"], {}, None),
    "verbose": (nothing, ["-v"], {}, None),
    "no debug ranges": (nothing, ["-X", "no_debug_ranges"], {}, None),
    "no frozen modules": (nothing, ["-X", "frozen_modules=off"], {}, None),
    "prefix": (nothing, [], {"PYTHONPYCACHEPREFIX": "prefix"}, None),
    "path": (lambda p: p.write("other/tool/__init__.py", "VALUE = 'other'\n"), [], {"PYTHONPATH": "other"}, None),
    "module": (nothing, [], {}, ["-m", "app"]),
    "command": (nothing, [], {}, ["-c", "import tool.first; print(tool.first.value())"]),
    "zip": (Project.zip, [], {"PYTHONPATH": "extra.zip", "MORE": "import extra"}, None),
    "finder": (nothing, [], {"MORE": "class F:\n    def find_spec(self, name, path, target=None):\n        print('asked', name)\n"
                                     "sys.meta_path.insert(0, F())\nimport csv, wave\nprint(csv.__spec__)"}, None),
    "hook": (nothing, [], {"MORE": "def h(path):\n    print('hook', os.path.basename(path))\n    raise ImportError\n"
                                   "sys.path_hooks.insert(0, h)\nsys.path_importer_cache.clear()\nimport csv\nprint(csv.__file__)"}, None),
    "audit": (nothing, [], {"MORE": "seen = []\nsys.addaudithook(lambda e, a: seen.append(e) if e in ('open', 'marshal.loads', 'import', 'exec') else "
                                    "None)\nimport csv, wave\nimport collections; print(collections.Counter(seen))"}, None),
    "traced": (nothing, [], {"MORE": "n = 0\ndef t(frame, event, arg):\n    global n\n    n += 1\n    if frame.f_code.co_name == 'get_code' and event == 'line':\n"
                                     "        d = frame.f_locals.get('data'); d and hashlib.md5(d).hexdigest()\n    return t\n"
                                     "sys.settrace(t)\nimport csv\nsys.settrace(None)\nprint(n > 1000)"}, None),
    "counted": (nothing, [], {"MORE": "import gc\ngc.callbacks.append(lambda p, i: None)\nimport csv, wave\nprint(csv.reader, wave.open)"}, None),
    "threads": (nothing, [], {"MORE": "import threading\nts = [threading.Thread(target=importlib.import_module, args=(n,)) for n in "
                                      "('csv', 'wave', 'tool', 'cmd', 'bdb')]\n[t.start() for t in ts]\n[t.join() for t in ts]\n"
                                      "print([n in sys.modules for n in ('csv', 'wave', 'cmd', 'bdb')])"}, None),
    "forked": (nothing, [], {"MORE": "sys.stdout.flush()\npid = os.fork()\nimport csv\nprint(csv.reader, bool(pid), flush=True) if not pid else "
                                     "os.waitpid(pid, 0)"}, None),
}


class Suite:
    def __init__(self, options, scratch):
        self.options, self.scratch = options, scratch
        self.base = os.path.join(scratch, "project")
        self.cache = os.path.join(scratch, "cache")
        self.passed = self.failed = 0
        Project(self.base)
        environment = {"MORE": "import csv, wave, cmd, bdb"}
        self.run([options.python, "app.py"], environment)
        time.sleep(2.7)  # a .pyc file that was written a moment ago counts as one that may change
        for command in (["record"], ["record"]):  # two recordings in one cache
            self.must([options.prewarm, *command, "--python", options.python, "-o", self.cache, "app.py"], environment)
        self.must([options.prewarm, "compile", self.cache], {})

    def run(self, command, environment):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("PREWARM", "PYTHON"))}
        env.update(PYTHONHASHSEED="0", **environment)
        return subprocess.run(command, cwd=self.base, env=env, capture_output=True, text=True, timeout=300)

    def must(self, command, environment):
        done = self.run(command, environment)
        if done.returncode:
            sys.exit(f"{command}: {done.stdout}{done.stderr}")

    def prepare(self, change):
        """The project as it was recorded, changed. Inodes and times are those of the recording where nothing was changed."""
        kept = os.path.join(self.scratch, "kept")
        if not os.path.exists(kept):
            shutil.copytree(self.base, kept, copy_function=shutil.copy2)
        for folder, _, files in os.walk(self.base):
            for name in files:
                path = os.path.join(folder, name)
                was = os.path.join(kept, os.path.relpath(path, self.base))
                if not os.path.exists(was):
                    os.unlink(path)
        for folder, _, files in os.walk(kept):
            for name in files:
                was = os.path.join(folder, name)
                path = os.path.join(self.base, os.path.relpath(was, kept))
                os.makedirs(os.path.dirname(path), exist_ok=True)
                if not os.path.exists(path) or os.stat(path).st_mtime_ns != os.stat(was).st_mtime_ns or \
                        open(path, "rb").read() != open(was, "rb").read():
                    shutil.copy2(was, path)
        for folder, _, files in os.walk(self.base, topdown=False):
            if not files and not os.listdir(folder):
                os.rmdir(folder)
        project = Project.__new__(Project)
        project.path = self.base
        change(project)

    def outcome(self, command, environment):
        done = self.run(command, environment)
        left = sorted(os.path.relpath(os.path.join(folder, name), self.base) for folder, _, files in os.walk(self.base) for name in files)
        return done.returncode, clean(done.stdout), clean(done.stderr), left

    def case(self, name):
        change, options, environment, program = CASES[name]
        words = [*options, *(program or ["app.py"])]
        self.prepare(change)
        wanted = self.outcome([self.options.python, *words], environment)
        self.prepare(change)
        stats = os.path.join(self.scratch, "stats.json")
        got = self.outcome([self.options.prewarm, "run", "--python", self.options.python, "--cache", self.cache, "--stats", stats, *words], environment)
        with open(stats, encoding="utf-8") as file:
            modules = json.load(file)["modules"]
        good = wanted == got and (name != "unchanged" or modules > 20)
        self.passed, self.failed = self.passed + good, self.failed + (not good)
        if not good or self.options.v:
            print("passed" if good else "FAILED", name, f"({modules} modules from the image)", flush=True)
        if not good:
            for a, b in zip(wanted, got):
                if a != b:
                    print(f"  python3.11 {a!r}\n  prewarm    {b!r}")


def clean(text):
    """Without what differs between two runs of python3.11."""
    lines = [line for line in text.splitlines() if not line.startswith(("# extension module", "# cleanup", "# destroy", "import '", "# wipe"))]
    return re.sub(r"0x[0-9a-f]+", "0x", "\n".join(lines))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--prewarm", default=os.environ.get("PREWARM", os.path.join(os.path.dirname(__file__), "..", "..", "build", "prewarm")))
    parser.add_argument("--python", default="/usr/bin/python3.11")
    parser.add_argument("-v", action="store_true")
    options = parser.parse_args()
    options.prewarm = os.path.abspath(options.prewarm)
    with tempfile.TemporaryDirectory(prefix="prewarm-imports-") as scratch:
        suite = Suite(options, scratch)
        for name in options.names or CASES:
            suite.case(name)
    print(f"{suite.passed} passed, {suite.failed} failed")
    sys.exit(1 if suite.failed or not suite.passed else 0)


if __name__ == "__main__":
    main()
