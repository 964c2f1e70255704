/* Landings: four units in reach of a patched one. Inline caches of an instruction in its unspecialised form are used by nobody; and
 * the field co_extra, right before the bytecode, is unless some debugger wants it. */
#include "host/gate.h"

enum { REACH = 255 };

/* What costs least when it is not specialised comes first. */
static int worth(uint8_t opcode)
{
    switch (opcode) {
    case CALL:
        return 4;
    case BINARY_SUBSCR:
    case LOAD_METHOD:
        return 3;
    case STORE_ATTR:
    case LOAD_ATTR:
        return 2;
    case LOAD_GLOBAL:
        return 1;
    default:
        return 0;
    }
}

static int short_worth(uint8_t opcode)
{
    return opcode == COMPARE_OP ? 5 : worth(opcode);
}

bool pw_host_landing_taken(const PwSide *side, int32_t at)
{
    for (uint32_t i = 0; i < side->n_landings; i++)
        if (side->landings[i] == at)
            return true;
    return false;
}

static int32_t take(PwSide *side, int32_t at)
{
    int32_t *more = pw_realloc(side->landings, sizeof *more * (side->n_landings + 1u));
    if (!more)
        return PW_NO_LANDING;
    side->landings = more;
    side->landings[side->n_landings++] = at;
    return at;
}

enum { FIELD = -(int32_t)((offsetof(PyCodeObject, co_code_adaptive) - offsetof(PyCodeObject, co_extra)) / sizeof(_Py_CODEUNIT)) };

static bool field_free(const PwSide *side)
{
    return !side->code->co_extra && !pw_host.interp->co_extra_user_count && !pw_host_landing_taken(side, FIELD);
}

bool pw_host_landing_in_field(const PwSide *side)
{
    return pw_host_landing_taken(side, FIELD);
}

void pw_host_landing_clear(PwSide *side)
{
    for (uint32_t i = 0; i < side->n_landings; i++)
        if (side->landings[i] == FIELD) {
            side->code->co_extra = NULL;
            side->landings[i] = PW_NO_LANDING; /* what is there from now on is somebody else's */
        }
}

/* Where the jump of a patched edge can lead. Its EXTENDED_ARGs stay: then it leads backwards. */
static void reach_of(const PwBackEdge *edge, int32_t *from, int32_t *to)
{
    uint32_t high = edge->opcode == RESUME ? 0 : (edge->unit + 1 - edge->target) >> 8;
    int32_t next = (int32_t)edge->unit + 1;
    *from = next - (int32_t)(high << 8) - REACH;
    *to = high ? next - (int32_t)(high << 8) : next + REACH;
}

static int32_t far(int32_t a, int32_t b)
{
    return a < b ? b - a : a - b;
}

/* The best instruction with inline caches that begin in [from, to], and not further than what one jump reaches from `hub`; 0: none. */
static uint32_t best_caches(const PwSide *side, int32_t from, int32_t to, int (*worth_of)(uint8_t), int32_t hub)
{
    const _Py_CODEUNIT *units = pw_host_units(side->code);
    uint32_t best = 0;
    int most = 0;
    for (uint32_t i = 0; i < side->units && (int32_t)i < to;) {
        uint8_t opcode = pw_host_deopt(_Py_OPCODE(units[i]));
        int w = worth_of(opcode);
        int32_t at = (int32_t)i + 1;
        if (w > most && at >= from && !pw_host_landing_taken(side, at) &&
            (hub == PW_NO_LANDING || far(at + PW_SHORT_LANDING, hub) < REACH)) {
            most = w;
            best = i + 1;
        }
        i += 1u + pw_host_cache_units(opcode);
    }
    return best;
}

/* The instruction's caches are nobody's but ours from now on. */
static int32_t take_caches(PwSide *side, uint32_t at)
{
    if (!at || take(side, (int32_t)at) == PW_NO_LANDING)
        return PW_NO_LANDING;
    _Py_CODEUNIT *unit = &pw_host_units(side->code)[at - 1];
    pw_host_set_opcode(unit, pw_host_deopt(_Py_OPCODE(*unit)));
    return (int32_t)at;
}

int32_t pw_host_landing(PwSide *side, const PwBackEdge *edge)
{
    int32_t from, to;
    reach_of(edge, &from, &to);
    if (FIELD >= from && FIELD <= to && field_free(side))
        return take(side, FIELD);
    return take_caches(side, best_caches(side, from, to, worth, PW_NO_LANDING));
}

int32_t pw_host_short_landing(PwSide *side, const PwBackEdge *edge, int32_t hub)
{
    int32_t from, to;
    reach_of(edge, &from, &to);
    return take_caches(side, best_caches(side, from, to, short_worth, hub));
}
