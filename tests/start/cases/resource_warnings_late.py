# end: usual
import os, warnings

warnings.simplefilter("always")
source = open(os.devnull, "rb")
