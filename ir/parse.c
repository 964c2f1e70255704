/* Text to trees: a statement per line, docs/ir.md has the grammar. What it accepts need not pass the verifier. */
#include "ir/parse_internal.h"

/* -- the head -- */

static bool head_number(PwParser *p)
{
    static const char *const names[] = {"unit", "nlocals", "nstack", "line"};
    static const uint64_t most[] = {PW_NONE, PW_MAX_SLOTS, PW_MAX_SLOTS, PW_NONE};
    PwTree *t = p->tree;
    uint32_t v;
    unsigned k = 0;
    while (k < 4 && !pw_parse_eat(p, names[k]))
        k++;
    if (k == 4)
        return pw_parse_oops(p, "unknown attribute of the tree");
    if (!pw_parse_want(p, "=") || !pw_parse_want_number(p, PW_TOK_INT, "a number", most[k], &v))
        return false;
    if (k == 0)
        t->unit = v;
    else if (k == 1)
        t->nlocals = (uint16_t)v;
    else if (k == 2)
        t->nstack = (uint16_t)v;
    else
        t->line = v;
    return true;
}

/* key = 1 to 8 hexadecimal digits */
static bool head_key(PwParser *p)
{
    PwDigest d;
    unsigned digits;
    if (!pw_parse_want_hex(p, &d, &digits))
        return false;
    if (digits > 8)
        return pw_parse_oops(p, "a key has at most 8 digits");
    p->tree->key = 0;
    for (unsigned k = 0; k < digits; k++)
        p->tree->key = p->tree->key << 4 | (d.byte[k / 2] >> (k & 1 ? 0 : 4) & 15);
    return true;
}

static bool head_attribute(PwParser *p)
{
    unsigned digits;
    if (pw_parse_eat(p, "raw"))
        return true;
    if (pw_parse_eat(p, "optimised"))
        return p->tree->optimised = true;
    if (pw_parse_eat(p, "code"))
        return pw_parse_want_hex(p, &p->tree->code, &digits);
    if (pw_parse_eat(p, "qualname"))
        return pw_parse_want(p, "=") && pw_parse_want_name(p, &p->tree->qualname);
    if (pw_parse_eat(p, "file"))
        return pw_parse_want(p, "=") && pw_parse_want_name(p, &p->tree->filename);
    return pw_parse_eat(p, "key") ? head_key(p) : head_number(p);
}

static bool head(PwParser *p)
{
    if (!pw_parse_want(p, "tree"))
        return false;
    if (pw_parse_eat(p, "func"))
        p->tree->kind = PW_ROOT_FUNC;
    else if (!pw_parse_want(p, "loop"))
        return false;
    while (p->lex.tok != PW_TOK_LINE)
        if (!head_attribute(p))
            return false;
    return pw_parse_want_line(p);
}

/* -- symbols -- */

static bool sym_kind(PwParser *p, PwSymKind *out)
{
    for (unsigned k = 0; k < PW_S_COUNT; k++)
        if (p->lex.tok == PW_TOK_WORD && pw_parse_eat(p, pw_sym_info[k].name)) {
            *out = (PwSymKind)k;
            return true;
        }
    return pw_parse_oops(p, "unknown kind of symbol");
}

static bool sym_rest(PwParser *p, PwSym *s)
{
    unsigned digits;
    if (p->lex.tok == PW_TOK_SYM && !pw_parse_want_number(p, PW_TOK_SYM, "a symbol", PW_NONE - 1, &s->parent.i))
        return false;
    if (pw_parse_eat(p, "[") &&
        (!pw_parse_want_number(p, PW_TOK_INT, "an index", PW_NONE, &s->index) || !pw_parse_want(p, "]")))
        return false;
    if (p->lex.tok == PW_TOK_STRING && !pw_parse_want_name(p, &s->name))
        return false;
    return !pw_parse_eat(p, "digest") || pw_parse_want_hex(p, &s->digest, &digits);
}

static bool sym(PwParser *p)
{
    uint32_t number;
    PwSymKind kind = PW_S_rootcode;
    PwSym s = {.parent = PW_NOSYM};
    if (!pw_parse_want_number(p, PW_TOK_SYM, "a symbol", PW_NONE - 1, &number))
        return false;
    if (number != p->tree->sym.n)
        return pw_parse_oops(p, "the next symbol is s%u", p->tree->sym.n);
    if (!pw_parse_want(p, "=") || !sym_kind(p, &kind) || !sym_rest(p, &s))
        return false;
    s.kind = kind;
    return PW_VEC_PUSH(&p->tree->sym, s) || pw_parse_no_memory(p); /* not interned: the number must be as written */
}

/* -- segments -- */

static bool seg(PwParser *p)
{
    uint32_t number, parent = PW_NONE, length = 0;
    PwSnapNo from = PW_NOSNAP;
    if (!pw_parse_want_number(p, PW_TOK_INT, "a segment number", PW_MAX_SEGS, &number))
        return false;
    if (number != p->tree->seg.n)
        return pw_parse_oops(p, "the next segment is %u", p->tree->seg.n);
    bool is_loop = pw_parse_eat(p, "loop");
    if (pw_parse_eat(p, "from") && !pw_parse_want_number(p, PW_TOK_SNAP, "a snapshot", PW_NONE - 1, &from.i))
        return false;
    if (from.i != PW_NONE && from.i >= p->tree->snap.n)
        return pw_parse_oops(p, "there is no snapshot #%u", from.i);
    if (pw_parse_eat(p, "in") && !pw_parse_want_number(p, PW_TOK_INT, "a segment number", PW_MAX_SEGS, &parent))
        return false;
    if (pw_parse_eat(p, "length") &&
        (!pw_parse_want(p, "=") || !pw_parse_want_number(p, PW_TOK_INT, "a number of bytecodes", PW_MAX_LENGTH, &length)))
        return false;
    if (pw_tree_seg(p->tree, from, parent) == PW_NONE)
        return pw_parse_no_memory(p);
    p->tree->seg.at[number].is_loop = is_loop;
    p->tree->seg.at[number].length = length;
    return pw_parse_want(p, ":");
}

/* -- instructions -- */

static bool op_named(PwParser *p, PwIns *ins)
{
    for (unsigned k = 0; k < PW_OP_COUNT; k++)
        if (p->lex.tok == PW_TOK_WORD && !(pw_op_info[k].flags & PW_FLAG_K) && pw_parse_eat(p, pw_op_info[k].name)) {
            ins->op = (uint8_t)k;
            return true;
        }
    return pw_parse_oops(p, "unknown op");
}

static bool type_letter(PwParser *p, PwIns *ins)
{
    if (p->lex.tok != PW_TOK_WORD || p->lex.n != 1 || pw_type_of_letter(*p->lex.text) == PW_T_COUNT)
        return pw_parse_oops(p, "expected a type letter");
    ins->imm = *p->lex.text;
    pw_lex_next(&p->lex);
    return true;
}

/* The row of fields.def, arrays.def or helpers.def that the current word names. */
static bool row_named(PwParser *p, PwIns *ins)
{
    unsigned aux = pw_op_info[ins->op].aux;
    unsigned n = aux == PW_AUX_FIELD ? PW_F_COUNT : aux == PW_AUX_ARRAY ? PW_A_COUNT : PW_H_COUNT;
    for (unsigned k = 0; k < n; k++) {
        const char *name = aux == PW_AUX_FIELD   ? pw_field_info[k].name
                           : aux == PW_AUX_ARRAY ? pw_array_info[k].name
                                                 : pw_helper_info[k].name;
        if (pw_lex_is(&p->lex, name)) {
            ins->aux = (uint16_t)k;
            pw_lex_next(&p->lex);
            return true;
        }
    }
    return pw_parse_oops(p, "unknown field, array or helper");
}

/* What stands between the op and its operands. */
static bool ins_aux(PwParser *p, PwIns *ins)
{
    switch (pw_op_info[ins->op].aux) {
    case PW_AUX_IMM:
    case PW_AUX_SLOT:
        if (ins->op == PW_OP_param)
            return type_letter(p, ins);
        if (p->lex.tok != PW_TOK_INT)
            return pw_parse_oops(p, "expected a number");
        ins->imm = p->lex.num;
        pw_lex_next(&p->lex);
        return true;
    case PW_AUX_FIELD:
    case PW_AUX_ARRAY:
    case PW_AUX_HELPER:
        return row_named(p, ins);
    default:
        return true;
    }
}

static bool ins_operands(PwParser *p, PwIns *ins)
{
    ins->args = p->tree->arg.n;
    while (pw_parse_is_operand(&p->lex)) {
        PwRef r;
        if (ins->nargs == PW_MAX_ARGS)
            return pw_parse_oops(p, "more than %d operands", PW_MAX_ARGS);
        if (!pw_parse_want_operand(p, &r))
            return false;
        if (!PW_VEC_PUSH(&p->tree->arg, r))
            return pw_parse_no_memory(p);
        ins->nargs++;
    }
    return true;
}

/* The symbol, the snapshot and the unit behind the operands. */
static bool ins_tail(PwParser *p, PwIns *ins)
{
    uint32_t s;
    if (pw_op_info[ins->op].aux == PW_AUX_SYM) {
        bool call = ins->op == PW_OP_vcall, given = !call || pw_parse_eat(p, "kw");
        if ((call && given && !pw_parse_want(p, "=")) ||
            (given && !pw_parse_want_number(p, PW_TOK_SYM, "a symbol", PW_NONE - 1, &s)))
            return false;
        if (given)
            ins->imm = (int64_t)s + call;
    }
    if (p->lex.tok == PW_TOK_SNAP && !pw_parse_want_number(p, PW_TOK_SNAP, "a snapshot", PW_NONE - 1, &ins->snap.i))
        return false;
    return p->lex.tok != PW_TOK_UNIT || pw_parse_want_number(p, PW_TOK_UNIT, "a code unit", PW_NONE, &ins->unit);
}

/* Puts the instruction where its name already points, or at the end. */
static bool ins_place(PwParser *p, const PwIns *ins, uint32_t name)
{
    PwTree *t = p->tree;
    PwRef r = {t->ins.n};
    if (name != PW_NONE) {
        if (!pw_parse_value_numbered(p, name, &r))
            return false;
        if (t->ins.at[r.i].op != PW_UNDEFINED)
            return pw_parse_oops(p, "v%u is defined twice", name);
        t->ins.at[r.i] = *ins;
    } else if (t->ins.n >= PW_MAX_INS || !PW_VEC_PUSH(&t->ins, *ins)) {
        return pw_parse_no_memory(p);
    }
    return PW_VEC_PUSH(&t->seg.at[t->seg.n - 1].list, r.i) || pw_parse_no_memory(p);
}

static bool instruction(PwParser *p)
{
    PwIns ins = {.snap = PW_NOSNAP};
    uint32_t name = PW_NONE;
    if (!p->tree->seg.n)
        return pw_parse_oops(p, "an instruction before the first segment");
    if (p->lex.tok == PW_TOK_VALUE &&
        (!pw_parse_want_number(p, PW_TOK_VALUE, "a value", PW_NONE - 1, &name) || !pw_parse_want(p, "=")))
        return false;
    if (!op_named(p, &ins) || !ins_aux(p, &ins))
        return false;
    PwType type = pw_op_type((PwOp)ins.op, ins.aux, ins.imm);
    if ((type == PW_T_V) != (name == PW_NONE))
        return pw_parse_oops(p, "%s %s a value", pw_op_info[ins.op].name, type == PW_T_V ? "does not give" : "gives");
    ins.type = (uint8_t)type;
    return ins_operands(p, &ins) && ins_tail(p, &ins) && ins_place(p, &ins, name);
}

/* -- the whole -- */

static bool statement(PwParser *p)
{
    bool ok;
    if (pw_parse_eat(p, "sym"))
        ok = sym(p);
    else if (pw_parse_eat(p, "snap"))
        ok = pw_parse_snap(p);
    else if (pw_parse_eat(p, "seg"))
        ok = seg(p);
    else
        ok = instruction(p);
    return ok && pw_parse_want_line(p);
}

static bool all_defined(PwParser *p)
{
    for (uint32_t k = 0; k < p->value.n; k++)
        if (p->value.at[k] && p->tree->ins.at[p->value.at[k] - 1].op == PW_UNDEFINED)
            return pw_parse_oops(p, "v%u is never defined", k);
    return true;
}

PwStatus pw_tree_parse(const char *text, size_t n, PwTree **tree, PwErr *err)
{
    PwErr own;
    PwParser p = {.lex = pw_lexer(text, n), .tree = pw_tree_new(), .err = err ? err : &own};
    *tree = NULL;
    if (!p.tree)
        return pw_err_set(err, PW_NOMEM, "Out of memory for a tree.");
    pw_lex_next(&p.lex);
    bool ok = head(&p);
    while (ok && p.lex.tok != PW_TOK_END)
        ok = statement(&p);
    ok = ok && all_defined(&p);
    PwStatus status = ok ? PW_OK : p.err->status;
    if (ok)
        *tree = p.tree;
    else
        pw_tree_free(p.tree);
    PW_VEC_FREE(&p.value);
    PW_VEC_FREE(&p.entry);
    PW_VEC_FREE(&p.drop);
    return status;
}
