/* Reference counts, and what is inside ints, floats and bools. */
#include "codegen/lower.h"

static LLVMValueRef count_of(PwLow *c, LLVMValueRef object)
{
    return pw_low_load(c, c->cg->word, object, c->cg->layout.ob_refcnt, (PwMem)PW_FXN_RC);
}

static LLVMValueRef word(PwLow *c, int64_t v)
{
    return LLVMConstInt(c->cg->word, (unsigned long long)v, 1);
}

/* Count + by, stored; returns the new count. */
static LLVMValueRef count_add(PwLow *c, LLVMValueRef object, LLVMValueRef count, int64_t by)
{
    LLVMValueRef v = LLVMBuildAdd(c->b, count, word(c, by), "");
    pw_low_store(c, v, object, c->cg->layout.ob_refcnt, (PwMem)PW_FXN_RC);
    return v;
}

void pw_low_op_incref(PwLow *c)
{
    LLVMValueRef a = pw_low_arg(c, 0);
    count_add(c, a, count_of(c, a), 1);
}

/* One reference less; at zero a cold block deallocates, with the frames current when that is opaque. */
static void release(PwLow *c, bool opaque)
{
    LLVMValueRef a = pw_low_arg(c, 0);
    LLVMValueRef zero = LLVMBuildIsNull(c->b, count_add(c, a, count_of(c, a), -1), "");
    LLVMBasicBlockRef dead = pw_low_block(c, "dead"), go_on = pw_low_block(c, "");
    pw_low_branch(c, LLVMBuildNot(c->b, zero, ""), go_on, dead, c->cg->even);
    LLVMPositionBuilderAtEnd(c->b, dead);
    if (opaque)
        pw_low_sync(c);
    pw_low_call(c, PW_H_dealloc, &a, 1);
    if (opaque)
        pw_low_unsync(c);
    LLVMBuildBr(c->b, go_on);
    LLVMPositionBuilderAtEnd(c->b, go_on);
}

void pw_low_op_decref(PwLow *c)
{
    release(c, false);
}

void pw_low_op_free(PwLow *c)
{
    release(c, true);
}

void pw_low_op_drop(PwLow *c)
{
    LLVMValueRef a = pw_low_arg(c, 0), count = count_of(c, a);
    pw_low_guard(c, LLVMBuildICmp(c->b, LLVMIntNE, count, word(c, 1), ""));
    count_add(c, a, count, -1);
}

/* -- ints: sign and number of digits are in ob_size; least significant digit first -- */

static LLVMValueRef digit(PwLow *c, LLVMValueRef a, unsigned k)
{
    const PwLayout *l = &c->cg->layout;
    LLVMTypeRef type = LLVMIntTypeInContext(c->cg->ctx, l->digit_size * 8);
    LLVMValueRef v = pw_low_load(c, type, a, l->long_digits + (int64_t)k * l->digit_size, PW_MEM_DIGITS);
    return LLVMBuildZExt(c->b, v, c->cg->i64, "");
}

/* In the block for ob_size -2 and 2: both digits, with the sign of `size`. Other sizes go to slow. */
static LLVMValueRef two_digits(PwLow *c, LLVMValueRef a, LLVMValueRef size, LLVMBasicBlockRef slow)
{
    LLVMBasicBlockRef two = pw_low_block(c, "two");
    LLVMValueRef zero = pw_low_int(c, 0), negative = LLVMBuildICmp(c->b, LLVMIntSLT, size, zero, "");
    LLVMValueRef n = LLVMBuildSelect(c->b, negative, LLVMBuildNeg(c->b, size, ""), size, "");
    pw_low_branch(c, LLVMBuildICmp(c->b, LLVMIntEQ, n, pw_low_int(c, 2), ""), two, slow, c->cg->even);
    LLVMPositionBuilderAtEnd(c->b, two);
    LLVMValueRef high = LLVMBuildShl(c->b, digit(c, a, 1), pw_low_int(c, c->cg->layout.digit_bits), "");
    LLVMValueRef v = LLVMBuildOr(c->b, high, digit(c, a, 0), "");
    return LLVMBuildSelect(c->b, negative, LLVMBuildNeg(c->b, v, ""), v, "");
}

static LLVMValueRef by_helper(PwLow *c, LLVMValueRef a)
{
    if (!c->scratch)
        c->scratch = LLVMBuildAlloca(c->entry, c->cg->i64, "scratch");
    LLVMValueRef fits = pw_low_call(c, PW_H_long_value, (LLVMValueRef[]){a, c->scratch}, 2);
    pw_low_guard(c, LLVMBuildIsNotNull(c->b, fits, ""));
    return pw_low_load(c, c->cg->i64, c->scratch, 0, PW_MEM_ANY);
}

void pw_low_op_unbox_i(PwLow *c)
{
    LLVMBuilderRef b = c->b;
    LLVMBasicBlockRef one = pw_low_block(c, "one"), more = pw_low_block(c, "more"), slow = pw_low_block(c, "slow");
    LLVMBasicBlockRef done = pw_low_block(c, ""), from[3];
    LLVMValueRef a = pw_low_arg(c, 0), v[3];
    LLVMValueRef size = pw_low_load(c, c->cg->word, a, c->cg->layout.field[PW_F_VAR_SIZE], PW_MEM_FIXED);
    size = LLVMBuildIntCast2(b, size, c->cg->i64, 1, "");
    LLVMValueRef moved = LLVMBuildAdd(b, size, pw_low_int(c, 1), "");
    pw_low_branch(c, LLVMBuildICmp(b, LLVMIntULT, moved, pw_low_int(c, 3), ""), one, more, c->cg->likely);
    LLVMPositionBuilderAtEnd(b, one);
    v[0] = LLVMBuildMul(b, size, digit(c, a, 0), "");
    from[0] = one;
    LLVMBuildBr(b, done);
    LLVMPositionBuilderAtEnd(b, more);
    v[1] = two_digits(c, a, size, slow);
    from[1] = LLVMGetInsertBlock(b);
    LLVMBuildBr(b, done);
    LLVMPositionBuilderAtEnd(b, slow);
    v[2] = by_helper(c, a);
    from[2] = LLVMGetInsertBlock(b);
    LLVMBuildBr(b, done);
    LLVMPositionBuilderAtEnd(b, done);
    LLVMValueRef phi = LLVMBuildPhi(b, c->cg->i64, "");
    LLVMAddIncoming(phi, v, from, 3);
    pw_low_set(c, phi);
}

void pw_low_op_unbox_f(PwLow *c)
{
    pw_low_set(c, pw_low_load(c, c->cg->f64, pw_low_arg(c, 0), c->cg->layout.float_value, PW_MEM_FLOAT));
}

void pw_low_op_unbox_b(PwLow *c)
{
    LLVMValueRef a = pw_low_arg(c, 0);
    pw_low_set(c, LLVMBuildICmp(c->b, LLVMIntEQ, a, pw_low_cell(c, PW_RUN_TRUE), ""));
}

void pw_low_op_box_b(PwLow *c)
{
    LLVMValueRef a = pw_low_arg(c, 0), yes = pw_low_cell(c, PW_RUN_TRUE), no = pw_low_cell(c, PW_RUN_FALSE);
    LLVMValueRef v = LLVMBuildSelect(c->b, a, yes, no, "");
    count_add(c, v, count_of(c, v), 1);
    pw_low_set(c, v);
}
