# end: quick
import asyncio, bz2, concurrent.futures, ctypes, decimal, email.message, hashlib, http.client, lzma, multiprocessing, select
import socket, sqlite3, ssl, subprocess, unittest, uuid, xml.etree.ElementTree, zipfile

with concurrent.futures.ThreadPoolExecutor(2) as pool:
    print(list(pool.map(str, range(3))))
print(asyncio.run(asyncio.sleep(0, 1)), subprocess.run(["true"]).returncode, decimal.Decimal(1) / 3)
