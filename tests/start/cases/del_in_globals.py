# end: usual
# In which order one collection finalises depends on those before it: let there be a full one.
import gc

gc.collect()


class Loud:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("gone", self.name, __name__)


first = Loud("first")
_hidden = Loud("hidden")
nested = [{"a": Loud("nested")}]


def function(x=Loud("default")):
    pass


function.attribute = Loud("attribute")
Loud.on_class = Loud("on its own class")
