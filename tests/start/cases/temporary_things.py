import os, tempfile

file = tempfile.NamedTemporaryFile()
folder = tempfile.TemporaryDirectory()
spooled = tempfile.SpooledTemporaryFile()
spooled.write(b"x")
print(os.path.exists(file.name))
