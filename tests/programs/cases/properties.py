# args: 400
# other-args: 3
# expect: native
import sys


class Celsius:
    made = 0

    def __init__(self, degrees):
        self._degrees = degrees
        type(self).made += 1

    @property
    def fahrenheit(self):
        return self._degrees * 9 / 5 + 32

    @fahrenheit.setter
    def fahrenheit(self, value):
        if value < -459:
            raise ValueError(f"too cold: {value}")
        self._degrees = (value - 32) * 5 / 9

    @classmethod
    def make(cls, *values):
        return [cls(v) for v in values]

    @staticmethod
    def mean(items):
        return sum(c._degrees for c in items) / len(items)

    def __getattr__(self, name):
        if name.startswith("times_"):
            return self._degrees * int(name[6:])
        raise AttributeError(name)


class Logged(Celsius):
    log = []

    @property
    def _degrees(self):
        Logged.log.append("get")
        return self.__dict__["d"]

    @_degrees.setter
    def _degrees(self, value):
        Logged.log.append("set")
        self.__dict__["d"] = value


class Upper:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, obj, owner):
        return self if obj is None else obj.__dict__.get(self.name, "none").upper()


class Named:
    label = Upper()


def loop(c, n):
    total = 0.0
    for i in range(n):
        c.fahrenheit = i
        total += c.fahrenheit + c.times_3
    return round(total, 6)


n = int(sys.argv[1])
for turn in range(3):
    print(loop(Celsius(1.0), n), loop(Logged(2.0), n), len(Logged.log))
named = Named()
out = []
for i in range(400):
    out.append(named.label)
    if i == 200:
        named.label = "own"
    if i == 300:
        Upper.__set__ = lambda self, obj, value: obj.__dict__.__setitem__(self.name, value * 2)
        named.label = "xy"
print(out[0], out[250], out[-1], Celsius.made, Logged.made)
print(Celsius.mean(Celsius.make(*range(100))))
c = Celsius(0)
for i in range(300):
    c.fahrenheit = -i * 2
