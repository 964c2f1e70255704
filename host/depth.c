/* How many values lie on the stack at each unit: the same on every way there. Source: CPython 3.11 Python/compile.c (stackdepth,
 * stack_effect), Objects/exception_handling_notes.txt. */
#include "host/internal.h"

typedef struct Walk {
    PyCodeObject *code;
    uint16_t *depth; /* by unit; UNKNOWN */
    uint32_t *open;  /* units to go on from */
    uint32_t n_open, units;
} Walk;
enum { UNKNOWN = UINT16_MAX };

static void reach(Walk *w, int64_t unit, int depth)
{
    if (unit < 0 || unit >= w->units || depth < 0 || depth > w->code->co_stacksize || w->depth[unit] != UNKNOWN)
        return;
    w->depth[unit] = (uint16_t)depth;
    w->open[w->n_open++] = (uint32_t)unit;
}

static bool is_backward(uint8_t opcode)
{
    return opcode == JUMP_BACKWARD_NO_INTERRUPT || pw_host_is_back_edge(opcode);
}

static bool goes_on(uint8_t opcode)
{
    switch (opcode) {
    case RETURN_VALUE:
    case RAISE_VARARGS:
    case RERAISE:
    case JUMP_FORWARD:
    case JUMP_BACKWARD:
    case JUMP_BACKWARD_NO_INTERRUPT:
        return false;
    default:
        return true;
    }
}

/* From `unit` on, until something is known already. */
static void follow(Walk *w, uint32_t unit)
{
    uint32_t high = 0;
    for (int depth = w->depth[unit];;) {
        int part;
        uint8_t opcode = pw_host_opcode_at(w->code, unit, &part);
        int arg = (int)(high << 8 | (uint32_t)part);
        uint32_t next = unit + 1 + pw_host_cache_units(opcode);
        high = opcode == EXTENDED_ARG ? (uint32_t)arg : 0;
        int has_arg = HAS_ARG(opcode) ? arg : 0;
        if (pw_host_is_jump(opcode))
            reach(w, is_backward(opcode) ? (int64_t)next - arg : (int64_t)next + arg,
                  depth + PyCompile_OpcodeStackEffectWithJump(opcode, has_arg, 1));
        depth += PyCompile_OpcodeStackEffectWithJump(opcode, has_arg, 0);
        if (!goes_on(opcode) || next >= w->units || depth < 0 || depth > w->code->co_stacksize)
            return;
        if (w->depth[next] != UNKNOWN && !high)
            return;
        w->depth[next] = (uint16_t)depth;
        unit = next;
    }
}

static void reach_handler(void *walk, const PwHandler *h)
{
    reach(walk, h->unit, (int)h->level + h->lasti + 1);
}

bool pw_host_depths(PwSide *side)
{
    Walk w = {.code = side->code, .units = side->units};
    w.depth = pw_alloc(sizeof *w.depth * side->units);
    w.open = pw_alloc(sizeof *w.open * side->units);
    bool ok = w.depth && w.open;
    if (ok) {
        memset(w.depth, 0xff, sizeof *w.depth * side->units);
        /* Of a generator: what is sent first. */
        reach(&w, 0, (side->code->co_flags & (CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR)) != 0);
        pw_host_each_handler(side->code, reach_handler, &w);
        while (w.n_open)
            follow(&w, w.open[--w.n_open]);
        for (uint32_t i = 0; i < side->n_edges; i++)
            side->edges[i].depth = w.depth[side->edges[i].target];
    }
    pw_free(w.depth);
    pw_free(w.open);
    return ok;
}
