/* The hand-made trees: exit tables, symbols, and C functions that do what compiled code would. */
#include "tests/rt/client.h"

#include <stdio.h>
#include <stdlib.h>

typedef PyObject *O;
#define H(name, result, ...) ((result(*)(__VA_ARGS__))pw_rt_helpers()[PW_H_##name].p)

static void die(const char *what)
{
    fprintf(stderr, "rt test: %s\n", what);
    abort();
}

/* -- building -- */

/* Unit of the n-th instruction (from 0) with this opcode. */
static uint32_t unit_of(PyCodeObject *code, int opcode, int n)
{
    for (uint32_t u = 0; u < (uint32_t)Py_SIZE(code);) {
        int arg;
        uint8_t op = pw_host_opcode_at(code, u, &arg);
        if (op == opcode && n-- == 0)
            return u;
        u += 1 + pw_host_cache_units(op);
    }
    die("no such instruction");
    return 0;
}

static uint32_t after(PyCodeObject *code, uint32_t unit)
{
    int arg;
    return unit + 1 + pw_host_cache_units(pw_host_opcode_at(code, unit, &arg));
}

static uint32_t sym(TestTree *t, PwSymKind kind, uint32_t parent, const char *name, PyCodeObject *digest)
{
    PwSym *s = &t->sym[t->nsym];
    *s = (PwSym){.kind = kind, .parent = {parent}, .name = name};
    if (digest && pw_host_code_digest(digest, &s->digest) != PW_OK)
        die("digest");
    return t->nsym++;
}

static PwXVal cell(PwType type, PwEntryKind kind, uint32_t x)
{
    return (PwXVal){.src = PW_X_CELL, .type = (uint8_t)type, .kind = (uint8_t)kind, .x = x};
}

static const PwXVal keep = {.src = PW_X_NULL, .type = PW_T_O, .kind = PW_E_KEEP};
static const PwXVal nothing = {.src = PW_X_NULL, .type = PW_T_O, .kind = PW_E_NULL};

static uint32_t val(TestTree *t, PwXVal v)
{
    t->val[t->nval] = v;
    return t->nval++;
}

static PwXFrame *frame(TestTree *t, uint32_t code, uint32_t func, uint32_t unit, uint16_t nlocals, uint16_t nstack,
                       const PwXVal *v)
{
    PwXFrame *f = &t->frame[t->nframe++];
    *f = (PwXFrame){.code = code, .func = func, .unit = unit, .nlocals = nlocals, .nstack = nstack, .slots = t->nval};
    for (int i = 0; i < nlocals + nstack; i++)
        val(t, v[i]);
    return f;
}

static void finish(TestTree *t, PwRtTreeInit *init, uint32_t maxlive)
{
    init->nsym = t->nsym;
    init->sym = t->sym;
    init->exits = (PwExits){t->snap, t->frame, t->val, t->imm, t->nsnap, t->nframe, t->nval, 8, maxlive};
}

static PyObject *main_object(const char *name)
{
    PyObject *o = PyDict_GetItemString(PyModule_GetDict(PyImport_AddModule("__main__")), name);
    if (!o)
        die(name);
    return o;
}

static PyCodeObject *code_of(const char *function)
{
    return (PyCodeObject *)((PyFunctionObject *)main_object(function))->func_code;
}

/* -- t_sum(n): s and i unboxed; leaves at the end, or for the eval breaker -- */

static void make_sum(TestTree *t, PwRtTreeInit *init)
{
    PyCodeObject *code = t->side->code;
    uint32_t top = t->side->edges[0].target;
    const PwXVal slots[] = {keep, cell(PW_T_I, PW_E_OWN, 0), cell(PW_T_I, PW_E_OWN, 1)};
    uint32_t root = sym(t, PW_S_rootcode, PW_NONE, NULL, code);
    init->kind = PW_ROOT_LOOP;
    init->unit = top;
    frame(t, root, PW_NONE, after(code, unit_of(code, POP_JUMP_BACKWARD_IF_TRUE, 0)), 3, 0, slots);
    t->snap[0] = (PwXSnap){.frames = 0, .nframes = 1, .nlive = 2};
    frame(t, root, PW_NONE, top, 3, 0, slots);
    t->snap[1] = (PwXSnap){.frames = 1, .nframes = 1, .nlive = 2};
    t->nsnap = 2;
    finish(t, init, 2);
}

static int64_t run_sum(void *arg, PwCell *run)
{
    TestTree *t = arg;
    PyObject **slot = run[PW_RUN_SLOTS].p;
    PwCell *out = run[PW_RUN_EXITS].p;
    int64_t n = PyLong_AsLongLong(slot[0]), s = PyLong_AsLongLong(slot[1]), i = PyLong_AsLongLong(slot[2]);
    volatile int *breaker = run[PW_RUN_BREAKER].p;
    const uint8_t *fail = run[PW_RUN_FAIL].p;
    int64_t code = 0;
    t->entered++;
    do {
        if (*breaker || (fail && fail[1])) {
            code = 1 << 1;
            break;
        }
        s += i;
        i++;
    } while (i < n);
    Py_DECREF(slot[1]);
    Py_DECREF(slot[2]);
    out[0].i = s;
    out[1].i = i;
    t->left++;
    return code;
}

/* -- t_gc(n, out): out.append([]) n times, as t_sum; the collector must get its turn -- */

static void make_gc(TestTree *t, PwRtTreeInit *init)
{
    PyCodeObject *code = t->side->code;
    uint32_t top = t->side->edges[0].target;
    const PwXVal slots[] = {keep, keep, cell(PW_T_I, PW_E_OWN, 0)};
    uint32_t root = sym(t, PW_S_rootcode, PW_NONE, NULL, code);
    init->kind = PW_ROOT_LOOP;
    init->unit = top;
    frame(t, root, PW_NONE, after(code, unit_of(code, POP_JUMP_BACKWARD_IF_TRUE, 0)), 3, 0, slots);
    t->snap[0] = (PwXSnap){.frames = 0, .nframes = 1, .nlive = 1};
    frame(t, root, PW_NONE, top, 3, 0, slots);
    t->snap[1] = (PwXSnap){.frames = 1, .nframes = 1, .nlive = 1};
    t->nsnap = 2;
    finish(t, init, 1);
}

static int64_t run_gc(void *arg, PwCell *run)
{
    TestTree *t = arg;
    PyObject **slot = run[PW_RUN_SLOTS].p;
    PwCell *out = run[PW_RUN_EXITS].p;
    int64_t n = PyLong_AsLongLong(slot[0]), i = PyLong_AsLongLong(slot[2]);
    volatile int *breaker = run[PW_RUN_BREAKER].p;
    t->entered++;
    do {
        O list = H(list_of, O, O const *, int64_t)(NULL, 0);
        (void)H(list_append, int, O, O)(slot[1], list);
        Py_DECREF(list);
        i++;
    } while (i < n && !*breaker);
    Py_DECREF(slot[2]);
    out[0].i = i;
    t->left++;
    return i < n ? 1 << 1 : 0;
}

/* -- t_fib(n): a function root that returns at once for small n, else leaves at its entry -- */

static void make_fib(TestTree *t, PwRtTreeInit *init)
{
    const PwXVal slots[] = {keep};
    uint32_t root = sym(t, PW_S_rootcode, PW_NONE, NULL, t->side->code);
    init->kind = PW_ROOT_FUNC;
    frame(t, root, PW_NONE, 0, 1, 0, slots);
    t->snap[0] = (PwXSnap){.nframes = 1};
    t->nsnap = 1;
    finish(t, init, 0);
}

static int64_t run_fib(void *arg, PwCell *run)
{
    TestTree *t = arg;
    PyObject **slot = run[PW_RUN_SLOTS].p;
    int64_t n = PyLong_AsLongLong(slot[0]);
    t->entered++;
    if (n >= 2) {
        t->left++;
        return 0;
    }
    run[PW_RUN_RET].p = H(long_new, O, int64_t)(n);
    return PW_EXIT_RET;
}

/* -- t_inline(items, out): out.append(inner(x, 5)) with inner inlined; inner calls peek(a), an opaque call --
 *
 *   snapshot 0   the loop is over
 *   snapshot 1   inside inner, at the call of peek; raises there
 *   snapshot 2   inside inner, behind the call of peek; drops a value
 */
enum { S_ROOT, S_GLOBALS, S_INNER, S_INNER_CODE, S_PEEK, S_FIVE };

static void make_inline(TestTree *t, PwRtTreeInit *init)
{
    PyCodeObject *code = t->side->code, *inner = code_of("inner");
    uint32_t top = t->side->edges[0].target, call = unit_of(inner, CALL, 0);
    uint32_t caller = after(code, unit_of(code, CALL, 0));
    int over;
    pw_host_opcode_at(code, top, &over);
    sym(t, PW_S_rootcode, PW_NONE, NULL, code);
    sym(t, PW_S_rootglobals, PW_NONE, NULL, NULL);
    sym(t, PW_S_dictval, S_GLOBALS, "inner", NULL);
    sym(t, PW_S_funccode, S_INNER, NULL, inner);
    sym(t, PW_S_dictval, S_GLOBALS, "peek", NULL);
    sym(t, PW_S_keysver, S_GLOBALS, NULL, NULL);
    t->imm[0] = 5;
    init->kind = PW_ROOT_LOOP;
    init->unit = top;
    init->maxdepth = 1;

    const PwXVal done[] = {keep, keep, cell(PW_T_O, PW_E_OWN, 0)};
    frame(t, S_ROOT, PW_NONE, after(code, top) + (uint32_t)over, 3, 0, done);
    t->snap[0] = (PwXSnap){.frames = 0, .nframes = 1, .nlive = 1};

    /* cells: 0 x, 1 append's descriptor, 2 out again, 3 c (unboxed), 4 a float, 5 something to drop */
    const PwXVal root[] = {keep, keep, cell(PW_T_O, PW_E_OWN, 0),
                           keep, cell(PW_T_O, PW_E_OWN, 1), cell(PW_T_O, PW_E_OWN, 2)};
    const PwXVal five = {.src = PW_X_IMM, .type = PW_T_I, .kind = PW_E_OWN, .x = 0};
    uint32_t func = val(t, (PwXVal){.src = PW_X_SYM, .type = PW_T_O, .x = S_INNER});
    uint32_t tuple = val(t, (PwXVal){.x = 2});
    val(t, cell(PW_T_F, PW_E_OWN, 4));
    val(t, cell(PW_T_I, PW_E_OWN, 3));
    const PwXVal pair = {.src = PW_X_VTUPLE, .type = PW_T_O, .kind = PW_E_OWN, .x = tuple};
    const PwXVal in[] = {cell(PW_T_O, PW_E_BORROW, 0), five, cell(PW_T_I, PW_E_OWN, 3), pair, nothing};
    t->snap[1] = (PwXSnap){.frames = t->nframe, .nframes = 2, .nlive = 5};
    frame(t, S_ROOT, PW_NONE, caller, 3, 3, root);
    frame(t, S_INNER_CODE, func, call, 5, 0, in);
    const PwXVal in2[] = {cell(PW_T_O, PW_E_BORROW, 0), five, cell(PW_T_I, PW_E_OWN, 3), pair, nothing};
    uint32_t drop = val(t, cell(PW_T_O, PW_E_OWN, 5));
    t->snap[2] = (PwXSnap){.frames = t->nframe, .nframes = 2, .nlive = 6, .drops = drop, .ndrops = 1};
    frame(t, S_ROOT, PW_NONE, caller, 3, 3, root);
    frame(t, S_INNER_CODE, func, after(inner, unit_of(inner, POP_TOP, 0)), 5, 0, in2);
    t->nsnap = 3;
    finish(t, init, 6);
}

static int64_t run_inline(void *arg, PwCell *run)
{
    TestTree *t = arg;
    PyObject **slot = run[PW_RUN_SLOTS].p, *iter = slot[3], *x = Py_TYPE(iter)->tp_iternext(iter);
    PwCell *out = run[PW_RUN_EXITS].p, *link = run[PW_RUN_LINKS].p;
    t->entered++;
    PyObject *old = slot[2];
    if (!x) { /* the iterator goes, x stays */
        Py_DECREF(iter);
        out[0].p = old;
        return 0;
    }
    out[0].p = x;
    out[1].p = Py_NewRef(PyDict_GetItemString(PyList_Type.tp_dict, "append"));
    out[2].p = Py_NewRef(slot[1]);
    out[3].i = PyLong_AsLongLong(x) + 5;
    out[4].f = 0.5;
    Py_XDECREF(old);
    run[PW_RUN_SYNC].i = 1;
    *(_Py_CODEUNIT **)run[PW_RUN_PREV].p = (_Py_CODEUNIT *)run[PW_RUN_CODE].p + t->frame[t->snap[1].frames].unit - 1;
    H(sync_begin, int, void *)(run);
    PyObject *r = H(vectorcall, O, O, O const *, int64_t, O)(link[S_PEEK].p, &x, 1, NULL);
    H(sync_end, int, void *)(run);
    t->left++;
    if (!r)
        return 1 << 1 | PW_EXIT_THROW;
    out[5].p = r;
    return 2 << 1;
}

/* -- t_helpers(): checks of helpers, at its first header -- */

static void make_helpers(TestTree *t, PwRtTreeInit *init)
{
    uint32_t root = sym(t, PW_S_rootcode, PW_NONE, NULL, t->side->code);
    const PwXVal slots[] = {keep, keep};
    init->kind = PW_ROOT_LOOP;
    init->unit = t->side->edges[0].target;
    frame(t, root, PW_NONE, init->unit, 1, 1, slots);
    t->snap[0] = (PwXSnap){.nframes = 1};
    t->nsnap = 1;
    finish(t, init, 0);
}

static int64_t run_helpers(void *arg, PwCell *run)
{
    TestTree *t = arg;
    (void)run;
    if (!t->entered++)
        test_helpers();
    t->left++;
    return 0;
}

TestTree test_trees[] = {
    {.name = "t_sum", .make = make_sum, .run = run_sum},
    {.name = "t_yield", .make = make_sum, .run = run_sum},
    {.name = "t_gc", .make = make_gc, .run = run_gc},
    {.name = "t_fib", .make = make_fib, .run = run_fib},
    {.name = "t_inline", .make = make_inline, .run = run_inline},
    {.name = "t_helpers", .make = make_helpers, .run = run_helpers},
    {.name = "t_link", .make = test_make_link, .run = test_run_link},
    {.name = NULL},
};
