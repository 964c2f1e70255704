# args: 400
# other-args: 20
# expect: native
import sys


class Dog:
    sound = "woof"

    def __init__(self, n):
        self.n = n

    def speak(self):
        return len(self.sound) + self.n


class Cat:
    sound = "meow!"

    def speak(self):
        return -self.n


class Loud(Dog):
    def speak(self):
        return super().speak() * 2

    @property
    def sound(self):
        return "WOOF" * self.n


def loop(animal, n):
    total = 0
    for i in range(n):
        total += animal.speak()
        if i == 150:
            animal.__class__ = Cat
        elif i == 160:
            animal.__class__ = Loud
        elif i == 170:
            animal.__class__ = Dog
        elif i == 180:
            Dog.sound = "a longer sound"
        elif i == 190:
            Dog.sound = "woof"
        elif i == 200:
            animal.sound = "own"
        elif i == 210:
            Dog.sound = property(lambda self: "from a property")
        elif i == 220:
            Dog.sound = "woof"
            del animal.sound
        elif i == 230:
            Dog.__getattribute__ = lambda self, name: object.__getattribute__(self, name)
        elif i == 240:
            del Dog.__getattribute__
        elif i == 250:
            animal.__dict__ = {"n": 50}
        elif i == 260:
            Dog.__bases__ = (Other,)
    return total


class Other:
    pass


class Plain(Other):
    pass


n = int(sys.argv[1])
Dog = type("Dog", (Plain,), dict(vars(Dog)))
Loud.__bases__ = (Dog,)
for turn in range(4):
    try:
        print(loop(Dog(turn), n))
    except TypeError as error:
        print(error)
    Dog.__bases__ = (Plain,)
animals = [Dog(1), Cat(), Loud(2)] * 100
animals[1].n = 4
total = 0
for a in animals:
    a.n = 3
    total += a.speak() if not isinstance(a, Loud) else a.n
print(total)
