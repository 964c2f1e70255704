#!/usr/bin/python3.11
"""Programs that try to see a difference at the start and the end of a process, under python3.11 and under prewarm.

    run.py [NAME ...] [--prewarm FILE] [--start LEVERS] [--trees] [-v]

A case is a file in cases/. Comment lines at its top: `# args:` and `# options:` (of Python) and `# environment:` are one run
each; `# stdin: lines` gives it a file, whose position afterwards is compared, too; `# stdout:` is a file, `closed`, or `broken` (a
pipe that nobody reads); `# digits: no` compares without numbers; `# end: quick` or `usual` says how prewarm must have ended it.
All run with one image: without trees, or with --trees with those of a case and so with an evaluation hook. Exit status 1 when
anything differs.
"""
import argparse
import glob
import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
LINES = "one\ntwo\nthree\n" * 3


class Case:
    def __init__(self, path):
        self.path = path
        self.name = os.path.basename(path)[:-3]
        self.runs = []
        self.end = self.stdin = self.stdout = None
        self.digits = True
        with open(path, encoding="utf-8") as file:
            for line in file:
                if not line.startswith("#"):
                    break
                key, _, value = line[1:].strip().partition(": ")
                self.note(key, value)
        self.runs = self.runs or [([], [], {})]

    def note(self, key, value):
        words = shlex.split(value) if key in ("args", "options", "environment") else []
        if key == "args":
            self.runs.append((words, [], {}))
        elif key == "options":
            self.runs.append(([], words, {}))
        elif key == "environment":
            self.runs.append(([], [], dict(word.split("=", 1) for word in words)))
        elif key in ("end", "stdin", "stdout"):
            setattr(self, key, value)
        elif key == "digits":
            self.digits = value != "no"


def streams(case, scratch):
    """Standard input and output for a process, and what to close afterwards."""
    stdin, stdout, ours = os.open(os.devnull, os.O_RDONLY), subprocess.PIPE, []
    if case.stdin:
        path = os.path.join(scratch, "stdin")
        with open(path, "w", encoding="utf-8") as file:
            file.write(LINES)
        os.close(stdin)
        stdin = os.open(path, os.O_RDONLY)
    if case.stdout == "broken":
        reader, stdout = os.pipe()
        os.close(reader)
        ours = [stdout]
    elif case.stdout == "closed":
        stdout = None
    elif case.stdout:
        stdout = os.open(case.stdout, os.O_WRONLY)
        ours = [stdout]
    return stdin, stdout, ours


def execute(case, command, environment, scratch):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PREWARM", "PYTHON"))}
    env.update(PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1", LC_ALL="C.UTF-8", TMPDIR=scratch, **environment)
    stdin, stdout, ours = streams(case, scratch)
    if case.stdout == "closed":
        command = ["sh", "-c", 'exec "$@" >&-', "sh", *command]
    process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, env=env, cwd=os.path.dirname(case.path))
    out, err = process.communicate(timeout=120)
    position = os.lseek(stdin, 0, os.SEEK_CUR) if case.stdin else None
    for fd in [stdin, *ours]:
        os.close(fd)
    return [process.returncode, position, clean(case, out or b"", scratch), clean(case, err, scratch)]


def clean(case, text, scratch):
    text = re.sub(rb"0x[0-9a-f]+", b"0x", text).replace(scratch.encode(), b"SCRATCH")
    text = re.sub(rb"SCRATCH/[\w/]+", b"SCRATCH", text)
    return text if case.digits else re.sub(rb"[ \d,.]+", b"#", text)


def make_image(prewarm, python, scratch, trees):
    """A cache whose image has no trees, or those of a start with some imports."""
    cache = os.path.join(scratch, "cache")
    program = [os.path.join(HERE, "cases", "plain.py")] if trees else ["-I", "-S", "-c", "pass"]
    subprocess.run([prewarm, "record", "--python", python, "-o", cache, *program], check=True, stdout=subprocess.DEVNULL)
    connection = sqlite3.connect(cache)
    with connection:
        if not trees:
            connection.execute("DELETE FROM object")
            connection.execute("DELETE FROM tree")
        elif not connection.execute("SELECT count(*) FROM tree").fetchone()[0]:
            sys.exit("nothing was recorded")
    connection.close()
    subprocess.run([prewarm, "compile", cache], check=True, stdout=subprocess.DEVNULL)
    return cache


def ended(path):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)["end"]
    except (OSError, ValueError, KeyError) as error:
        return str(error)


def check(case, run, options, cache, scratch):
    """None, or what differs."""
    args, flags, environment = run
    program = [*flags, os.path.basename(case.path), *args]
    stats = os.path.join(scratch, "stats.json")
    wanted = execute(case, [options.python, *program], environment, scratch)
    command = [options.prewarm, "run", "--python", options.python, "--cache", cache, "--stats", stats, *program]
    got = execute(case, command, {"PREWARM_START": options.start, **environment}, scratch)
    if got != wanted:
        return "\n".join(f"{name}:\n  python3.11 {a!r}\n  prewarm    {b!r}"
                         for name, a, b in zip(("status", "stdin", "stdout", "stderr"), wanted, got) if a != b)
    expected = {"quick": "quick", "usual": "CPython's"}.get(case.end) if "exit" not in options.start and "all" not in options.start else None
    if expected and ended(stats) != expected:
        return f"the end was {ended(stats)}, not {expected}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--prewarm", default=os.environ.get("PREWARM", os.path.join(HERE, "..", "..", "build", "prewarm")))
    parser.add_argument("--python", default="/usr/bin/python3.11")
    parser.add_argument("--start", default="", metavar="LEVERS", help="PREWARM_START")
    parser.add_argument("--trees", action="store_true")
    parser.add_argument("-v", action="store_true")
    options = parser.parse_args()
    cases = [Case(path) for path in sorted(glob.glob(os.path.join(HERE, "cases", "*.py")))]
    passed = failed = 0
    with tempfile.TemporaryDirectory(prefix="prewarm-start-") as scratch:
        cache = make_image(options.prewarm, options.python, scratch, options.trees)
        for case in cases:
            if options.names and case.name not in options.names:
                continue
            for run in case.runs:
                problem = check(case, run, options, cache, scratch)
                passed, failed = passed + (problem is None), failed + (problem is not None)
                if problem or options.v:
                    print(("FAILED " if problem else "passed ") + case.name, *run[:2], *run[2].items(), problem or "", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    main()
