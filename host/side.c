/* The table from code objects to side tables, and the patches in their back-edges.
 *
 * co_extra is not used: its slots are shared, and a free function there is called for code objects that others made.
 */
#include "host/gate.h"
#include "host/internal.h"

#include <stdlib.h>

PwHostState pw_host;
PwCodeTable pw_host_table;

enum { FIRST_BITS = 11 };

static bool table_alloc(unsigned bits)
{
    PwCodeEntry *at = pw_calloc((size_t)1 << bits, sizeof *at);
    if (!at)
        return false;
    pw_host_table = (PwCodeTable){.at = at, .mask = (1u << bits) - 1, .shift = 32 - bits};
    return true;
}

bool pw_host_table_init(void)
{
    return table_alloc(FIRST_BITS);
}

static bool table_room(void)
{
    if (2 * (pw_host_table.n + 1) <= pw_host_table.mask + 1)
        return true;
    PwCodeTable old = pw_host_table;
    if (!table_alloc(32 - old.shift + 1))
        return false;
    for (uint32_t i = 0; i <= old.mask; i++)
        if (old.at[i].code)
            *pw_host_probe(old.at[i].code) = old.at[i];
    pw_host_table.n = old.n;
    pw_free(old.at);
    return true;
}

static PwCodeEntry *table_add(PyCodeObject *code, PwSide *side)
{
    if (!table_room())
        return NULL;
    PwCodeEntry *e = pw_host_probe(code);
    if (!e->code)
        pw_host_table.n++;
    *e = (PwCodeEntry){code, side};
    return e;
}

/* Moves later entries of the same run back, so that no probe ends early. */
static void table_remove(PwCodeEntry *e)
{
    uint32_t hole = (uint32_t)(e - pw_host_table.at), mask = pw_host_table.mask;
    for (uint32_t i = (hole + 1) & mask; pw_host_table.at[i].code; i = (i + 1) & mask) {
        uint32_t home = pw_host_slot(pw_host_table.at[i].code);
        if (((i - home) & mask) >= ((i - hole) & mask)) {
            pw_host_table.at[hole] = pw_host_table.at[i];
            hole = i;
        }
    }
    pw_host_table.at[hole] = (PwCodeEntry){NULL, NULL};
    pw_host_table.n--;
}

/* -- side tables --------------------------------------------------------------------------------------------------- */

static PwSide *side_new(PyCodeObject *code)
{
    uint32_t n = pw_host_scan(code, NULL, 0);
    PwSide *side = pw_calloc(1, sizeof *side);
    PwBackEdge *edges = pw_calloc(n ? n : 1, sizeof *edges);
    if (!side || !edges) {
        pw_free(side);
        pw_free(edges);
        return NULL;
    }
    (void)pw_host_scan(code, edges, n);
    side->code = code;
    side->units = (uint32_t)Py_SIZE(code);
    side->edges = edges;
    side->n_edges = n;
    side->entry = (PwBackEdge){.unit = (uint32_t)code->_co_firsttraceable, .opcode = RESUME, .compare = PW_NO_UNIT};
    /* Deep-frozen code objects are static and immortal, and all interpreters share them. */
    side->never = Py_REFCNT(code) > 500000000;
    return side;
}

static void side_free(PwSide *side)
{
    pw_host_gates_free(side);
    pw_free(side->landings);
    pw_free(side->edges);
    pw_free(side);
}

PwSide *pw_host_side(PyCodeObject *code)
{
    return pw_host_table.at ? pw_host_probe(code)->side : NULL;
}

static PwSide *side_make(PyCodeObject *code, bool fresh)
{
    PwSide *side = pw_host_side(code);
    if (side || !pw_host_table.at)
        return side;
    side = side_new(code);
    if (!side || !table_add(code, side)) {
        if (side)
            side_free(side);
        return NULL;
    }
    side->fresh = fresh;
    if (pw_host.client)
        pw_host.client->code_seen(side);
    return side;
}

PwSide *pw_host_side_make(PyCodeObject *code)
{
    return side_make(code, false);
}

PwSide *pw_host_side_make_fresh(PyCodeObject *code)
{
    return side_make(code, true);
}

PwCodeEntry *pw_host_first_sight(PyCodeObject *code)
{
    if (!pw_host.client->code_wanted(code))
        return table_add(code, NULL);
    return pw_host_side_make(code) ? pw_host_probe(code) : NULL;
}

void pw_host_never(PyCodeObject *code)
{
    PwSide *side = pw_host_side(code);
    if (!side && (side = side_new(code)) != NULL && !table_add(code, side)) {
        side_free(side);
        return;
    }
    if (side)
        side->never = true;
}

PwBackEdge *pw_host_edge_at(const PwSide *side, uint32_t unit)
{
    uint32_t lo = 0, hi = side->n_edges;
    while (lo < hi) {
        uint32_t mid = (lo + hi) / 2;
        if (side->edges[mid].unit < unit)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < side->n_edges && side->edges[lo].unit == unit ? &side->edges[lo] : NULL;
}

/* -- patches ------------------------------------------------------------------------------------------------------- */

static void list_add(PwSide *side)
{
    side->prev_armed = NULL;
    side->next_armed = pw_host.armed;
    if (side->next_armed)
        side->next_armed->prev_armed = side;
    pw_host.armed = side;
}

static void list_remove(PwSide *side)
{
    if (side->prev_armed)
        side->prev_armed->next_armed = side->next_armed;
    else
        pw_host.armed = side->next_armed;
    if (side->next_armed)
        side->next_armed->prev_armed = side->prev_armed;
}

/* A specialised COMPARE_OP evaluates the jump after it by itself and would step over the patch. */
static void split_compare(PyCodeObject *code, uint32_t at)
{
    _Py_CODEUNIT *unit = &pw_host_units(code)[at];
    if (pw_host_is_compare_jump(_Py_OPCODE(*unit)))
        pw_host_set_opcode(unit, COMPARE_OP);
}

/* Without the patch it may specialise again. */
static void rejoin_compare(const PwSide *side, uint32_t at)
{
    _Py_CODEUNIT *unit = &pw_host_units(side->code)[at];
    if (_Py_OPCODE(*unit) == COMPARE_OP && side->code->co_warmup == 0 && !pw_host_landing_taken(side, (int32_t)at + 1))
        pw_host_set_opcode(unit, COMPARE_OP_ADAPTIVE);
}

/* With an evaluation hook: the interpreter leaves. false: there is no way to patch it. */
static bool patch_hooked(PwSide *side, PwBackEdge *edge, bool on)
{
    PyCodeObject *code = side->code;
    uint8_t opcode = YIELD_VALUE;
    if (edge->opcode == RESUME)
        return false;
    if (!on)
        opcode = edge->opcode == JUMP_BACKWARD && code->co_warmup == 0 ? JUMP_BACKWARD_QUICK : edge->opcode;
    pw_host_set_opcode(&pw_host_units(code)[edge->unit], opcode);
    return true;
}

/* With gates: the interpreter goes another way. Code with gates is quickened: it does not warm up at a patched place. */
static bool patch_gated(PwSide *side, PwBackEdge *edge, bool on)
{
    if (side->code->co_warmup)
        pw_host_quicken(side->code);
    if (!edge->gate && !edge->shut)
        edge->shut = !pw_host_gate_make(side, edge);
    if (edge->shut)
        return false;
    _Py_CODEUNIT *unit = &pw_host_units(side->code)[edge->unit];
    if (on)
        edge->was = *unit;
    *unit = on ? edge->jump : edge->was;
    return true;
}

static void edge_apply(PwSide *side, PwBackEdge *edge)
{
    bool on = edge->armed && !side->never && !side->hold && !pw_host.hold_all && !pw_host.suspended && !pw_host.dead;
    if (on == edge->patched || !(pw_host.gates ? patch_gated : patch_hooked)(side, edge, on))
        return;
    if (edge->compare != PW_NO_UNIT) {
        if (on)
            split_compare(side->code, edge->compare);
        else
            rejoin_compare(side, edge->compare);
    }
    edge->patched = on;
}

/* Somebody looks at the code object: its stack is as large as it says. */
static void side_narrow(PwSide *side, bool on)
{
    if (side->widened && on != side->narrow)
        side->code->co_stacksize += on ? -side->widened : side->widened;
    side->narrow = on;
}

static void side_apply(PwSide *side)
{
    side_narrow(side, side->hold || pw_host.hold_all);
    for (uint32_t i = 0; i < side->n_edges; i++)
        edge_apply(side, &side->edges[i]);
    edge_apply(side, &side->entry);
}

static void edge_arm(PwSide *side, PwBackEdge *edge, bool on)
{
    if (edge->armed == on)
        return;
    edge->armed = on;
    if (on && side->n_armed++ == 0)
        list_add(side);
    if (!on && --side->n_armed == 0)
        list_remove(side);
    edge_apply(side, edge);
}

int pw_host_arm(PwSide *side, uint32_t header, bool on)
{
    int n = 0;
    for (uint32_t i = 0; i < side->n_edges; i++)
        if (side->edges[i].target == header) {
            edge_arm(side, &side->edges[i], on);
            n++;
        }
    return n;
}

void pw_host_arm_all(PwSide *side, bool on)
{
    for (uint32_t i = 0; i < side->n_edges; i++)
        edge_arm(side, &side->edges[i], on);
}

void pw_host_want_entry(PwSide *side, bool on)
{
    const int others = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR; /* go on elsewhere: on_resume */
    side->want_entry = on;
    if (pw_host.gates && (side->code->co_flags & (others | CO_OPTIMIZED)) == CO_OPTIMIZED)
        edge_arm(side, &side->entry, on);
}

void pw_host_hold(PwSide *side, int by)
{
    side->hold += (uint32_t)by;
    side_apply(side);
}

static void apply_all(void)
{
    for (PwSide *side = pw_host.armed; side; side = side->next_armed)
        side_apply(side);
}

void pw_host_hold_all(int by)
{
    pw_host.hold_all += (uint32_t)by;
    apply_all();
}

void pw_host_kill(void)
{
    pw_host.dead = true;
    apply_all();
}

void pw_host_suspend(void)
{
    if (pw_host.suspended)
        return;
    pw_host.suspended = true;
    apply_all();
}

void pw_host_unsuspend(void)
{
    pw_host.suspended = false;
    apply_all();
}

void pw_host_code_gone(PyCodeObject *code)
{
    PwCodeEntry *e = pw_host_probe(code);
    if (!e->code)
        return;
    PwSide *side = e->side;
    table_remove(e);
    if (!side)
        return;
    pw_host_landing_clear(side);
    if (side->n_armed)
        list_remove(side);
    if (pw_host.client)
        pw_host.client->code_gone(side);
    PyObject *kwnames = side->kwnames;
    side_free(side);
    Py_XDECREF(kwnames);
}

/* The word that a patched unit held before. */
static _Py_CODEUNIT unpatched(PyCodeObject *code, uint32_t unit, _Py_CODEUNIT word)
{
    PwSide *side = pw_host_side(code);
    PwBackEdge *edge = !side ? NULL : side->entry.unit == unit ? &side->entry : pw_host_edge_at(side, unit);
    if (!edge || !edge->patched)
        return word;
    return edge->gate ? edge->was : _Py_MAKECODEUNIT(edge->opcode, _Py_OPARG(word));
}

int pw_host_stacksize(PyCodeObject *code)
{
    PwSide *side = pw_host_side(code);
    return code->co_stacksize - (side && !side->narrow ? side->widened : 0);
}

uint8_t pw_host_opcode_at(PyCodeObject *code, uint32_t unit, int *oparg)
{
    _Py_CODEUNIT word = pw_host_units(code)[unit];
    uint8_t opcode = _Py_OPCODE(word);
    if (opcode == YIELD_VALUE || opcode == JUMP_FORWARD || opcode == JUMP_BACKWARD_NO_INTERRUPT)
        word = unpatched(code, unit, word);
    if (oparg)
        *oparg = _Py_OPARG(word);
    return pw_host_deopt(_Py_OPCODE(word));
}
