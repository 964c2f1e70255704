/* Symbols of functions and code objects. */
#include "launcher/rt/int.h"

static int give(PwCell *out, PyObject *o)
{
    out->p = Py_NewRef(o);
    return 1;
}

static bool same(const PwDigest *a, const PwDigest *b)
{
    return a && b && !memcmp(a, b, sizeof *a);
}

/* The digest of a code object, kept with its side table when it has one. */
static bool bears(PyCodeObject *code, const PwDigest *want)
{
    PwSide *side = pw_host_side(code);
    if (side && side->user)
        return same(rt_code_digest(side->user), want);
    PwDigest d;
    return pw_host_code_digest(code, &d) == PW_OK && same(&d, want);
}

/* Among a code object and those nested in it. */
static PyCodeObject *in_consts(PyCodeObject *code, const PwDigest *want, unsigned depth)
{
    for (Py_ssize_t i = 0; depth < 20 && i < PyTuple_GET_SIZE(code->co_consts); i++) {
        PyObject *c = PyTuple_GET_ITEM(code->co_consts, i);
        if (!PyCode_Check(c))
            continue;
        PyCodeObject *found = bears((PyCodeObject *)c, want) ? (PyCodeObject *)c
                                                             : in_consts((PyCodeObject *)c, want, depth + 1);
        if (found)
            return found;
    }
    return NULL;
}

/* Nested in the root's code, or in the code of a function linked before; else any that has been entered. */
static int codeobj(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)parent;
    PyCodeObject *found = in_consts(l->frame->f_code, s->digest, 0);
    for (uint32_t i = 0; !found && &l->out[i] < out; i++) {
        PwRtSym other = rt_sym(l->t, i);
        if (other.kind == PW_S_funccode && PyCode_Check(l->out[i].p))
            found = in_consts(l->out[i].p, s->digest, 0);
    }
    for (RtCode *c = rt_codes(); !found && c; c = c->next)
        if (same(rt_code_digest(c), s->digest))
            found = c->side->code;
    return found ? give(out, (PyObject *)found) : -1;
}

static int constant(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    PyObject *consts = ((PyCodeObject *)parent.p)->co_consts;
    return s->index < (size_t)PyTuple_GET_SIZE(consts) ? give(out, PyTuple_GET_ITEM(consts, s->index))
                                                       : rt_link_fail(l, "there is no constant %u", s->index);
}

static int funccode(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    PyFunctionObject *f = parent.p;
    if (!bears((PyCodeObject *)f->func_code, s->digest)) {
        const char *name = PyUnicode_AsUTF8(f->func_qualname);
        return rt_link_fail(l, "the function %s has changed", name ? name : "?");
    }
    return give(out, f->func_code);
}

static int funcglobals(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)l, (void)s;
    return give(out, ((PyFunctionObject *)parent.p)->func_globals);
}

static int funcbuiltins(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)l, (void)s;
    return give(out, ((PyFunctionObject *)parent.p)->func_builtins);
}

static PyObject *defaults(PwCell func)
{
    PyObject *d = ((PyFunctionObject *)func.p)->func_defaults;
    return d && PyTuple_CheckExact(d) ? d : NULL;
}

static int funcdefs(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)s;
    return defaults(parent) ? give(out, defaults(parent)) : rt_link_fail(l, "a function has no default values now");
}

static int funcdef(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    PyObject *d = defaults(parent);
    return d && s->index < (size_t)PyTuple_GET_SIZE(d) ? give(out, PyTuple_GET_ITEM(d, s->index))
                                                       : rt_link_fail(l, "a default value is gone");
}

static int funckwdefs(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)s;
    PyObject *d = ((PyFunctionObject *)parent.p)->func_kwdefaults;
    return d ? give(out, d) : rt_link_fail(l, "a function has no keyword default values now");
}

static int funckwdef(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    PyObject *d = ((PyFunctionObject *)parent.p)->func_kwdefaults;
    PyObject *v = d && PyDict_CheckExact(d) ? PyDict_GetItemString(d, s->name) : NULL;
    return v ? give(out, v) : rt_link_fail(l, "the keyword default value of %s is gone", s->name);
}

RtEval rt_link_code(uint32_t kind)
{
    switch (kind) {
    case PW_S_codeobj: return codeobj;
    case PW_S_const: return constant;
    case PW_S_funccode: return funccode;
    case PW_S_funcglobals: return funcglobals;
    case PW_S_funcbuiltins: return funcbuiltins;
    case PW_S_funcdefs: return funcdefs;
    case PW_S_funcdef: return funcdef;
    case PW_S_funckwdefs: return funckwdefs;
    case PW_S_funckwdef: return funckwdef;
    default: return NULL;
    }
}
