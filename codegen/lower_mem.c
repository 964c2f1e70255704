/* Values, constants, and memory: every access carries the kind of memory it touches. */
#include "codegen/lower.h"

LLVMTypeRef pw_low_type(const PwCg *cg, PwType t)
{
    switch (t) {
    case PW_T_O:
    case PW_T_P:
        return cg->ptr;
    case PW_T_I:
        return cg->i64;
    case PW_T_F:
        return cg->f64;
    case PW_T_B:
        return cg->i1;
    case PW_T_V:
    case PW_T_COUNT:
        break;
    }
    return cg->i64;
}

LLVMValueRef pw_low_int(const PwLow *c, int64_t v)
{
    return LLVMConstInt(c->cg->i64, (unsigned long long)v, 1);
}

static LLVMValueRef constant(PwLow *c, const PwIns *ins)
{
    double d;
    switch (ins->op) {
    case PW_OP_kint:
        return pw_low_int(c, ins->imm);
    case PW_OP_kbool:
        return LLVMConstInt(c->cg->i1, ins->imm != 0, 0);
    case PW_OP_knull:
        return LLVMConstNull(c->cg->ptr);
    case PW_OP_kobj:
        return pw_low_link(c, c->cg->ptr, ins->imm);
    case PW_OP_kidx:
        return pw_low_link(c, c->cg->i64, ins->imm);
    default:
        break;
    }
    memcpy(&d, &ins->imm, sizeof d);
    if (d == d)
        return LLVMConstReal(c->cg->f64, d);
    return LLVMConstBitCast(pw_low_int(c, ins->imm), c->cg->f64); /* keeps the bits of a NaN */
}

LLVMValueRef pw_low_val(PwLow *c, PwRef r)
{
    const PwIns *ins = r.i < c->tree->ins.n ? &c->tree->ins.at[r.i] : NULL;
    if (ins && pw_op_info[ins->op].flags & PW_FLAG_K)
        return constant(c, ins);
    if (ins && c->val[r.i])
        return c->val[r.i];
    pw_low_fail(c, PW_INVALID, "it uses a value that is not defined there");
    return LLVMGetUndef(ins ? pw_low_type(c->cg, (PwType)ins->type) : c->cg->i64);
}

LLVMValueRef pw_low_arg(PwLow *c, unsigned k)
{
    const PwIns *ins = pw_low_ins(c);
    if (k < ins->nargs)
        return pw_low_val(c, c->tree->arg.at[ins->args + k]);
    pw_low_fail(c, PW_INVALID, "it has too few operands");
    return LLVMGetUndef(c->cg->i64);
}

/* -- memory -- */

void pw_low_tag(PwLow *c, LLVMValueRef access, PwMem mem)
{
    if (c->cg->tbaa[mem])
        LLVMSetMetadata(access, c->cg->md_tbaa, c->cg->tbaa[mem]);
    if (mem == PW_MEM_CONST)
        LLVMSetMetadata(access, c->cg->md_invariant, c->cg->empty);
}

static LLVMValueRef gep(PwLow *c, LLVMBuilderRef b, LLVMValueRef base, int64_t offset)
{
    LLVMValueRef index = pw_low_int(c, offset);
    return offset ? LLVMBuildGEP2(b, c->cg->i8, base, &index, 1, "") : base;
}

LLVMValueRef pw_low_at(PwLow *c, LLVMValueRef base, int64_t offset)
{
    return gep(c, c->b, base, offset);
}

LLVMValueRef pw_low_load(PwLow *c, LLVMTypeRef type, LLVMValueRef base, int64_t offset, PwMem mem)
{
    LLVMValueRef v = LLVMBuildLoad2(c->b, type, pw_low_at(c, base, offset), "");
    pw_low_tag(c, v, mem);
    return v;
}

void pw_low_store(PwLow *c, LLVMValueRef v, LLVMValueRef base, int64_t offset, PwMem mem)
{
    pw_low_tag(c, LLVMBuildStore(c->b, v, pw_low_at(c, base, offset)), mem);
}

static uint64_t bytes_behind(const PwLow *c, PwRunCell cell)
{
    if (cell == PW_RUN_LINKS)
        return ((uint64_t)c->tree->sym.n + c->tree->seg.n) * sizeof(PwCell);
    return cell == PW_RUN_HELPERS ? PW_H_COUNT * sizeof(PwCell) : 0;
}

LLVMValueRef pw_low_cell(PwLow *c, PwRunCell cell)
{
    PwCg *cg = c->cg;
    if (c->cell[cell])
        return c->cell[cell];
    LLVMValueRef v = LLVMBuildLoad2(c->entry, cg->ptr, gep(c, c->entry, c->run, cell * (int64_t)sizeof(PwCell)), "");
    pw_low_tag(c, v, PW_MEM_CONST);
    uint64_t bytes = bytes_behind(c, cell);
    if (bytes) {
        LLVMMetadataRef n = LLVMValueAsMetadata(LLVMConstInt(cg->i64, bytes, 0));
        LLVMSetMetadata(v, cg->md_deref, LLVMMetadataAsValue(cg->ctx, LLVMMDNodeInContext2(cg->ctx, &n, 1)));
    }
    return c->cell[cell] = v;
}

LLVMValueRef pw_low_link(PwLow *c, LLVMTypeRef type, int64_t symbol)
{
    if (symbol < 0 || symbol >= c->tree->sym.n)
        pw_low_fail(c, PW_INVALID, "there is no such symbol");
    LLVMValueRef v = pw_low_load(c, type, pw_low_cell(c, PW_RUN_LINKS), symbol * (int64_t)sizeof(PwCell), PW_MEM_CONST);
    if (type == c->cg->ptr)
        LLVMSetMetadata(v, c->cg->md_nonnull, c->cg->empty);
    return v;
}

LLVMValueRef pw_low_obtype(PwLow *c, LLVMValueRef object)
{
    return pw_low_load(c, c->cg->ptr, object, c->cg->layout.field[PW_F_OB_TYPE], (PwMem)PW_FXN_TYPE);
}

/* -- constants have no place; a tree that gives them one asks for nothing -- */
#define NOTHING(name)                                                                                                  \
    void pw_low_op_##name(PwLow *c)                                                                                    \
    {                                                                                                                  \
        (void)c;                                                                                                       \
    }
NOTHING(kint)
NOTHING(kflt)
NOTHING(kbool)
NOTHING(kobj)
NOTHING(kidx)
NOTHING(knull)
NOTHING(vtuple)
NOTHING(param)

/* -- inputs and frame memory -- */

static int64_t slot_offset(const PwLow *c)
{
    return pw_low_ins(c)->imm * c->cg->layout.pointer;
}

void pw_low_op_slot(PwLow *c)
{
    LLVMValueRef slots = pw_low_cell(c, PW_RUN_SLOTS);
    pw_low_set(c, pw_low_load(c, c->cg->ptr, slots, slot_offset(c), (PwMem)PW_FXN_FRAME));
}

void pw_low_op_stslot(PwLow *c)
{
    LLVMValueRef v = pw_low_arg(c, 0);
    pw_low_store(c, v, pw_low_cell(c, PW_RUN_SLOTS), slot_offset(c), (PwMem)PW_FXN_FRAME);
}

void pw_low_op_func(PwLow *c)
{
    pw_low_set(c, pw_low_cell(c, PW_RUN_FUNC));
}

/* -- fields and elements -- */

static PwMem mem_of_fx(uint32_t fx)
{
    if (!fx)
        return PW_MEM_FIXED;
    return fx & (fx - 1) ? PW_MEM_ANY : (PwMem)__builtin_ctz(fx);
}

static LLVMTypeRef memory_type(const PwCg *cg, PwCKind kind)
{
    switch (kind) {
    case PW_C_OBJ:
    case PW_C_PTR:
        return cg->ptr;
    case PW_C_SSIZE:
        return cg->word;
    case PW_C_LONG:
        return cg->size_long;
    case PW_C_INT:
    case PW_C_U32:
        return cg->i32;
    case PW_C_U8:
        return cg->i8;
    case PW_C_F64:
        return cg->f64;
    }
    return cg->ptr;
}

static LLVMValueRef load_kind(PwLow *c, const PwMemInfo *m, LLVMValueRef at, int64_t offset)
{
    LLVMTypeRef type = memory_type(c->cg, (PwCKind)m->ckind);
    LLVMValueRef v = pw_low_load(c, type, at, offset, mem_of_fx(m->fx));
    if (m->type != 'i')
        return v;
    bool is_unsigned = m->ckind == PW_C_U32 || m->ckind == PW_C_U8;
    return LLVMBuildIntCast2(c->b, v, c->cg->i64, !is_unsigned, "");
}

static void store_kind(PwLow *c, const PwMemInfo *m, LLVMValueRef v, LLVMValueRef at, int64_t offset)
{
    LLVMTypeRef type = memory_type(c->cg, (PwCKind)m->ckind);
    if (m->type == 'i')
        v = LLVMBuildIntCast2(c->b, v, type, 1, "");
    pw_low_store(c, v, at, offset, mem_of_fx(m->fx));
}

static const PwMemInfo *row(PwLow *c, const PwMemInfo *table, unsigned n)
{
    if (pw_low_ins(c)->aux < n)
        return &table[pw_low_ins(c)->aux];
    pw_low_fail(c, PW_INVALID, "there is no such field or array");
    return table;
}

void pw_low_op_ldf(PwLow *c)
{
    const PwMemInfo *m = row(c, pw_field_info, PW_F_COUNT);
    pw_low_set(c, load_kind(c, m, pw_low_arg(c, 0), c->cg->layout.field[m - pw_field_info]));
}

void pw_low_op_stf(PwLow *c)
{
    const PwMemInfo *m = row(c, pw_field_info, PW_F_COUNT);
    store_kind(c, m, pw_low_arg(c, 1), pw_low_arg(c, 0), c->cg->layout.field[m - pw_field_info]);
}

static LLVMValueRef element(PwLow *c, const PwMemInfo *m)
{
    LLVMValueRef index = pw_low_arg(c, 1);
    return LLVMBuildGEP2(c->b, memory_type(c->cg, (PwCKind)m->ckind), pw_low_arg(c, 0), &index, 1, "");
}

void pw_low_op_ldx(PwLow *c)
{
    const PwMemInfo *m = row(c, pw_array_info, PW_A_COUNT);
    pw_low_set(c, load_kind(c, m, element(c, m), 0));
}

void pw_low_op_stx(PwLow *c)
{
    const PwMemInfo *m = row(c, pw_array_info, PW_A_COUNT);
    store_kind(c, m, pw_low_arg(c, 2), element(c, m), 0);
}

void pw_low_op_addp(PwLow *c)
{
    LLVMValueRef offset = pw_low_arg(c, 1);
    pw_low_set(c, LLVMBuildGEP2(c->b, c->cg->i8, pw_low_arg(c, 0), &offset, 1, ""));
}

void pw_low_op_tupleitems(PwLow *c)
{
    pw_low_set(c, pw_low_at(c, pw_low_arg(c, 0), c->cg->layout.tuple_items));
}

void pw_low_op_strdata(PwLow *c)
{
    pw_low_set(c, pw_low_at(c, pw_low_arg(c, 0), c->cg->layout.str_data));
}

void pw_low_op_values(PwLow *c)
{
    pw_low_set(c, pw_low_load(c, c->cg->ptr, pw_low_arg(c, 0), -(int64_t)c->cg->layout.values_before, (PwMem)PW_FXN_ATTR));
}

void pw_low_op_typeof(PwLow *c)
{
    pw_low_set(c, pw_low_obtype(c, pw_low_arg(c, 0)));
}

/* Entries begin behind the index table: keys + keys_indices + 2**log2_index_bytes. */
void pw_low_op_dictval(PwLow *c)
{
    const PwLayout *l = &c->cg->layout;
    LLVMBuilderRef b = c->b;
    LLVMValueRef entry = pw_low_arg(c, 1);
    LLVMValueRef keys = pw_low_load(c, c->cg->ptr, pw_low_arg(c, 0), l->dict_keys, (PwMem)PW_FXN_DICT);
    LLVMValueRef log2 = pw_low_load(c, c->cg->i8, keys, l->keys_log2_index_bytes, (PwMem)PW_FXN_DICT);
    LLVMValueRef shift = LLVMBuildZExt(b, log2, c->cg->i64, "");
    LLVMValueRef bytes = LLVMBuildShl(b, pw_low_int(c, 1), shift, "");
    LLVMValueRef offset = LLVMBuildMul(b, entry, pw_low_int(c, l->keys_entry_size), "");
    LLVMValueRef sum = LLVMBuildAdd(b, bytes, offset, "");
    LLVMValueRef at = LLVMBuildGEP2(b, c->cg->i8, keys, &sum, 1, "");
    pw_low_set(c, pw_low_load(c, c->cg->ptr, at, (int64_t)l->keys_indices + l->entry_value, (PwMem)PW_FXN_DICT));
}
