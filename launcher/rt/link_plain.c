/* Symbols without a parent, or that look at one object alone. */
#include "host/types.h"
#include "launcher/rt/int.h"

static int give(PwCell *out, PyObject *o)
{
    out->p = Py_NewRef(o);
    return 1;
}

static int code(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)s, (void)parent;
    return give(out, (PyObject *)l->frame->f_code); /* found by its digest already */
}

static int globals(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)s, (void)parent;
    return give(out, l->frame->f_globals);
}

static int builtins(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)s, (void)parent;
    return PyDict_CheckExact(l->frame->f_builtins) ? give(out, l->frame->f_builtins)
                                                   : rt_link_fail(l, "the builtins are not a plain dict");
}

static int btype(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)parent;
    PyTypeObject *t = pw_host_btype(s->name);
    return t ? give(out, (PyObject *)t) : rt_link_fail(l, "this Python has no built-in class %s", s->name);
}

static int single(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)parent;
    const struct {
        const char *name;
        PyObject *o;
    } all[] = {{"None", Py_None},         {"True", Py_True},
               {"False", Py_False},       {"Ellipsis", Py_Ellipsis},
               {"NotImplemented", Py_NotImplemented}, {"AssertionError", PyExc_AssertionError}, {"exhausted", pw_rt_exhausted()}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(all[i].name, s->name))
            return give(out, all[i].o);
    return rt_link_fail(l, "unknown object %s", s->name);
}

static int str(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)parent;
    out->p = PyUnicode_InternFromString(s->name);
    return out->p ? 1 : rt_link_fail(l, "the str \"%s\" cannot be made", s->name);
}

static int tuplestr(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)parent;
    uint32_t n = 1;
    for (const char *p = s->name; *p; p++)
        n += *p == ',';
    PyObject *tuple = PyTuple_New(n);
    const char *p = s->name;
    for (uint32_t i = 0; tuple && i < n; i++) {
        size_t len = strcspn(p, ",");
        PyObject *word = PyUnicode_FromStringAndSize(p, (Py_ssize_t)len);
        if (!word) {
            Py_CLEAR(tuple);
            break;
        }
        PyUnicode_InternInPlace(&word);
        PyTuple_SET_ITEM(tuple, i, word);
        p += len + 1;
    }
    out->p = tuple;
    return tuple ? 1 : rt_link_fail(l, "the names %s cannot be made", s->name);
}

static int moddict(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)s;
    if (!PyModule_Check(parent.p))
        return rt_link_fail(l, "expected a module, found %s", Py_TYPE((PyObject *)parent.p)->tp_name);
    return give(out, PyModule_GetDict(parent.p));
}

static int cfunc(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    char name[1100];
    if (!pw_host_cfunc_name(parent.p, name, sizeof name))
        return rt_link_fail(l, "expected the C function %s, found %s", s->name,
                            Py_TYPE((PyObject *)parent.p)->tp_name);
    return !strcmp(name, s->name) ? give(out, parent.p)
                                  : rt_link_fail(l, "expected the C function %s, found %s", s->name, name);
}

static int istype(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    char name[1100];
    if (!PyType_Check(parent.p) || !pw_host_class_name(parent.p, name, sizeof name))
        return rt_link_fail(l, "expected the class %s, found %s", s->name, Py_TYPE((PyObject *)parent.p)->tp_name);
    return !strcmp(name, s->name) ? give(out, parent.p)
                                  : rt_link_fail(l, "expected the class %s, found %s", s->name, name);
}

static int isinst(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    const char *found = Py_TYPE((PyObject *)parent.p)->tp_name, *known = pw_host_btype_name(Py_TYPE((PyObject *)parent.p));
    if (strcmp(found, s->name) && (!known || strcmp(known, s->name)))
        return rt_link_fail(l, "expected an object of type %s, found %s", s->name, found);
    return give(out, parent.p);
}

/* A function that is not there (yet) does not stop the tree, as a class does not. */
static int pyfunc(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)l, (void)parent;
    out->p = Py_XNewRef((PyObject *)pw_host_func_find(s->name));
    return out->p ? 1 : -1;
}

RtEval rt_link_plain(uint32_t kind)
{
    switch (kind) {
    case PW_S_rootcode: return code;
    case PW_S_rootglobals: return globals;
    case PW_S_rootbuiltins: return builtins;
    case PW_S_btype: return btype;
    case PW_S_single: return single;
    case PW_S_str: return str;
    case PW_S_pyfunc: return pyfunc;
    case PW_S_tuplestr: return tuplestr;
    case PW_S_moddict: return moddict;
    case PW_S_cfunc: return cfunc;
    case PW_S_istype: return istype;
    case PW_S_isinst: return isinst;
    default: return NULL;
    }
}
