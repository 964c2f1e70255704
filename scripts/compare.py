#!/usr/bin/python3.11
"""Runs a program with python3.11 and with prewarm, by turns; prints both times and what ran natively.

    scripts/compare.py --prewarm build/prewarm --cache FILE [--rounds N] -- PROGRAM ARGUMENTS

Fails when the two differ in output or exit status, or when nothing ran natively.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time


def once(command):
    start = time.perf_counter()
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True)
    return time.perf_counter() - start, (done.returncode, done.stdout, done.stderr)


def natively(options, program):
    """The statistics of one run, as a flat list of (name, number)."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "stats.json")
        once([options.prewarm, "run", "--python", options.python, "--cache", options.cache, "--stats", path, *program])
        try:
            with open(path) as f:
                stats = json.load(f)
        except (OSError, ValueError) as e:
            return None, [("no statistics", str(e))]
    return stats, [(k, v) for k, v in stats.items() if isinstance(v, (int, float, str)) and not isinstance(v, bool)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--prewarm", default="build/prewarm")
    parser.add_argument("--python", default="/usr/bin/python3.11")
    parser.add_argument("--cache", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("program", nargs="+")
    options = parser.parse_args()
    ways = {"python3.11": [options.python, *options.program],
            "prewarm run": [options.prewarm, "run", "--python", options.python, "--cache", options.cache, *options.program]}
    times = {way: [] for way in ways}
    results = {}
    for _ in range(options.rounds):
        for way, command in ways.items():
            took, result = once(command)
            times[way].append(took)
            if results.setdefault(way, result) != result:
                print(f"{way}: the output is not the same on every run; it is not compared")
    medians = {way: statistics.median(t) for way, t in times.items()}
    print(f"\nwhole processes, median of {options.rounds}, by turns:")
    for way, median in medians.items():
        print(f"  {way:12} {median * 1000:8.1f} ms")
    print(f"  {medians['python3.11'] / medians['prewarm run']:.2f} times as fast")
    stats, rows = natively(options, options.program)
    print("\nwhat ran natively (prewarm run --stats):")
    for name, value in rows:
        print(f"  {name:28} {value}")
    if results["python3.11"] != results["prewarm run"]:
        print("\nprewarm's output or exit status DIFFERS from python3.11's")
        return 1
    print("\noutput and exit status are the same")
    if not stats:
        print("nothing ran natively; prewarm explain tells why")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
