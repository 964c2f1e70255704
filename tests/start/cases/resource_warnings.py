# options: -W always
# options: -W error
# options: -X dev
# options: -W default::ResourceWarning
# end: usual
import os

source = open(os.devnull)
entries = os.scandir("/")
next(entries)
