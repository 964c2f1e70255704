#!/usr/bin/python3.11
"""Whole programs under prewarm: what they print, raise and return must be python3.11's, byte for byte.

    run.py                      all cases, examples and benchmarks, in the modes native, ir, fail and stress
    run.py -j 2 list generator  those whose name contains one of the words
    run.py --mode native,again  other modes (see harness.py)
    run.py --quick              a representative part
    run.py --require-native     cases that say `# expect: native` must enter native code
    run.py --recorder PREWARM --compiler WORDS --prewarm PREWARM --python PYTHON
                                recorded here, compiled by WORDS, run by a prewarm for another machine

A case is a file in cases/ with comment lines at its top: `# args: ...` the input it is recorded on, `# other-args: ...`
(as many as wanted) inputs it is run on as well, `# expect: native`, `# quick`. Exit status 1 when anything differs.
"""
import argparse
import concurrent.futures
import glob
import os
import shlex
import shutil
import sys
import tempfile
import threading

from harness import DEFAULT_MODES, HERE, MODES, ROOT, Case, Runner, default_prewarm

EXAMPLES = {
    "primes": ["20000", "1000", "2", "many"],
    "nbody": ["300", "1", "0"],
    "wordcount": ["3000", "12", "wordcount.py"],
    "life": ["60", "0"],
    "mandelbrot": ["60", "130"],
    "tokenizer": ["300", "3", "tokenizer.py"],
}


def all_cases():
    cases = [Case.from_file(path) for path in sorted(glob.glob(os.path.join(HERE, "cases", "*.py")))]
    for name, (first, *others) in EXAMPLES.items():
        path = os.path.join(ROOT, "examples", name + ".py")
        cases.append(Case("example-" + name, path, [[first]] + [[other] for other in others], expect_native=True, quick=True))
    for path in sorted(glob.glob(os.path.join(ROOT, "bench", "programs", "*.py"))):
        name = "bench-" + os.path.basename(path)[:-3]
        cases.append(Case(name, path, [["--small"], ["7"], ["0"]], expect_native=True))
    return cases


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="parts of names; all of them without")
    parser.add_argument("-j", type=int, default=1, metavar="N", help="cases at the same time")
    parser.add_argument("--mode", default=",".join(DEFAULT_MODES), help="of " + ", ".join(MODES))
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--require-native", action="store_true")
    parser.add_argument("--prewarm", default=default_prewarm(), help="default: $PREWARM, else build/prewarm")
    parser.add_argument("--python", default="/usr/bin/python3.11")
    parser.add_argument("--recorder", metavar="PREWARM", help="records, under /usr/bin/python3.11; default: the same prewarm")
    parser.add_argument("--compiler", type=shlex.split, metavar="WORDS", help="compile a cache; default: the same prewarm's compile")
    parser.add_argument("--inputs", type=int, metavar="N", help="run a case on N of its inputs only")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds for one process")
    parser.add_argument("--list", action="store_true", help="print the names and stop")
    parser.add_argument("-v", action="store_true", help="a line for each case")
    options = parser.parse_args()
    options.modes = options.mode.split(",")
    for mode in options.modes:
        if mode not in MODES:
            parser.error(f"no mode {mode!r}")
    return options


class Report:
    """Counts comparisons, prints those that failed."""

    def __init__(self):
        self.lock = threading.Lock()
        self.passed = 0
        self.failed = 0
        self.failed_by_stage = {}

    def note(self, case, stage, args, problem):
        with self.lock:
            if problem is None:
                self.passed += 1
                return
            self.failed += 1
            self.failed_by_stage.setdefault(stage, set()).add(case.name)
            print(f"FAILED {case.name} [{stage}] {shlex.join(args)}\n{problem}\n", flush=True)


def main():
    options = parse_options()
    cases = [c for c in all_cases() if not options.names or any(word in c.name for word in options.names)]
    if options.quick:
        cases = [c for c in cases if c.quick]
    if options.list:
        print("\n".join(c.name for c in cases))
        return
    prewarm = shutil.which(options.prewarm)
    if not prewarm:
        sys.exit(f"run.py: no prewarm at {options.prewarm}")
    skipped = [c for c in cases if not c.can_run(options.python)]
    cases = [c for c in cases if c not in skipped]
    for case in skipped:
        print(f"skipped {case.name}: {options.python} has no module {case.needs}")
    recorder = Runner(options.recorder, timeout=options.timeout) if options.recorder else None
    runner = Runner(os.path.abspath(prewarm), options.python, options.timeout, options.compiler, recorder)
    report = Report()

    def one(case):
        with tempfile.TemporaryDirectory(prefix="prewarm-test-") as scratch:
            runner.check(case, options.modes, scratch, lambda *what: report.note(case, *what), options.require_native,
                         case.inputs[: options.inputs])
        if options.v:
            print(case.name, flush=True)

    with concurrent.futures.ThreadPoolExecutor(options.j) as pool:
        list(pool.map(one, cases))
    for stage, names in report.failed_by_stage.items():
        print(f"{stage}: {len(names)} cases: {' '.join(sorted(names))}")
    print(f"{len(cases)} cases: {report.passed} passed, {report.failed} failed" + (f", {len(skipped)} skipped" if skipped else ""))
    sys.exit(1 if report.failed else 0)


if __name__ == "__main__":
    main()
