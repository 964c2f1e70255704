# end: quick
source = open(__file__)
raw = open(__file__, "rb", buffering=0)
closed = open(__file__, "rb+")
closed.close()
print(source.read() == raw.read().decode())
