# end: quick
import argparse, collections, dataclasses, enum, functools, json, logging, re, threading, typing, weakref


@dataclasses.dataclass
class Point:
    x: int
    y: int


class Colour(enum.Enum):
    RED = 1


kept = [Point(1, 2), Colour.RED, weakref.WeakSet([Point]), weakref.WeakValueDictionary({("a", 1): Point, 2: Colour}),
        weakref.WeakKeyDictionary({Point: 1}), functools.lru_cache(len), threading.local(), collections.OrderedDict(a=1)]
kept.append(kept)
print(json.dumps(dataclasses.asdict(kept[0])), re.sub("a", "b", "abc"), kept[1])
