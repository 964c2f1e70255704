"""Keys, signatures, and PREWARM_TRUST: what is not signed by a trusted key is not used.

    test_sign.py PREWARM PYTHON [TEST...]
"""
import json
import os
import unittest

from common import PREWARM, TARGET, Case, main

PROGRAM = """
def total(n):
    s = 0
    for i in range(n):
        s += i if i % 3 else -1
    return s
print(total(30000))
"""


class Sign(Case):
    def setUp(self):
        super().setUp()
        self.write("app.py", PROGRAM)
        self.env["XDG_CONFIG_HOME"] = os.path.join(self.dir, "config")
        os.makedirs(os.path.join(self.dir, "config/prewarm"), mode=0o700)
        self.image = os.path.join(self.dir, "app.pwc." + TARGET + ".img")
        self.sig = self.image + ".sig"
        for words in (["record", "-o", "app.pwc", "app.py"], ["compile", "app.pwc"], ["keygen", "key"], ["keygen", "other"]):
            self.assertEqual(self.result(PREWARM, *words)[0], 0, words)

    def trust(self, *keys, mode=0o600):
        text = "# keys\n" + "".join(self.read(k + ".pub").decode().strip() + " of the tests\n" for k in keys)
        self.write("config/prewarm/trusted-keys", text, mode)

    def read(self, path):
        with open(os.path.join(self.dir, path), "rb") as file:
            return file.read()

    def linked(self, policy="signed"):
        """How many trees ran; the program must run in any case."""
        code, out, err = self.result(PREWARM, "run", "--cache", "app.pwc", "--stats", "s.json", "app.py",
                                     env={"PREWARM_TRUST": policy, "PREWARM_KEEP": "0"})
        self.assertEqual((code, out, err), (0, "299990000\n", ""))
        return json.loads(self.read("s.json"))["linked"]

    def refused(self, pattern, policy="signed"):
        self.assertEqual(self.linked(policy), 0)
        code, out, err = self.result(PREWARM, "run", "--cache", "app.pwc", "--require-cache", "app.py", env={"PREWARM_TRUST": policy})
        self.assertEqual((code, out), (125, ""))
        self.assertRegex(err, r"^prewarm: .*" + pattern + r".*\n$")

    def test_keys(self):
        self.assertEqual(os.stat(os.path.join(self.dir, "key")).st_mode & 0o777, 0o600)
        self.assertEqual((len(self.read("key")), len(self.read("key.pub"))), (129, 65))
        before = self.read("key")
        self.assertEqual(self.result(PREWARM, "keygen", "key")[0], 1)  # an old key is never written over
        self.assertEqual(self.read("key"), before)
        self.assertNotEqual(self.read("key"), self.read("other"))

    def test_signed_by_a_trusted_key(self):
        self.trust("other", "key")
        self.assertEqual(self.result(PREWARM, "sign", "--key", "key", "app.pwc")[0], 0)
        self.assertGreater(self.linked(), 0)
        self.assertRegex(self.result(PREWARM, "verify", "app.pwc")[1], "right, signed by " + self.read("key.pub").decode().strip())
        self.assertEqual(self.result(PREWARM, "verify", "--key", "key.pub", self.image)[0], 0)
        self.assertEqual(self.result(PREWARM, "verify", "--key", "other.pub", "app.pwc")[0], 1)

    def test_not_signed(self):
        self.trust("key")
        self.assertGreater(self.linked("owner"), 0)
        self.assertGreater(self.linked(""), 0)
        self.refused("there is no such signature")
        self.refused("expected owner or signed, found sgined", policy="sgined")
        self.assertEqual(self.result(PREWARM, "verify", "app.pwc")[0], 1)

    def test_signed_by_somebody_else(self):
        self.trust("key")
        self.assertEqual(self.result(PREWARM, "sign", "--key", "other", "app.pwc")[0], 0)
        self.refused("not among those that are trusted")
        self.trust("key", "other", mode=0o666)  # a list that anybody may write to says nothing
        self.refused("not among those that are trusted")
        self.trust("key", "other")
        self.assertGreater(self.linked(), 0)

    def test_altered_afterwards(self):
        self.trust("key")
        self.assertEqual(self.result(PREWARM, "sign", "--key", "key", "app.pwc")[0], 0)
        image, sig, times = self.read(self.image), self.read(self.sig), os.stat(self.image)
        for at in (20, len(image) // 2, len(image) - 1):
            self.write(self.image, image[:at] + bytes([image[at] ^ 1]) + image[at + 1 :])
            os.utime(self.image, ns=(times.st_atime_ns, times.st_mtime_ns))  # nobody could tell by the time
            self.refused("the signature is not that of this file|damaged|newer|bytes|flags|format")
            self.assertEqual(self.result(PREWARM, "verify", "app.pwc")[0], 1)
        self.write(self.image, image)
        for bad in (b"", sig[:-2], sig.replace(b"sig ", b"sgi "), sig.replace(b"key ", b"key x"), sig[: sig.index(b"sig ") + 4] + b"0" * 128 + b"\n"):
            self.write(self.sig, bad)
            self.refused("expected a signature|the signature is not that of this file")
        self.write(self.sig, sig)
        self.assertGreater(self.linked(), 0)

    def test_wrong_usage(self):
        self.write("empty", "")
        for words, status in ((["keygen"], 2), (["sign", "app.pwc"], 2), (["verify"], 2), (["sign", "--key", "empty", "app.pwc"], 1),
                              (["sign", "--key", "none", "app.pwc"], 1), (["sign", "--key", "key", "none"], 1), (["sign", "--key", "key.pub", "app.pwc"], 1)):
            code, out, err = self.result(PREWARM, *words)
            self.assertEqual((code, out), (status, ""), words)
            self.assertRegex(err, "^prewarm: .+\n$|^usage: ")


if __name__ == "__main__":
    main()
