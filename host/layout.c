/* The layout of the Python that prewarm was compiled for: ir/layout.h, from CPython's headers. */
#include "host/layout.h"
#include "host/types.h"

#include "base/target.h"
#include "ir/native.h"
#include <float.h>
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

/* -- the calling convention, as far as C can tell -- */

struct AlignInt64 {
    char c;
    int64_t v;
};
struct AlignDouble {
    char c;
    double v;
};
#if defined __arm__
#define PW_ALIGN_STACK 8
#else
#define PW_ALIGN_STACK 16
#endif
#if defined __i386__ || (defined __arm__ && !defined __ARM_PCS_VFP)
#define PW_FLOAT_REGISTERS 0
#else
#define PW_FLOAT_REGISTERS 1
#endif

void pw_host_layout(PwLayout *l)
{
    static const PwLayout own = {
        .triple = PW_TARGET,
#define PW_FACT(name, expression, least, most, step) .name = expression,
#include "ir/layout.def"
#undef PW_FACT
#define PW_SIZE(name, type, size, each) .basic[PW_SIZE_##name] = size, .item[PW_SIZE_##name] = each,
#include "ir/sizes.def"
#undef PW_SIZE
#define PW_FIELD(name, type, ckind, fx, st, member) .field[PW_F_##name] = offsetof(st, member),
#include "ir/fields.def"
#undef PW_FIELD
    };
    *l = own;
}
