# options: -X faulthandler
# options: -X tracemalloc
# options: -X showrefcount
# options: -I
# options: -S
# options: -O
# options: -b
# options: -v
# options: -q -s -E
# environment: PYTHONMALLOC=malloc
# environment: PYTHONMALLOC=debug
# environment: PYTHONVERBOSE=1
# environment: PYTHONDEVMODE=1
# environment: PYTHONTRACEMALLOC=1
# environment: PYTHONWARNINGS=error
import sys

print(sys.flags)
