/* Operators of a class's own and what CPython does around their Python functions: names, and the way on from a value.
 * Source: CPython 3.11 Objects/abstract.c (binary_op1), Objects/object.c (do_richcompare), Objects/typeobject.c (the slots). */
#ifndef PW_HOST_OPERATORS_H
#define PW_HOST_OPERATORS_H

#include "host/py311.h"
#include "ir/ir.h"

/* A binary operator by BINARY_OP's oparg. */
typedef struct PwOperator {
    const char *name, *reflected; /* __add__, __radd__ */
    const char *inplace;          /* __iadd__ for an in-place operator, else NULL */
    const char *sign;             /* as error messages have it */
    size_t slot;                  /* offset of the slot in PyNumberMethods */
} PwOperator;

/* NULL: an operator that works otherwise (**). */
const PwOperator *pw_host_operator(int oparg);

/* How many operands lie on the caller's stack until a frame with this cont has returned; 0 for those of plain calls. */
unsigned pw_host_cont_operands(uint32_t cont);

/* What   what becomes of the value that an operator's function returned: NotImplemented asks the other operand, a truth is made
 *        a bool. The operands are the top ones of the frame's stack, prev_instr is the last unit of the instruction.
 * Own    takes value (not NULL); the result is new, or NULL with an exception set. The operands stay where they are.
 * Ctx    GIL; the frame is linked. Runs any Python code. */
PyObject *pw_host_operator_value(_PyInterpreterFrame *frame, uint32_t cont, PyObject *value);

#endif
