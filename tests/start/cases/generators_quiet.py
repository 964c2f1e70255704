# end: quick
def numbers():
    try:
        yield 1
    finally:
        print("finally")


fresh, done = numbers(), numbers()
print(list(done))
