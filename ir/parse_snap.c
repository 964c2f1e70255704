/* Snapshots in the IR's text. */
#include "ir/parse_internal.h"

/* keep | null | own VALUE | borrow VALUE */
static bool entry(PwParser *p)
{
    PwEntry e = {.kind = PW_E_KEEP, .ref = PW_NOREF};
    if (pw_parse_eat(p, "keep"))
        e.kind = PW_E_KEEP;
    else if (pw_parse_eat(p, "null"))
        e.kind = PW_E_NULL;
    else if (pw_parse_eat(p, "own"))
        e.kind = PW_E_OWN;
    else if (pw_parse_eat(p, "borrow"))
        e.kind = PW_E_BORROW;
    else
        return pw_parse_oops(p, "expected keep, null, own or borrow");
    if ((e.kind == PW_E_OWN || e.kind == PW_E_BORROW) && !pw_parse_want_operand(p, &e.ref))
        return false;
    return PW_VEC_PUSH(&p->entry, e) || pw_parse_no_memory(p);
}

static bool drop(PwParser *p)
{
    PwRef r;
    if (!pw_parse_want_operand(p, &r))
        return false;
    return PW_VEC_PUSH(&p->drop, r) || pw_parse_no_memory(p);
}

/* = [ item, item ... ] */
static bool list(PwParser *p, bool (*item)(PwParser *p))
{
    if (!pw_parse_want(p, "=") || !pw_parse_want(p, "["))
        return false;
    if (pw_parse_eat(p, "]"))
        return true;
    do {
        if (!item(p))
            return false;
    } while (pw_parse_eat(p, ","));
    return pw_parse_want(p, "]");
}

static bool slots(PwParser *p, uint16_t *n)
{
    uint32_t before = p->entry.n;
    if (!list(p, entry))
        return false;
    if (p->entry.n - before > PW_MAX_SLOTS)
        return pw_parse_oops(p, "too many slots");
    *n = (uint16_t)(p->entry.n - before);
    return true;
}

static bool cont(PwParser *p, uint32_t *out)
{
    if (!pw_parse_want(p, "="))
        return false;
    for (*out = 0; *out < PW_CONT_COUNT; ++*out)
        if (pw_parse_eat(p, pw_cont_name[*out]))
            return true;
    return pw_parse_oops(p, "unknown continuation");
}

static bool frame(PwParser *p, PwSnapFrame *f)
{
    *f = (PwSnapFrame){.func = PW_NOREF};
    if (!pw_parse_want(p, "code") || !pw_parse_want(p, "=") ||
        !pw_parse_want_number(p, PW_TOK_SYM, "a symbol", PW_NONE - 1, &f->code.i))
        return false;
    if (pw_parse_eat(p, "func") && (!pw_parse_want(p, "=") || !pw_parse_want_operand(p, &f->func)))
        return false;
    if (!pw_parse_want(p, "unit") || !pw_parse_want(p, "=") ||
        !pw_parse_want_number(p, PW_TOK_INT, "a code unit", PW_NONE, &f->unit))
        return false;
    if (pw_parse_eat(p, "cont") && !cont(p, &f->cont))
        return false;
    return pw_parse_want(p, "locals") && slots(p, &f->nlocals) && pw_parse_want(p, "stack") && slots(p, &f->nstack);
}

/* Whether a frame or the drops follow, perhaps on the next line. */
static bool more(PwParser *p, const char *word)
{
    PwLexer before = p->lex;
    if (p->lex.tok == PW_TOK_LINE)
        pw_lex_next(&p->lex);
    if (pw_parse_eat(p, word))
        return true;
    p->lex = before;
    return false;
}

bool pw_parse_snap(PwParser *p)
{
    PwSnapFrame frames[PW_MAX_DEPTH];
    uint32_t number, count = 0, past = 0, hot, other, throws, nframes = 0;
    p->entry.n = p->drop.n = 0;
    if (!pw_parse_want_number(p, PW_TOK_SNAP, "a snapshot", PW_NONE - 1, &number))
        return false;
    if (number != p->tree->snap.n)
        return pw_parse_oops(p, "the next snapshot is #%u", p->tree->snap.n);
    if (pw_parse_eat(p, "count") &&
        (!pw_parse_want(p, "=") || !pw_parse_want_number(p, PW_TOK_INT, "a count", PW_NONE, &count)))
        return false;
    hot = pw_parse_eat(p, "hot");
    other = pw_parse_eat(p, "other");
    throws = pw_parse_eat(p, "throws");
    if (pw_parse_eat(p, "past") &&
        (!pw_parse_want(p, "=") || !pw_parse_want_number(p, PW_TOK_INT, "a number of bytecodes", PW_MAX_LENGTH, &past)))
        return false;
    while (more(p, "frame")) {
        if (nframes == PW_MAX_DEPTH)
            return pw_parse_oops(p, "more than %d frames", PW_MAX_DEPTH);
        if (!frame(p, &frames[nframes++]))
            return false;
    }
    if (more(p, "drops") && !list(p, drop))
        return false;
    PwSnapNo s = pw_tree_snap(p->tree, frames, nframes, p->entry.at, p->entry.n, p->drop.at, p->drop.n);
    if (s.i == PW_NONE)
        return nframes ? pw_parse_no_memory(p) : pw_parse_oops(p, "a snapshot without a frame");
    p->tree->snap.at[s.i].count = count;
    p->tree->snap.at[s.i].hot = hot;
    p->tree->snap.at[s.i].other = other;
    p->tree->snap.at[s.i].throws = throws;
    p->tree->snap.at[s.i].past = past;
    return true;
}
