/* The tables of the IR as static data. */
#include "ir/ir.h"

/* Letters to bits: a string literal of at most 6 flags folds to a constant. */
#define LETTER(s, k) ((sizeof(s) > (k) + 1) ? 1u << (((s)[(sizeof(s) > (k) + 1) ? (k) : 0] - 'A') & 31) : 0u)
#define FLAGS(s) (LETTER(s, 0) | LETTER(s, 1) | LETTER(s, 2) | LETTER(s, 3) | LETTER(s, 4) | LETTER(s, 5))

const PwOpInfo pw_op_info[PW_OP_COUNT] = {
#define PW_OP(name, result, args, aux, flags, reads, writes, text)                                                     \
    {#name, args, #result[0], PW_AUX_##aux, FLAGS(flags), reads, writes, text},
#include "ir/ops.def"
#undef PW_OP
};

const PwOpInfo pw_helper_info[PW_H_COUNT] = {
#define PW_HELPER(name, result, args, flags, reads, writes, text)                                                      \
    {#name, args, #result[0], PW_AUX_NONE, FLAGS(flags), reads, writes, text},
#include "ir/helpers.def"
#undef PW_HELPER
};

const PwMemInfo pw_field_info[PW_F_COUNT] = {
#define PW_FIELD(name, type, ckind, fx, st, member) {#name, #type[0], PW_C_##ckind, fx},
#include "ir/fields.def"
#undef PW_FIELD
};

const PwMemInfo pw_array_info[PW_A_COUNT] = {
#define PW_ARRAY(name, type, ckind, fx) {#name, #type[0], PW_C_##ckind, fx},
#include "ir/arrays.def"
#undef PW_ARRAY
};

const PwSymInfo pw_sym_info[PW_S_COUNT] = {
#define PW_SYM(name, result, parent, uses, text) {#name, parent, uses, text, #result[0]},
#include "ir/syms.def"
#undef PW_SYM
};

_Static_assert(PW_FX_COUNT <= 30, "effect classes and PW_FX_OF_AUX share 32 bits");
_Static_assert(PW_OP_COUNT <= 256, "PwIns.op is a byte");
_Static_assert(PW_MAX_ARGS <= 255, "PwIns.nargs is a byte");
_Static_assert(sizeof(PwIns) == 32, "as documented");

/* Every row as text; the version counts changes of meaning that no row shows. */
static const char all_rows[] = "prewarm ir 2\n"
#define PW_OP(name, result, args, aux, flags, reads, writes, text)                                                     \
    "op " #name " " #result " " args " " #aux " " flags " " #reads " " #writes " " text "\n"
#include "ir/ops.def"
#undef PW_OP
#define PW_HELPER(name, result, args, flags, reads, writes, text)                                                      \
    "helper " #name " " #result " " args " " flags " " #reads " " #writes " " text "\n"
#include "ir/helpers.def"
#undef PW_HELPER
#define PW_FIELD(name, type, ckind, fx, st, member) "field " #name " " #type " " #ckind " " #fx " " #st " " #member "\n"
#include "ir/fields.def"
#undef PW_FIELD
#define PW_ARRAY(name, type, ckind, fx) "array " #name " " #type " " #ckind " " #fx "\n"
#include "ir/arrays.def"
#undef PW_ARRAY
#define PW_SYM(name, result, parent, uses, text) "sym " #name " " #result " " parent " " uses " " text "\n"
#include "ir/syms.def"
#undef PW_SYM
#define PW_FX(name, text) "fx " #name " " text "\n"
#include "ir/fx.def"
#undef PW_FX
    ;

PwDigest pw_ir_digest(void)
{
    return pw_digest(all_rows, sizeof all_rows - 1);
}

const char *const pw_cont_name[PW_CONT_COUNT] = {
#define PW_CONT(name, text, operands, meaning) text,
#include "ir/conts.def"
#undef PW_CONT
};

const uint8_t pw_cont_operands[PW_CONT_COUNT] = {
#define PW_CONT(name, text, operands, meaning) operands,
#include "ir/conts.def"
#undef PW_CONT
};

static const char letters[] = "voifbp";
_Static_assert(sizeof letters == PW_T_COUNT + 1, "one letter per type");

PwType pw_type_of_letter(char c)
{
    const char *p = c ? strchr(letters, c) : NULL;
    return p ? (PwType)(p - letters) : PW_T_COUNT;
}

char pw_type_letter(PwType t)
{
    return (unsigned)t < PW_T_COUNT ? letters[t] : '?';
}

PwType pw_op_type(PwOp op, uint16_t aux, int64_t imm)
{
    if ((unsigned)op >= PW_OP_COUNT)
        return PW_T_COUNT;
    char c = pw_op_info[op].result;
    if (c != '?')
        return pw_type_of_letter(c);
    switch (pw_op_info[op].aux) {
    case PW_AUX_FIELD:
        return aux < PW_F_COUNT ? pw_type_of_letter(pw_field_info[aux].type) : PW_T_COUNT;
    case PW_AUX_ARRAY:
        return aux < PW_A_COUNT ? pw_type_of_letter(pw_array_info[aux].type) : PW_T_COUNT;
    case PW_AUX_HELPER:
        return aux < PW_H_COUNT ? pw_type_of_letter(pw_helper_info[aux].result) : PW_T_COUNT;
    default:
        return imm > 0 && imm < 128 ? pw_type_of_letter((char)imm) : PW_T_COUNT;
    }
}

/* The helper's row of a call, or NULL. */
static const PwOpInfo *helper_row(const PwIns *ins)
{
    return ins->op == PW_OP_call && ins->aux < PW_H_COUNT ? &pw_helper_info[ins->aux] : NULL;
}

uint32_t pw_ins_flags(const PwIns *ins)
{
    if (ins->op >= PW_OP_COUNT)
        return 0;
    const PwOpInfo *h = helper_row(ins);
    return pw_op_info[ins->op].flags | (h ? h->flags : 0);
}

/* Effects of field, array and helper rows. */
static uint32_t aux_effects(const PwIns *ins, bool writes)
{
    switch (pw_op_info[ins->op].aux) {
    case PW_AUX_FIELD:
        return ins->aux < PW_F_COUNT ? pw_field_info[ins->aux].fx : PW_FX_ALL;
    case PW_AUX_ARRAY:
        return ins->aux < PW_A_COUNT ? pw_array_info[ins->aux].fx : PW_FX_ALL;
    default: {
        const PwOpInfo *h = helper_row(ins);
        return !h ? PW_FX_ALL : writes ? h->writes : h->reads;
    }
    }
}

uint32_t pw_ins_reads(const PwIns *ins)
{
    uint32_t fx = ins->op < PW_OP_COUNT ? pw_op_info[ins->op].reads : PW_FX_ALL;
    return fx & PW_FX_OF_AUX ? aux_effects(ins, false) : fx;
}

uint32_t pw_ins_writes(const PwIns *ins)
{
    uint32_t fx = ins->op < PW_OP_COUNT ? pw_op_info[ins->op].writes : PW_FX_ALL;
    return fx & PW_FX_OF_AUX ? aux_effects(ins, true) : fx;
}
