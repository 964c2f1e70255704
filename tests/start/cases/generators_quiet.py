# end: quick
def numbers():
    try:
        yield 1
    finally:
        print("finally")


def plain():
    yield 1
    yield 2


fresh, done, waiting, expression = numbers(), numbers(), plain(), (x for x in [1, 2])
next(waiting)
next(expression)
print(list(done))
