/* The small pieces of the IR's text. */
#include "ir/parse_internal.h"

#include <stdarg.h>
#include <stdio.h>

bool pw_parse_oops(PwParser *p, const char *format, ...)
{
    char what[200];
    va_list ap;
    if (p->failed)
        return false;
    p->failed = true;
    va_start(ap, format);
    vsnprintf(what, sizeof what, format, ap);
    va_end(ap);
    unsigned line = p->lex.line - (p->lex.tok == PW_TOK_LINE && p->lex.n ? 1 : 0);
    int n = p->lex.tok == PW_TOK_LINE || p->lex.tok == PW_TOK_END ? 0 : p->lex.n < 40 ? (int)p->lex.n : 40;
    pw_err_set(p->err, PW_SYNTAX, "IR text, line %u: %s; found \"%.*s\".", line, what, n, p->lex.text);
    return false;
}

bool pw_parse_no_memory(PwParser *p)
{
    p->failed = true;
    pw_err_set(p->err, p->tree->failed ? PW_ABORT : PW_NOMEM, "IR text, line %u: out of memory or over a limit.",
               p->lex.line);
    return false;
}

/* -- small pieces -- */

bool pw_parse_eat(PwParser *p, const char *s)
{
    if (!pw_lex_is(&p->lex, s))
        return false;
    pw_lex_next(&p->lex);
    return true;
}

bool pw_parse_want(PwParser *p, const char *s)
{
    return pw_parse_eat(p, s) || pw_parse_oops(p, "expected \"%s\"", s);
}

bool pw_parse_want_line(PwParser *p)
{
    if (p->lex.tok != PW_TOK_LINE)
        return pw_parse_oops(p, "expected the end of the line");
    pw_lex_next(&p->lex);
    return !p->failed;
}

bool pw_parse_want_number(PwParser *p, PwTok tok, const char *what, uint64_t max, uint32_t *out)
{
    if (p->lex.tok != tok || p->lex.num < 0 || (uint64_t)p->lex.num > max)
        return pw_parse_oops(p, "expected %s", what);
    *out = (uint32_t)p->lex.num;
    pw_lex_next(&p->lex);
    return true;
}

bool pw_parse_want_name(PwParser *p, const char **out)
{
    char text[4096];
    if (!pw_lex_string(&p->lex, text, sizeof text))
        return pw_parse_oops(p, "expected a string");
    if (!(*out = pw_arena_strn(&p->tree->arena, text, strlen(text))))
        return pw_parse_no_memory(p);
    pw_lex_next(&p->lex);
    return true;
}

/* `=` and hexadecimal digits. */
bool pw_parse_want_hex(PwParser *p, PwDigest *d, unsigned *digits)
{
    if (!pw_lex_is(&p->lex, "="))
        return pw_parse_oops(p, "expected \"=\"");
    *digits = pw_lex_hex(&p->lex, d);
    return *digits || pw_parse_oops(p, "expected 1 to 32 hexadecimal digits");
}

/* The value that the text calls v`number`; made as PW_UNDEFINED when it is new. */
bool pw_parse_value_numbered(PwParser *p, uint32_t number, PwRef *out)
{
    if (number > 4 * PW_MAX_INS)
        return pw_parse_oops(p, "value numbers end at %d", 4 * PW_MAX_INS);
    while (p->value.n <= number)
        if (!PW_VEC_PUSH(&p->value, 0))
            return pw_parse_no_memory(p);
    if (!p->value.at[number]) {
        PwIns ins = {.op = PW_UNDEFINED, .snap = PW_NOSNAP};
        if (p->tree->ins.n >= PW_MAX_INS)
            p->tree->failed = true;
        if (p->tree->failed || !PW_VEC_PUSH(&p->tree->ins, ins))
            return pw_parse_no_memory(p);
        p->value.at[number] = p->tree->ins.n;
    }
    *out = (PwRef){p->value.at[number] - 1};
    return true;
}

/* The op of a constant token. */
static bool const_op(const PwLexer *l, PwOp *op, int64_t *imm)
{
    *imm = l->num;
    if (l->tok == PW_TOK_KINT)
        *op = PW_OP_kint;
    else if (l->tok == PW_TOK_KFLT)
        *op = PW_OP_kflt;
    else if (l->tok == PW_TOK_KOBJ)
        *op = PW_OP_kobj;
    else if (l->tok == PW_TOK_KIDX)
        *op = PW_OP_kidx;
    else if (pw_lex_is(l, "true") || pw_lex_is(l, "false"))
        *op = PW_OP_kbool, *imm = pw_lex_is(l, "true");
    else if (pw_lex_is(l, "null"))
        *op = PW_OP_knull, *imm = 0;
    else
        return false;
    return true;
}

bool pw_parse_is_operand(const PwLexer *l)
{
    PwOp op;
    int64_t imm;
    return l->tok == PW_TOK_VALUE || const_op(l, &op, &imm);
}

bool pw_parse_want_operand(PwParser *p, PwRef *out)
{
    PwOp op;
    int64_t imm;
    if (p->lex.tok == PW_TOK_VALUE) {
        if (!pw_parse_value_numbered(p, (uint32_t)p->lex.num, out))
            return false;
    } else if (const_op(&p->lex, &op, &imm)) {
        *out = pw_tree_const(p->tree, op, imm);
        if (p->tree->failed)
            return pw_parse_no_memory(p);
    } else {
        return pw_parse_oops(p, "expected a value");
    }
    pw_lex_next(&p->lex);
    return true;
}
