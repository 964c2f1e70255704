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

/* Dicts and sets with keys of any kind (ops_hash.c). */
bool rec_plain_key(PyObject *o);
/* The value of a key in a dict, or null, for a key that rec_plain_key likes: v and its guard. The dict's type is guarded here. */
PwRef rec_find(PwRec *r, RVal *dict, PyObject *dict_obj, RVal *key);
bool rec_hash_item(PwRec *r);          /* BINARY_SUBSCR */
bool rec_hash_store(PwRec *r);         /* STORE_SUBSCR */
bool rec_hash_delete(PwRec *r);        /* DELETE_SUBSCR */
PwRef rec_hash_contains(PwRec *r);     /* CONTAINS_OP: b, or PW_NOREF */
/* set.add, set.discard and set.remove of the values on top; false: not known to be harmless. */
bool rec_set_change(PwRec *r, bool add, bool must);

#endif
