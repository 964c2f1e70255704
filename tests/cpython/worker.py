"""Runs one test file of CPython's own and writes how each of its methods ended: worker.py OUTCOMES SECONDS TEST [PATTERN...].

One line per ended method, written at once, so that a crash shows what it interrupted: OUTCOME, a tab, the method's name.
Lines that begin with `start` tell what was begun. After SECONDS the stack is shown.
"""
import faulthandler
import fnmatch
import os
import sys
import unittest


class Result(unittest.TextTestResult):
    out = None

    def note(self, outcome, test):
        line = f"{outcome}\t{name_of(test)}\n"
        os.write(self.out, line.encode(errors="backslashreplace"))

    def startTest(self, test):
        super().startTest(test)
        self.note("start", test)

    def addSuccess(self, test):
        super().addSuccess(test)
        self.note("ok", test)

    def addError(self, test, err):
        super().addError(test, err)
        self.note("ERROR", test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.note("FAIL", test)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.note("skipped", test)

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.note("expected failure", test)

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.note("unexpected success", test)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.note("FAIL" if issubclass(err[0], test.failureException) else "ERROR", test)


def name_of(test):
    return getattr(test, "test_case", test).id()


def methods(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from methods(test)
        else:
            yield test


def main():
    outcomes, seconds, test, *patterns = sys.argv[1:]
    del sys.argv[1:]
    faulthandler.enable()
    faulthandler.dump_traceback_later(float(seconds))
    from test import support

    support.verbose = 1
    support.use_resources = []
    support.PGO = False
    Result.out = os.open(outcomes, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    suite = unittest.defaultTestLoader.loadTestsFromName("test." + test)
    if patterns:
        suite = unittest.TestSuite(t for t in methods(suite) if any(fnmatch.fnmatchcase(name_of(t), p) for p in patterns))
    runner = unittest.TextTestRunner(stream=sys.stdout, verbosity=2, resultclass=Result)
    result = runner.run(suite)
    faulthandler.cancel_dump_traceback_later()
    os.write(Result.out, b"end\t\n")
    sys.exit(not result.wasSuccessful())


if __name__ == "__main__":
    main()
