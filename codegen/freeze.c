/* Reading marshal data.
 *
 * Source: CPython 3.11 Python/marshal.c (format version 4).
 */
#include "codegen/freeze_internal.h"

enum { MAX_DEPTH = 200, FLAG_REF = 0x80, MARSHAL_DIGIT = 15 };

FrValue fr_fail(Freezer *f, PwStatus status, const char *sentence)
{
    if (f->status == PW_OK)
        f->status = pw_err_set(f->err, status, "the module cannot be frozen: %s", sentence);
    return (FrValue){0};
}

static FrValue read_object(Freezer *f);

static FrValue damaged(Freezer *f)
{
    return fr_fail(f, PW_CORRUPT, "its marshal data is damaged");
}

static FrValue read_int(Freezer *f)
{
    int32_t v = (int32_t)pw_read_u32(&f->in);
    if (v >= -PW_FROZEN_SMALL_INTS && v <= PW_FROZEN_SMALL_LAST)
        return fr_static(PW_STATIC_small_int, (uint32_t)(v + PW_FROZEN_SMALL_INTS), FR_OTHER);
    uint32_t size = v < 0 ? 0 - (uint32_t)v : (uint32_t)v, mask = (1u << 30) - 1;
    uint32_t digits[] = {size & mask, size >> 30};
    return fr_int(f, digits, digits[1] ? 2 : 1, v < 0);
}

static FrValue read_long(Freezer *f)
{
    int32_t size = (int32_t)pw_read_u32(&f->in);
    uint32_t n = size < 0 ? 0 - (uint32_t)size : (uint32_t)size;
    if (n < 2 || n > (size_t)(f->in.end - f->in.at) / 2) /* one that CPython writes is larger than a TYPE_INT */
        return damaged(f);
    uint32_t *digits = pw_calloc((n + 1) / 2, sizeof *digits), last = 0;
    if (!digits)
        return fr_fail(f, PW_NOMEM, "out of memory");
    bool good = true;
    for (uint32_t k = 0; k < n; k++) {
        last = pw_read_u8(&f->in);
        last |= (uint32_t)pw_read_u8(&f->in) << 8;
        good &= last >> MARSHAL_DIGIT == 0;
        digits[k / 2] |= last << (k % 2 * MARSHAL_DIGIT);
    }
    FrValue v = good && last ? fr_int(f, digits, (n + 1) / 2, size < 0) : damaged(f);
    pw_free(digits);
    return v;
}

static double read_double(Freezer *f)
{
    uint64_t bits = pw_read_u64(&f->in);
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

static FrValue read_numbers(Freezer *f, PwStatic type, uint32_t n)
{
    double v[2] = {read_double(f)};
    if (n == 2)
        v[1] = read_double(f);
    return fr_numbers(f, type, v, n);
}

static FrValue read_bytes(Freezer *f, uint32_t n, bool str, bool interned)
{
    const uint8_t *p = pw_read_bytes(&f->in, n);
    if (!p)
        return damaged(f);
    return str ? fr_str(f, p, n, interned) : fr_bytes(f, p, n);
}

/* Children first: they are on the stack from `from` on. */
static bool read_items(Freezer *f, uint32_t n)
{
    if (n > (size_t)(f->in.end - f->in.at))
        return damaged(f), false;
    for (uint32_t k = 0; k < n; k++) {
        FrValue v = read_object(f);
        if (f->status != PW_OK)
            return false;
        if (!PW_VEC_PUSH(&f->item, v))
            return fr_fail(f, PW_NOMEM, "out of memory"), false;
    }
    return true;
}

static FrValue read_items_of(Freezer *f, uint32_t n, FrValue (*make)(Freezer *f, const FrValue *item, uint32_t n))
{
    uint32_t from = f->item.n;
    FrValue v = {0};
    if (read_items(f, n))
        v = make(f, f->item.at + from, n);
    f->item.n = from;
    return v;
}

static FrValue read_code(Freezer *f)
{
    FrCode c;
    int32_t *const numbers[] = {&c.argcount, &c.posonly, &c.kwonly, &c.stacksize, &c.flags};
    FrValue *const before[] = {&c.code,            &c.consts,   &c.names, &c.localsplusnames,
                               &c.localspluskinds, &c.filename, &c.name,  &c.qualname};
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++)
        *numbers[k] = (int32_t)pw_read_u32(&f->in);
    for (size_t k = 0; k < sizeof before / sizeof *before; k++)
        *before[k] = read_object(f);
    c.firstlineno = (int32_t)pw_read_u32(&f->in);
    c.linetable = read_object(f);
    c.exceptiontable = read_object(f);
    return f->status == PW_OK ? fr_code(f, &c) : (FrValue){0};
}

static FrValue read_ref(Freezer *f)
{
    uint32_t n = pw_read_u32(&f->in);
    return n < f->refs.n && f->refs.at[n].kind != FR_NONE ? f->refs.at[n] : damaged(f);
}

static FrValue read_type(Freezer *f, char type)
{
    switch (type) {
    case 'N': return fr_static(PW_STATIC_none, 0, FR_OTHER);
    case 'T': return fr_static(PW_STATIC_true, 0, FR_OTHER);
    case 'F': return fr_static(PW_STATIC_false, 0, FR_OTHER);
    case '.': return fr_static(PW_STATIC_ellipsis, 0, FR_OTHER);
    case 'i': return read_int(f);
    case 'l': return read_long(f);
    case 'g': return read_numbers(f, PW_STATIC_type_float, 1);
    case 'y': return read_numbers(f, PW_STATIC_type_complex, 2);
    case 's': return read_bytes(f, pw_read_u32(&f->in), false, false);
    case 'u': return read_bytes(f, pw_read_u32(&f->in), true, false);
    case 't': return read_bytes(f, pw_read_u32(&f->in), true, true);
    case 'a': return read_bytes(f, pw_read_u32(&f->in), true, false);
    case 'A': return read_bytes(f, pw_read_u32(&f->in), true, true);
    case 'z': return read_bytes(f, pw_read_u8(&f->in), true, false);
    case 'Z': return read_bytes(f, pw_read_u8(&f->in), true, true);
    case ')': return read_items_of(f, pw_read_u8(&f->in), fr_tuple);
    case '(': return read_items_of(f, pw_read_u32(&f->in), fr_tuple);
    case '>': return read_items_of(f, pw_read_u32(&f->in), fr_set);
    case 'c': return read_code(f);
    case 'r': return read_ref(f);
    default: return fr_fail(f, PW_UNSUPPORTED, "it holds something that is no constant of compiled code");
    }
}

/* References are numbered when their objects begin. One to an object that is not complete cannot be. */
static FrValue read_object(Freezer *f)
{
    uint8_t type = pw_read_u8(&f->in);
    uint32_t number = f->refs.n;
    if (f->in.failed || f->status != PW_OK || f->depth == MAX_DEPTH)
        return damaged(f);
    if (type & FLAG_REF && !PW_VEC_PUSH(&f->refs, (FrValue){0}))
        return fr_fail(f, PW_NOMEM, "out of memory");
    f->depth++;
    FrValue v = read_type(f, (char)(type & ~FLAG_REF));
    f->depth--;
    if (f->in.failed)
        return damaged(f);
    if (type & FLAG_REF)
        f->refs.at[number] = v;
    return v;
}

static void free_all(Freezer *f)
{
    for (int k = 0; k < FR_SEGMENTS; k++) {
        pw_writer_free(&f->out[k].data);
        pw_writer_free(&f->out[k].moves);
    }
    PW_VEC_FREE(&f->str);
    PW_VEC_FREE(&f->bytes);
    PW_VEC_FREE(&f->set);
    PW_VEC_FREE(&f->refs);
    PW_VEC_FREE(&f->item);
    PW_VEC_FREE(&f->kept);
    PW_VEC_FREE(&f->slots);
    PW_VEC_FREE(&f->across);
}

PwStatus pw_freeze(PwFrozenStrings *strings, const void *marshal, size_t n, PwFrozen *out, PwErr *err)
{
    const PwLayout *target = strings->target;
    Freezer f = {.in = pw_reader(marshal, n), .strings = strings, .target = target, .err = err};
    *out = (PwFrozen){0};
    if (target->digit_bits != 30 || target->digit_size != 4)
        return pw_err_set(err, PW_UNSUPPORTED, "modules cannot be frozen for a Python with digits of %u bits", target->digit_bits);
    for (int k = 0; k < FR_SEGMENTS; k++)
        f.out[k] = (FrOut){.p = target->pointer, .target = target};
    FrValue root = read_object(&f);
    if (f.status == PW_OK && root.kind != FR_CODE)
        fr_fail(&f, PW_CORRUPT, "it is no code");
    if (f.status == PW_OK)
        fr_finish(&f, root, out);
    free_all(&f);
    return f.status;
}

void pw_frozen_free(PwFrozen *f)
{
    pw_writer_free(&f->data);
    pw_writer_free(&f->moves);
    pw_writer_free(&f->links);
}
