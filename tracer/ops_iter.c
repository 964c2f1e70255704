/* Iteration: iter(), FOR_ITER over what is built in, unpacking. */
#include "host/types.h"
#include "tracer/ops.h"

/* CPython's list_iterator and tuple_iterator (Objects/listobject.c, tupleobject.c): no header gives them. */
typedef struct PwSeqIter {
    PyObject_HEAD
    Py_ssize_t it_index;
    PyObject *it_seq;
} PwSeqIter;

bool rec_op_get_iter(PwRec *r, int oparg)
{
    (void)oparg;
    PyObject *o = rec_obj(r, 1);
    RVal *v = rec_at(r, 1);
    if (r->skip_iter) { /* range() has made the iterator already */
        r->skip_iter = false;
        return true;
    }
    if (!PyList_CheckExact(o) && !PyTuple_CheckExact(o)) {
        if (Py_TYPE(o)->tp_iter == PyObject_SelfIter && rec_is_static(Py_TYPE(o))) {
            rec_guard_type(r, rec_ref(r, v), Py_TYPE(o));
            return !r->failed;
        }
        return rec_generic(r, PW_H_iter, 1, PW_NOREF);
    }
    PwHelper h = PyList_CheckExact(o) ? PW_H_list_iter : PW_H_tuple_iter;
    rec_guard_type(r, rec_object(r, v), Py_TYPE(o));
    PwRef it = rec_call1(r, h, rec_ref(r, rec_at(r, 1)), rec_raise(r));
    rec_fact(r, it)->type = PyList_CheckExact(o) ? &PyListIter_Type : &PyTupleIter_Type;
    rec_pop_release(r);
    rec_push(r, it, true);
    return true;
}

/* -- the next item -- */

/* What advancing needs before anything changes: the condition that there is an item, and how to take it. */
typedef struct Step {
    enum { RANGE, LIST, TUPLE, STR, ENUM, ZIP, SAFE } kind;
    PwRef it, index, seq;
    bool more;
    unsigned n;
    struct Step *sub;
} Step;

enum { MAX_STEPS = 12 };
typedef struct Steps {
    Step at[MAX_STEPS];
    unsigned n;
} Steps;

static bool step_range(PwRec *r, Step *s, PyObject *o)
{
    PwRangeIter *it = (PwRangeIter *)o;
    s->kind = RANGE;
    s->index = rec_ldf(r, PW_F_RANGEIT_INDEX, s->it);
    s->more = it->index < it->len;
    rec_guard_cond(r, rec_op2(r, PW_OP_ilt, s->index, rec_ldf(r, PW_F_RANGEIT_LEN, s->it), PW_NOSNAP), s->more,
                   rec_before(r));
    return true;
}

static bool is_str_iterator(PyTypeObject *t)
{
    return t == &PyUnicodeIter_Type || t == pw_host_btype("str_ascii_iterator");
}

/* The iterators of list, tuple and str have the same shape. */
static bool step_sequence(PwRec *r, Step *s, PyObject *o)
{
    bool list = Py_IS_TYPE(o, &PyListIter_Type), str = is_str_iterator(Py_TYPE(o));
    PwSeqIter *it = (PwSeqIter *)o;
    s->kind = list ? LIST : str ? STR : TUPLE;
    s->seq = rec_ldf(r, s->kind == TUPLE ? PW_F_TUPLEIT_SEQ : PW_F_LISTIT_SEQ, s->it);
    rec_op1(r, it->it_seq ? PW_OP_gnotnull : PW_OP_gnull, s->seq, rec_before(r));
    if (!it->it_seq) {
        s->more = false;
        return true;
    }
    s->index = rec_ldf(r, s->kind == TUPLE ? PW_F_TUPLEIT_INDEX : PW_F_LISTIT_INDEX, s->it);
    PwRef size = rec_ldf(r, list ? PW_F_LIST_SIZE : str ? PW_F_STR_LENGTH : PW_F_VAR_SIZE, s->seq);
    s->more = it->it_index < (str ? PyUnicode_GET_LENGTH(it->it_seq) : Py_SIZE(it->it_seq));
    rec_guard_cond(r, rec_op2(r, PW_OP_iult, s->index, size, PW_NOSNAP), s->more, rec_before(r));
    /* exact lists and tuples only: iterators of subclasses look the same */
    rec_guard_type(r, s->seq, Py_TYPE(it->it_seq));
    return Py_TYPE(it->it_seq) == (list ? &PyList_Type : str ? &PyUnicode_Type : &PyTuple_Type) ||
           rec_fail(r, "an iterator over a subclass of list, tuple or str");
}

typedef struct PwEnumLike {
    PyObject_HEAD
    Py_ssize_t en_index;
    PyObject *en_sit, *en_result, *en_longindex;
} PwEnumLike;

typedef struct PwZipLike {
    PyObject_HEAD
    Py_ssize_t tuplesize;
    PyObject *ittuple, *result;
    int strict;
} PwZipLike;

Py_ssize_t rec_loop_left(PyObject *o, Py_ssize_t *all)
{
    PyTypeObject *t = Py_TYPE(o);
    Py_ssize_t at;
    *all = 0;
    if (t == &PyEnum_Type)
        return rec_loop_left(((PwEnumLike *)o)->en_sit, all);
    if (t == &PyRangeIter_Type) {
        *all = ((PwRangeIter *)o)->len;
        at = ((PwRangeIter *)o)->index;
    } else {
        PyObject *seq = t == &PyListIter_Type || t == &PyTupleIter_Type ? ((PwSeqIter *)o)->it_seq : NULL;
        if (!seq || (!PyList_CheckExact(seq) && !PyTuple_CheckExact(seq)))
            return -1;
        *all = Py_SIZE(seq);
        at = ((PwSeqIter *)o)->it_index;
    }
    return at < *all ? *all - at : 0;
}

static bool is_safe_iterator(PyTypeObject *t)
{
    static const char *const names[] = {"dict_keyiterator", "dict_valueiterator",
                                        "dict_itemiterator", "set_iterator", "bytes_iterator", "list_reverseiterator"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (t == pw_host_btype(names[i]))
            return true;
    return false;
}

static bool step(PwRec *r, Steps *all, PwRef it, PyObject *o, Step **out);

static bool step_enum(PwRec *r, Steps *all, Step *s, PyObject *o)
{
    PwEnumLike *en = (PwEnumLike *)o;
    s->kind = ENUM;
    if (en->en_longindex || en->en_index >= PY_SSIZE_T_MAX / 2)
        return false;
    s->index = rec_ldf(r, PW_F_ENUM_INDEX, s->it);
    PwRef large = rec_op2(r, PW_OP_ilt, s->index, rec_int(r, INT64_C(1) << 30), PW_NOSNAP);
    rec_guard_cond(r, large, true, rec_before(r));
    PwRef inner = rec_ldf(r, PW_F_ENUM_ITER, s->it);
    if (!step(r, all, inner, en->en_sit, &s->sub) || s->sub->kind == SAFE)
        return false;
    s->more = s->sub->more;
    return true;
}

static bool step_zip(PwRec *r, Steps *all, Step *s, PyObject *o)
{
    PwZipLike *z = (PwZipLike *)o;
    s->kind = ZIP;
    s->n = (unsigned)z->tuplesize;
    if (z->strict || !s->n || s->n > 4 || !z->ittuple)
        return false;
    PwRef strict = rec_ldf(r, PW_F_ZIP_STRICT, s->it);
    rec_guard_cond(r, rec_op2(r, PW_OP_ieq, strict, rec_int(r, 0), PW_NOSNAP), true, rec_before(r));
    PwRef tuple = rec_ldf(r, PW_F_ZIP_ITERS, s->it);
    PwRef size = rec_ldf(r, PW_F_VAR_SIZE, tuple);
    rec_guard_cond(r, rec_op2(r, PW_OP_ieq, size, rec_int(r, s->n), PW_NOSNAP), true, rec_before(r));
    PwRef items = rec_op1(r, PW_OP_tupleitems, tuple, PW_NOSNAP);
    s->more = true;
    s->sub = &all->at[all->n];
    Step *subs[4];
    for (unsigned k = 0; k < s->n; k++) {
        PwRef inner = rec_ldx(r, PW_A_TUPLE, items, rec_int(r, k));
        if (!step(r, all, inner, PyTuple_GET_ITEM(z->ittuple, k), &subs[k]) || subs[k]->kind >= ENUM)
            return false;
        s->more = s->more && subs[k]->more;
        if (!s->more)
            return true;
    }
    return true;
}

/* Guards that can be made before anything changes; *out tells how to go on. false: only a call can advance it. */
static bool step(PwRec *r, Steps *all, PwRef it, PyObject *o, Step **out)
{
    if (all->n == MAX_STEPS)
        return false;
    Step *s = &all->at[all->n++];
    PyTypeObject *t = Py_TYPE(o);
    *s = (Step){.kind = SAFE, .it = it, .index = PW_NOREF, .seq = PW_NOREF, .more = true};
    *out = s;
    if (t != &PyRangeIter_Type && t != &PyListIter_Type && t != &PyTupleIter_Type && t != &PyEnum_Type &&
        t != &PyZip_Type && !is_str_iterator(t) && !is_safe_iterator(t))
        return false;
    rec_guard_type(r, it, t);
    if (t == &PyRangeIter_Type)
        return step_range(r, s, o);
    if (t == &PyListIter_Type || t == &PyTupleIter_Type || is_str_iterator(t))
        return step_sequence(r, s, o);
    if (t == &PyEnum_Type)
        return step_enum(r, all, s, o);
    if (t == &PyZip_Type)
        return step_zip(r, all, s, o);
    return true;
}

static PwRef plus_one(PwRec *r, PwRef i)
{
    return rec_op2(r, PW_OP_iadd_nc, i, rec_int(r, 1), PW_NOSNAP);
}

/* Takes the item; everything was checked. *own: the trace owns a reference of it. */
static PwRef advance(PwRec *r, Step *s, bool *own)
{
    PwRef v, item[4];
    *own = false;
    switch (s->kind) {
    case RANGE: {
        PwRef step = rec_ldf(r, PW_F_RANGEIT_STEP, s->it), start = rec_ldf(r, PW_F_RANGEIT_START, s->it);
        v = rec_op2(r, PW_OP_iadd_nc, start, rec_op2(r, PW_OP_imul_nc, s->index, step, PW_NOSNAP), PW_NOSNAP);
        rec_stf(r, PW_F_RANGEIT_INDEX, s->it, plus_one(r, s->index));
        return v;
    }
    case LIST:
        v = rec_ldx(r, PW_A_LIST, rec_ldf(r, PW_F_LIST_ITEMS, s->seq), s->index);
        rec_stf(r, PW_F_LISTIT_INDEX, s->it, plus_one(r, s->index));
        break;
    case TUPLE:
        v = rec_ldx(r, PW_A_TUPLE, rec_op1(r, PW_OP_tupleitems, s->seq, PW_NOSNAP), s->index);
        rec_stf(r, PW_F_TUPLEIT_INDEX, s->it, plus_one(r, s->index));
        break;
    case STR:
        v = rec_call2(r, PW_H_str_at, s->seq, s->index, rec_raise(r));
        rec_stf(r, PW_F_LISTIT_INDEX, s->it, plus_one(r, s->index));
        rec_fact(r, v)->type = &PyUnicode_Type;
        *own = true;
        return v;
    case ENUM:
        item[1] = advance(r, s->sub, own);
        item[0] = s->index;
        rec_stf(r, PW_F_ENUM_INDEX, s->it, plus_one(r, s->index));
        *own = true;
        return rec_emit(r, PW_OP_vtuple, 0, 0, item, 2, PW_NOSNAP);
    case ZIP: {
        Step *sub = s->sub;
        for (unsigned k = 0; k < s->n; k++)
            item[k] = advance(r, &sub[k], own);
        *own = true;
        return rec_emit(r, PW_OP_vtuple, 0, 0, item, s->n, PW_NOSNAP);
    }
    case SAFE:
    default:
        return PW_NOREF;
    }
    rec_fact(r, v)->notnull = true;
    rec_dup(r, v);
    *own = true;
    return v;
}

/* What a built-in iterator does when it has no more items. */
static void exhaust(PwRec *r, Step *s, PyObject *o)
{
    bool own;
    switch (s->kind) {
    case LIST:
    case STR:
    case TUPLE: {
        PyObject *seq = ((PwSeqIter *)o)->it_seq;
        if (!seq)
            return;
        rec_stf(r, s->kind == TUPLE ? PW_F_TUPLEIT_SEQ : PW_F_LISTIT_SEQ, s->it, pw_tree_const(r->t, PW_OP_knull, 0));
        rec_release(r, (RVal){s->seq, R_VAL, true}, seq);
        return;
    }
    case ENUM:
        exhaust(r, s->sub, ((PwEnumLike *)o)->en_sit);
        return;
    case ZIP: /* the iterators before the one that ends have given an item each, which is lost */
        for (unsigned k = 0; k < s->n; k++) {
            PyObject *inner = PyTuple_GET_ITEM(((PwZipLike *)o)->ittuple, k);
            if (!s->sub[k].more) {
                exhaust(r, &s->sub[k], inner);
                return;
            }
            PwRef item = advance(r, &s->sub[k], &own);
            rec_release(r, (RVal){item, R_VAL, own}, NULL);
        }
        return;
    case RANGE:
    case SAFE:
    default:
        return;
    }
}

/* The iterator has no more items: it is popped, and the loop is left. */
static bool exhausted(PwRec *r, Step *s, PyObject *o, int oparg)
{
    exhaust(r, s, o);
    rec_pop_release(r);
    r->expect = r->ev->unit + 1 + (uint32_t)oparg;
    return true;
}

/* Iterators that only a call can advance. Whether there was an item is seen at the next bytecode (rec_next_seen). */
static bool call_next(PwRec *r, PyObject *o, int oparg, bool safe)
{
    PwRef it = rec_ref(r, rec_at(r, 1));
    PwRef v = rec_call1(r, safe ? PW_H_next_safe : PW_H_next, it, rec_raise(r));
    if (!safe)
        rec_opaque_done(r);
    r->next_value = v;
    r->next_obj = o;
    r->next_more = r->next;
    r->next_out = r->ev->unit + 1 + (uint32_t)oparg;
    r->expect = PW_NONE;
    return true;
}

void rec_next_seen(PwRec *r, bool more)
{
    RFrame *f = rec_top(r);
    PwRef v = r->next_value, it = rec_ref(r, rec_at(r, 1)), end = rec_single(r, "exhausted");
    r->next_value = PW_NOREF;
    r->before = PW_NOSNAP;
    if (more) {
        RVal iter = *rec_at(r, 1);
        bool own = iter.state == R_KEEP || iter.own;
        f->nstack--; /* how the loop would be left: the iterator gone */
        PwSnapNo out = rec_snap_other(r, r->next_out, &it, own);
        f->nstack++;
        rec_op2(r, PW_OP_gisnot, v, end, out);
        rec_push(r, v, true);
        r->expect = r->next_more;
    } else {
        rec_push(r, v, true);
        PwSnapNo in = rec_snap_other(r, r->next_more, NULL, 0);
        f->nstack--;
        rec_op2(r, PW_OP_gis, v, end, in);
        RVal iter = rec_pop(r);
        rec_release(r, iter, r->next_obj);
        r->expect = r->next_out;
    }
    rec_flush(r, r->expect);
}

bool rec_op_for_iter(PwRec *r, int oparg)
{
    PyObject *o = rec_obj(r, 1);
    Steps all = {.n = 0};
    Step *s;
    RVal *v = rec_at(r, 1);
    PwRef it = rec_ref(r, v);
    if (!step(r, &all, it, o, &s)) {
        if (r->failed || r->t->failed)
            return false;
        return call_next(r, o, oparg, false);
    }
    if (s->kind == SAFE)
        return call_next(r, o, oparg, true);
    if (!s->more)
        return exhausted(r, s, o, oparg);
    bool own;
    PwRef item = advance(r, s, &own);
    rec_push(r, item, own);
    return !r->t->failed;
}

/* -- unpacking -- */

static bool unpack_vtuple(PwRec *r, int n)
{
    RVal v = *rec_at(r, 1);
    if (pw_ins(r->t, v.ref)->nargs != n)
        return rec_fail(r, "unpacking that raises");
    rec_pop(r);
    for (int k = n; k-- > 0;)
        rec_push(r, pw_arg(r->t, v.ref, (unsigned)k), true);
    return true;
}

/* Of whatever has items, or raises. */
static bool unpack_any(PwRec *r, int n)
{
    PyObject *o = rec_obj(r, 1);
    PwRef ref = rec_object(r, rec_at(r, 1));
    PwRef all = rec_call2(r, PW_H_unpack, ref, rec_int(r, n), rec_raise(r));
    PwRef items = rec_op1(r, PW_OP_tupleitems, all, PW_NOSNAP);
    RVal from = rec_pop(r);
    rec_fact(r, all)->type = &PyTuple_Type;
    for (int k = n; k-- > 0;) {
        PwRef item = rec_ldx(r, PW_A_TUPLE, items, rec_int(r, k));
        rec_fact(r, item)->notnull = true;
        rec_push(r, rec_dup(r, item), true);
    }
    rec_opaque_done(r);
    rec_release(r, (RVal){all, R_VAL, true}, NULL);
    rec_release(r, from, o);
    return !r->failed;
}

bool rec_op_unpack_sequence(PwRec *r, int n)
{
    PyObject *o = rec_obj(r, 1);
    PwRef ref = rec_ref(r, rec_at(r, 1));
    if (r->t->failed)
        return false;
    if (pw_ins(r->t, ref)->op == PW_OP_vtuple)
        return unpack_vtuple(r, n);
    bool list = PyList_CheckExact(o);
    if (n > PW_MAX_ARGS)
        return false;
    if ((!list && !rec_is_tuple(o)) || Py_SIZE(o) != n)
        return unpack_any(r, n);
    rec_guard_sequence(r, ref, o);
    PwRef size = rec_ldf(r, list ? PW_F_LIST_SIZE : PW_F_VAR_SIZE, ref);
    rec_guard_cond(r, rec_op2(r, PW_OP_ieq, size, rec_int(r, n), PW_NOSNAP), true, rec_before(r));
    PwRef items = list ? rec_ldf(r, PW_F_LIST_ITEMS, ref) : rec_op1(r, PW_OP_tupleitems, ref, PW_NOSNAP);
    PwRef item[PW_MAX_ARGS];
    for (int k = 0; k < n; k++) {
        item[k] = rec_ldx(r, list ? PW_A_LIST : PW_A_TUPLE, items, rec_int(r, k));
        rec_fact(r, item[k])->notnull = true;
        rec_dup(r, item[k]);
    }
    rec_pop_release(r);
    for (int k = n; k-- > 0;)
        rec_push(r, item[k], true);
    return true;
}

/* The list of what the starred name gets, of a list or tuple that has enough items. */
static PwRef starred(PwRec *r, PwRef ref, bool list, unsigned before, unsigned after)
{
    PwRef from = rec_int(r, before), to = rec_int(r, after ? -(int64_t)after : INT64_MAX);
    PwRef v = rec_call3(r, list ? PW_H_list_slice : PW_H_list_of_tuple, ref, from, to, rec_raise(r));
    rec_fact(r, v)->type = &PyList_Type;
    return v;
}

bool rec_op_unpack_ex(PwRec *r, int oparg)
{
    unsigned before = (unsigned)oparg & 0xff, after = (unsigned)oparg >> 8, n = before + after;
    PyObject *o = rec_obj(r, 1);
    bool list = PyList_CheckExact(o);
    PwRef item[PW_MAX_ARGS];
    if ((!list && !PyTuple_CheckExact(o)) || Py_SIZE(o) < (Py_ssize_t)n || n > PW_MAX_ARGS)
        return false;
    PwRef ref = rec_object(r, rec_at(r, 1));
    rec_guard_type(r, ref, Py_TYPE(o));
    PwRef size = rec_ldf(r, list ? PW_F_LIST_SIZE : PW_F_VAR_SIZE, ref);
    rec_guard_cond(r, rec_op2(r, PW_OP_ige, size, rec_int(r, n), PW_NOSNAP), true, rec_before(r));
    PwRef middle = starred(r, ref, list, before, after);
    PwRef items = list ? rec_ldf(r, PW_F_LIST_ITEMS, ref) : rec_op1(r, PW_OP_tupleitems, ref, PW_NOSNAP);
    PwRef tail = rec_op2(r, PW_OP_isub_nc, size, rec_int(r, n), PW_NOSNAP);
    for (unsigned k = 0; k < n; k++) {
        PwRef at = k < before ? rec_int(r, k) : rec_op2(r, PW_OP_iadd_nc, tail, rec_int(r, k), PW_NOSNAP);
        item[k] = rec_ldx(r, list ? PW_A_LIST : PW_A_TUPLE, items, at);
        rec_fact(r, item[k])->notnull = true;
        rec_dup(r, item[k]);
    }
    rec_pop_release(r);
    for (unsigned k = n; k-- > before;)
        rec_push(r, item[k], true);
    rec_push(r, middle, true);
    for (unsigned k = before; k-- > 0;)
        rec_push(r, item[k], true);
    return !r->failed;
}
