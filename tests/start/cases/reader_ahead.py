# end: usual
source = open(__file__, "rb")
print(source.readline())
