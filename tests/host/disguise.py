"""What can be seen of code objects."""
import dis
import hashlib
import io
import marshal
import types


def f(n):
    t = 0
    for i in range(n):
        t += i
    while t > 10:
        t -= 1
    return t


def g(n):
    t = 0
    for i in range(n):
        t += i
    while t > 10:
        t -= 1
    return t


def digest(code):
    return hashlib.md5(code).hexdigest()


def listing(code):
    out = io.StringIO()
    dis.dis(code, file=out)
    return digest(out.getvalue().encode())


before = f.__code__.replace(co_name="f")
for k in range(20):
    f(20)
c = f.__code__
print(digest(c.co_code), listing(c), c == before, c == f.__code__, hash(c) == hash(before), {c: 1}[before])
print(c == c.replace(), c.replace(co_name="x").co_code == c.co_code, c == g.__code__, c != before)
print(digest(marshal.dumps(c)) == digest(marshal.dumps(before)), marshal.loads(marshal.dumps((c, [c], {1: c})))[1][0] == c)
out = io.BytesIO()
marshal.dump({"code": c}, out)
print(marshal.loads(out.getvalue())["code"] == before)
h = types.FunctionType(c.replace(co_consts=c.co_consts), globals())
print([h(i) for i in (5, 30)], [f(i) for i in (5, 30)])
# Nothing of the patch is left in what was made while the loop was patched.
print(dis.opmap["YIELD_VALUE"] in c.co_code[::2], dis.opmap["YIELD_VALUE"] in c.replace().co_code[::2])
adaptive = c._co_code_adaptive[::2]
print(dis.opmap["YIELD_VALUE"] in adaptive)


def loop_in_module_is_warm():
    return any(a != b for a, b in zip(code.co_code[::2], code._co_code_adaptive[::2]))


source = "t = 0\nfor i in range(100):\n    t += i\nwarm = loop_in_module_is_warm()\n"
code = compile(source, "m", "exec")
exec(code)
print(t, warm)
