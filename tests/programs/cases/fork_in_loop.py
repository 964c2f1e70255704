# args: 600
# other-args: 20
import os
import sys


def spin(n):
    total = 0
    for i in range(n):
        total += i % 7
    return total


def children(n):
    results = []
    for i in range(n):
        spin(10)
        if i in (n // 3, n // 2, n - 1):
            sys.stdout.flush()
            r, w = os.pipe()
            pid = os.fork()
            if pid == 0:
                code = 99
                try:
                    os.close(r)
                    value = 0
                    for k in range(n):
                        value += spin(5) + i
                    os.write(w, str(value).encode())
                    code = i % 50
                    if i == n - 1:
                        raise ValueError("child")
                except ValueError:
                    code = 77
                finally:
                    os._exit(code)
            os.close(w)
            text = os.read(r, 100)
            os.close(r)
            results.append((text, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])))
    return results


n = int(sys.argv[1])
for turn in range(2):
    print(children(n), spin(n))
sys.stdout.flush()
for i in range(n):
    if i == n // 2 and os.fork() == 0:
        print("child goes on", i, flush=True)
        sys.exit(0)
    if i == n // 2:
        os.wait()
print("parent ends", i)
