"""Cases, and how one is run under python3.11 and under prewarm: shared by run.py and fuzz.py."""
import difflib
import json
import os
import shlex
import signal
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

# mode: (which recording it runs on, options of `prewarm run`, environment)
MODES = {
    "native": ("plain", [], {}),
    "ir": ("plain", ["--engine=ir"], {}),
    "fail": ("plain", [], {"PREWARM_FAIL_GUARD": "all"}),
    "stress": ("stress", [], {"PREWARM_STRESS": "1"}),
    # further ones, on request
    "rand": ("plain", [], {"PREWARM_FAIL_GUARD": "rand:1"}),
    "ir-fail": ("plain", ["--engine=ir"], {"PREWARM_FAIL_GUARD": "all"}),
    "stress-ir": ("stress", ["--engine=ir"], {"PREWARM_STRESS": "1"}),
    "stress-fail": ("stress", [], {"PREWARM_STRESS": "1", "PREWARM_FAIL_GUARD": "all"}),
    "again": ("again", [], {}),
    "again-fail": ("again", [], {"PREWARM_FAIL_GUARD": "all"}),
    "again-ir-fail": ("again", ["--engine=ir"], {"PREWARM_FAIL_GUARD": "all"}),
    "count": ("plain", [], {"PREWARM_COUNT": "1"}),
    "disabled": ("plain", [], {"PREWARM_DISABLE": "1"}),
}
PROBES = ("PREWARM_FAIL_GUARD", "PREWARM_COUNT")  # they are compiled for, into one image
DEFAULT_MODES = ["native", "ir", "fail", "stress"]
# recording: (on which inputs, environment); "again" has side traces, too
RECORDINGS = {
    "plain": ("first", {}),
    "stress": ("first", {"PREWARM_STRESS": "1"}),
    "again": ("all", {}),
}


class Outcome:
    """What a process said: exit status (minus the signal), standard output, standard error."""

    def __init__(self, status, stdout, stderr):
        self.status = status
        self.stdout = stdout
        self.stderr = stderr

    def __eq__(self, other):
        return (self.status, self.stdout, self.stderr) == (other.status, other.stdout, other.stderr)

    def text(self):
        parts = [f"exit status {self.status}", "--- standard output", self.stdout.decode(errors="backslashreplace")]
        return "\n".join(parts + ["--- standard error", self.stderr.decode(errors="backslashreplace")])


def difference(expected, got, lines=40):
    """What differs: the first line names the kind, the rest is a diff."""
    if got.status != expected.status:
        crashed = isinstance(got.status, int) and got.status < 0
        kind = "timeout" if got.status == "timeout" else f"signal {-got.status}" if crashed else "exit status"
    else:
        kind = "standard output" if got.stdout != expected.stdout else "standard error"
    diff = list(difflib.unified_diff(expected.text().splitlines(), got.text().splitlines(), "python3.11", "prewarm", lineterm="", n=2))
    return "\n".join([f"differs: {kind}"] + diff[:lines] + [f"... {len(diff) - lines} lines more"] * (len(diff) > lines))


class Case:
    """A program with the input it is recorded on and others it is run on."""

    def __init__(self, name, path, inputs, expect_native=False, quick=False, needs=None):
        self.name = name
        self.path = path
        self.inputs = inputs
        self.expect_native = expect_native
        self.quick = quick
        self.needs = needs

    @classmethod
    def from_file(cls, path):
        args, others = [], []
        expect_native = quick = False
        needs = None
        with open(path, encoding="utf-8") as file:
            for line in file:
                if not line.startswith("#"):
                    break
                key, _, value = line[1:].strip().partition(":")
                if key == "args":
                    args = shlex.split(value)
                elif key == "other-args":
                    others.append(shlex.split(value))
                elif key == "expect" and value.strip() == "native":
                    expect_native = True
                elif key == "needs":
                    needs = value.strip()
                elif key == "quick":
                    quick = True
        return cls(os.path.basename(path)[:-3], path, [args] + others, expect_native, quick, needs)

    def can_run(self, python):
        """Is the module there that it needs?"""
        return not self.needs or subprocess.run([python, "-c", "import " + self.needs], stderr=subprocess.DEVNULL).returncode == 0


class Runner:
    """Runs cases by one prewarm under one Python. compiler: the words that compile a cache, where that prewarm cannot; recorder:
    another Runner that records, on another machine than the one that runs."""

    def __init__(self, prewarm, python="/usr/bin/python3.11", timeout=120.0, compiler=None, recorder=None):
        self.prewarm = prewarm
        self.python = python
        self.timeout = timeout
        self.compiler = compiler or [prewarm, "compile"]
        self.recorder = recorder or self
        self.groups = set()
        signal.signal(signal.SIGTERM, self.stopped)

    def stopped(self, number, frame):
        """Leave nobody behind when the tests themselves are stopped."""
        for group in list(self.groups):
            try:
                os.killpg(group, signal.SIGKILL)
            except ProcessLookupError:
                pass
        os._exit(128 + number)

    def process(self, command, case, environment, scratch):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("PREWARM", "PYTHON"))}
        env.update(PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1", XDG_CACHE_HOME=os.path.join(scratch, "xdg"), LC_ALL="C.UTF-8")
        env.update(environment)
        # the program may stop or kill its own group, and a hang must not leave anybody behind
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   cwd=os.path.dirname(case.path), env=env, start_new_session=True)
        self.groups.add(process.pid)
        try:
            stdout, stderr = process.communicate(timeout=self.timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            stdout, stderr = process.communicate()
            return Outcome("timeout", stdout, stderr)
        finally:
            self.groups.discard(process.pid)
        return Outcome(process.returncode, stdout, stderr)

    def program(self, case, args):
        return [os.path.basename(case.path), *args]

    def plain(self, case, args, scratch):
        return self.process([self.python, *self.program(case, args)], case, {}, scratch)

    def record(self, case, args, cache, environment, scratch):
        command = [self.prewarm, "record", "--python", self.python, "-o", cache, *self.program(case, args)]
        return self.process(command, case, environment, scratch)

    def compile(self, case, cache, environment, scratch):
        return self.process([*self.compiler, cache], case, {"PREWARM_KEEP": "2000", **environment}, scratch)

    def run(self, case, args, cache, mode, scratch, stats=None):
        _, options, environment = MODES[mode]
        options = options + (["--stats", stats] if stats else [])
        command = [self.prewarm, "run", "--python", self.python, "--cache", cache, *options, *self.program(case, args)]
        return self.process(command, case, environment, scratch)

    def compile_all(self, case, cache, modes, scratch, report, recording):
        """The image, and for the modes that force exits the one whose exits can be forced; none for the reference interpreter."""
        modes = [mode for mode in modes if "--engine=ir" not in MODES[mode][1]]
        if not modes:
            return True
        environments = {tuple(e for e in MODES[mode][2].items() if e[0] in PROBES) for mode in modes}
        for environment in sorted({()} | environments)[:2]:
            got = self.compile(case, cache, dict(environment), scratch)
            report(f"compile:{recording}", [], None if got.status == 0 else got.text())
            if got.status != 0:
                return False
        return True

    def check(self, case, modes, scratch, report, require_native=False, inputs=None):
        """Run a case in each mode on each input; report(stage, args, None or what differs) is called for every comparison."""
        inputs = case.inputs if inputs is None else inputs
        expected = [self.plain(case, args, scratch) for args in inputs]
        for recording in dict.fromkeys(MODES[mode][0] for mode in modes):
            which, environment = RECORDINGS[recording]
            cache = os.path.join(scratch, recording)
            for args, wanted in list(zip(inputs, expected))[: 1 if which == "first" else None]:
                if self.recorder is not self:
                    wanted = self.recorder.plain(case, args, scratch)
                got = self.recorder.record(case, args, cache, environment, scratch)
                report(f"record:{recording}", args, None if got == wanted else difference(wanted, got))
            its_modes = [mode for mode in modes if MODES[mode][0] == recording]
            if not self.compile_all(case, cache, its_modes, scratch, report, recording):
                continue
            for mode in its_modes:
                for number, (args, wanted) in enumerate(zip(inputs, expected)):
                    wants_stats = require_native and case.expect_native and mode != "disabled" and number == 0
                    stats = os.path.join(scratch, "stats.json") if wants_stats or mode == "count" else None
                    got = self.run(case, args, cache, mode, scratch, stats)
                    problem = None if got == wanted else difference(wanted, got)
                    if problem is None and wants_stats:
                        problem = too_little(stats, "PREWARM_FAIL_GUARD" in MODES[mode][2])
                    report(mode, args, problem)


def read_text(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        return str(error)


def too_little(path, forced):
    """What should have happened by the statistics and has not: a tree entered, an exit forced."""
    try:
        stats = json.loads(read_text(path))
    except ValueError:
        stats = {}
    for key in ["entered", "forced"][: 1 + forced]:
        if not stats.get(key):
            return f"{key}: none; " + read_text(path)
    return None


def default_prewarm():
    return os.environ.get("PREWARM", os.path.join(ROOT, "build", "prewarm"))
