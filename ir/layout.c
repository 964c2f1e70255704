/* Layouts as text: one line "name value" per fact, sorted by name. */
#include "ir/layout.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Fact {
    const char *name;
    size_t at; /* of an int32_t or uint32_t in PwLayout */
} Fact;

/* clang-format off */
static const Fact facts[] = {
#define FACT(name) {#name, offsetof(PwLayout, name)}
    FACT(pointer), FACT(long_size), FACT(ob_refcnt), FACT(type_version_tag), FACT(tuple_items), FACT(str_data),
    FACT(long_digits), FACT(digit_bits), FACT(digit_size), FACT(float_value), FACT(dict_keys),
    FACT(keys_log2_index_bytes), FACT(keys_version), FACT(keys_indices), FACT(keys_entry_size), FACT(entry_value),
    FACT(ht_cached_keys), FACT(values_before),
#undef FACT
#define PW_FIELD(name, type, ckind, fx, st, member) \
    {"field." #name, offsetof(PwLayout, field) + PW_F_##name * sizeof(uint32_t)},
#include "ir/fields.def"
#undef PW_FIELD
};
/* clang-format on */

enum { FACTS = sizeof facts / sizeof *facts };
_Static_assert(sizeof(PwLayout) == 32 + FACTS * sizeof(uint32_t), "every member of PwLayout is a fact");

uint32_t pw_layout_size(const PwLayout *l, PwCKind kind)
{
    switch (kind) {
    case PW_C_OBJ:
    case PW_C_PTR:
    case PW_C_SSIZE:
        return l->pointer;
    case PW_C_LONG:
        return l->long_size;
    case PW_C_INT:
    case PW_C_U32:
        return 4;
    case PW_C_U8:
        return 1;
    case PW_C_F64:
        return 8;
    }
    return 0;
}

/* The one fact that can be negative. */
static bool is_signed(const Fact *f)
{
    return f->at == offsetof(PwLayout, values_before);
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const Fact *const *)a)->name, (*(const Fact *const *)b)->name);
}

void pw_layout_print(const PwLayout *l, PwWriter *out)
{
    static const Fact triple = {"triple", offsetof(PwLayout, triple)};
    const Fact *sorted[FACTS + 1];
    char line[128];
    for (unsigned k = 0; k < FACTS; k++)
        sorted[k] = &facts[k];
    sorted[FACTS] = &triple;
    qsort(sorted, FACTS + 1, sizeof *sorted, by_name);
    for (unsigned k = 0; k <= FACTS; k++) {
        const Fact *f = sorted[k];
        uint32_t v;
        memcpy(&v, (const char *)l + f->at, sizeof v);
        int n = f == &triple   ? snprintf(line, sizeof line, "triple %.31s\n", l->triple)
                : is_signed(f) ? snprintf(line, sizeof line, "%s %" PRId32 "\n", f->name, (int32_t)v)
                               : snprintf(line, sizeof line, "%s %" PRIu32 "\n", f->name, v);
        pw_write_bytes(out, line, (size_t)n);
    }
}

/* -- parsing -- */

typedef struct LayoutParser {
    PwLayout *layout;
    PwErr *err;
    bool seen[FACTS], triple_seen;
} LayoutParser;

static PwStatus stale(const LayoutParser *p, const char *what, const char *name, size_t n)
{
    return pw_err_set(p->err, PW_STALE, "A layout does not fit this build: %s \"%.*s\".", what, n < 60 ? (int)n : 60,
                      name);
}

static PwStatus take_triple(LayoutParser *p, const char *value, size_t n)
{
    if (p->triple_seen)
        return stale(p, "expected one line, found another for", "triple", 6);
    if (!n || n >= sizeof p->layout->triple)
        return stale(p, "expected a triple, found", value, n);
    memcpy(p->layout->triple, value, n);
    p->layout->triple[n] = 0;
    p->triple_seen = true;
    return PW_OK;
}

/* A decimal number that fits the fact. */
static bool take_number(LayoutParser *p, const Fact *f, const char *value, size_t n)
{
    bool minus = n && *value == '-' && is_signed(f);
    int64_t v = 0;
    if (n == (size_t)minus || n > 11)
        return false;
    for (size_t i = minus; i < n; i++) {
        if (value[i] < '0' || value[i] > '9')
            return false;
        v = v * 10 + (value[i] - '0');
    }
    if (v > (is_signed(f) ? INT32_MAX : (int64_t)UINT32_MAX))
        return false;
    uint32_t bits = (uint32_t)(minus ? -v : v);
    memcpy((char *)p->layout + f->at, &bits, sizeof bits);
    return true;
}

static PwStatus take_line(LayoutParser *p, const char *line, size_t n)
{
    const char *space = memchr(line, ' ', n);
    size_t name = space ? (size_t)(space - line) : n, rest = space ? n - name - 1 : 0;
    if (!space)
        return stale(p, "expected \"name value\", found", line, n);
    if (name == 6 && !memcmp(line, "triple", 6))
        return take_triple(p, space + 1, rest);
    for (unsigned k = 0; k < FACTS; k++) {
        if (strlen(facts[k].name) != name || memcmp(facts[k].name, line, name))
            continue;
        if (p->seen[k])
            return stale(p, "expected one line, found another for", line, name);
        p->seen[k] = true;
        return take_number(p, &facts[k], space + 1, rest) ? PW_OK : stale(p, "expected a number, found", line, n);
    }
    return stale(p, "found the unknown fact", line, name);
}

PwStatus pw_layout_parse(const char *text, size_t n, PwLayout *l, PwErr *err)
{
    LayoutParser p = {.layout = l, .err = err};
    const char *end = text + n;
    memset(l, 0, sizeof *l);
    while (text < end) {
        const char *nl = memchr(text, '\n', (size_t)(end - text));
        size_t length = (size_t)((nl ? nl : end) - text);
        PwStatus status = length ? take_line(&p, text, length) : PW_OK;
        if (status)
            return status;
        text += length + (nl != NULL);
    }
    for (unsigned k = 0; k < FACTS; k++)
        if (!p.seen[k])
            return stale(&p, "expected a line, found none for", facts[k].name, strlen(facts[k].name));
    return p.triple_seen ? PW_OK : stale(&p, "expected a line, found none for", "triple", 6);
}
