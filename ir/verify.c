/* The verifier: every rule of docs/ir.md. Assumes nothing but that the vectors are allocated. */
#include "ir/verify_internal.h"

#include <stdarg.h>
#include <stdio.h>

bool pw_verify_bad(PwVerify *v, const char *format, ...)
{
    char rule[256];
    va_list ap;
    va_start(ap, format);
    vsnprintf(rule, sizeof rule, format, ap);
    va_end(ap);
    if (v->seg == PW_NONE) {
        pw_err_set(v->err, PW_INVALID, "IR: %s.", rule);
    } else {
        uint32_t op = v->tree->ins.at[v->tree->seg.at[v->seg].list.at[v->pos]].op;
        pw_err_set(v->err, PW_INVALID, "IR: segment %u, instruction %u (%s): %s.", v->seg, v->pos, pw_op_info[op].name,
                   rule);
    }
    return false;
}

bool pw_verify_available(const PwVerify *v, PwRef r, uint32_t seg, uint32_t pos)
{
    if (pw_is_const(&v->tree->ins.at[r.i]))
        return true;
    PwPlace def = v->place[r.i];
    while (seg != def.seg) {
        if (seg == 0 || seg == PW_NONE || seg < def.seg)
            return false; /* parents have smaller numbers */
        pos = v->attach[seg];
        seg = v->tree->seg.at[seg].parent;
    }
    return def.seg != PW_NONE && def.pos < pos;
}

/* -- ranges: after this, every index in ins and arg can be followed -- */

static bool head_ok(PwVerify *v)
{
    const PwTree *t = v->tree;
    if (t->failed)
        return pw_verify_bad(v, "the builder gave this tree up");
    if (t->kind != PW_ROOT_LOOP && t->kind != PW_ROOT_FUNC)
        return pw_verify_bad(v, "no known kind of root");
    if ((uint32_t)t->nlocals + t->nstack > PW_MAX_SLOTS)
        return pw_verify_bad(v, "the root has too many slots");
    if (t->ins.n > PW_MAX_INS || t->seg.n > PW_MAX_SEGS || t->snap.n > PW_MAX_SNAPS)
        return pw_verify_bad(v, "too many values, segments or snapshots");
    return t->seg.n || pw_verify_bad(v, "there is no segment 0");
}

static bool ranges_ok(PwVerify *v)
{
    const PwTree *t = v->tree;
    for (uint32_t i = 0; i < t->ins.n; i++) {
        const PwIns *ins = &t->ins.at[i];
        if (ins->op >= PW_OP_COUNT || ins->type >= PW_T_COUNT)
            return pw_verify_bad(v, "value %u has no known op or type", i);
        if (ins->type != pw_op_type((PwOp)ins->op, ins->aux, ins->imm))
            return pw_verify_bad(v, "value %u (%s) has type %c", i, pw_op_info[ins->op].name,
                                 pw_type_letter((PwType)ins->type));
        if (ins->nargs && (ins->args > t->arg.n || ins->nargs > t->arg.n - ins->args))
            return pw_verify_bad(v, "value %u: its operands are out of range", i);
        for (unsigned k = 0; k < ins->nargs; k++)
            if (t->arg.at[ins->args + k].i >= t->ins.n)
                return pw_verify_bad(v, "value %u: operand %u is no value", i, k);
    }
    return true;
}

static bool consts_ok(PwVerify *v)
{
    for (uint32_t i = 0; i < v->tree->ins.n; i++)
        if (pw_is_const(&v->tree->ins.at[i]) && !pw_verify_const(v, &v->tree->ins.at[i]))
            return false;
    return true;
}

/* -- segments -- */

/* Notes which op names snapshot s first, and whether ops of several segments do. */
static void note_snap(PwVerify *v, PwSnapNo s, uint32_t seg, uint32_t pos)
{
    if (s.i >= v->tree->snap.n)
        return;
    if (v->named[s.i].seg == PW_NONE)
        v->named[s.i] = (PwPlace){seg, pos};
    else if (v->named[s.i].seg != seg)
        v->everywhere[s.i] = true;
}

static bool place_all(PwVerify *v)
{
    const PwTree *t = v->tree;
    for (uint32_t s = 0; s < t->seg.n; s++) {
        const PwSeg *seg = &t->seg.at[s];
        for (uint32_t k = 0; k < seg->list.n; k++) {
            uint32_t i = seg->list.at[k];
            if (i >= t->ins.n || pw_is_const(&t->ins.at[i]))
                return pw_verify_bad(v, "segment %u lists a constant or what is no value", s);
            if (v->place[i].seg != PW_NONE)
                return pw_verify_bad(v, "segment %u lists a value that stands somewhere already", s);
            v->place[i] = (PwPlace){s, k};
            note_snap(v, t->ins.at[i].snap, s, k);
        }
    }
    return true;
}

static bool ends_in(const PwTree *t, uint32_t seg, PwOp op)
{
    uint32_t n = t->seg.at[seg].list.n;
    return n && t->ins.at[t->seg.at[seg].list.at[n - 1]].op == op;
}

/* A side segment: continues a snapshot that only ops of its parent name. One that nothing leads to is empty. */
static bool side_ok(PwVerify *v, uint32_t s)
{
    const PwTree *t = v->tree;
    const PwSeg *seg = &t->seg.at[s];
    uint32_t from = seg->from.i;
    if (from >= t->snap.n || t->snap.at[from].seg != s)
        return pw_verify_bad(v, "segment %u and its snapshot do not name each other", s);
    if (seg->parent >= s)
        return pw_verify_bad(v, "segment %u: its parent is not an earlier segment", s);
    if (v->named[from].seg == PW_NONE)
        return !seg->list.n || pw_verify_bad(v, "segment %u: no op names its snapshot", s);
    if (v->everywhere[from] || v->named[from].seg != seg->parent)
        return pw_verify_bad(v, "segment %u: its snapshot is named outside its parent", s);
    v->attach[s] = v->named[from].pos;
    if (seg->list.n && t->snap.at[from].throws != (t->ins.at[seg->list.at[0]].op == PW_OP_catch))
        return pw_verify_bad(v, "segment %u: it begins with catch if its snapshot is marked throws, and only then", s);
    return seg->list.n || pw_verify_bad(v, "segment %u is empty", s);
}

static bool loop_seg_ok(PwVerify *v)
{
    const PwTree *t = v->tree;
    const PwSeg *seg = &t->seg.at[1];
    v->attach[1] = t->seg.at[0].list.n;
    if (!t->optimised || !ends_in(t, 0, PW_OP_enter) || seg->parent != 0 || seg->from.i != PW_NONE)
        return pw_verify_bad(v, "a loop segment follows on segment 0 of an optimised tree that ends in enter");
    return seg->list.n || pw_verify_bad(v, "segment 1 is empty");
}

static bool segs_ok(PwVerify *v)
{
    const PwTree *t = v->tree;
    const PwSeg *root = &t->seg.at[0];
    if (root->from.i != PW_NONE || root->parent != PW_NONE || root->is_loop || !root->list.n)
        return pw_verify_bad(v, "segment 0 is the root: not empty, no snapshot, no parent");
    for (uint32_t s = 1; s < t->seg.n; s++) {
        bool loop = t->seg.at[s].is_loop;
        if (loop && s != 1)
            return pw_verify_bad(v, "segment %u is a loop segment: only segment 1 can be", s);
        if (loop ? !loop_seg_ok(v) : !side_ok(v, s))
            return false;
    }
    return true;
}

static bool instructions_ok(PwVerify *v)
{
    const PwTree *t = v->tree;
    for (v->seg = 0; v->seg < t->seg.n; v->seg++)
        for (v->pos = 0; v->pos < t->seg.at[v->seg].list.n; v->pos++)
            if (!pw_verify_ins(v, (PwRef){t->seg.at[v->seg].list.at[v->pos]}))
                return false;
    v->seg = PW_NONE;
    return true;
}

/* -- the whole -- */

static bool prepare(PwVerify *v)
{
    const PwTree *t = v->tree;
    v->place = pw_alloc(t->ins.n * sizeof *v->place);
    v->size = pw_calloc(t->ins.n + 1, sizeof *v->size);
    v->named = pw_alloc(t->snap.n * sizeof *v->named);
    v->everywhere = pw_calloc(t->snap.n + 1, sizeof *v->everywhere);
    v->checked = pw_calloc(t->snap.n + 1, sizeof *v->checked);
    v->attach = pw_calloc(t->seg.n + 1, sizeof *v->attach);
    if (!v->place || !v->size || !v->named || !v->everywhere || !v->checked || !v->attach)
        return false;
    memset(v->place, 0xff, t->ins.n * sizeof *v->place);
    memset(v->named, 0xff, t->snap.n * sizeof *v->named);
    return true;
}

PwStatus pw_tree_verify(const PwTree *t, PwErr *err)
{
    PwVerify v = {.tree = t, .err = err, .seg = PW_NONE};
    PwStatus status = PW_INVALID;
    if (!head_ok(&v))
        return PW_INVALID;
    if (!prepare(&v))
        status = pw_err_set(err, PW_NOMEM, "Out of memory while a tree was verified.");
    else if (ranges_ok(&v) && pw_verify_syms(&v) && consts_ok(&v) && pw_verify_snaps(&v) && place_all(&v) &&
             segs_ok(&v) && instructions_ok(&v))
        status = PW_OK;
    pw_free(v.place);
    pw_free(v.size);
    pw_free(v.named);
    pw_free(v.everywhere);
    pw_free(v.checked);
    pw_free(v.attach);
    return status;
}
