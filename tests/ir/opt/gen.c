/* See gen.h. The generator knows, at every point, which values may be used and what each slot holds, as a recorder would. */
#include "gen.h"

typedef struct State {
    PwEntry slot[GEN_SLOTS];
    PwRef loaded[GEN_SLOTS]; /* the object in frame memory, once it was loaded and its type checked */
    PwType type[GEN_SLOTS];  /* what it was checked for */
    PwRef value[GEN_VALUES]; /* i, f and b values */
    unsigned n;
} State;

typedef struct Gen {
    PwTree *t;
    uint64_t seed;
    uint32_t seg;
    State s;
    State fork[GEN_SIDES]; /* where side traces may go on */
    PwSnapNo from[GEN_SIDES];
    uint32_t parent[GEN_SIDES];
    unsigned forks;
} Gen;

uint32_t gen_random(uint64_t *state, uint32_t below)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((*state >> 33) % below);
}

static uint32_t rnd(Gen *g, uint32_t below)
{
    return gen_random(&g->seed, below);
}

static PwSnapNo snap(Gen *g, uint32_t unit)
{
    PwSnapFrame f = {.code = {GEN_CODE}, .func = PW_NOREF, .unit = unit, .nlocals = GEN_SLOTS};
    return pw_tree_snap(g->t, &f, 1, g->s.slot, GEN_SLOTS, NULL, 0);
}

/* A snapshot for a guard; sometimes a side trace will go on there. */
static PwSnapNo guard_snap(Gen *g)
{
    PwSnapNo s = snap(g, 20 + g->t->snap.n);
    if (g->forks < GEN_SIDES && rnd(g, 4) == 0) {
        g->fork[g->forks] = g->s;
        g->from[g->forks] = s;
        g->parent[g->forks++] = g->seg;
    }
    return s;
}

static PwRef emit(Gen *g, PwOp op, int64_t imm, const PwRef *args, unsigned n, PwSnapNo s)
{
    PwRef r = pw_tree_emit(g->t, g->seg, op, 0, imm, args, n, s);
    if (r.i != PW_NONE && g->s.n < GEN_VALUES) {
        PwType type = pw_ref_type(g->t, r);
        if (type == PW_T_I || type == PW_T_F || type == PW_T_B)
            g->s.value[g->s.n++] = r;
    }
    return r;
}

static PwRef constant(Gen *g, PwType type)
{
    static const int64_t ints[] = {0, 1, 2, 3, -1, 7, 255, 1 << 20, INT64_MAX, INT64_MIN, INT64_C(1) << 62};
    static const double floats[] = {0.0, -0.0, 1.0, 0.5, 1e300, -2.25};
    int64_t bits;
    if (type == PW_T_I)
        return pw_tree_kint(g->t, rnd(g, 3) ? (int64_t)rnd(g, 10) : ints[rnd(g, 11)]);
    if (type == PW_T_B)
        return pw_tree_const(g->t, PW_OP_kbool, rnd(g, 2));
    memcpy(&bits, &floats[rnd(g, 6)], 8);
    return pw_tree_const(g->t, PW_OP_kflt, bits);
}

static PwRef pick(Gen *g, PwType type)
{
    for (unsigned tries = 0; tries < 8 && g->s.n; tries++) {
        PwRef r = g->s.value[rnd(g, g->s.n)];
        if (pw_ref_type(g->t, r) == type)
            return r;
    }
    return constant(g, type);
}

static PwType slot_type(unsigned k)
{
    return k == 2 ? PW_T_F : k == 4 ? PW_T_B : PW_T_I;
}

/* Loads a slot that is still in frame memory, and checks its type. */
static void load(Gen *g, unsigned k)
{
    static const uint32_t sym[PW_T_COUNT] = {[PW_T_I] = GEN_INT, [PW_T_F] = GEN_FLOAT, [PW_T_B] = GEN_BOOL};
    if (g->s.loaded[k].i != PW_NONE)
        return;
    PwRef o = emit(g, PW_OP_slot, k, NULL, 0, PW_NOSNAP);
    emit(g, PW_OP_gtype, sym[slot_type(k)], &o, 1, guard_snap(g));
    g->s.loaded[k] = o;
    g->s.type[k] = slot_type(k);
}

static void unbox(Gen *g, PwRef o, PwType type)
{
    if (type == PW_T_I)
        emit(g, PW_OP_unbox_i, 0, &o, 1, guard_snap(g));
    else
        emit(g, type == PW_T_F ? PW_OP_unbox_f : PW_OP_unbox_b, 0, &o, 1, PW_NOSNAP);
}

static void read_slot(Gen *g, unsigned k)
{
    if (g->s.slot[k].kind != PW_E_KEEP)
        return;
    load(g, k);
    unbox(g, g->s.loaded[k], g->s.type[k]);
}

static bool is_object(const Gen *g, PwRef r)
{
    return pw_ref_type(g->t, r) == PW_T_O;
}

/* What must be known of a slot before a new reference for it is made: a guard that leaves then would lose that one. */
static void before_write(Gen *g, unsigned k)
{
    if (g->s.slot[k].kind == PW_E_KEEP)
        load(g, k);
}

/* The slot's reference is the trace's to release, after another value took its place. */
static void write_slot(Gen *g, unsigned k, PwRef v)
{
    before_write(g, k);
    PwEntry old = g->s.slot[k];
    PwRef gone = old.kind == PW_E_KEEP ? g->s.loaded[k] : old.ref;
    g->s.slot[k] = (PwEntry){PW_E_OWN, v};
    if (is_object(g, gone))
        emit(g, PW_OP_decref, 0, &gone, 1, PW_NOSNAP);
}

/* slot j = slot k, as objects. */
static void copy_slot(Gen *g, unsigned j, unsigned k)
{
    PwEntry e = g->s.slot[k];
    if (j == k)
        return;
    before_write(g, j);
    if (e.kind == PW_E_KEEP)
        load(g, k);
    PwRef o = e.kind == PW_E_KEEP ? g->s.loaded[k] : e.ref;
    if (is_object(g, o))
        emit(g, PW_OP_incref, 0, &o, 1, PW_NOSNAP);
    write_slot(g, j, o);
}

static void write_box(Gen *g, unsigned k)
{
    PwRef v = pick(g, slot_type(k));
    PwOp op = slot_type(k) == PW_T_I ? PW_OP_box_i : slot_type(k) == PW_T_F ? PW_OP_box_f : PW_OP_box_b;
    before_write(g, k);
    PwRef o = emit(g, op, 0, &v, 1, op == PW_OP_box_b ? PW_NOSNAP : snap(g, 5));
    write_slot(g, k, o);
}

/* incref and decref of a loaded object around something that leaves. */
static void pair(Gen *g)
{
    unsigned k = rnd(g, GEN_SLOTS);
    PwRef o = g->s.slot[k].kind == PW_E_KEEP ? g->s.loaded[k] : g->s.slot[k].ref;
    if (o.i == PW_NONE || !is_object(g, o))
        return;
    emit(g, PW_OP_incref, 0, &o, 1, PW_NOSNAP);
    PwSnapFrame f = {.code = {GEN_CODE}, .func = PW_NOREF, .unit = 7, .nlocals = GEN_SLOTS};
    PwSnapNo s = pw_tree_snap(g->t, &f, 1, g->s.slot, GEN_SLOTS, &o, 1);
    PwRef a[2] = {pick(g, PW_T_I), pick(g, PW_T_I)};
    emit(g, PW_OP_iadd, 0, a, 2, s);
    emit(g, PW_OP_decref, 0, &o, 1, PW_NOSNAP);
}

static void arithmetic(Gen *g)
{
    PwOp op = (PwOp)(PW_OP_iadd + rnd(g, PW_OP_bnot + 2 - PW_OP_iadd));
    const PwOpInfo *info = &pw_op_info[op];
    PwRef a[2];
    unsigned n = (unsigned)strlen(info->args);
    for (unsigned k = 0; k < n; k++)
        a[k] = pick(g, pw_type_of_letter(info->args[k]));
    emit(g, op, 0, a, n, info->flags & PW_FLAG_G ? guard_snap(g) : PW_NOSNAP);
}

static void guard(Gen *g)
{
    PwRef b = pick(g, PW_T_B);
    emit(g, rnd(g, 2) ? PW_OP_gtrue : PW_OP_gfalse, 0, &b, 1, guard_snap(g));
}

static void step(Gen *g)
{
    unsigned k = rnd(g, GEN_SLOTS);
    switch (rnd(g, 12)) {
    case 0:
    case 1: read_slot(g, k); break;
    case 2: write_slot(g, k, pick(g, slot_type(k))); break;
    case 3: write_slot(g, k, pick(g, rnd(g, 8) ? slot_type(k) : PW_T_F)); break;
    case 4: write_box(g, k); break;
    case 5: copy_slot(g, 3, rnd(g, 2)); break;
    case 6: guard(g); break;
    case 7: pair(g); break;
    default: arithmetic(g); break;
    }
}

static void segment(Gen *g)
{
    if (g->seg == 0)
        emit(g, PW_OP_gpoll, 0, NULL, 0, snap(g, 10));
    for (unsigned n = 3 + rnd(g, 25); n; n--)
        step(g);
    if (rnd(g, 5))
        emit(g, PW_OP_loop, 0, NULL, 0, snap(g, 10));
    else
        emit(g, PW_OP_exit, 0, NULL, 0, snap(g, 11));
}

PwTree *gen_tree(uint64_t seed)
{
    PwDigest digest = {{1, 2, 3}};
    Gen g = {.t = pw_tree_new(), .seed = seed * 2 + 1};
    if (!g.t)
        return NULL;
    g.t->unit = 10;
    g.t->nlocals = GEN_SLOTS;
    g.t->code = digest;
    pw_tree_sym(g.t, PW_S_rootcode, PW_NOSYM, 0, NULL, &digest);
    pw_tree_sym(g.t, PW_S_btype, PW_NOSYM, 0, "int", NULL);
    pw_tree_sym(g.t, PW_S_btype, PW_NOSYM, 0, "float", NULL);
    pw_tree_sym(g.t, PW_S_btype, PW_NOSYM, 0, "bool", NULL);
    for (unsigned k = 0; k < GEN_SLOTS; k++) {
        g.s.slot[k] = (PwEntry){PW_E_KEEP, PW_NOREF};
        g.s.loaded[k] = PW_NOREF;
    }
    g.seg = pw_tree_seg(g.t, PW_NOSNAP, PW_NONE);
    segment(&g);
    for (unsigned k = 0; k < g.forks; k++) {
        g.s = g.fork[k];
        g.seg = pw_tree_seg(g.t, g.from[k], g.parent[k]);
        segment(&g);
    }
    return g.t;
}
