/* Layouts as text: one line "name value" per fact, sorted by name. */
#include "ir/layout.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Fact {
    const char *name;
    size_t at; /* of a uint32_t in PwLayout */
    uint32_t least, most;
    uint32_t step; /* 0: the size of `kind` */
    PwCKind kind;
} Fact;

enum { OFFSET_MOST = 4096 };

/* clang-format off */
static const Fact facts[] = {
#define PW_FACT(name, expression, least, most, step) {#name, offsetof(PwLayout, name), least, most, step, PW_C_PTR},
#include "ir/layout.def"
#undef PW_FACT
#define PW_SIZE(name, type, size, each) \
    {"size." #name, offsetof(PwLayout, basic) + PW_SIZE_##name * sizeof(uint32_t), 8, OFFSET_MOST, 1, PW_C_PTR}, \
    {"item." #name, offsetof(PwLayout, item) + PW_SIZE_##name * sizeof(uint32_t), 0, OFFSET_MOST, 1, PW_C_PTR},
#include "ir/sizes.def"
#undef PW_SIZE
#define PW_FIELD(name, type, ckind, fx, st, member) \
    {"field." #name, offsetof(PwLayout, field) + PW_F_##name * sizeof(uint32_t), 0, OFFSET_MOST, 0, PW_C_##ckind},
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

PwDigest pw_layout_digest(const PwLayout *l)
{
    _Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the digest of a layout is that of its bytes");
    return pw_digest(l, sizeof *l);
}

static uint32_t value_of(const PwLayout *l, const Fact *f)
{
    uint32_t v;
    memcpy(&v, (const char *)l + f->at, sizeof v);
    return v;
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(const Fact *const *)a)->name, (*(const Fact *const *)b)->name);
}

void pw_layout_print(const PwLayout *l, PwWriter *out)
{
    static const Fact triple = {.name = "triple"};
    const Fact *sorted[FACTS + 1];
    char line[128];
    for (unsigned k = 0; k < FACTS; k++)
        sorted[k] = &facts[k];
    sorted[FACTS] = &triple;
    qsort(sorted, FACTS + 1, sizeof *sorted, by_name);
    for (unsigned k = 0; k <= FACTS; k++) {
        const Fact *f = sorted[k];
        int n = f == &triple ? snprintf(line, sizeof line, "triple %.31s\n", l->triple)
                             : snprintf(line, sizeof line, "%s %" PRIu32 "\n", f->name, value_of(l, f));
        pw_write_bytes(out, line, (size_t)n);
    }
}

PwStatus pw_layout_compare(const PwLayout *expected, const PwLayout *found, PwErr *err)
{
    if (strncmp(expected->triple, found->triple, sizeof expected->triple))
        return pw_err_set(err, PW_STALE, "expected triple %.31s, found %.31s", expected->triple, found->triple);
    for (unsigned k = 0; k < FACTS; k++)
        if (value_of(expected, &facts[k]) != value_of(found, &facts[k]))
            return pw_err_set(err, PW_STALE, "expected %s %" PRIu32 ", found %" PRIu32, facts[k].name,
                              value_of(expected, &facts[k]), value_of(found, &facts[k]));
    return PW_OK;
}

/* -- parsing -- */

typedef struct LayoutParser {
    const char *source;
    PwLayout *layout;
    PwErr *err;
    unsigned line;
    unsigned seen[FACTS], triple_seen; /* lines; 0: not so far */
} LayoutParser;

static PwStatus refuse(const LayoutParser *p, unsigned line, const char *what, const char *name, size_t n)
{
    return pw_err_set(p->err, PW_SYNTAX, "%s, line %u: %s \"%.*s\"", p->source, line, what, n < 60 ? (int)n : 60,
                      name);
}

static PwStatus take_triple(LayoutParser *p, const char *value, size_t n)
{
    if (p->triple_seen)
        return refuse(p, p->line, "expected one line, found another for", "triple", 6);
    if (!n || n >= sizeof p->layout->triple)
        return refuse(p, p->line, "expected a triple, found", value, n);
    memcpy(p->layout->triple, value, n);
    p->triple_seen = p->line;
    return PW_OK;
}

/* A decimal number of 32 bits. */
static bool read_number(const char *value, size_t n, uint32_t *out)
{
    uint64_t v = 0;
    if (!n || n > 10)
        return false;
    for (size_t i = 0; i < n; i++) {
        if (value[i] < '0' || value[i] > '9')
            return false;
        v = v * 10 + (uint64_t)(value[i] - '0');
    }
    *out = (uint32_t)v;
    return v <= UINT32_MAX;
}

static PwStatus take_line(LayoutParser *p, const char *line, size_t n)
{
    const char *space = memchr(line, ' ', n);
    size_t name = space ? (size_t)(space - line) : n, rest = space ? n - name - 1 : 0;
    if (!space)
        return refuse(p, p->line, "expected \"name value\", found", line, n);
    if (name == 6 && !memcmp(line, "triple", 6))
        return take_triple(p, space + 1, rest);
    for (unsigned k = 0; k < FACTS; k++) {
        uint32_t v;
        if (strlen(facts[k].name) != name || memcmp(facts[k].name, line, name))
            continue;
        if (p->seen[k])
            return refuse(p, p->line, "expected one line, found another for", line, name);
        if (!read_number(space + 1, rest, &v))
            return refuse(p, p->line, "expected a number, found", line, n);
        p->seen[k] = p->line;
        memcpy((char *)p->layout + facts[k].at, &v, sizeof v);
        return PW_OK;
    }
    return refuse(p, p->line, "found the unknown fact", line, name);
}

/* Members of structures lie where the C of the target aligns them. */
static uint32_t step_of(const PwLayout *l, const Fact *f)
{
    if (f->step)
        return f->step;
    return f->kind == PW_C_F64 ? l->align_double : pw_layout_size(l, f->kind);
}

static PwStatus at_odds(const LayoutParser *p, const char *a, const char *b)
{
    unsigned at[2] = {0, 0};
    for (unsigned k = 0; k < FACTS; k++)
        for (unsigned which = 0; which < 2; which++)
            if (!strcmp(facts[k].name, which ? b : a))
                at[which] = k;
    return pw_err_set(p->err, PW_SYNTAX, "%s, line %u: %s %" PRIu32 " cannot be with %s %" PRIu32 " of line %u", p->source,
                      p->seen[at[0]], a, value_of(p->layout, &facts[at[0]]), b, value_of(p->layout, &facts[at[1]]),
                      p->seen[at[1]]);
}

/* Numbers that cannot be, once all are known. */
static PwStatus check(const LayoutParser *p)
{
    const PwLayout *l = p->layout;
    for (unsigned k = 0; k < FACTS; k++) {
        const Fact *f = &facts[k];
        uint32_t v = value_of(l, f), step = step_of(l, f);
        if (v < f->least || v > f->most || (step && v % step))
            return pw_err_set(p->err, PW_SYNTAX,
                              "%s, line %u: %s %" PRIu32 " cannot be: expected a multiple of %" PRIu32 " from %" PRIu32
                              " to %" PRIu32,
                              p->source, p->seen[k], f->name, v, step, f->least, f->most);
    }
    if (l->digit_size * 8 != l->digit_bits + 2 && l->digit_size * 8 != l->digit_bits + 1)
        return at_odds(p, "digit_bits", "digit_size");
    return l->long_size > l->pointer ? at_odds(p, "long_size", "pointer") : PW_OK;
}

PwStatus pw_layout_parse(const char *text, size_t n, const char *source, PwLayout *l, PwErr *err)
{
    LayoutParser p = {.source = source, .layout = l, .err = err};
    const char *end = text + n;
    memset(l, 0, sizeof *l);
    while (text < end) {
        const char *nl = memchr(text, '\n', (size_t)(end - text));
        size_t length = (size_t)((nl ? nl : end) - text);
        p.line++;
        PwStatus status = length && *text != '#' ? take_line(&p, text, length) : PW_OK;
        if (status)
            return status;
        text += length + (nl != NULL);
    }
    for (unsigned k = 0; k < FACTS; k++)
        if (!p.seen[k])
            return refuse(&p, p.line, "the end, and no line for", facts[k].name, strlen(facts[k].name));
    return p.triple_seen ? check(&p) : refuse(&p, p.line, "the end, and no line for", "triple", 6);
}
