# end: quick
import logging

logging.basicConfig(format="%(levelname)s %(message)s")
logging.getLogger("a.b").warning("hello")
