"""What the tests of the prewarm command share: a folder with copies of it, with and without a runtime beside it."""

import os
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest

PREWARM, PYTHON = sys.argv[1:3] if len(sys.argv) >= 3 else ("prewarm", sys.executable)
TARGET = subprocess.run(["gcc", "-dumpmachine"], capture_output=True, text=True).stdout.strip()

REPORT = """
import os, sys
print(sys.argv, sys.executable, sys.prefix, sys.base_prefix, sys.flags, sys.orig_argv, sys.warnoptions,
      sys._xoptions, sys.path, __name__, __file__ if "__file__" in globals() else None, sep="\\n")
print("env", sorted((k, v) for k, v in os.environ.items() if "PREWARM" in k or "LD_" in k))
"""


def image(target=None, size=None, magic=b"PWIMAGE1", version=6):
    """The head of an image (ir/image.h), as far as the command looks."""
    head = bytearray(4096)
    head[0:8] = magic
    struct.pack_into("<IIQ", head, 8, version, 0, size or len(head))
    triple = (target or TARGET).encode()
    at = 24 + 16 + 16 + 16 + 32
    head[at : at + len(triple)] = triple
    return bytes(head)


class Case(unittest.TestCase):
    def setUp(self):
        self.dir = os.path.realpath(tempfile.mkdtemp(prefix="prewarm-cli-"))
        self.addCleanup(shutil.rmtree, self.dir, True)
        self.bin = os.path.join(self.dir, "bin")
        os.mkdir(self.bin)
        os.symlink(PYTHON, os.path.join(self.bin, "python3.11"))
        os.symlink(PYTHON, os.path.join(self.bin, "python3"))
        self.env = {k: v for k, v in os.environ.items()
                    if not k.startswith(("PREWARM", "PYTHON", "LD_", "ASAN_")) and k not in ("VIRTUAL_ENV", "XDG_CACHE_HOME")}
        self.env["PATH"] = self.bin + ":/usr/bin:/bin"
        self.env["HOME"] = self.dir
        self.env["LC_ALL"] = "C.UTF-8"
        self.env["ASAN_OPTIONS"] = "detect_leaks=0:verify_asan_link_order=0"  # the command frees nothing: it becomes Python or ends
        self.bare = self.install("bare")

    def install(self, name, stubs=False):
        """A folder with the command; with stubs, libraries that the loader accepts and that do nothing."""
        folder = os.path.join(self.dir, name)
        os.mkdir(folder)
        shutil.copy(PREWARM, folder)
        if stubs:
            harmless = subprocess.run(["gcc", "-print-file-name=libm.so.6"], capture_output=True, text=True).stdout.strip()
            for library in ("libprewarm-preload.so", "libprewarm.so", "libprewarm-record.so"):
                shutil.copy(os.path.realpath(harmless), os.path.join(folder, library))
            tool = os.path.join(folder, "prewarm-compile")
            self.write(tool, '#!/bin/sh\nfor a; do printf "%s|" "$a"; done; echo\n'
                             'test -z "$TOOL_MAKES" || cp "$TOOL_MAKES" "$2.' + TARGET + '.img"\n'
                             'test "$3" != --reasons || cat "$4"\nexit ${TOOL_EXIT:-0}\n', 0o755)
        return os.path.join(folder, "prewarm")

    def write(self, path, text, mode=None):
        path = os.path.join(self.dir, path)
        with open(path, "wb" if isinstance(text, bytes) else "w") as f:
            f.write(text)
        if mode:
            os.chmod(path, mode)
        return path

    def run_command(self, *words, env=None, **more):
        more.setdefault("cwd", self.dir)
        more.setdefault("stdin", subprocess.DEVNULL)
        if "input" in more:
            del more["stdin"]
        return subprocess.run(words, env={**self.env, **(env or {})}, capture_output=True, timeout=60, **more)

    def result(self, *words, **more):
        done = self.run_command(*words, **more)
        return done.returncode, done.stdout.decode(), done.stderr.decode(errors="backslashreplace")


def without_environment(result):
    """A result of REPORT without its last line."""
    return result[0], "".join(line for line in result[1].splitlines(True) if not line.startswith("env [")), result[2]


def main():
    sys.argv[1:3] = []
    unittest.main()
