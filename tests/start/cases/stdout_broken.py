# stdout: broken
# end: usual
print("x" * 100)
