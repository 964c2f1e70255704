"""Start one process, and say what it took and what it said."""
import os
import signal
import statistics
import time
from math import exp, log


class Result:
    def __init__(self, seconds, cpu, status, stdout, stderr, peak_kib):
        self.seconds = seconds
        self.cpu = cpu  # user and system time, in seconds
        self.status = status
        self.stdout = stdout
        self.stderr = stderr
        self.peak_kib = peak_kib

    def same_as(self, other):
        return (self.status, self.stdout, self.stderr) == (other.status, other.stdout, other.stderr)


def run(command, scratch, environment, limit=300.0):
    """Run a command to its end, output into files of the scratch folder; one that takes longer than limit is killed."""
    out_path = os.path.join(scratch, "stdout")
    err_path = os.path.join(scratch, "stderr")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, out_path, flags, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, err_path, flags, 0o600),
    ]
    begin = time.perf_counter()
    pid = os.posix_spawn(command[0], command, environment, file_actions=actions)
    signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
    signal.setitimer(signal.ITIMER_REAL, limit)
    _, status, usage = os.wait4(pid, 0)
    signal.setitimer(signal.ITIMER_REAL, 0)
    seconds = time.perf_counter() - begin
    with open(out_path, "rb") as file:
        stdout = file.read()
    with open(err_path, "rb") as file:
        stderr = file.read()
    return Result(seconds, usage.ru_utime + usage.ru_stime, os.waitstatus_to_exitcode(status), stdout, stderr, usage.ru_maxrss)


def median(values):
    return statistics.median(values) if values else None


def geometric_mean(values):
    values = [v for v in values if v]
    return exp(sum(map(log, values)) / len(values)) if values else None
