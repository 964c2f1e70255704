/* Rules about one instruction in its place. */
#include "ir/verify_internal.h"

/* Number of loop parameters: params stand first in the loop segment. */
static uint32_t loop_params(const PwTree *t)
{
    uint32_t n = 0;
    if (t->seg.n < 2 || !t->seg.at[1].is_loop)
        return 0;
    while (n < t->seg.at[1].list.n && t->ins.at[t->seg.at[1].list.at[n]].op == PW_OP_param)
        n++;
    return n;
}

/* -- aux and imm -- */

static bool sym_ok(PwVerify *v, const PwIns *ins)
{
    const PwTree *t = v->tree;
    switch (ins->op) {
    case PW_OP_gtype:
        return pw_verify_sym_is(t, ins->imm, "type") || pw_verify_bad(v, "its symbol is no type");
    case PW_OP_gclass:
        return pw_verify_sym_is(t, ins->imm, "kind typever") || pw_verify_bad(v, "its symbol is no typever");
    case PW_OP_gkeys:
        return pw_verify_sym_is(t, ins->imm, "kind keysver") || pw_verify_bad(v, "its symbol is no keysver");
    case PW_OP_gckeys:
        return pw_verify_sym_is(t, ins->imm, "kind ckeysver") || pw_verify_bad(v, "its symbol is no ckeysver");
    case PW_OP_vcall:
        return !ins->imm || pw_verify_sym_is(t, ins->imm - 1, "kind tuplestr") ||
               pw_verify_sym_is(t, ins->imm - 1, "kind const") || pw_verify_bad(v, "its keyword names are no tuple");
    default:
        return (ins->imm >= 0 && ins->imm < t->sym.n) || pw_verify_bad(v, "there is no such symbol");
    }
}

static bool imm_ok(PwVerify *v, const PwIns *ins)
{
    if (ins->op == PW_OP_param)
        return pw_verify_bad(v, "a param stands first in the loop segment, and nowhere else");
    return (ins->imm >= 0 && ins->imm <= INT32_MAX) || pw_verify_bad(v, "its number is out of range");
}

static bool helper_ok(PwVerify *v, const PwIns *ins)
{
    if (ins->aux >= PW_H_COUNT)
        return pw_verify_bad(v, "there is no such helper");
    /* The rows from long_value on are codegen's own. */
    return ins->aux < PW_H_long_value || pw_verify_bad(v, "traces do not call %s", pw_helper_info[ins->aux].name);
}

static bool aux_ok(PwVerify *v, const PwIns *ins)
{
    unsigned aux = pw_op_info[ins->op].aux;
    bool has_aux = aux == PW_AUX_FIELD || aux == PW_AUX_ARRAY || aux == PW_AUX_HELPER;
    bool has_imm = aux == PW_AUX_IMM || aux == PW_AUX_SYM || aux == PW_AUX_SLOT;
    if ((!has_aux && ins->aux) || (!has_imm && ins->imm))
        return pw_verify_bad(v, "it has a number that this op does not take");
    switch (aux) {
    case PW_AUX_IMM:
        return imm_ok(v, ins);
    case PW_AUX_SYM:
        return sym_ok(v, ins);
    case PW_AUX_SLOT:
        return (ins->imm >= 0 && ins->imm < (int64_t)v->tree->nlocals + v->tree->nstack) ||
               pw_verify_bad(v, "the root frame has no such slot");
    case PW_AUX_FIELD:
        return ins->aux < PW_F_COUNT || pw_verify_bad(v, "there is no such field");
    case PW_AUX_ARRAY:
        return ins->aux < PW_A_COUNT || pw_verify_bad(v, "there is no such kind of array");
    case PW_AUX_HELPER:
        return helper_ok(v, ins);
    default:
        return true;
    }
}

/* -- operands -- */

/* The letter that the k-th operand must have: '*' repeats the letter before it any number of times; 0 = one too many.
 */
static char letter_at(const char *args, unsigned k)
{
    for (; *args; args++) {
        if (args[1] == '*')
            return *args;
        if (!k--)
            return *args;
    }
    return 0;
}

static unsigned fewest(const char *args)
{
    size_t n = strlen(args);
    return (unsigned)(n && args[n - 1] == '*' ? n - 2 : n);
}

/* The operand types of this instruction, with those from aux put in. */
static const char *signature(const PwIns *ins)
{
    static const char *const stored[PW_T_COUNT][2] = {
        [PW_T_O] = {"oo", "pio"}, [PW_T_I] = {"oi", "pii"}, [PW_T_F] = {"of", "pif"},
        [PW_T_B] = {"ob", "pib"}, [PW_T_P] = {"op", "pip"}, [PW_T_V] = {"", ""},
    };
    if (ins->op == PW_OP_call)
        return pw_helper_info[ins->aux].args;
    if (ins->op == PW_OP_stf)
        return stored[pw_type_of_letter(pw_field_info[ins->aux].type)][0];
    if (ins->op == PW_OP_stx)
        return stored[pw_type_of_letter(pw_array_info[ins->aux].type)][1];
    return ins->op == PW_OP_vtuple ? "?*" : pw_op_info[ins->op].args;
}

static bool operand_ok(PwVerify *v, PwRef r, unsigned k, char want, bool in_vtuple)
{
    const PwIns *def = &v->tree->ins.at[r.i];
    char type = pw_type_letter((PwType)def->type);
    if (want == '?' ? type == 'v' : type != want)
        return pw_verify_bad(v, "operand %u has type %c, wants %c", k, type, want);
    if (in_vtuple && type == 'p')
        return pw_verify_bad(v, "an interior pointer cannot be in a tuple");
    if (pw_op_info[def->op].flags & PW_FLAG_V && !in_vtuple)
        return pw_verify_bad(v, "operand %u is virtual: only snapshots and vtuples may use it", k);
    return pw_verify_available(v, r, v->seg, v->pos) || pw_verify_bad(v, "operand %u is not defined before it", k);
}

static bool operands_ok(PwVerify *v, const PwIns *ins)
{
    const char *args = signature(ins);
    if (ins->nargs < fewest(args) || (ins->nargs && !letter_at(args, ins->nargs - 1u)))
        return pw_verify_bad(v, "it has %u operands, wants \"%s\"", ins->nargs, args);
    for (unsigned k = 0; k < ins->nargs; k++)
        if (!operand_ok(v, v->tree->arg.at[ins->args + k], k, letter_at(args, k), ins->op == PW_OP_vtuple))
            return false;
    return true;
}

static bool vtuple_ok(PwVerify *v, PwRef self, const PwIns *ins)
{
    uint32_t size = 1;
    for (unsigned k = 0; k < ins->nargs; k++) {
        PwRef r = v->tree->arg.at[ins->args + k];
        size += v->tree->ins.at[r.i].op == PW_OP_vtuple ? v->size[r.i] : 1;
    }
    v->size[self.i] = size;
    return size <= PW_MAX_VTUPLE || pw_verify_bad(v, "a vtuple of more than %d values", PW_MAX_VTUPLE);
}

/* -- ends -- */

static bool inside_loop(const PwTree *t, uint32_t seg)
{
    while (seg > 1)
        seg = t->seg.at[seg].parent;
    return seg == 1 && t->seg.at[1].is_loop;
}

/* enter and jump: one operand per param, of its type. */
static bool to_params(PwVerify *v, const PwIns *ins)
{
    const PwTree *t = v->tree;
    uint32_t n = loop_params(t);
    if (ins->op == PW_OP_enter ? v->seg != 0 : !inside_loop(t, v->seg))
        return pw_verify_bad(v, "enter ends segment 0, jump the loop segment and its side segments");
    if (t->seg.n < 2 || !t->seg.at[1].is_loop || ins->nargs != n)
        return pw_verify_bad(v, "it has %u operands for %u params", ins->nargs, n);
    for (unsigned k = 0; k < n; k++)
        if (t->ins.at[t->arg.at[ins->args + k].i].type != t->ins.at[t->seg.at[1].list.at[k]].type)
            return pw_verify_bad(v, "operand %u is not of its param's type", k);
    return true;
}

static bool end_ok(PwVerify *v, const PwIns *ins)
{
    bool last = v->pos + 1 == v->tree->seg.at[v->seg].list.n, ends = pw_op_info[ins->op].flags & PW_FLAG_T;
    if (last != ends)
        return pw_verify_bad(v, ends ? "a segment goes on after its end" : "a segment has no end");
    if (ins->op == PW_OP_loop && v->tree->kind != PW_ROOT_LOOP)
        return pw_verify_bad(v, "loop in a function's tree");
    return (ins->op != PW_OP_enter && ins->op != PW_OP_jump) || to_params(v, ins);
}

/* -- the whole -- */

static bool param_ok(PwVerify *v, const PwIns *ins)
{
    const PwTree *t = v->tree;
    if (v->seg != 1 || v->pos >= loop_params(t) || ins->nargs || ins->aux || ins->type == PW_T_V)
        return pw_verify_bad(v, "a param stands first in the loop segment, and nowhere else");
    return true;
}

bool pw_verify_ins(PwVerify *v, PwRef self)
{
    const PwIns *ins = &v->tree->ins.at[self.i];
    uint32_t flags = pw_op_info[ins->op].flags;
    if (flags & (v->tree->optimised ? PW_FLAG_R : PW_FLAG_X))
        return pw_verify_bad(v, "this op is for %s trees only", v->tree->optimised ? "raw" : "optimised");
    if (ins->op == PW_OP_param ? !param_ok(v, ins) : !aux_ok(v, ins))
        return false;
    if (!operands_ok(v, ins) || !end_ok(v, ins))
        return false;
    if (ins->op == PW_OP_vtuple && !vtuple_ok(v, self, ins))
        return false;
    return pw_verify_snap_at(v, ins);
}
