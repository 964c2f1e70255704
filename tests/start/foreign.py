#!/usr/bin/python3.11
"""Programs with an extension module that prewarm does not know (foreign.c): they end as under python3.11, at once where nobody can tell.

    foreign.py --modules FOLDER [--prewarm FILE] [--python FILE]
"""
import argparse
import os
import subprocess
import sys
import tempfile

from run import ended, make_image

# What it does, how it must have ended.
CASES = [
    ("import foreign", "quick"),
    ("import foreign; x = foreign.capsule(False)", "quick"),
    ("import foreign; x = [(1, {'a': foreign.capsule(False)})]", "quick"),
    ("import foreign; foreign.Thing(); foreign.capsule(True)", "quick"),  # gone before the end
    ("import foreign; x = foreign.capsule(True)", "CPython's"),
    ("import foreign; x = [(1, {'a': foreign.capsule(True)})]", "CPython's"),
    ("import foreign, gc; x = (1, (foreign.capsule(True),)); gc.collect()", "CPython's"),  # in tuples that the collector let go
    ("import foreign, gc; x = {'a': foreign.capsule(True)}; gc.collect()", "CPython's"),
    ("import foreign; x = foreign.Thing()", "CPython's"),
    ("import foreign\nclass Sub(foreign.Thing): pass", "quick"),
    ("import foreign\nclass Sub(foreign.Thing): pass\nx = Sub()", "CPython's"),
    ("import foreign\nclass Slots: __slots__ = 'a',\nx = Slots(); x.a = foreign.Thing()", "CPython's"),
    ("import foreign\ndef f(a=foreign.Thing()): pass", "CPython's"),
    ("import foreign, functools\nx = functools.partial(print, foreign.Thing())", "CPython's"),
    ("import foreign, gc\nx = ()\nfor i in range(3000): x = (x, i); gc.collect(0)", "CPython's"),  # too deep to look at
    ("import foreign_free", "CPython's"),
    ("import foreign, foreign_free, sys\ndel sys.modules['foreign_free'], foreign_free", "CPython's"),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--modules", required=True)
    parser.add_argument("--prewarm", default=os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "build", "prewarm"))
    parser.add_argument("--python", default="/usr/bin/python3.11")
    options = parser.parse_args()
    failed = 0
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PREWARM", "PYTHON"))}
    env["PYTHONPATH"] = options.modules
    with tempfile.TemporaryDirectory(prefix="prewarm-foreign-") as scratch:
        cache = make_image(options.prewarm, options.python, scratch, False)
        stats = os.path.join(scratch, "stats.json")
        for program, end in CASES:
            wanted = subprocess.run([options.python, "-c", program], env=env, capture_output=True)
            got = subprocess.run([options.prewarm, "run", "--python", options.python, "--cache", cache, "--stats", stats, "-c", program],
                                 env=env, capture_output=True)
            same = (got.returncode, got.stdout, got.stderr) == (wanted.returncode, wanted.stdout, wanted.stderr)
            if wanted.returncode or not same or ended(stats) != end:
                failed += 1
                print(f"FAILED {program!r}: the end was {ended(stats)}, expected {end}\n  python3.11 {wanted}\n  prewarm    {got}")
    print(f"{len(CASES) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
