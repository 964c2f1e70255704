/* The handlers of bytecodes, by the table opcodes.def, and what they share. */
#ifndef PW_TRACER_OPS_H
#define PW_TRACER_OPS_H

#include "tracer/rec.h"

#define PW_OPCODE(opcode, handler) bool rec_op_##handler(PwRec *r, int oparg);
#include "tracer/opcodes.def"
#undef PW_OPCODE

/* The truth of an object as a condition (ops_num.c); false: it has to be asked, or the recording has failed. */
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
/* super() whose value is asked for a Python function at once (ops_super.c): the call, which leaves it unbuilt (false: another kind
 * of call, or the recording has failed), and the LOAD_METHOD. */
bool rec_super_call(PwRec *r, PyObject *callee, PwSymNo sym);
bool rec_super_method(PwRec *r);
/* Operators of a class's own (ops_dunder.c). true: its Python function is being entered; false: it has none that can be inlined, or
 * the recording has failed. */
bool rec_own_binary(PwRec *r, int oparg);
bool rec_own_compare(PwRec *r, int op);
bool rec_own_subscript(PwRec *r);
bool rec_own_store_subscript(PwRec *r);
bool rec_own_contains(PwRec *r);
/* At the RETURN_VALUE of such a function: may its caller take the value? And, once its frame is gone: it does. */
bool rec_own_value(PwRec *r, PwCont cont);
void rec_own_done(PwRec *r, PwCont cont, RVal v);
/* Guards that the dict has str keys only (ops_item.c); false: it has not, nothing was emitted. */
bool rec_strkeys(PwRec *r, RVal *v, PyObject *dict);

/* Dicts and sets with keys of any kind (ops_hash.c). */
bool rec_plain_key(PyObject *o);
/* Can a plain key be looked up now in a dict or a set without running code of another key that has the same hash? */
bool rec_quiet_lookup(PyObject *all, PyObject *key);
/* The value of a key in a dict, or null, for a key that rec_plain_key likes: v and its guard. The dict's type is guarded here. */
PwRef rec_find(PwRec *r, RVal *dict, PyObject *dict_obj, RVal *key);
bool rec_hash_item(PwRec *r);          /* BINARY_SUBSCR */
bool rec_hash_store(PwRec *r);         /* STORE_SUBSCR */
bool rec_hash_delete(PwRec *r);        /* DELETE_SUBSCR */
PwRef rec_hash_contains(PwRec *r);     /* CONTAINS_OP: b, or PW_NOREF */
/* set.add, set.discard and set.remove of the values on top; false: not known to be harmless. */
bool rec_set_change(PwRec *r, bool add, bool must);

#endif
