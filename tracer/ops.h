/* The handlers of bytecodes, by the table opcodes.def, and what they share. */
#ifndef PW_TRACER_OPS_H
#define PW_TRACER_OPS_H

#include "tracer/rec.h"

#define PW_OPCODE(opcode, handler) bool rec_op_##handler(PwRec *r, int oparg);
#include "tracer/opcodes.def"
#undef PW_OPCODE

/* The truth of an object as a condition (ops_num.c). */
bool rec_truth(PwRec *r, RVal *v, PyObject *obj, PwRef *cond, bool *truth);
/* CPython's property object (Objects/descrobject.c): no header gives it. */
typedef struct PwPropertyLike {
    PyObject_HEAD
    PyObject *prop_get, *prop_set, *prop_del, *prop_doc;
} PwPropertyLike;

/* The value of name in a dict that is named by a symbol, guarded: a constant for functions, classes and modules, else a
 * borrowed value that is not null (ops_name.c). PW_NOREF: failed. */
PwRef rec_dict_value(PwRec *r, PwSymNo dict_sym, PyObject *dict, PyObject *name, PyObject *value);
/* An opaque helper for this bytecode: operands are the top n values, result pushed when it has one (ops_num.c).
 * extra: a further i operand, or PW_NOREF. */
bool rec_generic(PwRec *r, PwHelper h, unsigned n, PwRef extra);
/* Guards that the dict has str keys only (ops_item.c); false: it has not, nothing was emitted. */
bool rec_strkeys(PwRec *r, RVal *v, PyObject *dict);

#endif
