/* Calls: helpers through their table, the sync protocol around opaque ones, arrays of operands. */
#include "codegen/lower.h"

static PwCallEffect effect_of(PwHelper h)
{
    const PwOpInfo *info = &pw_helper_info[h];
    if (h == PW_H_long_new || h == PW_H_float_new)
        return PW_CALL_FRESH;
    if (h == PW_H_long_value)
        return PW_CALL_ARGS;
    if (info->writes || info->flags & (PW_FLAG_S | PW_FLAG_O | PW_FLAG_E))
        return PW_CALL_ALL;
    bool objects = strpbrk(info->args, "op") != NULL;
    return objects || info->reads ? PW_CALL_READS : PW_CALL_PURE;
}

static LLVMTypeRef c_type(const PwCg *cg, char letter)
{
    PwType t = pw_type_of_letter(letter);
    return t == PW_T_B || t == PW_T_V ? cg->i32 : pw_low_type(cg, t);
}

static LLVMTypeRef helper_type(const PwCg *cg, PwHelper h)
{
    LLVMTypeRef params[16];
    unsigned n = 0;
    for (const char *a = pw_helper_info[h].args; *a && n < 16; a++) {
        if (*a == '*')
            params[n++] = cg->i64;
        else
            params[n++] = a[1] == '*' ? cg->ptr : c_type(cg, *a);
    }
    return LLVMFunctionType(c_type(cg, pw_helper_info[h].result), params, n, 0);
}

void pw_low_fill_types(PwCg *cg)
{
    for (unsigned h = 0; h < PW_H_COUNT; h++)
        cg->helper_type[h] = helper_type(cg, (PwHelper)h);
}

LLVMValueRef pw_low_call(PwLow *c, PwHelper h, LLVMValueRef *args, unsigned n)
{
    PwCg *cg = c->cg;
    PwCallEffect effect = effect_of(h);
    if (n != LLVMCountParamTypes(cg->helper_type[h])) {
        pw_low_fail(c, PW_INVALID, "its operands do not fit the helper");
        return LLVMGetUndef(LLVMGetReturnType(cg->helper_type[h]));
    }
    LLVMValueRef table = pw_low_cell(c, PW_RUN_HELPERS);
    LLVMValueRef fn = pw_low_load(c, cg->ptr, table, h * (int64_t)sizeof(PwCell), PW_MEM_CONST);
    LLVMValueRef call = LLVMBuildCall2(c->b, cg->helper_type[h], fn, args, n, "");
    LLVMAddCallSiteAttribute(call, LLVMAttributeFunctionIndex, cg->nounwind);
    if (cg->effect[effect])
        LLVMAddCallSiteAttribute(call, LLVMAttributeFunctionIndex, cg->effect[effect]);
    if (effect != PW_CALL_ALL)
        LLVMAddCallSiteAttribute(call, LLVMAttributeFunctionIndex, cg->willreturn);
    if (h == PW_H_dealloc || h == PW_H_long_value)
        LLVMAddCallSiteAttribute(call, LLVMAttributeFunctionIndex, cg->cold);
    return call;
}

/* -- sync -- */

static const PwSnap *sync_snap(PwLow *c)
{
    PwSnapNo s = pw_low_ins(c)->snap;
    if (s.i < c->tree->snap.n && c->tree->snap.at[s.i].nframes)
        return &c->tree->snap.at[s.i];
    pw_low_fail(c, PW_INVALID, "it has no snapshot");
    return NULL;
}

static void set_sync(PwLow *c, int64_t v)
{
    pw_low_store(c, pw_low_int(c, v), c->run, PW_RUN_SYNC * (int64_t)sizeof(PwCell), PW_MEM_CELLS);
}

static LLVMValueRef cold_cell(PwLow *c, PwRunCell cell)
{
    return pw_low_load(c, c->cg->ptr, c->run, cell * (int64_t)sizeof(PwCell), PW_MEM_CONST);
}

/* Tells the runtime how the frames look. */
static const PwSnap *show(PwLow *c)
{
    const PwSnap *s = sync_snap(c);
    if (!s)
        return NULL;
    int64_t unit = c->tree->frame.at[s->frames].unit;
    bool after = pw_low_ins(c)->op == PW_OP_free;
    pw_low_cells(c, pw_low_ins(c)->snap);
    set_sync(c, pw_low_ins(c)->snap.i);
    LLVMValueRef at = pw_low_at(c, cold_cell(c, PW_RUN_CODE), 2 * (s->nframes > 1 || after ? unit - 1 : unit));
    pw_low_store(c, at, cold_cell(c, PW_RUN_PREV), 0, PW_MEM_ANY);
    return s;
}

void pw_low_sync(PwLow *c)
{
    const PwSnap *s = show(c);
    if (s && s->nframes > 1)
        pw_low_call(c, pw_low_ins(c)->op == PW_OP_free ? PW_H_sync_after : PW_H_sync_begin, &c->run, 1);
}

void pw_low_unsync(PwLow *c)
{
    const PwSnap *s = sync_snap(c);
    if (s && s->nframes > 1)
        pw_low_call(c, PW_H_sync_end, &c->run, 1);
    set_sync(c, -1);
}

/* -- arrays of operands -- */

static unsigned longest(const PwTree *t)
{
    unsigned most = 1;
    for (uint32_t k = 0; k < t->ins.n; k++)
        if (t->ins.at[k].nargs > most)
            most = t->ins.at[k].nargs;
    return most;
}

/* Operands from number `first` on, as an array. */
static LLVMValueRef operands(PwLow *c, unsigned first)
{
    PwCg *cg = c->cg;
    if (!c->array)
        c->array = LLVMBuildAlloca(c->entry, LLVMArrayType2(cg->ptr, longest(c->tree)), "operands");
    for (unsigned k = first; k < pw_low_ins(c)->nargs; k++)
        pw_low_store(c, pw_low_arg(c, k), c->array, (k - first) * (int64_t)cg->layout.pointer, PW_MEM_STACK);
    return c->array;
}

/* -- ops -- */

LLVMValueRef pw_low_rounded(PwLow *c, LLVMValueRef v)
{
    if (!c->cg->f80)
        return v;
    if (!c->rounding)
        c->rounding = LLVMBuildAlloca(c->entry, c->cg->f64, "rounding");
    LLVMSetVolatile(LLVMBuildStore(c->b, v, c->rounding), 1);
    LLVMValueRef loaded = LLVMBuildLoad2(c->b, c->cg->f64, c->rounding, "");
    LLVMSetVolatile(loaded, 1);
    return loaded;
}

/* The op's value, from what the helper returned; leaves when that was an exception. */
static void take(PwLow *c, char result, uint32_t flags, LLVMValueRef v)
{
    bool raises = flags & PW_FLAG_E;
    if (raises && result == 'v')
        pw_low_raise(c, LLVMBuildICmp(c->b, LLVMIntSLT, v, LLVMConstNull(c->cg->i32), ""));
    if (raises && result == 'i')
        pw_low_raise(c, LLVMBuildICmp(c->b, LLVMIntEQ, v, pw_low_int(c, -1), ""));
    if (raises && result == 'o')
        pw_low_raise(c, LLVMBuildIsNull(c->b, v, ""));
    if (result == 'f')
        v = pw_low_rounded(c, v); /* C returns it in a register */
    if (result == 'b')
        v = LLVMBuildIsNotNull(c->b, v, "");
    if (result != 'v')
        pw_low_set(c, v);
}

static LLVMValueRef passed(PwLow *c, char letter, LLVMValueRef v)
{
    return letter == 'b' ? LLVMBuildZExt(c->b, v, c->cg->i32, "") : v;
}

void pw_low_op_call(PwLow *c)
{
    const PwIns *ins = pw_low_ins(c);
    if (ins->aux >= PW_H_COUNT) {
        pw_low_fail(c, PW_INVALID, "there is no such helper");
        return;
    }
    const PwOpInfo *info = &pw_helper_info[ins->aux];
    LLVMValueRef args[16];
    unsigned n = 0, star = 0;
    for (unsigned k = 0; info->args[k] && info->args[k] != '*' && n < 14; k++) {
        if (info->args[k + 1] == '*') {
            args[n++] = operands(c, k);
            args[n++] = pw_low_int(c, (int64_t)ins->nargs - k);
            star = 1;
        } else {
            args[n++] = passed(c, info->args[k], pw_low_arg(c, k));
        }
    }
    if (!star && n != ins->nargs)
        pw_low_fail(c, PW_INVALID, "its operands do not fit the helper");
    if (info->flags & PW_FLAG_O)
        pw_low_sync(c);
    LLVMValueRef v = pw_low_call(c, (PwHelper)ins->aux, args, n);
    if (info->flags & PW_FLAG_O)
        pw_low_unsync(c);
    take(c, info->result, info->flags, v);
}

void pw_low_op_vcall(PwLow *c)
{
    const PwIns *ins = pw_low_ins(c);
    LLVMValueRef args[4] = {pw_low_arg(c, 0), operands(c, 1), pw_low_int(c, (int64_t)ins->nargs - 1)};
    args[3] = ins->imm ? pw_low_link(c, c->cg->ptr, ins->imm - 1) : LLVMConstNull(c->cg->ptr);
    pw_low_sync(c);
    LLVMValueRef v = pw_low_call(c, PW_H_vectorcall, args, 4);
    pw_low_unsync(c);
    take(c, 'o', PW_FLAG_E, v);
}

void pw_low_op_catch(PwLow *c)
{
    LLVMValueRef args[2] = {c->run, pw_low_int(c, pw_low_ins(c)->imm)};
    (void)show(c);
    pw_low_set(c, pw_low_call(c, PW_H_catch, args, 2));
    set_sync(c, -1);
}

static void make_sequence(PwLow *c, PwHelper h)
{
    LLVMValueRef args[2] = {operands(c, 0), pw_low_int(c, pw_low_ins(c)->nargs)};
    take(c, 'o', PW_FLAG_E, pw_low_call(c, h, args, 2));
}

void pw_low_op_mktuple(PwLow *c)
{
    make_sequence(c, PW_H_tuple_of);
}

void pw_low_op_mklist(PwLow *c)
{
    make_sequence(c, PW_H_list_of);
}

void pw_low_op_box_i(PwLow *c)
{
    LLVMValueRef a = pw_low_arg(c, 0);
    take(c, 'o', PW_FLAG_E, pw_low_call(c, PW_H_long_new, &a, 1));
}

void pw_low_op_box_f(PwLow *c)
{
    LLVMValueRef a = pw_low_arg(c, 0);
    take(c, 'o', PW_FLAG_E, pw_low_call(c, PW_H_float_new, &a, 1));
}
