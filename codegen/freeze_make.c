/* Objects from values that were read, and what CPython derives as it makes a code object.
 *
 * Source: CPython 3.11 Include/cpython/code.h, tupleobject.h; Objects/codeobject.c.
 */
#include "codegen/freeze_internal.h"

enum { LOCAL = 0x20, CELL = 0x40, FREE = 0x80, VARARGS = 4, VARKEYWORDS = 8 }; /* CO_FAST_..., CO_... */

static FrValue no_memory(Freezer *f)
{
    return fr_fail(f, PW_NOMEM, "out of memory");
}

FrValue fr_static(PwStatic to, uint32_t index, FrKind kind)
{
    return (FrValue){.kind = (uint8_t)kind, .to = (uint8_t)to, .at = index};
}

static FrValue made(FrSegment segment, uint32_t at, FrKind kind)
{
    return (FrValue){.kind = (uint8_t)kind, .segment = (uint8_t)segment, .at = at};
}

static void add_slot(Freezer *f, FrSegment segment, FrLate *late)
{
    pw_write_align(&f->out[segment].data, f->out[segment].p);
    if (!PW_VEC_PUSH(&f->slots, ((FrSlot){(uint8_t)segment, (uint32_t)f->out[segment].data.n, late->slots})))
        no_memory(f);
    late->slots = f->slots.n;
    late->count++;
}

/* A pointer in an object of `segment`. */
static void put_pointer(Freezer *f, FrSegment segment, FrValue v)
{
    FrOut *o = &f->out[segment];
    FrLates *late = v.kind == FR_STR ? &f->str : v.kind == FR_BYTES ? &f->bytes : &f->set;
    if (v.to) {
        fr_put_static(o, v.to, v.at);
    } else if (v.kind == FR_STR || v.kind == FR_BYTES || v.kind == FR_SET) {
        add_slot(f, segment, &late->at[v.at]);
        fr_put_word(o, 0);
    } else if (v.segment == segment) {
        fr_put_frozen(o, v.at);
    } else { /* the segments follow each other: freeze_end.c adds where this one begins */
        pw_write_align(&o->data, o->p);
        if (!PW_VEC_PUSH(&f->across, ((FrAcross){(uint8_t)segment, v.segment, (uint32_t)o->data.n})))
            no_memory(f);
        fr_put_frozen(o, v.at);
    }
}

static FrValue late(Freezer *f, FrLates *list, FrKind kind, FrLate what)
{
    return PW_VEC_PUSH(list, what) ? (FrValue){.kind = (uint8_t)kind, .at = list->n - 1} : no_memory(f);
}

/* -- simple objects -- */

FrValue fr_int(Freezer *f, const uint32_t *digits, uint32_t n, bool negative)
{
    return made(FR_COOL, fr_put_int(&f->out[FR_COOL], digits, n, negative), FR_OTHER);
}

FrValue fr_numbers(Freezer *f, PwStatic type, const double *x, uint32_t n)
{
    return made(FR_COOL, fr_put_numbers(&f->out[FR_COOL], type, x, n), FR_OTHER);
}

FrValue fr_bytes(Freezer *f, const uint8_t *p, uint32_t n)
{
    return late(f, &f->bytes, FR_BYTES, (FrLate){.text = p, .n = n});
}

FrValue fr_str(Freezer *f, const uint8_t *p, uint32_t n, bool interned)
{
    uint32_t count, largest;
    if (!fr_measure(p, n, &count, &largest))
        return fr_fail(f, PW_CORRUPT, "a string is no UTF-8");
    return late(f, &f->str, FR_STR, (FrLate){.text = p, .n = n, .interned = interned});
}

/* -- containers -- */

/* Interning a code object's constants looks into containers again. */
static FrValue keep_items(Freezer *f, FrValue v, const FrValue *item, uint32_t n)
{
    v.items = f->kept.n;
    if (!PW_VEC_ROOM(&f->kept, n + 1))
        return no_memory(f);
    f->kept.at[f->kept.n++] = (FrValue){.kind = FR_OTHER, .at = n};
    for (uint32_t k = 0; k < n; k++)
        f->kept.at[f->kept.n++] = item[k];
    return v;
}

FrValue fr_tuple(Freezer *f, const FrValue *item, uint32_t n)
{
    FrOut *o = &f->out[FR_COOL];
    if (!n)
        return keep_items(f, fr_static(PW_STATIC_empty_tuple, 0, FR_TUPLE), item, 0);
    FrValue v = made(FR_COOL, fr_begin(o, PW_STATIC_type_tuple, true), FR_TUPLE);
    fr_put_word(o, n);
    for (uint32_t k = 0; k < n; k++)
        put_pointer(f, FR_COOL, item[k]);
    f->tuples++;
    return keep_items(f, v, item, n);
}

/* Made when the code comes to life: where an item lies in a set depends on its hash. */
FrValue fr_set(Freezer *f, const FrValue *item, uint32_t n)
{
    FrOut *o = &f->out[FR_COOL];
    pw_write_align(&o->data, o->p);
    FrLate set = {.n = n, .first = (uint32_t)o->data.n};
    for (uint32_t k = 0; k < n; k++)
        put_pointer(f, FR_COOL, item[k]);
    if (!n)
        fr_put_word(o, 0); /* so that `first` lies in data */
    FrValue v = late(f, &f->set, FR_SET, set);
    return v.kind ? keep_items(f, v, item, n) : v;
}

/* -- code -- */

static uint32_t count_of(const Freezer *f, FrValue container)
{
    return f->kept.at[container.items].at;
}

static FrValue item_of(const Freezer *f, FrValue container, uint32_t k)
{
    return f->kept.at[container.items + 1 + k];
}

/* false: an item is no string. */
static bool intern_names(Freezer *f, FrValue tuple)
{
    for (uint32_t k = 0; k < count_of(f, tuple); k++) {
        FrValue v = item_of(f, tuple, k);
        if (v.kind != FR_STR)
            return false;
        f->str.at[v.at].interned = true;
    }
    return true;
}

static bool is_name(const FrLate *s)
{
    for (uint32_t k = 0; k < s->n; k++) {
        uint8_t c = s->text[k], lower = c | 0x20;
        if (!(c >= '0' && c <= '9') && !(lower >= 'a' && lower <= 'z') && c != '_')
            return false;
    }
    return true;
}

static void intern_constants(Freezer *f, FrValue container)
{
    for (uint32_t k = 0; k < count_of(f, container); k++) {
        FrValue v = item_of(f, container, k);
        if (v.kind == FR_STR)
            f->str.at[v.at].interned |= is_name(&f->str.at[v.at]);
        else if (v.kind == FR_TUPLE || v.kind == FR_SET)
            intern_constants(f, v);
    }
}

/* Derived from the kinds of local variables. */
typedef struct Counts {
    int32_t locals, cells, plain, frees;
} Counts;

static Counts count_locals(const FrLate *kinds)
{
    Counts c = {0};
    for (uint32_t k = 0; k < kinds->n; k++) {
        unsigned kind = kinds->text[k];
        c.locals += !!(kind & LOCAL);
        c.cells += !!(kind & CELL);
        c.plain += kind & CELL && !(kind & LOCAL);
        c.frees += kind & FREE && !(kind & (LOCAL | CELL));
    }
    return c;
}

/* What CPython checks when it makes a code object. */
static bool code_ok(const Freezer *f, const FrCode *c)
{
    if (c->code.kind != FR_BYTES || c->consts.kind != FR_TUPLE || c->names.kind != FR_TUPLE ||
        c->localsplusnames.kind != FR_TUPLE || c->localspluskinds.kind != FR_BYTES || c->filename.kind != FR_STR ||
        c->name.kind != FR_STR || c->qualname.kind != FR_STR || c->linetable.kind != FR_BYTES ||
        c->exceptiontable.kind != FR_BYTES)
        return false;
    const int32_t all[] = {c->argcount, c->posonly, c->kwonly, c->stacksize, c->flags};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        if (all[k] < 0)
            return false;
    const FrLate *code = &f->bytes.at[c->code.at], *kinds = &f->bytes.at[c->localspluskinds.at];
    int64_t arguments = (int64_t)c->argcount + c->kwonly + !!(c->flags & VARARGS) + !!(c->flags & VARKEYWORDS);
    return c->argcount >= c->posonly && code->n % 2 == 0 && code->n && count_of(f, c->localsplusnames) == kinds->n &&
           count_locals(kinds).locals >= arguments;
}

/* The unit of the first RESUME, caches not skipped, as CPython does. */
static int32_t first_traceable(const FrLate *code)
{
    uint32_t units = code->n / 2, k = 0;
    while (k < units && code->text[2 * k] != PW_FROZEN_RESUME)
        k++;
    return (int32_t)k;
}

static void put_ints(Freezer *f, const FrCode *c)
{
    const Counts n = count_locals(&f->bytes.at[c->localspluskinds.at]);
    const int32_t ints[] = {c->argcount, c->posonly, c->kwonly, c->stacksize, c->firstlineno,
                            (int32_t)count_of(f, c->localsplusnames), n.locals, n.plain, n.cells, n.frees};
    for (size_t k = 0; k < sizeof ints / sizeof *ints; k++)
        fr_put(&f->out[FR_WARM], (uint32_t)ints[k], 4);
}

static FrValue put_code(Freezer *f, const FrCode *c)
{
    FrOut *o = &f->out[FR_WARM];
    const FrLate code = f->bytes.at[c->code.at];
    FrValue v = made(FR_WARM, fr_begin(o, PW_STATIC_type_code, false), FR_CODE);
    fr_put_word(o, code.n / 2);
    put_pointer(f, FR_WARM, c->consts);
    put_pointer(f, FR_WARM, c->names);
    put_pointer(f, FR_WARM, c->exceptiontable);
    fr_put(o, (uint32_t)c->flags, 4);
    fr_put(o, (uint16_t)PW_FROZEN_WARMUP, 2);
    fr_put(o, 0, 2); /* _co_linearray_entry_size */
    put_ints(f, c);
    const FrValue *pointers[] = {&c->localsplusnames, &c->localspluskinds, &c->filename,
                                 &c->name,            &c->qualname,        &c->linetable};
    for (size_t k = 0; k < sizeof pointers / sizeof *pointers; k++)
        put_pointer(f, FR_WARM, *pointers[k]);
    for (unsigned k = 0; k < 3; k++)
        fr_put_word(o, 0); /* co_weakreflist, _co_code, _co_linearray */
    fr_put(o, (uint32_t)first_traceable(&code), 4);
    fr_put_word(o, 0); /* co_extra */
    pw_write_bytes(&o->data, code.text, code.n);
    return v;
}

FrValue fr_code(Freezer *f, const FrCode *c)
{
    if (!code_ok(f, c) || !intern_names(f, c->names) || !intern_names(f, c->localsplusnames))
        return fr_fail(f, PW_CORRUPT, "a code object is damaged");
    intern_constants(f, c->consts);
    return put_code(f, c);
}
