/* The layout of a target: where CPython keeps things there. Text form (one "name value" line per fact, sorted) is what caches,
 * images and target descriptions hold; host/layout.c makes it for the running interpreter. No Python needed here. */
#ifndef PW_IR_LAYOUT_H
#define PW_IR_LAYOUT_H

#include "ir/ir.h"

typedef struct PwLayout {
    char triple[32];               /* x86_64-linux-gnu, i686-linux-gnu, arm-linux-gnueabihf, aarch64-linux-gnu */
    uint32_t pointer;              /* bytes */
    uint32_t long_size;            /* bytes of a C long */
    uint32_t field[PW_F_COUNT];    /* offset in bytes, by fields.def */
    uint32_t ob_refcnt, type_version_tag, tuple_items, str_data /* of a compact ASCII str */, long_digits, digit_bits,
        digit_size, float_value;
    uint32_t dict_keys, keys_log2_index_bytes, keys_version, keys_indices, keys_entry_size /* of str-keyed tables */,
        entry_value;
    uint32_t ht_cached_keys;       /* of heap types */
    int32_t values_before;         /* the inline values pointer of an instance: this many bytes from its start (negative) */
} PwLayout;

/* Bytes that a field of this C kind takes on the target. */
uint32_t pw_layout_size(const PwLayout *l, PwCKind kind);
/* Text out and in. Parsing refuses unknown, missing and repeated names by name (STALE, expected / found). */
void pw_layout_print(const PwLayout *l, PwWriter *out);
PwStatus pw_layout_parse(const char *text, size_t n, PwLayout *l, PwErr *err) PW_MUST_CHECK;

#endif
