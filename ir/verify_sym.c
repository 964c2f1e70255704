/* Rules about symbols and constants. */
#include "ir/verify_internal.h"

static bool is_one_of(uint32_t kind, const uint8_t *list, size_t n)
{
    return memchr(list, (int)kind, n) != NULL;
}

/* Whether a symbol of this kind can be what `sort` says. What a look-up gives may be anything: the linker checks it. */
static bool kind_is(uint32_t kind, const char *sort)
{
    static const uint8_t code[] = {PW_S_rootcode, PW_S_codeobj, PW_S_funccode};
    static const uint8_t dict[] = {PW_S_rootglobals,  PW_S_rootbuiltins, PW_S_funcglobals,
                                   PW_S_funcbuiltins, PW_S_funckwdefs,   PW_S_moddict};
    static const uint8_t type[] = {PW_S_btype, PW_S_htype, PW_S_istype};
    static const uint8_t other[] = {PW_S_single, PW_S_str, PW_S_tuplestr, PW_S_funcdefs};
    bool is_code = is_one_of(kind, code, sizeof code), is_dict = is_one_of(kind, dict, sizeof dict);
    bool is_type = is_one_of(kind, type, sizeof type), is_other = is_one_of(kind, other, sizeof other);
    bool is_object = pw_sym_info[kind].result == 'o';
    bool looked_up = is_object && !is_code && !is_dict && !is_type && !is_other;
    if (!strcmp(sort, "code"))
        return is_code;
    if (!strcmp(sort, "dict"))
        return is_dict;
    if (!strcmp(sort, "type"))
        return is_type || looked_up;
    return !strcmp(sort, "func") ? looked_up : is_object;
}

bool pw_verify_sym_is(const PwTree *t, int64_t number, const char *sort)
{
    if (number < 0 || number >= t->sym.n)
        return false;
    uint32_t kind = t->sym.at[number].kind;
    if (!strncmp(sort, "kind ", 5))
        return !strcmp(pw_sym_info[kind].name, sort + 5);
    return kind_is(kind, sort);
}

static bool uses_exact(const PwSym *s)
{
    static const PwDigest zero;
    const char *uses = pw_sym_info[s->kind].uses;
    return !strchr(uses, 'N') == !s->name && (strchr(uses, 'I') || !s->index) &&
           !strchr(uses, 'D') == !memcmp(&s->digest, &zero, sizeof zero);
}

static bool sym_ok(PwVerify *v, uint32_t number)
{
    const PwSym *s = &v->tree->sym.at[number];
    if (s->kind >= PW_S_COUNT)
        return pw_verify_bad(v, "symbol s%u has no known kind", number);
    const PwSymInfo *info = &pw_sym_info[s->kind];
    if ((*info->parent == '-') != (s->parent.i == PW_NONE))
        return pw_verify_bad(v, "symbol s%u (%s) %s a parent", number, info->name,
                             *info->parent == '-' ? "has" : "lacks");
    if (s->parent.i != PW_NONE && s->parent.i >= number)
        return pw_verify_bad(v, "symbol s%u (%s): its parent is not an earlier symbol", number, info->name);
    if (s->parent.i != PW_NONE && !pw_verify_sym_is(v->tree, s->parent.i, info->parent))
        return pw_verify_bad(v, "symbol s%u (%s): its parent is not of the sort \"%s\"", number, info->name,
                             info->parent);
    if (!uses_exact(s))
        return pw_verify_bad(v, "symbol s%u (%s) must have exactly the parts \"%s\"", number, info->name, info->uses);
    if (s->name && strlen(s->name) > PW_MAX_NAME)
        return pw_verify_bad(v, "symbol s%u (%s): its name is too long", number, info->name);
    return true;
}

bool pw_verify_syms(PwVerify *v)
{
    for (uint32_t k = 0; k < v->tree->sym.n; k++)
        if (!sym_ok(v, k))
            return false;
    return true;
}

bool pw_verify_const(PwVerify *v, const PwIns *ins)
{
    const PwTree *t = v->tree;
    bool linked = ins->op == PW_OP_kobj || ins->op == PW_OP_kidx;
    char want = ins->op == PW_OP_kobj ? 'o' : 'i';
    if (ins->nargs || ins->aux || ins->snap.i != PW_NONE)
        return pw_verify_bad(v, "a constant (%s) has operands or a snapshot", pw_op_info[ins->op].name);
    if (ins->op == PW_OP_kbool && ins->imm != 0 && ins->imm != 1)
        return pw_verify_bad(v, "a bool constant is neither 0 nor 1");
    if (ins->op == PW_OP_knull && ins->imm)
        return pw_verify_bad(v, "the null constant has a number");
    if (!linked)
        return true;
    if (ins->imm < 0 || ins->imm >= t->sym.n || pw_sym_info[t->sym.at[ins->imm].kind].result != want)
        return pw_verify_bad(v, "a constant (%s) does not name a symbol of its type", pw_op_info[ins->op].name);
    return true;
}
