# A connection with an open transaction: its journal is gone when the process has ended.
import os, sqlite3, sys, tempfile

folder = tempfile.mkdtemp()
pid = os.fork()
if not pid:
    connection = sqlite3.connect(os.path.join(folder, "db"))
    connection.execute("CREATE TABLE t (x)")
    connection.commit()
    connection.execute("INSERT INTO t VALUES (1)")
    sys.exit(0)
os.waitpid(pid, 0)
print(sorted(os.listdir(folder)))
for name in os.listdir(folder):
    os.remove(os.path.join(folder, name))
os.rmdir(folder)
