/* Helpers that make and end objects. */
#include "host/types.h"
#include "launcher/rt/helpers_int.h"

O h_inst_new(O a)
{
    static O empty;
    PwGcPause p = gc_pause();
    if (!empty)
        empty = PyTuple_New(0);
    O r = empty ? PyBaseObject_Type.tp_new((PyTypeObject *)a, empty, NULL) : NULL;
    gc_resume(p);
    return r;
}

int h_attr_init(O a, int64_t i, O c)
{
    PyDictValues *values = *_PyObject_ValuesPointer(a);
    values->values[i] = c;
    _PyDictValues_AddToInsertionOrder(values, (Py_ssize_t)i);
    return 0;
}

O h_attr_dict(O a, O b, int64_t i)
{
    PyDictObject *dict = (PyDictObject *)pw_host_instance_dict(a);
    PyDictKeysObject *keys = dict ? dict->ma_keys : NULL;
    if (!keys || keys->dk_kind == DICT_KEYS_GENERAL)
        return NULL;
    if (i < keys->dk_nentries && DK_UNICODE_ENTRIES(keys)[i].me_key == b)
        return dict->ma_values ? dict->ma_values->values[i] : DK_UNICODE_ENTRIES(keys)[i].me_value;
    return h_dict_get((O)dict, b);
}

int h_attr_hides(O a, O b)
{
    if (Py_TYPE(a)->tp_flags & Py_TPFLAGS_MANAGED_DICT && *_PyObject_ValuesPointer(a))
        return true;
    PyObject *dict = pw_host_instance_dict(a);
    return dict && (!h_dict_strkeys(dict) || h_dict_get(dict, b));
}

int h_attr_put(O a, O b, O c)
{
    PwGcPause p = gc_pause();
    if (PyDict_SetItem(pw_host_instance_dict(a), b, c))
        Py_FatalError("prewarm: an attribute that is there cannot be set");
    gc_resume(p);
    return 0;
}

O h_method_new(O a, O b)
{
    PwGcPause p = gc_pause();
    O r = PyMethod_New(a, b);
    gc_resume(p);
    return r;
}

O h_cell_new(O a)
{
    PwGcPause p = gc_pause();
    O r = PyCell_New(a);
    gc_resume(p);
    return r;
}

O h_slice_new(O a, O b, O c)
{
    PwGcPause p = gc_pause();
    O r = PySlice_New(a, b, c);
    gc_resume(p);
    return r;
}

int h_dealloc(O a)
{
    if (Py_IS_TYPE(a, &PyLong_Type))
        PyObject_Free(a); /* as its tp_dealloc does */
    else
        Py_TYPE(a)->tp_dealloc(a);
    return 0;
}

O h_func_new(O code, O globals, O defaults, O kwdefaults, O closure)
{
    PwGcPause pause = gc_pause();
    PyFunctionObject *f = (PyFunctionObject *)PyFunction_New(code, globals);
    gc_resume(pause);
    if (!f)
        return NULL;
    f->func_defaults = Py_XNewRef(defaults);
    f->func_kwdefaults = Py_XNewRef(kwdefaults);
    f->func_closure = Py_XNewRef(closure);
    return (O)f;
}
