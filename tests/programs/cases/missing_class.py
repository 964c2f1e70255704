# args: both 300
# other-args: one 300
# other-args: one 3
# expect: native
# quick
"""A class that a tree was recorded with does not exist in another run, nor do its functions' defaults."""
import sys


class One:
    def step(self, x, level=2):
        if level < 0:
            return -x
        return x + level


if sys.argv[1] == "both":
    class Two(One):
        def step(self, x, level=3, name="two"):
            if level < 0 or not name:
                return x
            return x * level


def run(objects):
    total = 0
    for o in objects:
        total += o.step(total & 255)
    return total


kinds = {"both": ["Two"], "one": ["One"]}[sys.argv[1]]
for name in kinds * 3:
    print(name, run([globals()[name]()] * int(sys.argv[2])))
