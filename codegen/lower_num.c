/* Arithmetic on i64, f64 and bool. What an op computes and when it leaves: ir/interp_num.c is the same in C. */
#include "codegen/lower.h"

#define A pw_low_arg(c, 0)
#define B pw_low_arg(c, 1)

static LLVMValueRef is(PwLow *c, LLVMIntPredicate p, LLVMValueRef a, LLVMValueRef b)
{
    return LLVMBuildICmp(c->b, p, a, b, "");
}

static LLVMValueRef intrinsic(PwLow *c, const char *name, LLVMTypeRef type, LLVMValueRef *args, unsigned n)
{
    unsigned id = LLVMLookupIntrinsicID(name, strlen(name));
    LLVMValueRef fn = LLVMGetIntrinsicDeclaration(c->module, id, &type, 1);
    return LLVMBuildCall2(c->b, LLVMIntrinsicGetType(c->cg->ctx, id, &type, 1), fn, args, n, "");
}

/* -- i64 -- */

static void with_overflow(PwLow *c, const char *name, LLVMValueRef a, LLVMValueRef b)
{
    LLVMValueRef both = intrinsic(c, name, c->cg->i64, (LLVMValueRef[]){a, b}, 2);
    LLVMValueRef v = LLVMBuildExtractValue(c->b, both, 0, "");
    pw_low_guard(c, LLVMBuildNot(c->b, LLVMBuildExtractValue(c->b, both, 1, ""), ""));
    pw_low_set(c, v);
}

void pw_low_op_iadd(PwLow *c)
{
    with_overflow(c, "llvm.sadd.with.overflow", A, B);
}

void pw_low_op_isub(PwLow *c)
{
    with_overflow(c, "llvm.ssub.with.overflow", A, B);
}

void pw_low_op_imul(PwLow *c)
{
    with_overflow(c, "llvm.smul.with.overflow", A, B);
}

void pw_low_op_ineg(PwLow *c)
{
    with_overflow(c, "llvm.ssub.with.overflow", pw_low_int(c, 0), A);
}

/* A constant divisor that needs no test and no division: 2**k. Returns k, or -1. */
static int power_of_two(LLVMValueRef b)
{
    if (!LLVMIsAConstantInt(b))
        return -1;
    long long v = LLVMConstIntGetSExtValue(b);
    return v > 0 && !(v & (v - 1)) ? __builtin_ctzll((unsigned long long)v) : -1;
}

/* 1 when remainder r of a division by b has to be moved to b's side of 0. */
static LLVMValueRef other_side(PwLow *c, LLVMValueRef r, LLVMValueRef b)
{
    LLVMValueRef zero = pw_low_int(c, 0);
    LLVMValueRef differ = is(c, LLVMIntSLT, LLVMBuildXor(c->b, r, b, ""), zero);
    return LLVMBuildAnd(c->b, is(c, LLVMIntNE, r, zero), differ, "");
}

void pw_low_op_idiv(PwLow *c)
{
    LLVMValueRef a = A, b = B, minus1 = pw_low_int(c, -1);
    int k = power_of_two(b);
    if (k >= 0) {
        pw_low_set(c, LLVMBuildAShr(c->b, a, pw_low_int(c, k), ""));
        return;
    }
    pw_low_guard(c, is(c, LLVMIntNE, b, pw_low_int(c, 0)));
    LLVMValueRef least = is(c, LLVMIntEQ, a, pw_low_int(c, INT64_MIN));
    LLVMValueRef over = LLVMBuildAnd(c->b, is(c, LLVMIntEQ, b, minus1), least, "");
    pw_low_guard(c, LLVMBuildNot(c->b, over, ""));
    LLVMValueRef q = LLVMBuildSDiv(c->b, a, b, "");
    LLVMValueRef r = LLVMBuildSub(c->b, a, LLVMBuildMul(c->b, q, b, ""), "");
    LLVMValueRef adjust = LLVMBuildSExt(c->b, other_side(c, r, b), c->cg->i64, "");
    pw_low_set(c, LLVMBuildAdd(c->b, q, adjust, ""));
}

void pw_low_op_imod(PwLow *c)
{
    LLVMValueRef a = A, b = B, one = pw_low_int(c, 1);
    int k = power_of_two(b);
    if (k >= 0) {
        pw_low_set(c, LLVMBuildAnd(c->b, a, pw_low_int(c, (int64_t)((UINT64_C(1) << k) - 1)), ""));
        return;
    }
    pw_low_guard(c, is(c, LLVMIntNE, b, pw_low_int(c, 0)));
    /* INT64_MIN % -1 traps: anything % -1 is what it is % 1. */
    LLVMValueRef by = LLVMBuildSelect(c->b, is(c, LLVMIntEQ, b, pw_low_int(c, -1)), one, b, "");
    LLVMValueRef r = LLVMBuildSRem(c->b, a, by, "");
    LLVMValueRef add = LLVMBuildSelect(c->b, other_side(c, r, by), by, pw_low_int(c, 0), "");
    pw_low_set(c, LLVMBuildAdd(c->b, r, add, ""));
}

void pw_low_op_ishl(PwLow *c)
{
    LLVMValueRef a = A, b = B;
    LLVMValueRef count = LLVMBuildAnd(c->b, b, pw_low_int(c, 63), "");
    LLVMValueRef v = LLVMBuildShl(c->b, a, count, "");
    LLVMValueRef same = is(c, LLVMIntEQ, LLVMBuildAShr(c->b, v, count, ""), a);
    LLVMValueRef in_range = is(c, LLVMIntULT, b, pw_low_int(c, 64));
    pw_low_guard(c, LLVMBuildAnd(c->b, same, in_range, ""));
    pw_low_set(c, v);
}

void pw_low_op_ishr(PwLow *c)
{
    LLVMValueRef a = A, b = B, most = pw_low_int(c, 63);
    pw_low_guard(c, is(c, LLVMIntSGE, b, pw_low_int(c, 0)));
    LLVMValueRef count = LLVMBuildSelect(c->b, is(c, LLVMIntSGT, b, most), most, b, "");
    pw_low_set(c, LLVMBuildAShr(c->b, a, count, ""));
}

#define OP2(name, build)                                                                                               \
    void pw_low_op_##name(PwLow *c)                                                                                    \
    {                                                                                                                  \
        LLVMValueRef a = A, b = B;                                                                                     \
        pw_low_set(c, build(c->b, a, b, ""));                                                                          \
    }
OP2(iand, LLVMBuildAnd)
OP2(ior, LLVMBuildOr)
OP2(ixor, LLVMBuildXor)
OP2(iadd_nc, LLVMBuildAdd)
OP2(isub_nc, LLVMBuildSub)
OP2(imul_nc, LLVMBuildMul)
OP2(fadd, LLVMBuildFAdd)
OP2(fsub, LLVMBuildFSub)
OP2(fmul, LLVMBuildFMul)

#define OP1(name, build)                                                                                               \
    void pw_low_op_##name(PwLow *c)                                                                                    \
    {                                                                                                                  \
        pw_low_set(c, build(c->b, A, ""));                                                                             \
    }
OP1(inot, LLVMBuildNot)
OP1(bnot, LLVMBuildNot)
OP1(fneg, LLVMBuildFNeg)

#define COMPARE(name, build, predicate)                                                                                \
    void pw_low_op_##name(PwLow *c)                                                                                    \
    {                                                                                                                  \
        LLVMValueRef a = A, b = B;                                                                                     \
        pw_low_set(c, build(c->b, predicate, a, b, ""));                                                               \
    }
COMPARE(ieq, LLVMBuildICmp, LLVMIntEQ)
COMPARE(ine, LLVMBuildICmp, LLVMIntNE)
COMPARE(ilt, LLVMBuildICmp, LLVMIntSLT)
COMPARE(ile, LLVMBuildICmp, LLVMIntSLE)
COMPARE(igt, LLVMBuildICmp, LLVMIntSGT)
COMPARE(ige, LLVMBuildICmp, LLVMIntSGE)
COMPARE(iult, LLVMBuildICmp, LLVMIntULT)
COMPARE(feq, LLVMBuildFCmp, LLVMRealOEQ)
COMPARE(fne, LLVMBuildFCmp, LLVMRealUNE)
COMPARE(flt, LLVMBuildFCmp, LLVMRealOLT)
COMPARE(fle, LLVMBuildFCmp, LLVMRealOLE)
COMPARE(fgt, LLVMBuildFCmp, LLVMRealOGT)
COMPARE(fge, LLVMBuildFCmp, LLVMRealOGE)
COMPARE(ois, LLVMBuildICmp, LLVMIntEQ)

/* -- f64 -- */

void pw_low_op_fdiv(PwLow *c)
{
    LLVMValueRef a = A, b = B;
    pw_low_guard(c, LLVMBuildFCmp(c->b, LLVMRealUNE, b, LLVMConstReal(c->cg->f64, 0), ""));
    pw_low_set(c, LLVMBuildFDiv(c->b, a, b, ""));
}

static LLVMValueRef magnitude(PwLow *c, LLVMValueRef a)
{
    return intrinsic(c, "llvm.fabs", c->cg->f64, &a, 1);
}

void pw_low_op_fabs(PwLow *c)
{
    pw_low_set(c, magnitude(c, A));
}

void pw_low_op_fsqrt(PwLow *c)
{
    LLVMValueRef a = A;
    pw_low_guard(c, LLVMBuildFCmp(c->b, LLVMRealOGE, a, LLVMConstReal(c->cg->f64, 0), ""));
    pw_low_set(c, intrinsic(c, "llvm.sqrt", c->cg->f64, &a, 1));
}

void pw_low_op_i2f(PwLow *c)
{
    pw_low_set(c, LLVMBuildSIToFP(c->b, A, c->cg->f64, ""));
}

void pw_low_op_i2f_exact(PwLow *c)
{
    int64_t most = INT64_C(1) << 53;
    LLVMValueRef a = A, moved = LLVMBuildAdd(c->b, a, pw_low_int(c, most), "");
    pw_low_guard(c, is(c, LLVMIntULE, moved, pw_low_int(c, 2 * most)));
    pw_low_set(c, LLVMBuildSIToFP(c->b, a, c->cg->f64, ""));
}

void pw_low_op_f2i(PwLow *c)
{
    LLVMValueRef a = A, most = LLVMConstReal(c->cg->f64, 0x1p62);
    pw_low_guard(c, LLVMBuildFCmp(c->b, LLVMRealOLT, magnitude(c, a), most, ""));
    pw_low_set(c, LLVMBuildFPToSI(c->b, a, c->cg->i64, ""));
}

/* -- bool -- */

void pw_low_op_b2i(PwLow *c)
{
    pw_low_set(c, LLVMBuildZExt(c->b, A, c->cg->i64, ""));
}

void pw_low_op_isnull(PwLow *c)
{
    pw_low_set(c, LLVMBuildIsNull(c->b, A, ""));
}
