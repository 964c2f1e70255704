/* Calls: Python functions inlined, classes, known C functions, everything else by vectorcall. */
#include "host/types.h"
#include "tracer/ops.h"

bool rec_op_kw_names(PwRec *r, int oparg)
{
    RFrame *f = rec_top(r);
    f->kwnames = PyTuple_GET_ITEM(f->co->co_consts, oparg);
    f->kw_const = (uint32_t)oparg;
    f->kw_unit = r->unit;
    return true;
}

/* As the interpreter: a bound method becomes function and self. */
bool rec_op_precall(PwRec *r, int oparg)
{
    RFrame *f = rec_top(r);
    if (!f->kwnames)
        f->kw_unit = r->unit;
    unsigned n = (unsigned)oparg;
    RVal *callee = rec_at(r, n + 1);
    PyObject *o = rec_obj(r, n + 1);
    if (rec_at(r, n + 2)->state != R_NULL || !Py_IS_TYPE(o, &PyMethod_Type))
        return true;
    PwRef ref = rec_ref(r, callee);
    rec_guard_type(r, ref, &PyMethod_Type);
    RVal func = {rec_ldf(r, PW_F_METHOD_FUNC, ref), R_VAL, false}, self = {rec_ldf(r, PW_F_METHOD_SELF, ref), R_VAL, false};
    rec_own(r, &func);
    rec_own(r, &self);
    RVal old = *callee;
    if (old.state == R_KEEP)
        old = (RVal){ref, R_VAL, true};
    *rec_at(r, n + 2) = func;
    *rec_at(r, n + 1) = self;
    r->before = PW_NOSNAP;
    rec_release(r, old, o);
    return true;
}

/* -- inlining -- */

static bool has_loop(PyCodeObject *co)
{
    uint32_t n = (uint32_t)Py_SIZE(co);
    for (uint32_t u = 0; u < n;) {
        int arg;
        uint8_t op = pw_host_opcode_at(co, u, &arg);
        if (op == JUMP_BACKWARD || op == JUMP_BACKWARD_NO_INTERRUPT ||
            (op >= POP_JUMP_BACKWARD_IF_NOT_NONE && op <= POP_JUMP_BACKWARD_IF_TRUE))
            return true;
        u += 1u + pw_host_cache_units(op);
    }
    return false;
}

static unsigned levels_of(PwRec *r, PyCodeObject *co)
{
    unsigned n = 0;
    for (uint32_t d = 0; d <= r->depth; d++)
        n += r->frame[d].co == co;
    return n;
}

/* Which parameter a keyword is; -1: none that takes it. */
static int keyword_index(PyCodeObject *co, PyObject *name)
{
    int n = co->co_argcount + co->co_kwonlyargcount;
    for (int i = co->co_posonlyargcount; i < n; i++)
        if (PyTuple_GET_ITEM(co->co_localsplusnames, i) == name)
            return i;
    return -1;
}

/* For every parameter the argument's number, or -1 - default index, in `bind`. */
static bool bind_args(PyFunctionObject *fn, unsigned nargs, PyObject *kwnames, int *bind)
{
    PyCodeObject *co = (PyCodeObject *)fn->func_code;
    int total = co->co_argcount + co->co_kwonlyargcount, nkw = kwnames ? (int)PyTuple_GET_SIZE(kwnames) : 0;
    int npos = (int)nargs - nkw, ndef = fn->func_defaults ? (int)PyTuple_GET_SIZE(fn->func_defaults) : 0;
    if (npos > co->co_argcount || total > 64)
        return false;
    for (int i = 0; i < total; i++)
        bind[i] = i < npos ? i : INT32_MIN;
    for (int k = 0; k < nkw; k++) {
        int i = keyword_index(co, PyTuple_GET_ITEM(kwnames, k));
        if (i < 0 || bind[i] != INT32_MIN)
            return false;
        bind[i] = npos + k;
    }
    for (int i = 0; i < total; i++) {
        if (bind[i] != INT32_MIN)
            continue;
        int d = i - (co->co_argcount - ndef);
        if (i >= co->co_argcount || d < 0)
            return false;
        bind[i] = -1 - d;
    }
    return true;
}

bool rec_can_inline(PwRec *r, PyFunctionObject *fn, unsigned nargs, PyObject *kwnames, bool constant)
{
    PyCodeObject *co = (PyCodeObject *)fn->func_code;
    int bind[64];
    const int refused = CO_VARARGS | CO_VARKEYWORDS | CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR;
    return constant && !(co->co_flags & refused) && co->co_flags & CO_OPTIMIZED && !co->co_ncellvars &&
           Py_SIZE(co) <= PW_LIMIT_INLINE_UNITS && r->depth + 1 < PW_LIMIT_INLINE_DEPTH &&
           levels_of(r, co) < PW_LIMIT_INLINE_SELF && r->env->may_inline(r->env->arg, co) && !has_loop(co) &&
           PyDict_CheckExact(fn->func_globals) && bind_args(fn, nargs, kwnames, bind);
}

/* Is the local variable ever set or deleted? */
static bool changes_local(PyCodeObject *co, int n)
{
    for (uint32_t u = 0; u < (uint32_t)Py_SIZE(co);) {
        int arg;
        uint8_t op = pw_host_opcode_at(co, u, &arg);
        if ((op == STORE_FAST || op == DELETE_FAST) && (arg & 0xff) == n)
            return true;
        u += 1u + pw_host_cache_units(op);
    }
    return false;
}

/* A value that the trace owns and whose end Python code could see. */
static bool end_shows(PwRec *r, unsigned k)
{
    RVal *v = rec_at(r, k);
    PyObject *o = rec_obj(r, k);
    if (v->state == R_NULL || (v->state == R_VAL && !v->own) || rec_type(r, v) != PW_T_O)
        return false;
    if (r->t->failed || pw_ins(r->t, rec_ref(r, v))->op == PW_OP_vtuple || !rec_is_simple(Py_TYPE(o)))
        return true;
    rec_guard_type(r, rec_ref(r, v), Py_TYPE(o));
    return false;
}

bool rec_may_take_over(PwRec *r, PyFunctionObject *fn, unsigned nargs, unsigned self_args, PyObject *kwnames)
{
    PyCodeObject *co = (PyCodeObject *)fn->func_code;
    int bind[64], total = co->co_argcount + co->co_kwonlyargcount, last = -1;
    if (!bind_args(fn, nargs + self_args, kwnames, bind))
        return false;
    for (int i = 0; i < total; i++) {
        int k = bind[i] - (int)self_args;
        if (k < 0 || !end_shows(r, nargs - (unsigned)k))
            continue;
        /* The function would end it sooner, or in another order than the caller does. */
        if (k < last || changes_local(co, i) || co->co_nlocals > total)
            return false;
        last = k;
    }
    return !r->failed && !r->t->failed;
}

/* Guards that the function still has the code (and defaults) that were seen. */
static PwSymNo guard_code(PwRec *r, PyFunctionObject *fn, PwRef func, PwSymNo func_sym)
{
    PwDigest digest;
    if (pw_host_code_digest((PyCodeObject *)fn->func_code, &digest) != PW_OK) {
        rec_fail(r, "a function whose code cannot be named");
        return PW_NOSYM;
    }
    PwSymNo code = pw_tree_sym(r->t, PW_S_funccode, func_sym, 0, NULL, &digest);
    rec_op2(r, PW_OP_gis, rec_ldf(r, PW_F_FUNC_CODE, func), pw_tree_kobj(r->t, code), rec_before(r));
    return code;
}

bool rec_enter_function(PwRec *r, PyFunctionObject *fn, PwRef func, PwSymNo func_sym, RVal *args, unsigned nargs,
                        PyObject *kwnames, PwCont cont)
{
    PyCodeObject *co = (PyCodeObject *)fn->func_code;
    int bind[64], total = co->co_argcount + co->co_kwonlyargcount;
    if (!bind_args(fn, nargs, kwnames, bind) || r->depth + 1 >= PW_MAX_DEPTH)
        return rec_fail(r, "arguments that do not fit");
    RFrame *f = &r->frame[r->depth + 1];
    if (!rec_frame_init(r, f, co, fn->func_globals, fn->func_builtins))
        return false;
    f->func = func;
    f->func_sym = func_sym;
    f->code = func_sym.i == PW_NONE ? pw_tree_sym(r->t, PW_S_codeobj, PW_NOSYM, 0, NULL, &r->callee_digest)
                                    : pw_tree_sym(r->t, PW_S_funccode, func_sym, 0, NULL, &r->callee_digest);
    rec_frame_syms(r, f);
    f->cont = cont;
    f->ret_unit = r->next;
    for (int i = 0; i < total; i++) {
        if (bind[i] >= 0) {
            f->slot[i] = args[bind[i]];
            continue;
        }
        PyObject *def = PyTuple_GET_ITEM(fn->func_defaults, -1 - bind[i]);
        PwRef k = pw_tree_kobj(r->t, pw_tree_sym(r->t, PW_S_funcdef, func_sym, (uint32_t)(-1 - bind[i]), NULL, NULL));
        rec_constant_fact(r, k, def);
        f->slot[i] = (RVal){k, R_VAL, false};
    }
    if (co->co_nfreevars) {
        PwRef items = rec_op1(r, PW_OP_tupleitems, rec_ldf(r, PW_F_FUNC_CLOSURE, func), PW_NOSNAP);
        for (int k = 0; k < co->co_nfreevars; k++) {
            PwRef cell = rec_ldx(r, PW_A_TUPLE, items, rec_int(r, k));
            rec_fact(r, cell)->notnull = true;
            f->slot[co->co_nlocalsplus - co->co_nfreevars + k] = (RVal){cell, R_VAL, false};
        }
    }
    r->depth++;
    r->expect_call = true;
    r->expect = (uint32_t)co->_co_firsttraceable;
    r->before = PW_NOSNAP;
    return true;
}

static bool uses_defaults(PyFunctionObject *fn, unsigned nargs, PyObject *kwnames)
{
    PyCodeObject *co = (PyCodeObject *)fn->func_code;
    int bind[64];
    if (!bind_args(fn, nargs, kwnames, bind))
        return false;
    for (int i = 0; i < co->co_argcount + co->co_kwonlyargcount; i++)
        if (bind[i] < 0)
            return true;
    return false;
}

bool rec_guard_function(PwRec *r, PyFunctionObject *fn, PwRef func, PwSymNo func_sym, unsigned nargs, PyObject *kwnames)
{
    PwSymNo code = guard_code(r, fn, func, func_sym);
    if (r->failed)
        return false;
    r->callee_digest = r->t->sym.at[code.i].digest;
    if (uses_defaults(fn, nargs, kwnames)) {
        PwSymNo defs = pw_tree_sym(r->t, PW_S_funcdefs, func_sym, 0, NULL, NULL);
        rec_op2(r, PW_OP_gis, rec_ldf(r, PW_F_FUNC_DEFAULTS, func), pw_tree_kobj(r->t, defs), rec_before(r));
    }
    rec_op0(r, PW_OP_gdepth, r->depth + 1, rec_before(r));
    return true;
}

/* The n + 2 values of a call: callee (or NULL), callee or self, arguments. */
typedef struct Call {
    unsigned n;       /* arguments on the stack, keywords included, self not */
    bool self;        /* the second value is self */
    PyObject *callee; /* real */
    unsigned callee_at, nargs, first; /* distances from the top; nargs with self; first argument's distance */
    PwRef ref;
    bool constant;
    PwSymNo sym;
} Call;

static bool call_begin(PwRec *r, Call *c, unsigned n)
{
    c->n = n;
    c->self = rec_at(r, n + 2)->state != R_NULL;
    c->callee_at = c->self ? n + 2 : n + 1;
    c->nargs = n + c->self;
    c->first = c->nargs;
    c->callee = rec_obj(r, c->callee_at);
    rec_object(r, rec_at(r, c->callee_at));
    c->ref = rec_ref(r, rec_at(r, c->callee_at));
    if (r->t->failed)
        return false;
    c->constant = pw_ins(r->t, c->ref)->op == PW_OP_kobj;
    c->sym = c->constant ? (PwSymNo){(uint32_t)pw_ins(r->t, c->ref)->imm} : PW_NOSYM;
    return true;
}

/* Takes callee and arguments off; the arguments (with self) in args, which the caller gives on or releases, and the callee in
 * *held, unless that is NULL. */
static void call_pop(PwRec *r, const Call *c, RVal *args, RVal *held)
{
    PyObject *callee = c->callee;
    for (unsigned k = c->nargs; k-- > 0;)
        args[k] = rec_pop(r);
    RVal f = rec_pop(r);
    if (!c->self)
        rec_pop(r);
    if (held)
        *held = f;
    else
        rec_release(r, f, callee);
}

/* A function that is a value: guarded to be the one that was seen, when that can be named. */
static bool name_callee(PwRec *r, Call *c)
{
    char name[PW_MAX_NAME];
    if (c->constant)
        return true;
    if (!pw_host_func_name((PyFunctionObject *)c->callee, name, sizeof name))
        return false;
    c->sym = pw_tree_sym(r->t, PW_S_pyfunc, PW_NOSYM, 0, name, NULL);
    PwRef k = pw_tree_kobj(r->t, c->sym);
    rec_fact(r, k)->type = &PyFunction_Type;
    rec_fact(r, k)->notnull = true;
    rec_guard_is(r, c->ref, k);
    c->ref = k;
    return true;
}

/* A function that has no name, such as a closure: guarded to have the code that was seen, and the root's namespace. */
static bool guard_by_code(PwRec *r, Call *c)
{
    PyFunctionObject *fn = (PyFunctionObject *)c->callee;
    const RFrame *root = &r->frame[0];
    if (fn->func_globals != root->globals || fn->func_builtins != root->builtins ||
        uses_defaults(fn, c->nargs, rec_top(r)->kwnames) ||
        pw_host_code_digest((PyCodeObject *)fn->func_code, &r->callee_digest) != PW_OK)
        return false;
    PwRef code = pw_tree_kobj(r->t, pw_tree_sym(r->t, PW_S_codeobj, PW_NOSYM, 0, NULL, &r->callee_digest));
    rec_guard_type(r, c->ref, &PyFunction_Type);
    rec_op2(r, PW_OP_gis, rec_ldf(r, PW_F_FUNC_CODE, c->ref), code, rec_before(r));
    rec_op2(r, PW_OP_gis, rec_ldf(r, PW_F_FUNC_GLOBALS, c->ref), pw_tree_kobj(r->t, root->globals_sym), rec_before(r));
    rec_op2(r, PW_OP_gis, rec_ldf(r, PW_F_FUNC_BUILTINS, c->ref), pw_tree_kobj(r->t, root->builtins_sym), rec_before(r));
    rec_op0(r, PW_OP_gdepth, r->depth + 1, rec_before(r));
    return !r->failed;
}

static bool call_python(PwRec *r, Call *c)
{
    PyFunctionObject *fn = (PyFunctionObject *)c->callee;
    RFrame *f = rec_top(r);
    RVal args[64], held = {PW_NOREF, R_NULL, false};
    if (!PyFunction_Check(c->callee) || c->nargs > 64 || !rec_can_inline(r, fn, c->nargs, f->kwnames, true))
        return false;
    bool named = name_callee(r, c);
    if (named ? !rec_guard_function(r, fn, c->ref, c->sym, c->nargs, f->kwnames) : !guard_by_code(r, c))
        return false;
    PyObject *kwnames = f->kwnames;
    f->kwnames = NULL;
    f->kw_unit = PW_NONE;
    call_pop(r, c, args, named ? NULL : &held);
    if (!rec_enter_function(r, fn, c->ref, c->sym, args, c->nargs, kwnames, PW_CONT_PUSH))
        return false;
    rec_top(r)->held = held;
    return true;
}

/* -- classes -- */

bool rec_guard_class_object(PwRec *r, PwRef ref, PwSymNo sym)
{
    PwSymNo version = pw_tree_sym(r->t, PW_S_typever, sym, 0, NULL, NULL);
    PwRef now = rec_ldf(r, PW_F_TYPE_VERSION, ref);
    rec_guard_cond(r, rec_op2(r, PW_OP_ieq, now, pw_tree_const(r->t, PW_OP_kidx, version.i), PW_NOSNAP), true,
                   rec_before(r));
    return !r->failed;
}

static bool call_class(PwRec *r, Call *c)
{
    RFrame *f = rec_top(r);
    PyTypeObject *type = (PyTypeObject *)c->callee;
    RVal args[64];
    if (!PyType_Check(c->callee) || !c->constant || c->self || Py_TYPE(c->callee) != &PyType_Type || c->nargs > 62 ||
        !(type->tp_flags & Py_TPFLAGS_HEAPTYPE) || type->tp_flags & Py_TPFLAGS_IS_ABSTRACT ||
        type->tp_new != PyBaseObject_Type.tp_new || type->tp_alloc != PyType_GenericAlloc)
        return false;
    PyObject *name = PyUnicode_InternFromString("__init__");
    PyObject *init = name ? _PyType_Lookup(type, name) : NULL;
    Py_XDECREF(name);
    PyErr_Clear();
    if (!init || !PyFunction_Check(init) || !rec_can_inline(r, (PyFunctionObject *)init, c->nargs + 1, f->kwnames, true))
        return false;
    if (!rec_may_take_over(r, (PyFunctionObject *)init, c->nargs, 1, f->kwnames))
        return false;
    rec_guard_class_object(r, c->ref, c->sym);
    pw_tree_sym(r->t, PW_S_plain, c->sym, 0, "new", NULL);
    PwSymNo sym = pw_tree_sym(r->t, PW_S_typeattr, c->sym, 0, "__init__", NULL);
    PwRef func = pw_tree_kobj(r->t, sym);
    if (r->failed || !rec_guard_function(r, (PyFunctionObject *)init, func, sym, c->nargs + 1, f->kwnames))
        return false;
    PwRef obj = rec_call1(r, PW_H_inst_new, c->ref, rec_raise(r));
    RFact *fact = rec_fact(r, obj);
    fact->type = type;
    fact->epoch = r->epoch;
    PyObject *kwnames = f->kwnames;
    f->kwnames = NULL;
    f->kw_unit = PW_NONE;
    call_pop(r, c, args + 1, NULL);
    rec_push(r, obj, true);
    args[0] = (RVal){obj, R_VAL, false};
    return rec_enter_function(r, (PyFunctionObject *)init, func, sym, args, c->nargs + 1, kwnames, PW_CONT_INIT);
}

bool rec_plain_exception(PwRec *r, PyTypeObject *type, PwRef ref, PwSymNo sym)
{
    PyTypeObject *base = (PyTypeObject *)PyExc_BaseException;
    if (Py_TYPE(type) != &PyType_Type || !PyExceptionClass_Check(type) || type->tp_new != base->tp_new ||
        type->tp_init != base->tp_init || type->tp_alloc != PyType_GenericAlloc || type->tp_finalize || type->tp_del)
        return false;
    return rec_is_static(type) || rec_guard_class_object(r, ref, sym);
}

/* An exception of a class that has nothing of its own for making them. */
static bool call_exception(PwRec *r, Call *c)
{
    PwRef item[8] = {c->ref};
    RVal val[8];
    PyObject *obj[8];
    if (!PyType_Check(c->callee) || !c->constant || c->self || rec_top(r)->kwnames || c->nargs > 6 ||
        !rec_plain_exception(r, (PyTypeObject *)c->callee, c->ref, c->sym))
        return false;
    for (unsigned k = 0; k < c->nargs; k++)
        rec_object(r, rec_at(r, c->first - k));
    for (unsigned k = 0; k < c->nargs; k++) {
        item[k + 1] = rec_ref(r, rec_at(r, c->first - k));
        obj[k] = rec_obj(r, c->first - k);
    }
    PwRef exc = rec_call(r, PW_H_call_safe, item, c->nargs + 1, rec_raise(r));
    RFact *fact = rec_fact(r, exc);
    fact->type = (PyTypeObject *)c->callee;
    fact->epoch = r->epoch;
    call_pop(r, c, val, NULL);
    rec_push(r, exc, true);
    for (unsigned k = 0; k < c->nargs; k++)
        rec_release(r, val[k], obj[k]);
    return true;
}

/* -- anything -- */

/* What looks at the caller's frame in a way that only the interpreter can serve. */
static bool needs_frame(PyObject *callee)
{
    static const char *const names[] = {"builtins.breakpoint", "sys.getrefcount"};
    char name[128];
    if (!PyCFunction_Check(callee) || !pw_host_cfunc_name(callee, name, sizeof name))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(name, names[i]))
            return true;
    return false;
}

static bool call_any(PwRec *r, Call *c)
{
    RFrame *f = rec_top(r);
    PwRef arg[PW_MAX_ARGS];
    RVal val[PW_MAX_ARGS];
    PyObject *obj[PW_MAX_ARGS];
    if (c->nargs + 1 > PW_MAX_ARGS)
        return false;
    if (needs_frame(c->callee))
        return rec_fail(r, "a call that looks at its caller's frame (%s)", Py_TYPE(c->callee)->tp_name);
    for (unsigned k = 0; k < c->nargs; k++)
        rec_object(r, rec_at(r, c->first - k));
    arg[0] = c->ref;
    for (unsigned k = 0; k < c->nargs; k++) {
        arg[k + 1] = rec_ref(r, rec_at(r, c->first - k));
        obj[k] = rec_obj(r, c->first - k);
    }
    int64_t kw = 0;
    if (f->kwnames)
        kw = (int64_t)pw_tree_sym(r->t, PW_S_const, f->code, f->kw_const, NULL, NULL).i + 1;
    if (!c->constant) /* the same kind of callable: what needs its caller's frame is a C function or a class */
        rec_guard_type(r, c->ref, Py_TYPE(c->callee));
    PwRef res = rec_emit(r, PW_OP_vcall, 0, kw, arg, c->nargs + 1, rec_throw(r));
    for (unsigned k = c->nargs; k-- > 0;)
        val[k] = rec_pop(r);
    RVal callee = rec_pop(r);
    if (!c->self)
        rec_pop(r);
    rec_push(r, res, true);
    rec_opaque_done(r);
    rec_release(r, callee, c->callee);
    for (unsigned k = 0; k < c->nargs; k++)
        rec_release(r, val[k], obj[k]);
    return true;
}

bool rec_op_call(PwRec *r, int oparg)
{
    Call c;
    if (!call_begin(r, &c, (unsigned)oparg))
        return false;
    if (call_python(r, &c))
        return true;
    if (r->failed || r->t->failed)
        return false;
    if (call_class(r, &c))
        return true;
    if (r->failed || r->t->failed)
        return false;
    if (call_exception(r, &c))
        return true;
    if (r->failed || r->t->failed)
        return false;
    if (c.constant && !c.self && !c.n && rec_super_call(r, c.callee, c.sym))
        return true;
    if (r->failed || r->t->failed)
        return false;
    if (c.constant && !rec_top(r)->kwnames && rec_call_known(r, c.callee, c.sym, c.nargs, c.self))
        return true;
    if (r->failed || r->t->failed)
        return false;
    return call_any(r, &c);
}

/* Callee, arguments in a tuple or list, keywords in a dict or none; a NULL lies below. */
bool rec_op_call_function_ex(PwRec *r, int oparg)
{
    unsigned n = 2 + ((unsigned)oparg & 1);
    PyObject *args = rec_obj(r, n - 1), *keywords = n == 3 ? rec_obj(r, 1) : NULL, *obj[3];
    PwRef arg[3] = {PW_NOREF, PW_NOREF, pw_tree_const(r->t, PW_OP_knull, 0)};
    RVal val[3];
    if ((!PyTuple_CheckExact(args) && !PyList_CheckExact(args)) || (keywords && !PyDict_CheckExact(keywords)))
        return false;
    if (needs_frame(rec_obj(r, n)))
        return rec_fail(r, "a call that looks at its caller's frame (%s)", Py_TYPE(rec_obj(r, n))->tp_name);
    for (unsigned k = 0; k < n; k++)
        rec_object(r, rec_at(r, n - k));
    for (unsigned k = 0; k < n; k++) {
        arg[k] = rec_ref(r, rec_at(r, n - k));
        obj[k] = rec_obj(r, n - k);
    }
    if (r->t->failed)
        return false;
    if (pw_ins(r->t, arg[0])->op != PW_OP_kobj)
        rec_guard_type(r, arg[0], Py_TYPE(obj[0]));
    rec_guard_type(r, arg[1], Py_TYPE(args));
    if (keywords)
        rec_guard_type(r, arg[2], &PyDict_Type);
    PwRef v = rec_call3(r, PW_H_call_ex, arg[0], arg[1], arg[2], rec_throw(r));
    for (unsigned k = n; k-- > 0;)
        val[k] = rec_pop(r);
    rec_pop(r);
    rec_push(r, v, true);
    rec_opaque_done(r);
    for (unsigned k = 0; k < n; k++)
        rec_release(r, val[k], obj[k]);
    return !r->failed;
}
