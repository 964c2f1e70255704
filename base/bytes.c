#include "base/bytes.h"
#include "base/alloc.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

void pw_write_bytes(PwWriter *w, const void *p, size_t n)
{
    if (w->failed || !n)
        return;
    if (n > w->cap - w->n) {
        size_t cap = w->cap ? w->cap : 64;
        while (cap - w->n < n && cap < SIZE_MAX / 4)
            cap *= 2;
        void *at = cap - w->n < n ? NULL : pw_realloc(w->at, cap);
        if (!at) {
            w->failed = true;
            return;
        }
        w->at = at;
        w->cap = cap;
    }
    memcpy(w->at + w->n, p, n);
    w->n += n;
}

void pw_write_u8(PwWriter *w, uint8_t v)
{
    if (w->n < w->cap && !w->failed)
        w->at[w->n++] = v;
    else
        pw_write_bytes(w, &v, 1);
}

void pw_write_u32(PwWriter *w, uint32_t v)
{
    uint8_t b[4];
    for (int i = 0; i < 4; i++)
        b[i] = (uint8_t)(v >> 8 * i);
    pw_write_bytes(w, b, 4);
}

void pw_write_u64(PwWriter *w, uint64_t v)
{
    pw_write_u32(w, (uint32_t)v);
    pw_write_u32(w, (uint32_t)(v >> 32));
}

void pw_write_uint(PwWriter *w, uint64_t v)
{
    while (v >= 128) {
        pw_write_u8(w, (uint8_t)(v | 128));
        v >>= 7;
    }
    pw_write_u8(w, (uint8_t)v);
}

void pw_write_int(PwWriter *w, int64_t v)
{
    pw_write_uint(w, (uint64_t)v << 1 ^ (uint64_t)(v < 0 ? -1 : 0));
}

void pw_write_str(PwWriter *w, const char *s, size_t n)
{
    pw_write_uint(w, n);
    pw_write_bytes(w, s, n);
}

void pw_write_align(PwWriter *w, size_t align)
{
    while (!w->failed && w->n % align)
        pw_write_u8(w, 0);
}

void pw_writer_free(PwWriter *w)
{
    pw_free(w->at);
    *w = (PwWriter){0};
}

const void *pw_read_bytes(PwReader *r, size_t n)
{
    if (r->failed || n > (size_t)(r->end - r->at)) {
        r->failed = true;
        return NULL;
    }
    const void *p = r->at;
    r->at += n;
    return p;
}

uint8_t pw_read_u8(PwReader *r)
{
    const uint8_t *p = pw_read_bytes(r, 1);
    return p ? *p : 0;
}

uint32_t pw_read_u32(PwReader *r)
{
    const uint8_t *p = pw_read_bytes(r, 4);
    return p ? (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24 : 0;
}

uint64_t pw_read_u64(PwReader *r)
{
    uint64_t low = pw_read_u32(r);
    return low | (uint64_t)pw_read_u32(r) << 32;
}

uint64_t pw_read_uint(PwReader *r)
{
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint8_t b = pw_read_u8(r);
        if (shift == 63 && b > 1)
            break;
        v |= (uint64_t)(b & 127) << shift;
        if (!(b & 128))
            return r->failed ? 0 : v;
    }
    r->failed = true;
    return 0;
}

int64_t pw_read_int(PwReader *r)
{
    uint64_t v = pw_read_uint(r);
    return (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
}

uint64_t pw_read_count(PwReader *r, size_t least)
{
    uint64_t n = pw_read_uint(r);
    if (n > (size_t)(r->end - r->at) / (least ? least : 1)) {
        r->failed = true;
        return 0;
    }
    return n;
}

const char *pw_read_str(PwReader *r, size_t *n)
{
    *n = (size_t)pw_read_count(r, 1);
    return pw_read_bytes(r, *n);
}

PwDigest pw_digest(const void *p, size_t n)
{
    PwDigest d;
    XXH128_canonical_t c;
    XXH128_canonicalFromHash(&c, XXH3_128bits(p, n));
    memcpy(d.byte, c.digest, sizeof d.byte);
    return d;
}

void pw_digest_hex(const PwDigest *d, char out[33])
{
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < 16; i++) {
        out[2 * i] = hex[d->byte[i] >> 4];
        out[2 * i + 1] = hex[d->byte[i] & 15];
    }
    out[32] = 0;
}
