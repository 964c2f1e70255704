# end: quick
import threading, time

for _ in range(3):
    threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
print("main ends")
