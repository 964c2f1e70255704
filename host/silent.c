/* Does anything in this process have a finaliser, or anything else that its deallocation would show?
 *
 * Whatever can die visibly is an object of a class whose deallocation is not known to be silent. Objects of classes with
 * collector support are all in the collector's lists (what CPython takes out of them, tuples and dicts, holds nothing that matters).
 * Of the other classes no list of objects exists: there the class itself must be silent. Classes are objects in the lists
 * themselves; those that are static belong to the interpreter or to a module that silent.def knows. Where a module is loaded that it
 * does not know, everything that the objects in the lists hold is looked at instead.
 *
 * Source: CPython 3.11 Objects/typeobject.c (subtype_dealloc), weakrefobject.c, genobject.c; Modules/gcmodule.c; every tp_dealloc
 * and tp_finalize in Objects/, Modules/, Python/.
 */
#include "host/silent.h"

#include <stdio.h>

typedef enum Verdict { IS_UNJUDGED, IS_SILENT, IS_LOUD, IS_REFERENCE, IS_GENERATOR, IS_OPEN, IS_READER, IS_WRITER, IS_TEXT } Verdict;

enum { VERDICTS = 1024, CODES = 16, DEPTH = 200 };
typedef struct Search {
    destructor plain;
    const PwFlushed *flushed;
    PwLoaded loaded;
    struct {
        PyTypeObject *type;
        Verdict verdict;
    } cache[VERDICTS];
    struct {
        PyCodeObject *code;
        bool keyed;
    } codes[CODES]; /* of callbacks that were found silent */
    uint32_t ncodes;
    uint32_t depth;    /* of tuples in each other (look_at) */
    char *why;
    size_t n;
} Search;

/* -- classes -- */

static Verdict finalised(const PyTypeObject *type)
{
    static const struct {
        const char *name;
        Verdict verdict;
    } types[] = {
#define TYPE(name, verdict) {name, IS_##verdict},
#include "host/silent.def"
#undef TYPE
    };
    for (size_t k = 0; k < sizeof types / sizeof *types; k++)
        if (!strcmp(type->tp_name, types[k].name))
            return types[k].verdict;
    return IS_LOUD;
}

static Verdict judge(const Search *s, PyTypeObject *type)
{
    PyTypeObject *base = type;
    while (base && base->tp_dealloc == s->plain)
        base = base->tp_base;
    if (!base || type->tp_del)
        return IS_LOUD;
    PwOrigin origin = pw_host_origin(&s->loaded, *(void **)&base->tp_dealloc);
    if (origin != PW_ORIGIN_PYTHON && origin != PW_ORIGIN_SILENT)
        return IS_LOUD;
    if (type->tp_finalize)
        return base == type && origin == PW_ORIGIN_PYTHON ? finalised(type) : IS_LOUD;
    return base == &_PyWeakref_RefType || base == &_PyWeakref_ProxyType || base == &_PyWeakref_CallableProxyType ? IS_REFERENCE
                                                                                                                 : IS_SILENT;
}

static Verdict verdict_of(Search *s, PyTypeObject *type)
{
    uint32_t k = ((uint32_t)((uintptr_t)type >> 4) * 0x9e3779b1u) >> 22;
    if (s->cache[k].type != type) {
        s->cache[k].type = type;
        s->cache[k].verdict = judge(s, type);
    }
    return s->cache[k].verdict;
}

/* -- weak references -- */

static bool c_callback_silent(const Search *s, PyCFunctionObject *f)
{
    static const char *const names[] = {
#define C_CALLBACK(name) name,
#include "host/silent.def"
#undef C_CALLBACK
    };
    for (size_t k = 0; k < sizeof names / sizeof *names; k++)
        if (!strcmp(f->m_ml->ml_name, names[k]))
            return pw_host_origin(&s->loaded, *(void **)&f->m_ml->ml_meth) == PW_ORIGIN_PYTHON;
    return false;
}

/* A code object's place among the silent ones, or -1. */
static int silent_code(Search *s, PyCodeObject *code)
{
    static const struct {
        const char *digest;
        bool keyed;
    } known[] = {
#define PLAIN false
#define KEYED true
#define CALLBACK(name, kind, digest) {digest, kind},
#include "host/silent.def"
#undef CALLBACK
#undef KEYED
#undef PLAIN
        {"", false},
    };
    PwDigest digest;
    char hex[33];
    for (uint32_t k = 0; k < s->ncodes; k++)
        if (s->codes[k].code == code)
            return (int)k;
    if (s->ncodes == CODES || pw_host_code_digest(code, &digest) != PW_OK)
        return -1;
    pw_digest_hex(&digest, hex);
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (!strcmp(hex, known[k].digest)) {
            s->codes[s->ncodes].code = code;
            s->codes[s->ncodes].keyed = known[k].keyed;
            return (int)s->ncodes++;
        }
    const char *name = PyUnicode_AsUTF8(code->co_qualname);
    PyErr_Clear();
    (void)snprintf(s->why, s->n, "a weak reference has a callback: %.100s (code %s)", name ? name : "?", hex);
    return -1;
}

static bool hashes_silently(PyObject *key)
{
    bool tuple = PyTuple_CheckExact(key);
    for (Py_ssize_t k = 0; tuple && k < PyTuple_GET_SIZE(key); k++)
        if (PyTuple_CheckExact(PyTuple_GET_ITEM(key, k)) || !hashes_silently(PyTuple_GET_ITEM(key, k)))
            return false;
    return tuple || PyUnicode_CheckExact(key) || PyLong_CheckExact(key) || PyBytes_CheckExact(key) || PyFunction_Check(key) ||
           PyCFunction_Check(key) || key == Py_None;
}

/* weakref.KeyedRef: is the key, a member of its class, of a kind that is hashed by C code? */
static bool key_silent(PyObject *ref)
{
    PyObject *member = Py_TYPE(ref)->tp_dict ? PyDict_GetItemString(Py_TYPE(ref)->tp_dict, "key") : NULL;
    if (!member || !Py_IS_TYPE(member, &PyMemberDescr_Type))
        return false;
    PyObject *key = Py_TYPE(member)->tp_descr_get(member, ref, (PyObject *)Py_TYPE(ref));
    bool silent = key && hashes_silently(key);
    Py_XDECREF(key);
    PyErr_Clear();
    return silent;
}

static bool reference_silent(Search *s, PyObject *o)
{
    PyWeakReference *ref = (PyWeakReference *)o;
    PyObject *f = ref->wr_callback;
    if (!f || ref->wr_object == Py_None)
        return true;
    if (PyCFunction_CheckExact(f))
        return c_callback_silent(s, (PyCFunctionObject *)f);
    int k = PyFunction_Check(f) ? silent_code(s, (PyCodeObject *)PyFunction_GET_CODE(f)) : -1;
    return k >= 0 && (!s->codes[k].keyed || key_silent(o));
}

/* -- objects -- */

/* One that waits gets a GeneratorExit: has it a try or with, or does it wait for another one (RESUME's argument)? A coroutine that
 * never ran is warned of. */
static bool generator_silent(PyGenObject *gen)
{
    if (gen->gi_frame_state > FRAME_EXECUTING || !PyGen_CheckExact(gen))
        return gen->gi_frame_state > FRAME_EXECUTING;
    if (gen->gi_frame_state != FRAME_SUSPENDED)
        return gen->gi_frame_state == FRAME_CREATED;
    const _PyInterpreterFrame *frame = (_PyInterpreterFrame *)gen->gi_iframe;
    _Py_CODEUNIT next = frame->prev_instr[1];
    bool delegates = pw_host_deopt(_Py_OPCODE(next)) == RESUME && _Py_OPARG(next) >= 2;
    return !delegates && !PyBytes_GET_SIZE(frame->f_code->co_exceptiontable);
}

static bool object_silent(Search *s, PyObject *o, Verdict verdict)
{
    switch (verdict) {
    case IS_SILENT:
        return true;
    case IS_REFERENCE:
        return reference_silent(s, o);
    case IS_GENERATOR:
        return generator_silent((PyGenObject *)o);
    case IS_OPEN:
        return pw_host_file_plain(o);
    case IS_READER:
        return pw_host_file_plain(o) && pw_host_reader_silent(o);
    case IS_WRITER:
        return pw_host_file_plain(o) && pw_host_writer_silent(o, s->flushed);
    case IS_TEXT:
        return pw_host_file_plain(o) && pw_host_text_silent(o, s->flushed);
    case IS_UNJUDGED:
    case IS_LOUD:
        break;
    }
    return false;
}

static bool class_silent(Search *s, PyTypeObject *type)
{
    if (PyType_IS_GC(type) || verdict_of(s, type) == IS_SILENT)
        return true;
    (void)snprintf(s->why, s->n, "objects of the class %.100s may have something to say at the end", type->tp_name);
    return false;
}

static bool checked(Search *s, PyObject *o)
{
    Verdict verdict = verdict_of(s, Py_TYPE(o));
    if (verdict == IS_SILENT || object_silent(s, o, verdict))
        return true;
    if (!*s->why)
        (void)snprintf(s->why, s->n, "an object of the class %.100s may have something to say at the end", Py_TYPE(o)->tp_name);
    return false;
}

/* -- with extension modules that are not known -- */

/* One of them may have classes that no list has, of which no list has the objects; and capsules with destructors of its own. All that
 * can die at the end is held by something that the collector knows. Tuples and dicts that it has let go are held likewise. */
static int look_at(PyObject *o, void *arg);

static int look_into(Search *s, PyObject *o)
{
    if (s->depth == DEPTH) {
        (void)snprintf(s->why, s->n, "tuples lie more than %d deep in each other", DEPTH);
        return 1;
    }
    s->depth++;
    int loud = Py_TYPE(o)->tp_traverse(o, look_at, s);
    s->depth--;
    return loud;
}

static int look_at(PyObject *o, void *arg)
{
    Search *s = arg;
    PyTypeObject *type = Py_TYPE(o);
    if (type == &PyUnicode_Type || type == &PyCode_Type) /* the latter's end is watched by hook.c */
        return 0;
    if (PyType_IS_GC(type)) {
        bool out = (type == &PyTuple_Type || type == &PyDict_Type) && !_PyObject_GC_IS_TRACKED(o);
        return out ? look_into(s, o) : 0;
    }
    if (type != &PyCapsule_Type)
        return !checked(s, o);
    PyCapsule_Destructor end = PyCapsule_GetDestructor(o);
    PyErr_Clear();
    if (!end || pw_host_origin(&s->loaded, *(void **)&end) != PW_ORIGIN_UNKNOWN)
        return 0;
    const char *name = PyCapsule_GetName(o);
    PyErr_Clear();
    (void)snprintf(s->why, s->n, "a capsule (%.100s) has a destructor", name ? name : "without a name");
    return 1;
}

/* A module that gets told of its end. */
static bool module_silent(Search *s, PyModuleObject *module)
{
    const PyModuleDef *def = module->md_def;
    if (!def || !(def->m_free || def->m_clear))
        return true;
    freefunc end = def->m_free ? def->m_free : (freefunc)(void (*)(void))def->m_clear;
    if (pw_host_origin(&s->loaded, *(void **)&end) != PW_ORIGIN_UNKNOWN)
        return true;
    (void)snprintf(s->why, s->n, "the extension module %.100s is not known to end silently", def->m_name);
    return false;
}

static bool holds_silent(Search *s, PyObject *o)
{
    if (PyModule_Check(o) && !module_silent(s, (PyModuleObject *)o))
        return false;
    return !Py_TYPE(o)->tp_traverse(o, look_at, s);
}

static bool list_silent(Search *s, const PyGC_Head *head)
{
    for (PyGC_Head *gc = _PyGCHead_NEXT(head); gc != head; gc = _PyGCHead_NEXT(gc)) {
        PyObject *o = (PyObject *)(gc + 1);
        if (!checked(s, o))
            return false;
        if (s->loaded.foreign ? !holds_silent(s, o) : PyType_Check(o) && !class_silent(s, (PyTypeObject *)o))
            return false;
    }
    return true;
}

bool pw_host_all_silent(PyInterpreterState *interp, destructor plain, const PwFlushed *flushed, char *why, size_t n)
{
    Search *s = pw_calloc(1, sizeof *s);
    if (!s)
        return false;
    s->plain = plain;
    s->flushed = flushed;
    s->why = why;
    s->n = n;
    *why = 0;
    bool silent = pw_host_loaded(interp, &s->loaded, why, n);
    if (silent && s->loaded.foreign && interp->co_extra_user_count) {
        (void)snprintf(why, n, "an extension module keeps something with code objects");
        silent = false;
    }
    for (int k = 0; k < NUM_GENERATIONS && silent; k++)
        silent = list_silent(s, &interp->gc.generations[k].head);
    silent = silent && list_silent(s, &interp->gc.permanent_generation.head);
    pw_free(s);
    return silent;
}
