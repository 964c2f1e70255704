/* The recorder's driver: beginning, following events, ending. */
#include "tracer/rec.h"

#include <stdarg.h>
#include <stdio.h>

bool rec_fail(PwRec *r, const char *format, ...)
{
    if (r->failed)
        return false;
    va_list ap;
    va_start(ap, format);
    vsnprintf(r->why, sizeof r->why, format, ap);
    va_end(ap);
    r->failed = true;
    r->why_code = rec_top(r)->co;
    r->why_unit = r->unit;
    if (r->depth && !r->no_blame && rec_top(r)->co)
        r->env->never_inline(r->env->arg, rec_top(r)->co);
    return false;
}

void rec_ended(PwRec *r, bool done)
{
    r->ended = true;
    if (!r->t->failed)
        r->t->seg.at[r->seg].length = r->length + done - r->begun;
}

static void end_segment(PwRec *r, PwOp op, PwSnapNo snap)
{
    rec_op0(r, op, 0, snap);
    rec_ended(r, false);
}

bool rec_end_exit(PwRec *r)
{
    if (r->side && !r->length)
        return rec_fail(r, "there is nothing to follow from this exit");
    if (!r->side && r->length < PW_LIMIT_KEEP_PARTIAL)
        return rec_fail(r, "only %u bytecodes before something that ends the trace", r->length);
    end_segment(r, PW_OP_exit, rec_before(r));
    return true;
}

static uint32_t loop_end(PyCodeObject *co, uint32_t unit);

/* A function's segment that ends at the header of this loop may be continued by one that leaves the loop there: many loops go round
 * once, and then the loop's own tree is not worth entering. */
static bool may_end_later(const PwTree *t, PyCodeObject *co, uint32_t unit)
{
    int arg;
    return t->kind == PW_ROOT_FUNC && pw_host_opcode_at(co, unit, &arg) == FOR_ITER && loop_end(co, unit);
}

/* Is the snapshot that of an exit with which a segment ends at such a header? */
static bool is_header_exit(const PwTree *t, PwSnapNo from, PyCodeObject *co)
{
    const PwSnap *s = &t->snap.at[from.i];
    if (s->nframes != 1 || s->other || s->throws || !may_end_later(t, co, t->frame.at[s->frames].unit))
        return false;
    for (uint32_t i = t->ins.n; i-- > 0;)
        if (t->ins.at[i].op == PW_OP_exit && t->ins.at[i].snap.i == from.i)
            return true;
    return false;
}

/* Ends the segment at the header of another loop, whose own tree goes on there: that is worth having, however short. */
static bool end_at_loop(PwRec *r)
{
    if (r->side || r->length >= PW_LIMIT_KEEP_PARTIAL || !r->env->has_tree(r->env->arg, rec_top(r)->co, r->unit))
        rec_end_exit(r);
    else
        end_segment(r, PW_OP_exit, rec_before(r));
    if (r->ended && !r->t->failed && !may_end_later(r->t, rec_top(r)->co, r->unit))
        r->t->snap.at[rec_before(r).i].hot = 1;
    return true;
}

/* -- frames -- */

bool rec_frame_init(PwRec *r, RFrame *f, PyCodeObject *co, PyObject *globals, PyObject *builtins)
{
    f->co = co;
    f->globals = globals;
    f->builtins = builtins;
    f->nlocals = (uint32_t)co->co_nlocalsplus;
    f->nstack = 0;
    f->room = f->nlocals + (uint32_t)co->co_stacksize + 1;
    f->kwnames = NULL;
    f->kw_unit = PW_NONE;
    f->fp = NULL;
    f->func = PW_NOREF;
    f->func_sym = PW_NOSYM;
    f->held = (RVal){PW_NOREF, R_NULL, false};
    f->cont = PW_CONT_PUSH;
    f->caught = false;
    f->slot = pw_calloc(f->room, sizeof *f->slot);
    if (!f->slot)
        return rec_fail(r, "out of memory");
    for (uint32_t i = 0; i < f->room; i++)
        f->slot[i] = (RVal){PW_NOREF, R_NULL, false};
    return true;
}

void rec_frame_drop(RFrame *f)
{
    pw_free(f->slot);
    f->slot = NULL;
}

static PwRec *rec_new(const PwRecEnv *env, PwTree *t)
{
    PwRec *r = pw_calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->env = env;
    r->t = t;
    r->root_unit = t->unit;
    r->before = PW_NOSNAP;
    r->expect = PW_NONE;
    r->seg_ins = t->ins.n;
    r->next_value = r->asked = PW_NOREF;
    r->thrown = PW_NOSNAP;
    return r;
}

void pw_rec_free(PwRec *r)
{
    if (!r)
        return;
    for (uint32_t d = 0; d <= r->depth && d < PW_MAX_DEPTH; d++)
        rec_frame_drop(&r->frame[d]);
    PW_VEC_FREE(&r->fact);
    PW_VEC_FREE(&r->keyed);
    PW_VEC_FREE(&r->thrown_slots);
    pw_free(r);
}

static bool root_frame(PwRec *r, _PyInterpreterFrame *frame)
{
    RFrame *f = &r->frame[0];
    if (!rec_frame_init(r, f, frame->f_code, frame->f_globals, frame->f_builtins))
        return false;
    f->fp = frame;
    f->code = pw_tree_sym(r->t, PW_S_rootcode, PW_NOSYM, 0, NULL, &r->t->code);
    f->globals_sym = pw_tree_sym(r->t, PW_S_rootglobals, PW_NOSYM, 0, NULL, NULL);
    f->builtins_sym = pw_tree_sym(r->t, PW_S_rootbuiltins, PW_NOSYM, 0, NULL, NULL);
    return true;
}

static PwStatus name_tree(PwTree *t, PyCodeObject *co, uint32_t unit, PwErr *err)
{
    PwStatus st = pw_host_code_digest(co, &t->code);
    if (st)
        return pw_err_set(err, st, "the code of this function has no name that is the same in every process");
    t->key = pw_host_code_key(co);
    const char *q = PyUnicode_AsUTF8(co->co_qualname), *file = PyUnicode_AsUTF8(co->co_filename);
    PyErr_Clear();
    t->qualname = pw_arena_strn(&t->arena, q ? q : "?", strlen(q ? q : "?"));
    t->filename = pw_arena_strn(&t->arena, file ? file : "?", strlen(file ? file : "?"));
    int line = PyCode_Addr2Line(co, (int)unit * 2);
    t->line = (uint32_t)(line > 0 ? line : co->co_firstlineno);
    t->unit = unit;
    t->nlocals = (uint16_t)co->co_nlocalsplus;
    return t->qualname && t->filename ? PW_OK : PW_NOMEM;
}

PwStatus pw_rec_begin_root(const PwRecEnv *env, PwRootKind kind, _PyInterpreterFrame *frame, uint32_t unit, PwTree **tree,
                           PwRec **rec, PwErr *err)
{
    PyCodeObject *co = frame->f_code;
    *tree = NULL;
    *rec = NULL;
    if (kind == PW_ROOT_FUNC && !unit && co->co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR))
        return pw_err_set(err, PW_ABORT, "generators and coroutines are not entered natively");
    if (co->co_nlocalsplus + co->co_stacksize > PW_MAX_SLOTS)
        return pw_err_set(err, PW_ABORT, "a frame of more than %d slots", PW_MAX_SLOTS);
    PwTree *t = pw_tree_new();
    if (!t)
        return PW_NOMEM;
    *tree = t;
    t->kind = kind;
    PwStatus st = name_tree(t, co, unit, err);
    if (st)
        return st;
    t->nstack = (uint16_t)(kind == PW_ROOT_FUNC && !unit ? 0 : frame->stacktop - co->co_nlocalsplus);
    PwRec *r = rec_new(env, t);
    if (!r)
        return PW_NOMEM;
    r->seg = pw_tree_seg(t, PW_NOSNAP, PW_NONE);
    if (!root_frame(r, frame)) {
        pw_rec_free(r);
        return PW_NOMEM;
    }
    RFrame *f = &r->frame[0];
    f->nstack = t->nstack;
    for (uint32_t i = 0; i < f->nlocals + f->nstack; i++)
        f->slot[i].state = R_KEEP;
    *rec = r;
    return PW_OK;
}

/* The segment that holds the guards of a snapshot. */
static uint32_t seg_of_snap(const PwTree *t, PwSnapNo snap)
{
    for (uint32_t s = 0; s < t->seg.n; s++)
        for (uint32_t i = 0; i < t->seg.at[s].list.n; i++)
            if (t->ins.at[t->seg.at[s].list.at[i]].snap.i == snap.i)
                return s;
    return PW_NONE;
}

/* Symbols of an inlined function's namespace, from its function's; one that is known by its code has the root's. */
void rec_frame_syms(PwRec *r, RFrame *f)
{
    if (f->func_sym.i == PW_NONE) {
        f->globals_sym = r->frame[0].globals_sym;
        f->builtins_sym = r->frame[0].builtins_sym;
        return;
    }
    f->globals_sym = pw_tree_sym(r->t, PW_S_funcglobals, f->func_sym, 0, NULL, NULL);
    f->builtins_sym = pw_tree_sym(r->t, PW_S_funcbuiltins, f->func_sym, 0, NULL, NULL);
}

/* Slots that frame memory still holds and that were read on the way to the snapshot: the same values, so that what borrows
 * from them is known to. */
static void known_slots(PwRec *r, PwSnapNo from)
{
    PwTree *t = r->t;
    for (uint32_t s = seg_of_snap(t, from); s != PW_NONE; from = t->seg.at[s].from, s = t->seg.at[s].parent)
        for (uint32_t i = 0; i < t->seg.at[s].list.n; i++) {
            const PwIns *ins = &t->ins.at[t->seg.at[s].list.at[i]];
            if (from.i != PW_NONE && ins->snap.i == from.i)
                break;
            if (ins->op != PW_OP_slot || ins->imm >= r->frame[0].nlocals + r->frame[0].nstack)
                continue;
            RVal *v = &r->frame[0].slot[ins->imm];
            if (v->state == R_KEEP && v->ref.i == PW_NONE)
                v->ref = (PwRef){t->seg.at[s].list.at[i]};
        }
}

/* The abstract state as the snapshot says. The inner frames' code objects come with their CALL events. */
static PwStatus state_of_snap(PwRec *r, PwSnapNo from)
{
    PwTree *t = r->t;
    const PwSnap s = t->snap.at[from.i];
    for (uint32_t d = 0; d < s.nframes; d++) {
        const PwSnapFrame sf = t->frame.at[s.frames + d];
        RFrame *f = &r->frame[d];
        if (d) {
            bool by_code = t->sym.at[sf.code.i].kind == PW_S_codeobj;
            f->room = sf.nlocals + sf.nstack + 64u;
            f->slot = pw_calloc(f->room, sizeof *f->slot);
            f->func_sym = by_code ? PW_NOSYM : t->sym.at[sf.code.i].parent;
            f->code = sf.code;
            f->kw_unit = PW_NONE;
            f->caught = true; /* on the way here, as far as anybody knows */
            rec_frame_syms(r, f);
            r->depth = d;
        }
        if (!f->slot || sf.nlocals + sf.nstack > f->room)
            return PW_NOMEM;
        f->func = sf.func;
        f->nlocals = sf.nlocals;
        f->nstack = sf.nstack;
        f->cont = (PwCont)sf.cont;
        if (d)
            f->ret_unit = t->frame.at[s.frames + d - 1].unit;
        for (uint32_t i = 0; i < sf.nlocals + sf.nstack; i++) {
            PwEntry e = t->entry.at[sf.entries + i];
            f->slot[i] = e.kind == PW_E_KEEP   ? (RVal){PW_NOREF, R_KEEP, false}
                         : e.kind == PW_E_NULL ? (RVal){PW_NOREF, R_NULL, false}
                                               : (RVal){e.ref, R_VAL, e.kind == PW_E_OWN};
            if (e.kind == PW_E_OWN && pw_ref_type(t, e.ref) == PW_T_O && f->slot[i].ref.i != PW_NONE)
                rec_fact(r, e.ref)->notnull = true;
        }
    }
    known_slots(r, from);
    r->expect = t->frame.at[s.frames + s.nframes - 1].unit;
    return t->failed ? PW_NOMEM : PW_OK;
}

/* A reference that a snapshot drops because it is an inlined frame's own hold of its function. */
static bool hold_again(PwRec *r, PwRef ref)
{
    for (uint32_t d = 1; d <= r->depth; d++) {
        RFrame *f = &r->frame[d];
        if (f->func_sym.i == PW_NONE && pw_ref_is(f->func, ref) && f->held.state != R_VAL) {
            f->held = (RVal){ref, R_VAL, true};
            return true;
        }
    }
    return false;
}

/* References that the exit would have released before going on. */
static void release_drops(PwRec *r, PwSnapNo from)
{
    const PwSnap s = r->t->snap.at[from.i];
    for (uint32_t k = 0; k < s.ndrops; k++) {
        PwRef ref = r->t->arg.at[s.drops + k];
        if (!hold_again(r, ref))
            rec_release(r, (RVal){ref, R_VAL, true}, NULL);
    }
}

/* Side traces on the way to a snapshot that began at the very place where it goes on. */
static unsigned begun_here(const PwTree *t, PwSnapNo from, uint32_t seg)
{
    unsigned n = 0;
    const PwSnap *a = &t->snap.at[from.i];
    for (; seg != PW_NONE && t->seg.at[seg].from.i != PW_NONE; seg = t->seg.at[seg].parent) {
        const PwSnap *b = &t->snap.at[t->seg.at[seg].from.i];
        n += a->nframes == b->nframes && t->frame.at[a->frames + a->nframes - 1].unit ==
                                             t->frame.at[b->frames + b->nframes - 1].unit;
    }
    return n;
}

PwStatus pw_rec_begin_side(const PwRecEnv *env, PwTree *t, PwSnapNo from, _PyInterpreterFrame *frame, PwRec **rec,
                           PwErr *err)
{
    *rec = NULL;
    uint32_t parent = seg_of_snap(t, from);
    if (t->snap.at[from.i].seg != PW_NONE || parent == PW_NONE)
        return pw_err_set(err, PW_ABORT, "this exit is continued already");
    if (begun_here(t, from, parent) >= PW_LIMIT_SAME_PLACE)
        return pw_err_set(err, PW_ABORT, "%d side traces begin at this place already", PW_LIMIT_SAME_PLACE);
    if (t->ins.n > PW_LIMIT_TREE_INS || t->seg.n >= PW_LIMIT_TREE_SEGS)
        return pw_err_set(err, PW_ABORT, "the tree has reached its limit (%u values, %u segments)", t->ins.n, t->seg.n);
    PwRec *r = rec_new(env, t);
    if (!r)
        return PW_NOMEM;
    PwStatus st = root_frame(r, frame) ? PW_OK : PW_NOMEM;
    if (!st)
        st = state_of_snap(r, from);
    if (st) {
        pw_rec_free(r);
        return st;
    }
    r->side = true;
    r->from = from;
    r->from_unit = t->frame.at[t->snap.at[from.i].frames].unit;
    r->flush_first = !t->snap.at[from.i].throws;
    r->at_throw = t->snap.at[from.i].throws;
    r->header_exit = is_header_exit(t, from, frame->f_code);
    r->rebuilding = r->depth > 0;
    r->seg = pw_tree_seg(t, from, parent);
    r->unit = r->expect;
    release_drops(r, from);
    *rec = r;
    return PW_OK;
}

/* -- following -- */

/* Where the back-edges of the loop at `unit` stand, if it is one: the last of them, else 0. */
static uint32_t loop_end(PyCodeObject *co, uint32_t unit)
{
    PwSide *side = pw_host_side(co);
    uint32_t end = 0;
    for (uint32_t e = 0; side && e < side->n_edges; e++)
        if (side->edges[e].target == unit && side->edges[e].unit > end)
            end = side->edges[e].unit;
    return end;
}

/* How often this segment has come to that header, this time included. */
static uint32_t visits(PwRec *r, uint32_t unit)
{
    for (uint32_t i = 0; i < r->nheaders; i++)
        if (r->header[i].unit == unit)
            return ++r->header[i].visits;
    if (r->nheaders == sizeof r->header / sizeof *r->header)
        return UINT32_MAX;
    r->header[r->nheaders].unit = unit;
    return r->header[r->nheaders++].visits = 1;
}

/* At the header of a loop that a function's trace has gone round: is it left now, or soon? */
static bool leaves_loop(PwRec *r)
{
    Py_ssize_t all, left = rec_loop_left(rec_obj(r, 1), &all);
    r->loop_over = !left && all > PW_LIMIT_SHORT_LOOP;
    return !left || (left > 0 && all <= PW_LIMIT_SHORT_LOOP);
}

/* At the header of another loop than the root's: does the segment end? Loops inside have trees of their own; a loop that
 * encloses the root is gone through once, on the way back to the root. A function, or a generator between two yields,
 * goes once around its loops: then their variables are what the loops' trees expect them to be. */
static bool at_other_loop(PwRec *r)
{
    PyCodeObject *co = rec_top(r)->co;
    uint32_t end = loop_end(co, r->unit);
    if (!end)
        return false;
    bool encloses = r->t->kind == PW_ROOT_LOOP && r->unit < r->root_unit && end > r->root_unit;
    bool first = r->t->kind == PW_ROOT_FUNC && !(r->unit <= r->from_unit && r->from_unit <= end);
    bool stop = !encloses && !first && r->env->has_tree(r->env->arg, co, r->unit);
    if (!stop && visits(r, r->unit) <= PW_LIMIT_HEADER_VISITS)
        return false;
    return !may_end_later(r->t, co, r->unit) || !leaves_loop(r);
}

/* A side trace that begins with the other way of a branch begins where something has been done: when that is the header, a
 * back-edge was taken. Any other exit at the header is one that failed there, and would fail there again. */
static bool at_back_edge(const PwRec *r)
{
    return r->side && r->t->snap.at[r->from.i].other;
}

/* At a place where the segment ends by itself? */
static bool at_end(PwRec *r)
{
    RFrame *f = rec_top(r);
    if (r->depth || (!r->length && !at_back_edge(r)) || r->slice_open || r->super_open)
        return false;
    if (r->t->kind == PW_ROOT_LOOP && r->unit == r->root_unit && f->nstack == r->t->nstack) {
        PwSnapNo snap = rec_before(r);
        rec_op0(r, PW_OP_gpoll, 0, snap);
        end_segment(r, PW_OP_loop, snap);
        return true;
    }
    return at_other_loop(r) && end_at_loop(r);
}

static bool too_long(PwRec *r)
{
    if (r->slice_open || r->super_open || rec_top(r)->kw_unit != PW_NONE)
        return false;
    return r->length >= PW_LIMIT_TRACE_BYTECODES || r->t->ins.n - r->seg_ins > PW_LIMIT_TREE_INS / 2;
}

static bool in_step(PwRec *r, const PwHostEvent *ev)
{
    RFrame *f = rec_top(r);
    if (r->expect_call || r->rebuilding)
        return rec_fail(r, "the called function did not begin");
    if (r->at_throw)
        return rec_fail(r, "the exception of this exit was not raised");
    if (ev->frame->f_code != f->co || (r->expect != PW_NONE && ev->first_unit != r->expect))
        return rec_fail(r, "control went elsewhere (unit %u, expected %u)", ev->first_unit, r->expect);
    if (ev->depth != (int)f->nstack)
        return rec_fail(r, "the value stack is not what it should be (%d, expected %u)", ev->depth, f->nstack);
    return true;
}

static void follow_op(PwRec *r, const PwHostEvent *ev)
{
    RFrame *f = rec_top(r);
    if (r->next_value.i != PW_NONE && (ev->first_unit == r->next_more || ev->first_unit == r->next_out))
        rec_next_seen(r, ev->first_unit == r->next_more);
    if (r->asked.i != PW_NONE && (ev->first_unit == r->next || ev->first_unit == r->asked_target))
        rec_truth_seen(r, ev->first_unit == r->asked_target);
    r->before = PW_NOSNAP;
    r->thrown = PW_NOSNAP;
    r->thrown_more = r->catching = false;
    r->unit = ev->first_unit;
    if (!in_step(r, ev))
        return;
    if (r->flush_first) { /* a side trace begins with what its exit would have released */
        r->flush_first = false;
        rec_flush(r, r->unit);
    }
    r->next = ev->unit + 1u + pw_host_cache_units(ev->opcode);
    r->expect = r->next;
    if (at_end(r))
        return;
    if (too_long(r)) {
        if (r->depth)
            rec_fail(r, "a trace of more than %d bytecodes", PW_LIMIT_TRACE_BYTECODES);
        else
            rec_end_exit(r);
        return;
    }
    if (r->header_exit && !r->length && !leaves_loop(r)) {
        r->later = true;
        rec_fail(r, "the loop goes on");
        return;
    }
    if (r->loop_over) { /* its other way is what the loop's own tree is for */
        PwSnapNo before = rec_before(r);
        if (before.i != PW_NONE && !r->t->failed)
            r->t->snap.at[before.i].hot = 1;
        r->loop_over = false;
    }
    RecHandler handler = rec_handler(ev->opcode);
    uint32_t depth = r->depth;
    r->counted = false;
    bool covered = handler && handler(r, (int)ev->oparg);
    if (!covered && !r->failed) {
        if (r->depth == depth && !r->depth && r->length >= (r->side ? 1u : PW_LIMIT_KEEP_PARTIAL) && !r->ndrop)
            rec_end_exit(r);
        else
            rec_fail(r, "%s is not covered", rec_opcode_name(ev->opcode));
        return;
    }
    r->length++;
    r->counted = true;
    if (f->kwnames && ev->opcode != KW_NAMES && ev->opcode != PRECALL)
        f->kwnames = NULL;
    if (f->kw_unit != PW_NONE && ev->opcode != KW_NAMES && ev->opcode != PRECALL)
        f->kw_unit = PW_NONE;
    if (!r->ended && !r->failed && r->next_value.i == PW_NONE && r->asked.i == PW_NONE)
        rec_flush(r, r->expect);
}

static void follow_call(PwRec *r, const PwHostEvent *ev)
{
    if (ev->rebuilt && r->rebuilding) {
        RFrame *f = &r->frame[++r->rebuilt];
        f->co = ev->frame->f_code;
        f->globals = ev->frame->f_globals;
        f->builtins = ev->frame->f_builtins;
        f->fp = ev->frame;
        if (f->nlocals != (uint32_t)f->co->co_nlocalsplus)
            rec_fail(r, "a frame that is not the one of the exit");
        r->rebuilding = r->rebuilt < r->depth;
    } else if (r->expect_call) {
        if (ev->frame->f_code != rec_top(r)->co)
            rec_fail(r, "another function was called than the one followed");
        rec_top(r)->fp = ev->frame;
        r->expect_call = false;
        r->expect = PW_NONE;
    }
}

/* An exception came up in a frame that is followed: what was emitted for this bytecode leaves by throwing then; the segment
 * goes on to the bytecode after it, as if nothing had been raised, and ends there. */
static void follow_exception(PwRec *r, PyObject *value)
{
    if (r->catching)
        return; /* a frame on the way to the handler */
    if (r->last_opcode == FOR_ITER && !r->at_throw && PyTuple_CheckExact(value) &&
        PyErr_GivenExceptionMatches(PyTuple_GET_ITEM(value, 0), PyExc_StopIteration))
        return; /* it is reported too, and is no exception of the program */
    if (rec_catch(r) || r->failed)
        return;
    r->no_blame = true;
    if (!pw_rec_stop(r))
        rec_fail(r, "an exception was raised");
}

PwRecStep pw_rec_event(PwRec *r, const PwHostEvent *ev)
{
    if (ev->kind == PW_HOST_EV_CANCELLED) {
        r->no_blame = true;
        rec_fail(r, "the program began to trace itself");
        return PW_REC_FAILED;
    }
    uint32_t level = r->depth;
    bool rebuilt = ev->kind == PW_HOST_EV_CALL && ev->rebuilt;
    if (ev->level > level || (r->rebuilding && !rebuilt))
        return PW_REC_MORE; /* inside a call that is not followed, or a finaliser that the exit runs */
    const PwHostEvent *was = r->ev;
    r->ev = ev;
    switch (ev->kind) {
    case PW_HOST_EV_OP:
        if (ev->level < level) {
            r->no_blame = true;
            rec_fail(r, "the function was left");
        } else {
            follow_op(r, ev);
            r->last_opcode = ev->opcode;
        }
        break;
    case PW_HOST_EV_CALL:
        follow_call(r, ev);
        break;
    case PW_HOST_EV_EXCEPTION:
        r->ev = was;
        follow_exception(r, ev->value);
        break;
    case PW_HOST_EV_RETURN:
    case PW_HOST_EV_CANCELLED:
        r->ev = was;
        break;
    }
    r->ev = NULL;
    if (r->t->failed && !r->failed)
        rec_fail(r, "the tree has reached a limit, or memory is out");
    return r->failed ? PW_REC_FAILED : r->ended ? PW_REC_DONE : PW_REC_MORE;
}

bool pw_rec_stop(PwRec *r)
{
    if (r->ended)
        return true;
    if (r->failed || r->t->failed || r->depth || r->rebuilding || r->expect_call || r->slice_open || r->super_open || r->expect == PW_NONE ||
        r->length < (r->side ? 1 : PW_LIMIT_KEEP_PARTIAL) || rec_top(r)->kw_unit != PW_NONE)
        return false;
    r->unit = r->expect;
    end_segment(r, PW_OP_exit, rec_snap_at(r, r->expect));
    return !r->t->failed;
}

const char *pw_rec_why(const PwRec *r, PyCodeObject **code, uint32_t *unit)
{
    *code = r->why_code ? r->why_code : r->frame[0].co;
    *unit = r->why_unit;
    return r->why;
}

uint32_t pw_rec_length(const PwRec *r)
{
    return r->length;
}

bool pw_rec_later(const PwRec *r)
{
    return r->later;
}
