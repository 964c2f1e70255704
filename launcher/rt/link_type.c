/* Symbols of classes: found by name, versions, attributes, places of instance attributes. */
#include "host/types.h"
#include "launcher/rt/int.h"

#include <structmember.h>

static PyObject *look_up(PyTypeObject *type, const char *name)
{
    PyObject *key = PyUnicode_InternFromString(name), *v = NULL;
    if (key)
        v = _PyType_Lookup(type, key);
    Py_XDECREF(key);
    PyErr_Clear();
    return v;
}

/* A look-up gives a class its version tag, if it can have one. */
uint32_t rt_type_version(PyTypeObject *type)
{
    if (!(type->tp_flags & Py_TPFLAGS_VALID_VERSION_TAG))
        (void)look_up(type, "__doc__");
    return type->tp_flags & Py_TPFLAGS_VALID_VERSION_TAG ? type->tp_version_tag : 0;
}

PyDictKeysObject *rt_cached_keys(PyTypeObject *type)
{
    const unsigned long need = Py_TPFLAGS_HEAPTYPE | Py_TPFLAGS_MANAGED_DICT;
    return (type->tp_flags & need) == need ? ((PyHeapTypeObject *)type)->ht_cached_keys : NULL;
}

/* A class that is not there (yet) does not stop the tree: what needs it leaves. */
static int htype(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)l, (void)parent;
    out->p = Py_XNewRef((PyObject *)pw_host_class_find(s->name));
    return out->p ? 1 : -1;
}

static int typever(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)s;
    out->i = rt_type_version(parent.p);
    return out->i ? 1 : rt_link_fail(l, "the class %s has no version", ((PyTypeObject *)parent.p)->tp_name);
}

static int typeattr(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    out->p = Py_XNewRef(look_up(parent.p, s->name));
    return out->p ? 1 : rt_link_fail(l, "the class %s has no %s", ((PyTypeObject *)parent.p)->tp_name, s->name);
}

/* The class's dicts are searched behind the class of that name, as super's are. */
static int superattr(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    PyTypeObject *type = parent.p;
    const char *behind = strchr(s->name, ',');
    PyObject *key = behind ? PyUnicode_FromStringAndSize(s->name, behind - s->name) : NULL, *found = NULL;
    char name[1100];
    bool passed = false;
    for (Py_ssize_t i = 0; key && type->tp_mro && !found && i < PyTuple_GET_SIZE(type->tp_mro); i++) {
        PyTypeObject *base = (PyTypeObject *)PyTuple_GET_ITEM(type->tp_mro, i);
        if (passed && base->tp_dict)
            found = PyDict_GetItemWithError(base->tp_dict, key);
        else if (!passed)
            passed = pw_host_class_name(base, name, sizeof name) && !strcmp(name, behind + 1);
    }
    Py_XDECREF(key);
    PyErr_Clear();
    out->p = Py_XNewRef(found);
    return found ? 1 : rt_link_fail(l, "super() of the class %s finds no %s", type->tp_name, s->name);
}

static int notypeattr(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    out->i = 0;
    return !look_up(parent.p, s->name)
               ? 1
               : rt_link_fail(l, "the class %s has %s now", ((PyTypeObject *)parent.p)->tp_name, s->name);
}

/* What a class has when nothing of it is its own. */
static bool is_plain(const PyTypeObject *type, const char *what)
{
    if (!strcmp(what, "getattr"))
        return type->tp_getattro == PyObject_GenericGetAttr;
    if (!strcmp(what, "setattr"))
        return type->tp_setattro == PyObject_GenericSetAttr;
    if (!strcmp(what, "new"))
        return type->tp_new == PyBaseObject_Type.tp_new && type->tp_alloc == PyType_GenericAlloc &&
               !(type->tp_flags & Py_TPFLAGS_IS_ABSTRACT);
    if (!strcmp(what, "tuple"))
        return pw_host_is_plain_tuple(type);
    return !strcmp(what, "truth") && !(type->tp_as_number && type->tp_as_number->nb_bool) &&
           !(type->tp_as_mapping && type->tp_as_mapping->mp_length) &&
           !(type->tp_as_sequence && type->tp_as_sequence->sq_length);
}

static int plain(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    out->i = 0;
    return is_plain(parent.p, s->name)
               ? 1
               : rt_link_fail(l, "the class %s has its own %s now", ((PyTypeObject *)parent.p)->tp_name, s->name);
}

static int issub(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    PyTypeObject *type = parent.p;
    bool wanted = *s->name != '!', found = false;
    char name[1100];
    for (Py_ssize_t i = 0; type->tp_mro && i < PyTuple_GET_SIZE(type->tp_mro); i++)
        found |= pw_host_class_name((PyTypeObject *)PyTuple_GET_ITEM(type->tp_mro, i), name, sizeof name) &&
                 !strcmp(name, s->name + !wanted);
    out->i = 0;
    return found == wanted ? 1 : rt_link_fail(l, "the class %s has other bases now", type->tp_name);
}

/* Index of name among the instance keys of a class; -1 absent, -2 no such keys. */
static Py_ssize_t key_index(PyTypeObject *type, const char *name)
{
    PyDictKeysObject *keys = rt_cached_keys(type);
    PyObject *key = keys ? PyUnicode_InternFromString(name) : NULL;
    if (!key) {
        PyErr_Clear();
        return -2;
    }
    PyDictUnicodeEntry *e = DK_UNICODE_ENTRIES(keys);
    Py_ssize_t i = 0;
    while (i < keys->dk_nentries && (!e[i].me_key || PyUnicode_Compare(e[i].me_key, key)))
        i++;
    Py_DECREF(key);
    return i < keys->dk_nentries ? i : -1;
}

static int no_keys(RtLinker *l, PyTypeObject *type)
{
    return rt_link_fail(l, "instances of the class %s keep their attributes in dicts", type->tp_name);
}

static int attridx(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    out->i = key_index(parent.p, s->name);
    if (out->i == -1)
        return rt_link_fail(l, "no instance of the class %s has had a %s yet", ((PyTypeObject *)parent.p)->tp_name,
                            s->name);
    PyObject *d = look_up(parent.p, s->name);
    if (d && Py_TYPE(d)->tp_descr_set)
        return rt_link_fail(l, "%s of the class %s is a descriptor now", s->name, ((PyTypeObject *)parent.p)->tp_name);
    return out->i >= 0 ? 1 : no_keys(l, parent.p);
}

static int ckeysver(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)s;
    PyDictKeysObject *keys = rt_cached_keys(parent.p);
    out->i = keys ? rt_keys_version(keys) : 0;
    return out->i ? 1 : no_keys(l, parent.p);
}

static int noattr(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    Py_ssize_t at = key_index(parent.p, s->name);
    out->i = 0;
    return at == -1 ? 1
           : at < 0 ? no_keys(l, parent.p)
                    : rt_link_fail(l, "instances of the class %s have their own %s now",
                                   ((PyTypeObject *)parent.p)->tp_name, s->name);
}

static int slotofs(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    PyObject *d = look_up(parent.p, s->name);
    PyMemberDef *m = d && Py_TYPE(d) == &PyMemberDescr_Type ? ((PyMemberDescrObject *)d)->d_member : NULL;
    if (!m || m->type != T_OBJECT_EX || m->flags || !PyType_IsSubtype(parent.p, PyDescr_TYPE(d)))
        return rt_link_fail(l, "the class %s has no slot %s", ((PyTypeObject *)parent.p)->tp_name, s->name);
    out->i = m->offset;
    return 1;
}

static int tupleidx(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)s;
    out->i = pw_host_tuple_getter(parent.p);
    return out->i >= 0 ? 1 : rt_link_fail(l, "expected an attribute of a namedtuple, found %s", Py_TYPE((PyObject *)parent.p)->tp_name);
}

static int member_of(RtLinker *l, PwCell parent, const char *name, PwCell *out)
{
    out->p = PyObject_GetAttrString(parent.p, name);
    return out->p ? 1 : rt_link_fail(l, "%s has no %s", Py_TYPE((PyObject *)parent.p)->tp_name, name);
}

static int propget(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)s;
    return Py_TYPE((PyObject *)parent.p) == &PyProperty_Type
               ? member_of(l, parent, "fget", out)
               : rt_link_fail(l, "expected a property, found %s", Py_TYPE((PyObject *)parent.p)->tp_name);
}

static int unwrap(RtLinker *l, const PwRtSym *s, PwCell parent, PwCell *out)
{
    (void)s;
    PyTypeObject *t = Py_TYPE((PyObject *)parent.p);
    return t == &PyStaticMethod_Type ? member_of(l, parent, "__func__", out)
                                     : rt_link_fail(l, "expected a staticmethod, found %s", t->tp_name);
}

RtEval rt_link_type(uint32_t kind)
{
    switch (kind) {
    case PW_S_htype: return htype;
    case PW_S_typever: return typever;
    case PW_S_typeattr: return typeattr;
    case PW_S_superattr: return superattr;
    case PW_S_notypeattr: return notypeattr;
    case PW_S_plain: return plain;
    case PW_S_issub: return issub;
    case PW_S_attridx: return attridx;
    case PW_S_ckeysver: return ckeysver;
    case PW_S_noattr: return noattr;
    case PW_S_slotofs: return slotofs;
    case PW_S_tupleidx: return tupleidx;
    case PW_S_propget: return propget;
    case PW_S_unwrap: return unwrap;
    default: return NULL;
    }
}
