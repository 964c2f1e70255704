# environment: PYTHONMALLOCSTATS=1
# digits: no
# end: usual
print("body")
