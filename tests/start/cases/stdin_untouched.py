# stdin: lines
# end: quick
print("stdin is for others")
