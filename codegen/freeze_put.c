/* Writing objects as CPython has them in memory, field by field, with the target's alignment.
 *
 * Source: CPython 3.11 Include/cpython/bytesobject.h, longintrepr.h, unicodeobject.h; Include/internal/pycore_gc.h.
 */
#include "codegen/freeze_internal.h"

void fr_put(FrOut *o, uint64_t v, unsigned size)
{
    uint8_t b[8];
    for (unsigned k = 0; k < size; k++)
        b[k] = (uint8_t)(v >> 8 * k);
    pw_write_align(&o->data, size > o->p ? o->p : size);
    pw_write_bytes(&o->data, b, size);
}

void fr_put_word(FrOut *o, int64_t v)
{
    fr_put(o, (uint64_t)v, o->p);
}

static void put_fix(FrOut *o, PwStatic to, uint32_t index, uint32_t value)
{
    pw_write_align(&o->data, o->p);
    pw_write_u32(&o->moves, (uint32_t)o->data.n);
    pw_write_u32(&o->moves, to | index << 8);
    o->fixes++;
    fr_put_word(o, value);
}

void fr_put_static(FrOut *o, PwStatic to, uint32_t index)
{
    put_fix(o, to, index, 0);
}

void fr_put_frozen(FrOut *o, uint32_t at)
{
    put_fix(o, PW_STATIC_frozen, 0, at);
}

uint32_t fr_begin(FrOut *o, PwStatic type, bool gc)
{
    pw_write_align(&o->data, 8);
    if (gc) {
        fr_put_word(o, 0);
        fr_put_word(o, 0);
    }
    uint32_t at = (uint32_t)o->data.n;
    fr_put_word(o, PW_FROZEN_REFS);
    fr_put_static(o, type, 0);
    return at;
}

/* -- numbers and bytes -- */

uint32_t fr_put_int(FrOut *o, const uint32_t *digits, uint32_t n, bool negative)
{
    uint32_t at = fr_begin(o, PW_STATIC_type_int, false);
    fr_put_word(o, negative ? -(int64_t)n : n);
    for (uint32_t k = 0; k < n; k++)
        fr_put(o, digits[k], 4);
    return at;
}

uint32_t fr_put_numbers(FrOut *o, PwStatic type, const double *x, uint32_t n)
{
    uint32_t at = fr_begin(o, type, false);
    pw_write_align(&o->data, o->target->align_double);
    for (uint32_t k = 0; k < n; k++) {
        uint64_t bits;
        memcpy(&bits, &x[k], sizeof bits);
        pw_write_u64(&o->data, bits);
    }
    return at;
}

uint32_t fr_put_bytes(FrOut *o, const uint8_t *p, uint32_t n)
{
    uint32_t at = fr_begin(o, PW_STATIC_type_bytes, false);
    fr_put_word(o, n);
    fr_put_word(o, -1); /* the hash is not known */
    pw_write_bytes(&o->data, p, n);
    pw_write_u8(&o->data, 0);
    return at;
}

/* -- str -- */

/* One character of UTF-8, surrogates included; UINT32_MAX when it is none. */
static uint32_t character(const uint8_t **at, const uint8_t *end)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    uint32_t c = *(*at)++;
    unsigned more = c < 0x80 ? 0 : c >> 5 == 6 ? 1 : c >> 4 == 14 ? 2 : c >> 3 == 30 ? 3 : 4;
    if (more == 4 || (size_t)(end - *at) < more)
        return UINT32_MAX;
    c &= more ? 0x3fu >> more : 0x7f;
    for (unsigned k = 0; k < more; k++) {
        if (**at >> 6 != 2)
            return UINT32_MAX;
        c = c << 6 | (*(*at)++ & 0x3f);
    }
    return c < least[more] || c > 0x10ffff ? UINT32_MAX : c;
}

bool fr_measure(const uint8_t *p, uint32_t n, uint32_t *count, uint32_t *largest)
{
    *count = *largest = 0;
    for (const uint8_t *at = p, *end = p + n; at < end; ++*count) {
        uint32_t c = character(&at, end);
        if (c == UINT32_MAX)
            return false;
        *largest = c > *largest ? c : *largest;
    }
    return true;
}

uint32_t fr_put_str(FrOut *o, const uint8_t *p, uint32_t n)
{
    uint32_t count, largest;
    (void)fr_measure(p, n, &count, &largest);
    bool ascii = largest < 128;
    unsigned kind = largest < 0x100 ? 1 : largest < 0x10000 ? 2 : 4;
    uint32_t v = fr_begin(o, PW_STATIC_type_str, false);
    fr_put_word(o, count);
    fr_put_word(o, -1);
    fr_put(o, kind << 2 | 1u << 5 | (unsigned)ascii << 6 | 1u << 7, 4); /* compact, ascii, ready */
    if (kind == 4)
        fr_put_frozen(o, v + o->target->str_data + 3 * o->p); /* wstr: wchar_t is that wide */
    else
        fr_put_word(o, 0);
    if (!ascii) {
        fr_put_word(o, 0);
        fr_put_word(o, 0);
        fr_put_word(o, kind == 4 ? count : 0);
    }
    for (const uint8_t *at = p, *end = p + n; at < end;)
        fr_put(o, character(&at, end), kind);
    fr_put(o, 0, kind);
    return v;
}
