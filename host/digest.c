/* Code objects named by content. Nothing here runs Python code.
 *
 * Source: CPython 3.11 Objects/codeobject.c (what makes two code objects equal), Python/compile.c (types of constants).
 */
#include "host/internal.h"

enum { MAX_DEPTH = 200 };

typedef struct Namer {
    PwWriter w;
    int depth;
    bool unknown; /* a constant that no compiler makes */
} Namer;

static void write_object(Namer *n, PyObject *o);

/* Content alone decides a string's representation, so its memory names it. */
static void write_text(Namer *n, PyObject *o)
{
    pw_write_u8(&n->w, (uint8_t)PyUnicode_KIND(o));
    pw_write_str(&n->w, PyUnicode_DATA(o), (size_t)PyUnicode_GET_LENGTH(o) * PyUnicode_KIND(o));
}

static void write_int(Namer *n, PyObject *o)
{
    size_t bits = _PyLong_NumBits(o), bytes = bits / 8 + 1;
    uint8_t few[16], *at = bytes <= sizeof few ? few : pw_alloc(bytes);
    if (!at || _PyLong_AsByteArray((PyLongObject *)o, at, bytes, 1, 1) < 0) {
        PyErr_Clear();
        n->w.failed = true;
    } else
        pw_write_str(&n->w, (const char *)at, bytes);
    if (at != few)
        pw_free(at);
}

static void write_double(Namer *n, double d)
{
    uint64_t bits;
    memcpy(&bits, &d, sizeof bits);
    pw_write_u64(&n->w, bits);
}

static void write_tuple(Namer *n, PyObject *o)
{
    pw_write_uint(&n->w, (uint64_t)PyTuple_GET_SIZE(o));
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(o); i++)
        write_object(n, PyTuple_GET_ITEM(o, i));
}

/* The digests of the members, added up: the order of a set says nothing. */
static void write_set(Namer *n, PyObject *o)
{
    uint64_t sum[2] = {0, 0};
    Py_ssize_t pos = 0;
    PyObject *member;
    Py_hash_t hash;
    while (_PySet_NextEntry(o, &pos, &member, &hash)) {
        Namer one = {.depth = n->depth};
        write_object(&one, member);
        PwDigest d = pw_digest(one.w.at, one.w.n);
        uint64_t part[2];
        memcpy(part, d.byte, sizeof part);
        sum[0] += part[0];
        sum[1] += part[1];
        n->w.failed |= one.w.failed;
        n->unknown |= one.unknown;
        pw_writer_free(&one.w);
    }
    pw_write_uint(&n->w, (uint64_t)PySet_GET_SIZE(o));
    pw_write_u64(&n->w, sum[0]);
    pw_write_u64(&n->w, sum[1]);
}

static void write_code(Namer *n, PyCodeObject *code)
{
    PwDigest d;
    PwStatus status = pw_host_code_digest(code, &d);
    n->w.failed |= status == PW_NOMEM;
    n->unknown |= status == PW_UNSUPPORTED;
    if (status == PW_OK)
        pw_write_bytes(&n->w, d.byte, sizeof d.byte);
}

static void write_constant(Namer *n, PyObject *o)
{
    if (o == Py_None || o == Py_Ellipsis || o == Py_True || o == Py_False)
        pw_write_u8(&n->w, o == Py_None ? 'N' : o == Py_Ellipsis ? '.' : o == Py_True ? 'T' : 'F');
    else if (PyUnicode_CheckExact(o)) {
        pw_write_u8(&n->w, 's');
        write_text(n, o);
    } else if (PyLong_CheckExact(o)) {
        pw_write_u8(&n->w, 'i');
        write_int(n, o);
    } else if (PyFloat_CheckExact(o)) {
        pw_write_u8(&n->w, 'f');
        write_double(n, PyFloat_AS_DOUBLE(o));
    } else if (PyComplex_CheckExact(o)) {
        pw_write_u8(&n->w, 'c');
        write_double(n, PyComplex_RealAsDouble(o));
        write_double(n, PyComplex_ImagAsDouble(o));
    } else if (PyBytes_CheckExact(o)) {
        pw_write_u8(&n->w, 'b');
        pw_write_str(&n->w, PyBytes_AS_STRING(o), (size_t)PyBytes_GET_SIZE(o));
    } else if (PyTuple_CheckExact(o)) {
        pw_write_u8(&n->w, '(');
        write_tuple(n, o);
    } else if (PyFrozenSet_CheckExact(o)) {
        pw_write_u8(&n->w, '{');
        write_set(n, o);
    } else if (PyCode_Check(o)) {
        pw_write_u8(&n->w, 'C');
        write_code(n, (PyCodeObject *)o);
    } else
        n->unknown = true;
}

static void write_object(Namer *n, PyObject *o)
{
    if (n->depth >= MAX_DEPTH) {
        n->unknown = true;
        return;
    }
    n->depth++;
    write_constant(n, o);
    n->depth--;
}

/* Instructions only, as the compiler wrote them. */
static void write_units(Namer *n, PyCodeObject *code)
{
    uint32_t units = (uint32_t)Py_SIZE(code);
    uint8_t part[256];
    size_t used = 0;
    pw_write_uint(&n->w, units);
    for (uint32_t i = 0; i < units;) {
        int oparg;
        uint8_t opcode = pw_host_opcode_at(code, i, &oparg);
        part[used++] = opcode;
        part[used++] = (uint8_t)oparg;
        i += 1u + pw_host_cache_units(opcode);
        if (used == sizeof part || i >= units) {
            pw_write_bytes(&n->w, part, used);
            used = 0;
        }
    }
}

PwStatus pw_host_code_digest(PyCodeObject *code, PwDigest *digest)
{
    Namer n = {{0}, 0, false};
    const int numbers[] = {code->co_flags,     code->co_argcount,    code->co_posonlyargcount, code->co_kwonlyargcount,
                           pw_host_stacksize(code), code->co_nlocalsplus, code->co_firstlineno};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        pw_write_int(&n.w, numbers[i]);
    write_units(&n, code);
    write_object(&n, code->co_consts);
    write_object(&n, code->co_names);
    write_object(&n, code->co_localsplusnames);
    write_object(&n, code->co_localspluskinds);
    write_object(&n, code->co_exceptiontable);
    write_object(&n, code->co_name);
    write_object(&n, code->co_qualname);
    PwStatus status = n.w.failed ? PW_NOMEM : n.unknown ? PW_UNSUPPORTED : PW_OK;
    if (status == PW_OK)
        *digest = pw_digest(n.w.at, n.w.n);
    pw_writer_free(&n.w);
    return status;
}

static uint32_t mix(uint32_t h, uint32_t v)
{
    return (h ^ v) * 0x01000193u;
}

uint32_t pw_host_code_key(PyCodeObject *code)
{
    uint32_t h = 0x811c9dc5u;
    h = mix(h, (uint32_t)code->co_firstlineno);
    h = mix(h, (uint32_t)Py_SIZE(code));
    h = mix(h, (uint32_t)code->co_argcount << 16 | (uint32_t)code->co_kwonlyargcount);
    const uint8_t *name = PyUnicode_DATA(code->co_name);
    size_t bytes = (size_t)PyUnicode_GET_LENGTH(code->co_name) * PyUnicode_KIND(code->co_name);
    for (size_t i = 0; i < bytes; i++)
        h = mix(h, name[i]);
    return h ^ h >> 15;
}
