# args: audit
# args: trace
# args: profile
# args: displayhook
import sys

what = sys.argv[1]
if what == "audit":
    sys.addaudithook(lambda event, args: print(event) if "lear" in event else None)
elif what == "trace":
    sys.settrace(lambda frame, event, arg: None)
elif what == "profile":
    sys.setprofile(lambda frame, event, arg: print("profile", event) if event == "call" else None)
else:
    sys.displayhook(3)
print("body")
