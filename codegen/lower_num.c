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
    LLVMValueRef zero = LLVMConstNull(LLVMTypeOf(r));
    LLVMValueRef differ = is(c, LLVMIntSLT, LLVMBuildXor(c->b, r, b, ""), zero);
    return LLVMBuildAnd(c->b, is(c, LLVMIntNE, r, zero), differ, "");
}

/* Quotient and remainder as C has them, of any width. */
static LLVMValueRef floor_div(PwLow *c, LLVMValueRef a, LLVMValueRef b)
{
    LLVMValueRef q = LLVMBuildSDiv(c->b, a, b, "");
    LLVMValueRef r = LLVMBuildSub(c->b, a, LLVMBuildMul(c->b, q, b, ""), "");
    return LLVMBuildAdd(c->b, q, LLVMBuildSExt(c->b, other_side(c, r, b), LLVMTypeOf(a), ""), "");
}

static LLVMValueRef floor_mod(PwLow *c, LLVMValueRef a, LLVMValueRef b)
{
    LLVMValueRef r = LLVMBuildSRem(c->b, a, b, "");
    LLVMValueRef add = LLVMBuildSelect(c->b, other_side(c, r, b), b, LLVMConstNull(LLVMTypeOf(a)), "");
    return LLVMBuildAdd(c->b, r, add, "");
}

/* Does a 64-bit integer fit 32 bits? */
static LLVMValueRef fits32(PwLow *c, LLVMValueRef v)
{
    LLVMValueRef low = LLVMBuildTrunc(c->b, v, c->cg->i32, "");
    return is(c, LLVMIntEQ, LLVMBuildSExt(c->b, low, c->cg->i64, ""), v);
}

/* A value by a short way when `ok`, else by a helper. Between the two calls the builder stands where the short way goes. */
typedef struct Detour {
    LLVMBasicBlockRef slow, join;
} Detour;

static Detour detour_begin(PwLow *c, LLVMValueRef ok)
{
    LLVMBasicBlockRef fast = pw_low_block(c, "");
    Detour d = {pw_low_block(c, "slow"), pw_low_block(c, "")};
    pw_low_branch(c, ok, fast, d.slow, c->cg->even);
    LLVMPositionBuilderAtEnd(c->b, fast);
    return d;
}

static LLVMValueRef detour_end(PwLow *c, const Detour *d, LLVMValueRef v, PwHelper h, LLVMValueRef *args, unsigned n)
{
    LLVMBasicBlockRef from[2] = {LLVMGetInsertBlock(c->b), d->slow};
    LLVMBuildBr(c->b, d->join);
    LLVMPositionBuilderAtEnd(c->b, d->slow);
    LLVMValueRef both[2] = {v, pw_low_call(c, h, args, n)};
    LLVMBuildBr(c->b, d->join);
    LLVMPositionBuilderAtEnd(c->b, d->join);
    LLVMValueRef phi = LLVMBuildPhi(c->b, LLVMTypeOf(v), "");
    LLVMAddIncoming(phi, both, from, 2);
    return phi;
}

/* Division where the target has none of 64 bits: in 32 where that is enough and can be had, which for constants is everywhere
 * (LLVM multiplies). b is not 0. */
static LLVMValueRef divide_narrow(PwLow *c, LLVMValueRef a, LLVMValueRef b, bool mod)
{
    LLVMValueRef (*const op)(PwLow *, LLVMValueRef, LLVMValueRef) = mod ? floor_mod : floor_div;
    PwHelper h = mod ? PW_H_int_mod : PW_H_int_div;
    LLVMValueRef args[2] = {a, b}, ok = fits32(c, a);
    bool constant = LLVMIsAConstantInt(b);
    int64_t k = constant ? LLVMConstIntGetSExtValue(b) : 0;
    if (constant ? k != (int32_t)k || k == -1 : c->cg->target->divides < 32)
        return pw_low_call(c, h, args, 2);
    if (!constant) /* -1: the quotient may not fit */
        ok = LLVMBuildAnd(c->b, LLVMBuildAnd(c->b, ok, fits32(c, b), ""), is(c, LLVMIntNE, b, pw_low_int(c, -1)), "");
    Detour d = detour_begin(c, ok);
    LLVMValueRef v = op(c, LLVMBuildTrunc(c->b, a, c->cg->i32, ""), LLVMBuildTrunc(c->b, b, c->cg->i32, ""));
    return detour_end(c, &d, LLVMBuildSExt(c->b, v, c->cg->i64, ""), h, args, 2);
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
    pw_low_set(c, c->cg->target->divides < 64 ? divide_narrow(c, a, b, false) : floor_div(c, a, b));
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
    pw_low_set(c, c->cg->target->divides < 64 ? divide_narrow(c, a, by, true) : floor_mod(c, a, by));
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

/* -- f64: where registers hold more than a double (x87) each result is computed as they do and rounded, as CPython's C code is
 *    when it puts it into an object -- */

static LLVMValueRef widened(PwLow *c, LLVMValueRef v)
{
    return c->cg->f80 ? LLVMBuildFPExt(c->b, v, c->cg->f80, "") : v;
}

static LLVMValueRef to_double(PwLow *c, LLVMValueRef v)
{
    return c->cg->f80 ? LLVMBuildFPTrunc(c->b, v, c->cg->f64, "") : v;
}

#define FLOAT2(name, build)                                                                                            \
    void pw_low_op_##name(PwLow *c)                                                                                    \
    {                                                                                                                  \
        LLVMValueRef a = widened(c, A), b = widened(c, B);                                                             \
        pw_low_set(c, to_double(c, build(c->b, a, b, "")));                                                            \
    }
FLOAT2(fadd, LLVMBuildFAdd)
FLOAT2(fsub, LLVMBuildFSub)
FLOAT2(fmul, LLVMBuildFMul)

void pw_low_op_fdiv(PwLow *c)
{
    LLVMValueRef a = A, b = B;
    pw_low_guard(c, LLVMBuildFCmp(c->b, LLVMRealUNE, b, LLVMConstReal(c->cg->f64, 0), ""));
    a = widened(c, a), b = widened(c, b);
    pw_low_set(c, to_double(c, LLVMBuildFDiv(c->b, a, b, "")));
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
    if (c->cg->f80) /* rounded twice, it would be another number */
        pw_low_set(c, pw_low_rounded(c, pw_low_call(c, PW_H_float_sqrt, &a, 1)));
    else
        pw_low_set(c, intrinsic(c, "llvm.sqrt", c->cg->f64, &a, 1));
}

void pw_low_op_i2f(PwLow *c)
{
    LLVMValueRef a = A;
    if (c->cg->target->converts) { /* x87 keeps all 64 bits, and LLVM takes that for a double */
        pw_low_set(c, pw_low_rounded(c, LLVMBuildSIToFP(c->b, a, c->cg->f64, "")));
        return;
    }
    Detour d = detour_begin(c, fits32(c, a));
    LLVMValueRef v = LLVMBuildSIToFP(c->b, LLVMBuildTrunc(c->b, a, c->cg->i32, ""), c->cg->f64, "");
    pw_low_set(c, detour_end(c, &d, v, PW_H_int_float, &a, 1));
}

void pw_low_op_i2f_exact(PwLow *c)
{
    int64_t most = INT64_C(1) << 53;
    LLVMValueRef moved = LLVMBuildAdd(c->b, A, pw_low_int(c, most), "");
    pw_low_guard(c, is(c, LLVMIntULE, moved, pw_low_int(c, 2 * most)));
    pw_low_op_i2f(c);
}

void pw_low_op_f2i(PwLow *c)
{
    LLVMValueRef a = A, most = LLVMConstReal(c->cg->f64, 0x1p62);
    pw_low_guard(c, LLVMBuildFCmp(c->b, LLVMRealOLT, magnitude(c, a), most, ""));
    if (c->cg->target->converts) {
        pw_low_set(c, LLVMBuildFPToSI(c->b, a, c->cg->i64, ""));
        return;
    }
    Detour d = detour_begin(c, LLVMBuildFCmp(c->b, LLVMRealOLT, magnitude(c, a), LLVMConstReal(c->cg->f64, 0x1p31), ""));
    LLVMValueRef v = LLVMBuildSExt(c->b, LLVMBuildFPToSI(c->b, a, c->cg->i32, ""), c->cg->i64, "");
    pw_low_set(c, detour_end(c, &d, v, PW_H_float_int, &a, 1));
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
