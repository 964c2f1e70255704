/* The layout of the Python that prewarm was compiled for: ir/layout.h, from CPython's headers. */
#include "host/host.h"
#include "host/layout.h"
#include "host/types.h"

#include "base/target.h"
#include "internal/pycore_dict.h"
#include <stddef.h>
#include <structmember.h>

/* Structures that CPython keeps to one source file. */
typedef PwRangeIter _PyRangeIterObject; /* Objects/rangeobject.c */
typedef struct _PyListIterObject {      /* Objects/listobject.c */
    PyObject_HEAD
    Py_ssize_t it_index;
    PyObject *it_seq;
} _PyListIterObject;
typedef _PyListIterObject _PyTupleIterObject; /* Objects/tupleobject.c */
typedef struct PwEnumObject {                 /* Objects/enumobject.c */
    PyObject_HEAD
    Py_ssize_t en_index;
    PyObject *en_sit, *en_result, *en_longindex;
} PwEnumObject;
typedef struct PwZipObject { /* Python/bltinmodule.c */
    PyObject_HEAD
    Py_ssize_t tuplesize;
    PyObject *ittuple, *result;
    int strict;
} PwZipObject;

void pw_host_layout(PwLayout *l)
{
    static const uint32_t field[] = {
#define PW_FIELD(name, type, ckind, fx, st, member) [PW_F_##name] = offsetof(st, member),
#include "ir/fields.def"
#undef PW_FIELD
    };
    *l = (PwLayout){
        .triple = PW_TARGET,
        .pointer = sizeof(void *),
        .long_size = sizeof(long),
        .ob_refcnt = offsetof(PyObject, ob_refcnt),
        .type_version_tag = offsetof(PyTypeObject, tp_version_tag),
        .tuple_items = offsetof(PyTupleObject, ob_item),
        .str_data = sizeof(PyASCIIObject),
        .long_digits = offsetof(PyLongObject, ob_digit),
        .digit_bits = PyLong_SHIFT,
        .digit_size = sizeof(digit),
        .float_value = offsetof(PyFloatObject, ob_fval),
        .dict_keys = offsetof(PyDictObject, ma_keys),
        .keys_log2_index_bytes = offsetof(PyDictKeysObject, dk_log2_index_bytes),
        .keys_version = offsetof(PyDictKeysObject, dk_version),
        .keys_indices = offsetof(PyDictKeysObject, dk_indices),
        .keys_entry_size = sizeof(PyDictUnicodeEntry),
        .entry_value = offsetof(PyDictUnicodeEntry, me_value),
        .ht_cached_keys = offsetof(PyHeapTypeObject, ht_cached_keys),
        .values_before = -4 * (int32_t)sizeof(PyObject *), /* _PyObject_ValuesPointer */
    };
    memcpy(l->field, field, sizeof field);
}
