# args: fork
# args: spawn
# args: subprocess
import multiprocessing, subprocess, sys


class Loud:
    def __del__(self):
        print("gone", flush=True)


def child(n):
    global kept
    kept = Loud()
    print("child", n, flush=True)
    sys.exit(n)


if __name__ == "__main__":
    if sys.argv[1] == "subprocess":
        print(subprocess.run([sys.executable, "-c", "print('child')"], capture_output=True))
        process = subprocess.Popen(["true"])
    else:
        process = multiprocessing.get_context(sys.argv[1]).Process(target=child, args=(3,))
        process.start()
        process.join()
        print(process.exitcode)
