/* Reading and writing byte strings: little-endian fixed widths, LEB128 varints, length-prefixed strings.
 *
 * A writer remembers that it ran out of memory (failed); a reader remembers that it ran past the end or met an impossible
 * value (failed), and yields zeros from then on: check once, at the end. Ctx any thread; no Python.
 */
#ifndef PW_BASE_BYTES_H
#define PW_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct PwWriter {
    uint8_t *at; /* owned; pw_writer_free or steal it */
    size_t n, cap;
    bool failed;
} PwWriter;

void pw_write_bytes(PwWriter *w, const void *p, size_t n);
void pw_write_u8(PwWriter *w, uint8_t v);
void pw_write_u32(PwWriter *w, uint32_t v);
void pw_write_u64(PwWriter *w, uint64_t v);
void pw_write_uint(PwWriter *w, uint64_t v);                  /* unsigned varint */
void pw_write_int(PwWriter *w, int64_t v);                    /* zig-zag varint */
void pw_write_str(PwWriter *w, const char *s, size_t n);      /* varint length, then the bytes */
void pw_write_align(PwWriter *w, size_t align);               /* zeros up to a multiple of align */
void pw_writer_free(PwWriter *w);

typedef struct PwReader {
    const uint8_t *at, *end; /* borrowed */
    bool failed;
} PwReader;

static inline PwReader pw_reader(const void *p, size_t n) { return (PwReader){p, (const uint8_t *)p + n, false}; }
const void *pw_read_bytes(PwReader *r, size_t n); /* borrowed from the input; NULL when there are fewer than n */
uint8_t pw_read_u8(PwReader *r);
uint32_t pw_read_u32(PwReader *r);
uint64_t pw_read_u64(PwReader *r);
uint64_t pw_read_uint(PwReader *r);
int64_t pw_read_int(PwReader *r);
uint64_t pw_read_count(PwReader *r, size_t least); /* a varint count of items of at least `least` bytes each: fails if they cannot be there */
const char *pw_read_str(PwReader *r, size_t *n);   /* borrowed, not NUL-terminated */

/* FNV-1a, folded: for tables in memory. */
static inline uint32_t pw_hash(const void *p, size_t n)
{
    uint32_t h = 2166136261u;
    for (const uint8_t *at = p; n; n--)
        h = (h ^ *at++) * 16777619u;
    return h ^ h >> 15;
}

/* A 128-bit digest (XXH3): names content, does not defend against forgery. Stable across machines and versions. */
typedef struct PwDigest {
    uint8_t byte[16];
} PwDigest;
PwDigest pw_digest(const void *p, size_t n);
void pw_digest_hex(const PwDigest *d, char out[33]);

#endif
