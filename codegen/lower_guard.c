/* Guards: one compare and a branch each. */
#include "codegen/lower.h"

static LLVMValueRef same(PwLow *c, LLVMValueRef a, LLVMValueRef b)
{
    return LLVMBuildICmp(c->b, LLVMIntEQ, a, b, "");
}

void pw_low_op_gtrue(PwLow *c)
{
    pw_low_guard(c, pw_low_arg(c, 0));
}

void pw_low_op_gfalse(PwLow *c)
{
    pw_low_guard(c, LLVMBuildNot(c->b, pw_low_arg(c, 0), ""));
}

void pw_low_op_gtype(PwLow *c)
{
    LLVMValueRef want = pw_low_link(c, c->cg->ptr, pw_low_ins(c)->imm);
    pw_low_guard(c, same(c, pw_low_obtype(c, pw_low_arg(c, 0)), want));
}

/* Versions are 32 bits wide in memory, 64 in the link table (never above 32). */
static void version_guard(PwLow *c, LLVMValueRef base, uint32_t offset, PwMem mem)
{
    LLVMValueRef have = pw_low_load(c, c->cg->i32, base, offset, mem);
    pw_low_guard(c, same(c, have, pw_low_link(c, c->cg->i32, pw_low_ins(c)->imm)));
}

void pw_low_op_gclass(PwLow *c)
{
    LLVMValueRef type = pw_low_obtype(c, pw_low_arg(c, 0));
    version_guard(c, type, c->cg->layout.type_version_tag, (PwMem)PW_FXN_TYPEVER);
}

void pw_low_op_gkeys(PwLow *c)
{
    LLVMValueRef keys = pw_low_load(c, c->cg->ptr, pw_low_arg(c, 0), c->cg->layout.dict_keys, (PwMem)PW_FXN_DICTVER);
    version_guard(c, keys, c->cg->layout.keys_version, (PwMem)PW_FXN_DICTVER);
}

void pw_low_op_gckeys(PwLow *c)
{
    LLVMValueRef type = pw_low_obtype(c, pw_low_arg(c, 0));
    LLVMValueRef keys = pw_low_load(c, c->cg->ptr, type, c->cg->layout.ht_cached_keys, (PwMem)PW_FXN_DICTVER);
    pw_low_guard(c, LLVMBuildIsNotNull(c->b, keys, ""));
    version_guard(c, keys, c->cg->layout.keys_version, (PwMem)PW_FXN_DICTVER);
}

void pw_low_op_gis(PwLow *c)
{
    LLVMValueRef a = pw_low_arg(c, 0), b = pw_low_arg(c, 1);
    pw_low_guard(c, same(c, a, b));
}

void pw_low_op_gisnot(PwLow *c)
{
    LLVMValueRef a = pw_low_arg(c, 0), b = pw_low_arg(c, 1);
    pw_low_guard(c, LLVMBuildICmp(c->b, LLVMIntNE, a, b, ""));
}

void pw_low_op_gnull(PwLow *c)
{
    pw_low_guard(c, LLVMBuildIsNull(c->b, pw_low_arg(c, 0), ""));
}

void pw_low_op_gnotnull(PwLow *c)
{
    pw_low_guard(c, LLVMBuildIsNotNull(c->b, pw_low_arg(c, 0), ""));
}

void pw_low_op_gptr(PwLow *c)
{
    pw_low_guard(c, LLVMBuildIsNotNull(c->b, pw_low_arg(c, 0), ""));
}

/* Other threads set the eval breaker: the load must happen each time round, hence volatile. */
void pw_low_op_gpoll(PwLow *c)
{
    LLVMValueRef v = pw_low_load(c, c->cg->i32, pw_low_cell(c, PW_RUN_BREAKER), 0, (PwMem)PW_FXN_WORLD);
    LLVMSetVolatile(v, 1);
    pw_low_guard(c, LLVMBuildIsNull(c->b, v, ""));
}

void pw_low_op_guntraced(PwLow *c)
{
    LLVMValueRef v = pw_low_load(c, c->cg->i8, pw_low_cell(c, PW_RUN_TRACING), 0, (PwMem)PW_FXN_WORLD);
    pw_low_guard(c, LLVMBuildIsNull(c->b, v, ""));
}

void pw_low_op_gunseen(PwLow *c)
{
    LLVMValueRef v = pw_low_load(c, c->cg->ptr, pw_low_cell(c, PW_RUN_SEEN), 0, (PwMem)PW_FXN_WORLD);
    LLVMBasicBlockRef there = pw_low_block(c, "frame"), unseen = pw_low_block(c, "");
    pw_low_branch(c, LLVMBuildIsNull(c->b, v, ""), unseen, there, c->cg->likely);
    LLVMPositionBuilderAtEnd(c->b, there);
    LLVMValueRef count = pw_low_load(c, c->cg->word, v, c->cg->layout.ob_refcnt, (PwMem)PW_FXN_RC);
    pw_low_guard(c, LLVMBuildICmp(c->b, LLVMIntEQ, count, LLVMConstInt(c->cg->word, 1, 0), ""));
    LLVMBuildBr(c->b, unseen);
    LLVMPositionBuilderAtEnd(c->b, unseen);
}

void pw_low_op_gkept(PwLow *c)
{
    LLVMValueRef args[2] = {c->run, pw_low_int(c, pw_low_ins(c)->imm)};
    LLVMValueRef kept = pw_low_call(c, PW_H_kept, args, 2);
    pw_low_guard(c, LLVMBuildIsNull(c->b, kept, ""));
}

void pw_low_op_gdepth(PwLow *c)
{
    LLVMValueRef left = pw_low_load(c, c->cg->i32, pw_low_cell(c, PW_RUN_DEPTH), 0, (PwMem)PW_FXN_WORLD);
    LLVMValueRef need = LLVMConstInt(c->cg->i32, (unsigned long long)pw_low_ins(c)->imm, 1);
    pw_low_guard(c, LLVMBuildICmp(c->b, LLVMIntSGT, left, need, ""));
}
