# end: usual
class Loud:
    def __del__(self):
        print("gone", sorted(self.__dict__))


for name in "ab":
    o = Loud()
    setattr(o, name, o)
del o
print("made")
