#!/usr/bin/python3.11
"""Which snapshots of the corpus's trees has PREWARM_FAIL_GUARD=all never made a tree leave by?

    unforced.py [NAME...]      cases whose names contain one of the words; all without

Each case is recorded on all of its inputs, compiled for forced exits, and run on each input with every exit taken once; then,
for each snapshot that is left, with that exit taken always. What no run left by is printed: tree, place, snapshots. Trees of the library, which a program enters a few times at most, are not looked
at. The last line counts.
"""
import os
import re
import subprocess
import sys
import tempfile

from harness import Case, Runner, default_prewarm
from run import all_cases

PYTHON = "/usr/bin/python3.11"
LINE = re.compile(r"^native +tree (\d+), (.*?)(?:: (linked|retired|refused|was not reached)[^\n]*?)?(?:; never left by((?: #\d+)*))?$", re.M)


def run(runner, case, cache, scratch, which):
    """(tree, place, snapshots it should have left by and has not) of each tree that was linked, over all inputs."""
    for args in case.inputs:
        command = [runner.prewarm, "explain", "--python", PYTHON, cache, case.path, *args]
        done = runner.process(command, case, {"PREWARM_FAIL_GUARD": which}, scratch)
        for number, place, state, snapshots in LINE.findall(done.stdout.decode(errors="replace")):
            if os.path.basename(case.path) in place and state == "linked":
                yield number, place, set(re.findall(r"\d+", snapshots))


def examine(runner, case, scratch):
    """{tree: (place, snapshots that no run left by)} of the trees that some run entered."""
    cache, left = os.path.join(scratch, "cache"), {}
    for args in case.inputs:
        runner.record(case, args, cache, {}, scratch)
    if runner.compile(case, cache, {"PREWARM_FAIL_GUARD": "all"}, scratch).status:
        return left
    for number, place, now in run(runner, case, cache, scratch, "all"):
        left[number] = (place, left[number][1] & now if number in left else now)
    for which in sorted({n for _, snapshots in left.values() for n in snapshots}, key=int):
        for number, _, now in run(runner, case, cache, scratch, which):
            if number in left and which not in now:
                left[number][1].discard(which)
    return left


def main():
    runner = Runner(os.path.abspath(default_prewarm()), PYTHON, 300)
    trees = snapshots = 0
    cases = [c for c in all_cases() if c.expect_native and c.can_run(PYTHON) and
             (not sys.argv[1:] or any(word in c.name for word in sys.argv[1:]))]
    for case in cases:
        with tempfile.TemporaryDirectory(prefix="prewarm-unforced-") as scratch:
            left = examine(runner, case, scratch)
        trees += len(left)
        for number, (place, which) in left.items():
            snapshots += len(which)
            if which:
                print(f"{case.name}: tree {number}, {place}: {' '.join('#' + n for n in sorted(which, key=int))}", flush=True)
    print(f"{len(cases)} programs, {trees} trees entered, {snapshots} exits never left by")


if __name__ == "__main__":
    main()
