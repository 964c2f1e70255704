/* Frozen code: its shape, and addresses as text. */
#include "ir/frozen.h"

#include <inttypes.h>
#include <stdio.h>

static const uint16_t counts[PW_STATIC_COUNT] = {
    0, 0,
#define PW_STATIC(name, count, c) count,
#include "ir/statics.def"
#undef PW_STATIC
};

void pw_statics_print(const PwStatics *s, PwWriter *out)
{
    char line[48];
    for (int k = PW_STATIC_string + 1; k < PW_STATIC_COUNT; k++) {
        int n = snprintf(line, sizeof line, "%" PRIx64 " %" PRIx64 "\n", s->of[k].first, s->of[k].stride);
        pw_write_bytes(out, line, (size_t)n);
    }
}

bool pw_statics_parse(const char *text, PwStatics *s)
{
    int used = 0;
    *s = (PwStatics){0};
    for (int k = PW_STATIC_string + 1; k < PW_STATIC_COUNT; k++, text += used)
        if (sscanf(text, "%16" SCNx64 " %16" SCNx64 "%n", &s->of[k].first, &s->of[k].stride, &used) != 2)
            return false;
    return true;
}

uint64_t pw_statics_string(const PwStatics *s, uint32_t entry)
{
    uint32_t k = entry & ~PW_FROZEN_STATIC;
    PwStatic kind = !k ? PW_STATIC_empty_str : k <= 128 ? PW_STATIC_ascii : PW_STATIC_latin1;
    return s->of[kind].first + (k ? (k - 1) % 128 : 0) * s->of[kind].stride;
}

/* -- the shape -- */

typedef struct Words {
    const uint32_t *at, *end;
    size_t limit; /* the last offset at which a pointer fits */
    unsigned pointer;
    uint32_t strings;
    bool bad;
} Words;

static uint32_t word(Words *w)
{
    if (w->at < w->end)
        return *w->at++;
    w->bad = true;
    return 0;
}

static void pointer_at(Words *w, uint64_t at)
{
    w->bad |= at % w->pointer || at > w->limit;
}

static void pointers(Words *w)
{
    uint32_t n = word(w);
    w->bad |= !n;
    for (uint32_t k = 0; k < n && !w->bad; k++)
        pointer_at(w, word(w));
}

static bool links_ok(Words *w)
{
    for (uint32_t n = word(w); n && !w->bad; n--) {
        w->bad |= word(w) >= w->strings;
        pointers(w);
    }
    for (uint32_t n = word(w); n && !w->bad; n--) {
        uint32_t count = word(w), first = word(w);
        pointer_at(w, first);
        if (count)
            pointer_at(w, first + (uint64_t)(count - 1) * w->pointer);
        pointers(w);
    }
    return !w->bad && w->at == w->end;
}

static bool moves_ok(Words *w)
{
    uint32_t n = word(w);
    if (w->bad || (size_t)(w->end - w->at) != n * (sizeof(PwFix) / sizeof *w->at))
        return false;
    const PwFix *m = (const PwFix *)(const void *)w->at;
    for (uint32_t k = 0; k < n; k++) {
        pointer_at(w, m[k].at);
        uint32_t limit = m[k].to == PW_STATIC_string ? w->strings : m[k].to < PW_STATIC_COUNT ? counts[m[k].to] : 0;
        if (m[k].to == PW_STATIC_frozen ? m[k].index : m[k].index >= limit)
            return false;
    }
    return !w->bad;
}

PwStatus pw_frozen_check(size_t n, unsigned pointer, uint32_t strings, const PwFrozenWords *words, PwErr *err)
{
    Words w = {.limit = n - pointer, .pointer = pointer, .strings = strings};
    if (n < pointer)
        return pw_err_set(err, PW_CORRUPT, "frozen code of %zu bytes cannot be", n);
    w.at = words->moves, w.end = words->moves + words->nmoves;
    if (!moves_ok(&w))
        return pw_err_set(err, PW_CORRUPT, "frozen code is damaged: its pointers");
    w.at = words->links, w.end = words->links + words->nlinks;
    if (words->links && !links_ok(&w))
        return pw_err_set(err, PW_CORRUPT, "frozen code is damaged: its strings and sets");
    return PW_OK;
}
