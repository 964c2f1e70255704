/* Ops on numbers: one definition of what they compute and when they leave, for the interpreter and for constant folding. */
#include <math.h>

#include "ir/interp_internal.h"

/* As Python calls it: where C has wider doubles in registers (x87), the compiler's own square root is rounded twice. */
static double (*const volatile library_sqrt)(double) = sqrt;

static PwGo give_i(PwCell *out, int64_t v)
{
    out->i = v;
    return PW_GO_ON;
}

static PwGo give_b(PwCell *out, bool v)
{
    out->i = v;
    return PW_GO_ON;
}

static PwGo give_f(PwCell *out, double v)
{
    out->f = v;
    return PW_GO_ON;
}

/* Gives v unless the operation overflowed. */
static PwGo checked(PwCell *out, bool overflow, const int64_t *v)
{
    return overflow ? PW_GO_LEAVE : give_i(out, *v);
}

static PwGo floor_div(int64_t a, int64_t b, PwCell *out)
{
    if (b == 0 || (a == INT64_MIN && b == -1))
        return PW_GO_LEAVE;
    int64_t q = a / b;
    return give_i(out, q - (a % b != 0 && (a < 0) != (b < 0)));
}

static PwGo floor_mod(int64_t a, int64_t b, PwCell *out)
{
    if (b == 0)
        return PW_GO_LEAVE;
    if (b == -1) /* INT64_MIN % -1 traps */
        return give_i(out, 0);
    int64_t m = a % b;
    return give_i(out, m != 0 && (m < 0) != (b < 0) ? m + b : m);
}

/* Counts of 64 and more leave even for a == 0: one unsigned compare in native code. */
static PwGo shift_left(int64_t a, int64_t b, PwCell *out)
{
    if ((uint64_t)b >= 64)
        return PW_GO_LEAVE;
    int64_t v = (int64_t)((uint64_t)a << b);
    return checked(out, (v >> b) != a, &v);
}

static PwGo truncate(double a, PwCell *out)
{
    return fabs(a) < 0x1p62 ? give_i(out, (int64_t)a) : PW_GO_LEAVE;
}

static PwGo int_eval(PwOp op, int64_t a, int64_t b, PwCell *out)
{
    int64_t v = 0;
    switch (op) {
    case PW_OP_iadd: return checked(out, __builtin_add_overflow(a, b, &v), &v);
    case PW_OP_isub: return checked(out, __builtin_sub_overflow(a, b, &v), &v);
    case PW_OP_imul: return checked(out, __builtin_mul_overflow(a, b, &v), &v);
    case PW_OP_ineg: return checked(out, __builtin_sub_overflow((int64_t)0, a, &v), &v);
    case PW_OP_idiv: return floor_div(a, b, out);
    case PW_OP_imod: return floor_mod(a, b, out);
    case PW_OP_ishl: return shift_left(a, b, out);
    case PW_OP_ishr: return b < 0 ? PW_GO_LEAVE : give_i(out, a >> (b > 63 ? 63 : b));
    case PW_OP_iand: return give_i(out, a & b);
    case PW_OP_ior: return give_i(out, a | b);
    case PW_OP_ixor: return give_i(out, a ^ b);
    case PW_OP_inot: return give_i(out, ~a);
    case PW_OP_iadd_nc: return give_i(out, (int64_t)((uint64_t)a + (uint64_t)b));
    case PW_OP_isub_nc: return give_i(out, (int64_t)((uint64_t)a - (uint64_t)b));
    case PW_OP_imul_nc: return give_i(out, (int64_t)((uint64_t)a * (uint64_t)b));
    case PW_OP_ieq: return give_b(out, a == b);
    case PW_OP_ine: return give_b(out, a != b);
    case PW_OP_ilt: return give_b(out, a < b);
    case PW_OP_ile: return give_b(out, a <= b);
    case PW_OP_igt: return give_b(out, a > b);
    case PW_OP_ige: return give_b(out, a >= b);
    case PW_OP_iult: return give_b(out, (uint64_t)a < (uint64_t)b);
    case PW_OP_i2f: return give_f(out, (double)a);
    case PW_OP_i2f_exact:
        return a < -(INT64_C(1) << 53) || a > INT64_C(1) << 53 ? PW_GO_LEAVE : give_f(out, (double)a);
    default: return PW_GO_NONE;
    }
}

static PwGo float_eval(PwOp op, double a, double b, PwCell *out)
{
    switch (op) {
    case PW_OP_fadd: return give_f(out, a + b);
    case PW_OP_fsub: return give_f(out, a - b);
    case PW_OP_fmul: return give_f(out, a * b);
    case PW_OP_fdiv: return b == 0 ? PW_GO_LEAVE : give_f(out, a / b);
    case PW_OP_fneg: return give_f(out, -a);
    case PW_OP_fabs: return give_f(out, fabs(a));
    case PW_OP_fsqrt: return a >= 0 ? give_f(out, library_sqrt(a)) : PW_GO_LEAVE;
    case PW_OP_feq: return give_b(out, a == b);
    case PW_OP_fne: return give_b(out, a != b);
    case PW_OP_flt: return give_b(out, a < b);
    case PW_OP_fle: return give_b(out, a <= b);
    case PW_OP_fgt: return give_b(out, a > b);
    case PW_OP_fge: return give_b(out, a >= b);
    case PW_OP_f2i: return truncate(a, out);
    default: return PW_GO_NONE;
    }
}

PwGo pw_num_eval(PwOp op, const PwCell *a, const PwCell *b, PwCell *out)
{
    if (op >= PW_OP_iadd && op <= PW_OP_iult)
        return int_eval(op, a->i, b ? b->i : 0, out);
    if (op == PW_OP_i2f || op == PW_OP_i2f_exact)
        return int_eval(op, a->i, 0, out);
    if (op >= PW_OP_fadd && op <= PW_OP_f2i)
        return float_eval(op, a->f, b ? b->f : 0, out);
    if (op == PW_OP_bnot)
        return give_b(out, !a->i);
    if (op == PW_OP_b2i)
        return give_i(out, a->i);
    return PW_GO_NONE;
}

_Static_assert(PW_OP_iult - PW_OP_iadd == 21, "pw_num_eval: the i64 ops are one run of ops.def");
_Static_assert(PW_OP_f2i - PW_OP_fadd == 15, "pw_num_eval: the f64 ops are one run of ops.def");
