"""A recording sees exactly the bytecodes that sys.settrace sees.

    python3.11 record_check.py BUILD_FOLDER
"""

import os
import re
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))
build = os.path.abspath(sys.argv[1])
env = dict(os.environ, LD_PRELOAD=os.path.join(build, "libprewarm-preload.so"),
           PREWARM_HANDOFF=f"rt={os.path.join(build, 'libpw-host-test.so')}\tmode=count,show")
out = subprocess.run([sys.executable, os.path.join(here, "record.py")], env=env, capture_output=True, text=True, check=True).stdout
lines = out.splitlines()
recorded = [(m[1], int(m[2])) for m in map(re.compile(r"# \d+ (\S+) op @(\d+) ").match, lines) if m]
returns = [line for line in lines if re.match(r"# 0 rec_me return", line)]
seen = []


def tracer(frame, event, arg):
    frame.f_trace_opcodes = True
    frame.f_trace_lines = False
    if event == "opcode":
        seen.append((frame.f_code.co_name, frame.f_lasti // 2))
    return tracer


sys.path.insert(0, here)
import record  # noqa: E402

for k in range(3):
    record.rec_me(3)
sys.settrace(tracer)
record.rec_me(3)
sys.settrace(None)
while seen[-1][0] != "rec_me":
    seen.pop()
print(len(recorded), "recorded;", len(seen), "traced;", returns)
assert len(recorded) > 500 and len(returns) == 1
assert recorded == seen[-len(recorded):]
assert out.endswith("False None\n")
