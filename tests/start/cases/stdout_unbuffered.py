# options: -u
# end: quick
print("unbuffered")
