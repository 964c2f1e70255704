#include "random_tree.h"

uint64_t random_bits(Random *r)
{
    r->state = r->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    uint64_t x = r->state;
    x ^= x >> 32;
    x *= UINT64_C(0xd6e8feb86659fd93);
    return x ^ x >> 29;
}

uint32_t random_below(Random *r, uint32_t n)
{
    return (uint32_t)(random_bits(r) >> 33) % n;
}

int64_t random_int(Random *r)
{
    static const int64_t edge[] = {0,
                                   1,
                                   -1,
                                   2,
                                   -2,
                                   3,
                                   7,
                                   10,
                                   31,
                                   32,
                                   62,
                                   63,
                                   64,
                                   65,
                                   100,
                                   INT64_MIN,
                                   INT64_MIN + 1,
                                   INT64_MAX,
                                   INT64_MAX - 1,
                                   INT64_C(1) << 30,
                                   INT64_C(1) << 31,
                                   INT64_C(1) << 32,
                                   INT64_C(1) << 53,
                                   (INT64_C(1) << 53) + 1,
                                   INT64_C(1) << 62,
                                   -(INT64_C(1) << 62),
                                   -(INT64_C(1) << 31)};
    switch (random_below(r, 4)) {
    case 0:
        return (int64_t)random_bits(r);
    case 1:
        return (int64_t)random_below(r, 200) - 100;
    default:
        return edge[random_below(r, sizeof edge / sizeof *edge)];
    }
}

double random_float(Random *r)
{
    static const double edge[] = {
        0.0, -0.0, 1, -1, 0.5, 1e308, -1e308, 5e-324, 0x1p53, 0x1p62, -0x1p62, 0x1p63, 0x1.fffffffffffffp61};
    uint32_t k = random_below(r, 24);
    if (k < 13)
        return edge[k];
    if (k == 13)
        return __builtin_inf();
    if (k == 14)
        return -__builtin_inf();
    if (k == 15)
        return __builtin_nan("");
    return ((double)random_below(r, 1u << 30) - 0x1p29) / (double)(1 + random_below(r, 1000));
}

typedef struct Maker {
    Random *r;
    PwTree *t;
    PwSymNo code;
    uint32_t seg;
    PwRef pool[3][512]; /* values by type: i, f, b */
    unsigned n[3];
} Maker;

static int pool_of(PwType type)
{
    return type == PW_T_I ? 0 : type == PW_T_F ? 1 : type == PW_T_B ? 2 : 3;
}

static void add(Maker *m, PwRef v)
{
    int k = v.i == PW_NONE ? 3 : pool_of(pw_ref_type(m->t, v));
    if (k < 3 && m->n[k] < 512)
        m->pool[k][m->n[k]++] = v;
}

/* An operand: what was computed lately, more likely than not. */
static PwRef pick(Maker *m, char letter)
{
    int k = pool_of(pw_type_of_letter(letter));
    int64_t bits;
    if (k < 3 && m->n[k] && random_below(m->r, 4)) {
        unsigned from = m->n[k] > 12 && random_below(m->r, 3) ? m->n[k] - 12 : 0;
        return m->pool[k][from + random_below(m->r, m->n[k] - from)];
    }
    if (k == 0)
        return pw_tree_kint(m->t, random_int(m->r));
    if (k == 2)
        return pw_tree_const(m->t, PW_OP_kbool, random_below(m->r, 2));
    double d = random_float(m->r);
    memcpy(&bits, &d, sizeof bits);
    return pw_tree_const(m->t, PW_OP_kflt, bits);
}

/* A snapshot that holds up to 12 values of all types. */
static PwSnapNo snap(Maker *m, bool full)
{
    PwEntry entry[40 + 2 * RANDOM_INPUTS];
    unsigned n = 0, most = 2 * RANDOM_INPUTS + (full ? 40u : 12u);
    for (; n < 2 * RANDOM_INPUTS; n++)
        entry[n] = (PwEntry){PW_E_KEEP, PW_NOREF};
    for (int k = 0; k < 3; k++)
        for (unsigned j = m->n[k]; j-- > 0 && n < most && m->n[k] - j <= (full ? 13u : 4u);)
            entry[n++] = (PwEntry){PW_E_OWN, m->pool[k][j]};
    PwSnapFrame frame = {.code = m->code, .func = PW_NOREF, .unit = 1, .nlocals = 2 * RANDOM_INPUTS};
    frame.nstack = (uint16_t)(n - 2 * RANDOM_INPUTS);
    return pw_tree_snap(m->t, &frame, 1, entry, n, NULL, 0);
}

static void emit(Maker *m, PwOp op)
{
    const PwOpInfo *info = &pw_op_info[op];
    PwRef arg[2];
    unsigned n = 0;
    for (; info->args[n]; n++)
        arg[n] = pick(m, info->args[n]);
    PwSnapNo s = info->flags & PW_FLAG_G ? snap(m, false) : PW_NOSNAP;
    add(m, pw_tree_emit(m->t, m->seg, op, 0, 0, arg, n, s));
}

static void body(Maker *m, unsigned ops)
{
    for (unsigned k = 0; k < ops; k++) {
        uint32_t which = random_below(m->r, 24);
        if (which == 0)
            emit(m, PW_OP_gtrue);
        else if (which == 1)
            emit(m, random_below(m->r, 2) ? PW_OP_bnot : PW_OP_b2i);
        else if (which < 11)
            emit(m, (PwOp)(PW_OP_fadd + random_below(m->r, PW_OP_f2i - PW_OP_fadd + 1)));
        else
            emit(m, (PwOp)(PW_OP_iadd + random_below(m->r, PW_OP_iult - PW_OP_iadd + 1)));
    }
}

static void inputs(Maker *m)
{
    for (int k = 0; k < 2 * RANDOM_INPUTS; k++) {
        PwRef o = pw_tree_emit(m->t, 0, PW_OP_slot, 0, k, NULL, 0, PW_NOSNAP);
        PwOp op = k < RANDOM_INPUTS ? PW_OP_unbox_i : PW_OP_unbox_f;
        add(m, pw_tree_emit(m->t, 0, op, 0, 0, &o, 1, op == PW_OP_unbox_i ? snap(m, false) : PW_NOSNAP));
    }
}

static void leave(Maker *m)
{
    pw_tree_emit(m->t, m->seg, PW_OP_exit, 0, 0, NULL, 0, snap(m, true));
}

/* param i: counter, param i, param f; the loop runs while the counter is below 10 */
static void loop(Maker *m, unsigned ops)
{
    PwRef zero = pw_tree_kint(m->t, 0), p[3], next[3];
    PwRef start[3] = {zero, pick(m, 'i'), pick(m, 'f')};
    pw_tree_emit(m->t, m->seg, PW_OP_enter, 0, 0, start, 3, PW_NOSNAP);
    m->seg = pw_tree_seg(m->t, PW_NOSNAP, 0);
    m->t->seg.at[m->seg].is_loop = true;
    for (int k = 0; k < 3; k++) {
        p[k] = pw_tree_emit(m->t, m->seg, PW_OP_param, 0, k < 2 ? 'i' : 'f', NULL, 0, PW_NOSNAP);
        add(m, p[k]);
    }
    PwRef below[2] = {p[0], pw_tree_kint(m->t, 10)};
    PwRef cond = pw_tree_emit(m->t, m->seg, PW_OP_ilt, 0, 0, below, 2, PW_NOSNAP);
    PwSnapNo out = snap(m, true);
    pw_tree_emit(m->t, m->seg, PW_OP_gtrue, 0, 0, &cond, 1, out);
    Maker early = *m;
    body(m, ops);
    PwRef step[2] = {p[0], pw_tree_kint(m->t, 1)};
    next[0] = pw_tree_emit(m->t, m->seg, PW_OP_iadd_nc, 0, 0, step, 2, PW_NOSNAP);
    next[1] = pick(m, 'i');
    next[2] = pick(m, 'f');
    pw_tree_emit(m->t, m->seg, PW_OP_jump, 0, 0, next, 3, PW_NOSNAP);
    if (random_below(m->r, 2)) {
        early.seg = pw_tree_seg(m->t, out, m->seg);
        m->t->snap.at[out.i].seg = early.seg;
        body(&early, ops / 4);
        leave(&early);
    }
}

PwTree *random_tree(Random *r, unsigned ops, bool loops)
{
    Maker m = {.r = r, .t = pw_tree_new()};
    PwDigest d = {{1}};
    if (!m.t)
        return NULL;
    m.code = pw_tree_sym(m.t, PW_S_rootcode, PW_NOSYM, 0, NULL, &d);
    m.seg = pw_tree_seg(m.t, PW_NOSNAP, PW_NONE);
    m.t->optimised = true;
    m.t->nlocals = 2 * RANDOM_INPUTS;
    inputs(&m);
    if (loops) {
        body(&m, ops / 4);
        loop(&m, ops);
    } else {
        body(&m, ops);
        leave(&m);
    }
    if (m.t->failed) {
        pw_tree_free(m.t);
        return NULL;
    }
    return m.t;
}
