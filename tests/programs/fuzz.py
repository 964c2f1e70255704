#!/usr/bin/python3.11
"""Generated programs under prewarm: what they do must be what they do under python3.11.

    fuzz.py --count 200 --seed 1 -j 2      programs 1 to 200
    fuzz.py --seed 17 --count 1 --keep     one of them again, its files kept
    fuzz.py --count 20000 --batch 25       25 in each process, one after the other: five times as many in the same time

Each program is recorded on its variant 0, compiled, and run on all variants in every mode. One that differs is written
to the folder --out, whole and shrunk to a few lines, ready to be moved to cases/. Exit status 1 when any differed,
or when all were left out.
"""
import argparse
import concurrent.futures
import os
import resource
import shutil
import sys
import tempfile
import threading
import time

import gen
import gen_objects
import shrink
from harness import DEFAULT_MODES, HERE, MODES, Case, Runner, default_prewarm

BATCH = '''\
import gc
import sys
import traceback

unraisable = sys.unraisablehook
for name in {names}:
    print("==", name)
    print("==", name, file=sys.stderr)
    with open(name, encoding="utf-8") as file:
        code = compile(file.read(), name, "exec")
    try:
        exec(code, {{"__name__": "__main__"}})
    except BaseException:
        traceback.print_exc()
    sys.unraisablehook = unraisable
    gc.collect()
'''


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1, help="of the first program; the next ones count on from it")
    parser.add_argument("--batch", type=int, default=1, metavar="N", help="programs in one process; those of a batch that differs are run by themselves")
    parser.add_argument("-j", type=int, default=1, metavar="N", help="programs at the same time")
    parser.add_argument("--mode", default=",".join(DEFAULT_MODES), help="of " + ", ".join(MODES))
    parser.add_argument("--out", default=os.path.join(HERE, "failures"), help="folder for what failed")
    parser.add_argument("--prewarm", default=default_prewarm(), help="default: $PREWARM, else build/prewarm")
    parser.add_argument("--python", default="/usr/bin/python3.11")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds for one process")
    parser.add_argument("--shrink-seconds", type=float, default=120.0, help="for each failure; 0 leaves it as it is")
    parser.add_argument("--slow", type=float, default=1.0, help="seconds; programs that take longer under python3.11 are left out")
    parser.add_argument("--keep", action="store_true", help="write every program to --out")
    parser.add_argument("--objects", action="store_true", help="programs of gen_objects.py instead of gen.py")
    options = parser.parse_args()
    options.gen = gen_objects if options.objects else gen
    options.modes = options.mode.split(",")
    for mode in options.modes:
        if mode not in MODES:
            parser.error(f"no mode {mode!r}")
    return options


class Fuzzer:
    def __init__(self, options, runner):
        self.options = options
        self.runner = runner
        self.lock = threading.Lock()
        self.run = self.failed = self.left_out = self.comparisons = 0

    def usable(self, case, args, scratch, programs=1):
        """What it says under python3.11; None when that takes too long, or is not the same twice."""
        begin = time.monotonic()
        first = self.runner.plain(case, args, scratch)
        slow = time.monotonic() - begin > self.options.slow * programs
        return None if slow or first != self.runner.plain(case, args, scratch) else first

    def failures(self, source, modes, inputs, scratch, status=None, programs=1):
        """(stage, arguments, what differs) of every comparison that failed; None when the program is no good.

        With a status, a program that ends otherwise under python3.11 is no good: that would be another failure.
        """
        path = os.path.join(scratch, "program.py")
        with open(path, "w", encoding="utf-8") as file:
            file.write(source)
        case = Case("program", path, inputs)
        first = self.usable(case, inputs[0], scratch, programs)
        if first is None:
            return None
        if status is not None and first.status != status:
            return None
        found = []

        def report(stage, args, problem):
            with self.lock:
                self.comparisons += programs
            if problem is not None:
                found.append((stage, args, problem))

        work = tempfile.mkdtemp(dir=scratch)
        try:
            self.runner.check(case, modes, work, report)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        return found

    def still_fails(self, failure, scratch):
        """A test for shrinking: only the stage and the input that failed, so that it is quick; and the same kind of failure."""
        stage, args, problem = failure
        kind = problem.partition("\n")[0]
        if ":" in stage:
            recording = stage.partition(":")[2]
            modes = [next(mode for mode, (which, _, _) in MODES.items() if which == recording)]
        else:
            modes = [stage]
        inputs = [["0"]] + ([args] if args and args != ["0"] else [])
        status = self.runner.plain(Case("program", os.path.join(scratch, "program.py"), inputs), ["0"], scratch).status

        def fails(text):
            found = self.failures(text, modes, inputs, scratch, status)
            return bool(found) and any(f[0] == stage and f[2].partition("\n")[0] == kind for f in found)

        return fails, inputs

    def batch(self, seeds):
        if len(seeds) == 1:
            return self.one(seeds[0])
        with tempfile.TemporaryDirectory(prefix="prewarm-fuzz-") as scratch:
            for seed in seeds:
                with open(os.path.join(scratch, f"p{seed}.py"), "w", encoding="utf-8") as file:
                    file.write(self.options.gen.generate(seed))
            alone = seeds
            seeds = [s for s in seeds if self.usable(Case("program", os.path.join(scratch, f"p{s}.py"), self.inputs), ["0"], scratch)]
            with self.lock:
                self.run += len(alone) - len(seeds)
                self.left_out += len(alone) - len(seeds)
            if not seeds:
                return None
            driver = BATCH.format(names=[f"p{seed}.py" for seed in seeds])
            begun = self.comparisons, self.failed
            found = self.failures(driver, self.options.modes, self.inputs, scratch, programs=len(seeds))
            if found == []:
                with self.lock:
                    self.run += len(seeds)
                return None
            self.comparisons = begun[0]
            middle = len(seeds) // 2
            self.batch(seeds[:middle])
            self.batch(seeds[middle:])
            if found and self.failed == begun[1]:
                self.failed += 1
                kept = os.path.join(self.options.out, f"batch-{seeds[0]}")
                shutil.copytree(scratch, kept, dirs_exist_ok=True)
                stage, args, problem = found[0]
                print(f"FAILED programs {seeds[0]} to {seeds[-1]} together, none alone: {kept}\n[{stage}] {' '.join(args)}\n{problem}\n", flush=True)
        return None

    @property
    def inputs(self):
        return [[str(v)] for v in range(self.options.gen.VARIANTS)]

    def one(self, seed):
        source = self.options.gen.generate(seed)
        with tempfile.TemporaryDirectory(prefix="prewarm-fuzz-") as scratch:
            found = self.failures(source, self.options.modes, self.inputs, scratch)
            with self.lock:
                self.run += 1
                self.left_out += found is None
            if self.options.keep:
                self.write(f"{seed}.py", source)
            if not found:
                return
            with self.lock:
                self.failed += 1
                stage, args, problem = found[0]
                stages = sorted({f"{f[0]} {' '.join(f[1])}".strip() for f in found})
                print(f"FAILED program {seed}: {', '.join(stages)}\n[{stage}] {' '.join(args)}\n{problem}\n", flush=True)
            self.write(f"{seed}-whole.py", source)
            if self.options.shrink_seconds:
                fails, inputs = self.still_fails(found[0], scratch)
                small = shrink.shrink(source, fails, self.options.shrink_seconds)
                head = "# args: 0\n" + "".join(f"# other-args: {' '.join(i)}\n" for i in inputs[1:]) + f"# failed: {found[0][0]}\n"
                path = self.write(f"{seed}-shrunk.py", head + small)
                with self.lock:
                    print(f"program {seed} shrunk to {small.count(chr(10))} lines: {path}", flush=True)

    def summary(self, begin):
        return (f"{self.run} programs, {self.comparisons} comparisons, {self.left_out} left out, {time.monotonic() - begin:.0f} s: "
                f"{self.run - self.left_out - self.failed} passed, {self.failed} failed")

    def write(self, name, text):
        os.makedirs(self.options.out, exist_ok=True)
        path = os.path.join(self.options.out, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path


def main():
    options = parse_options()
    prewarm = shutil.which(options.prewarm)
    if not prewarm:
        sys.exit(f"fuzz.py: no prewarm at {options.prewarm}")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    fuzzer = Fuzzer(options, Runner(os.path.abspath(prewarm), options.python, options.timeout))
    begin = time.monotonic()
    seeds = range(options.seed, options.seed + options.count)
    with concurrent.futures.ThreadPoolExecutor(options.j) as pool:
        for _ in pool.map(fuzzer.batch, [seeds[k : k + options.batch] for k in range(0, len(seeds), options.batch)]):
            if options.batch > 1:
                print(f"... {fuzzer.summary(begin)}", file=sys.stderr, flush=True)
    print(fuzzer.summary(begin))
    if fuzzer.run and fuzzer.left_out == fuzzer.run:
        sys.exit("fuzz.py: every program was left out, so nothing was compared; --slow allows slower ones")
    sys.exit(1 if fuzzer.failed else 0)


if __name__ == "__main__":
    main()
