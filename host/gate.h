/* Gates: how the interpreter asks the client in the middle of a frame without leaving its evaluation loop, and without an
 * evaluation hook. Code without a gate runs as if prewarm was not there.
 *
 * One code unit of the program's bytecode, a loop's back-edge or a function's RESUME, becomes a jump. It leads, by way of four
 * units that nothing else uses (the landing), to bytecode of ours near by:
 *
 * (several places of a code object may share the landing: all but the first get there by way of two units that push a tag)
 *
 *         LOAD_CONST gate      an object of ours; the constant's index is out of the tuple, on purpose
 *         COPY 1
 *         SEND                 calls the gate: the client is asked, native code runs
 *         JUMP_FORWARD         set anew by the gate, into what follows
 *  lift:  COPY 1 ... SEND, JUMP_FORWARD
 *         RETURN_VALUE
 *         POP_TOP ...
 *         EXTENDED_ARG ... JUMP_FORWARD    set anew by the gate, back into the program's bytecode
 *
 * So after native code the same evaluation goes on wherever it has to: the gate puts the values into the frame's stack, and what
 * it lets the interpreter pop or jump over sets its stack pointer right. A gate's own units are written with the GIL held and
 * executed before it can change hands. They lie below the code object in memory: what is traced has an offset that CPython takes
 * for a prologue's.
 *
 * Needs 64-bit pointers (a jump of four units reaches 4 GiB) and a Python without assertions.
 * Source: CPython 3.11 Python/ceval.c (SEND, JUMP_FORWARD, EXTENDED_ARG, LOAD_CONST, error, exception_unwind, DO_TRACING).
 */
#ifndef PW_HOST_GATE_H
#define PW_HOST_GATE_H

#include "host/internal.h"

/* Can this Python have gates? */
bool pw_host_gates_possible(void);

/* What   makes the gate of a back-edge, or of the function's entry (side->entry): its gate, jump and tag. Changes nothing at the place
 *        itself. Several edges of a code object may share a gate: those but the first push a tag before they come there.
 * Own    the gate is the side's, until pw_host_gates_free; landings are taken until the code object dies.
 * Fails  false: out of memory, no landing in reach, or no room on the stack. The stack of code that has not run yet is widened. */
bool pw_host_gate_make(PwSide *side, PwBackEdge *edge);
void pw_host_gates_free(PwSide *side);
/* Is the frame at a jump from a gate's landing to its way? It is no bytecode of the program's; the jump to the landing stands for one. */
bool pw_host_gate_landed(const _PyInterpreterFrame *frame);

/* landing.c: units of the code object that nothing uses from now on, in reach of the edge: the first's number. It may be below 0: a
 * field of the code object. PW_NO_LANDING: there are none. A short one has two units, and reaches a whole one, the hub. The code is quickened
 * already. */
enum { PW_LANDING = 4, PW_SHORT_LANDING = 2, PW_NO_LANDING = INT32_MAX };
int32_t pw_host_landing(PwSide *side, const PwBackEdge *edge);
int32_t pw_host_short_landing(PwSide *side, const PwBackEdge *edge, int32_t hub);
/* Is there one that begins at this unit? */
bool pw_host_landing_taken(const PwSide *side, int32_t at);
/* Gives back what is no bytecode, before CPython looks at it. */
void pw_host_landing_clear(PwSide *side);
/* Does that field hold a landing? */
bool pw_host_landing_in_field(const PwSide *side);

#endif
