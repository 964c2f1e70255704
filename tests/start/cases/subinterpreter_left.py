# end: usual
import _xxsubinterpreters as sub

one = sub.create()
sub.run_string(one, "print('inside')")
sub.destroy(one)
print("body")
kept = type("Loud", (), {"__del__": lambda self: print("gone")})()
