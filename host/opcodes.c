/* Bytecode as the compiler wrote it: scanning, unspecialised opcodes, exception handlers. */
#define NEED_OPCODE_TABLES 1
#include "host/internal.h"

uint8_t pw_host_cache_units(uint8_t opcode)
{
    return _PyOpcode_Caches[opcode];
}
uint8_t pw_host_deopt(uint8_t opcode)
{
    return _PyOpcode_Deopt[opcode];
}

bool pw_host_is_jump(uint8_t opcode)
{
    return _PyOpcode_Jump[opcode / 32] >> opcode % 32 & 1;
}

bool pw_host_is_compare_jump(uint8_t opcode)
{
    return opcode == COMPARE_OP_FLOAT_JUMP || opcode == COMPARE_OP_INT_JUMP || opcode == COMPARE_OP_STR_JUMP;
}

uint8_t pw_host_adaptive(uint8_t opcode)
{
    switch (opcode) {
    case BINARY_OP:
        return BINARY_OP_ADAPTIVE;
    case BINARY_SUBSCR:
        return BINARY_SUBSCR_ADAPTIVE;
    case CALL:
        return CALL_ADAPTIVE;
    case COMPARE_OP:
        return COMPARE_OP_ADAPTIVE;
    case LOAD_ATTR:
        return LOAD_ATTR_ADAPTIVE;
    case LOAD_GLOBAL:
        return LOAD_GLOBAL_ADAPTIVE;
    case LOAD_METHOD:
        return LOAD_METHOD_ADAPTIVE;
    case PRECALL:
        return PRECALL_ADAPTIVE;
    case STORE_ATTR:
        return STORE_ATTR_ADAPTIVE;
    case STORE_SUBSCR:
        return STORE_SUBSCR_ADAPTIVE;
    case UNPACK_SEQUENCE:
        return UNPACK_SEQUENCE_ADAPTIVE;
    default:
        return opcode;
    }
}

bool pw_host_is_back_edge(uint8_t opcode)
{
    switch (opcode) {
    case JUMP_BACKWARD:
    case POP_JUMP_BACKWARD_IF_TRUE:
    case POP_JUMP_BACKWARD_IF_FALSE:
    case POP_JUMP_BACKWARD_IF_NONE:
    case POP_JUMP_BACKWARD_IF_NOT_NONE:
        return true;
    default:
        return false;
    }
}

/* Forward only: a cache unit can look like any opcode, so nothing can be told by looking backwards. */
uint32_t pw_host_scan(PyCodeObject *code, PwBackEdge *edges, uint32_t room)
{
    const _Py_CODEUNIT *units = pw_host_units(code);
    uint32_t n = (uint32_t)Py_SIZE(code), found = 0, ext = 0, compare = PW_NO_UNIT;
    for (uint32_t i = 0; i < n;) {
        uint8_t opcode = _PyOpcode_Deopt[_Py_OPCODE(units[i])];
        uint32_t arg = ext << 8 | _Py_OPARG(units[i]);
        if (opcode == EXTENDED_ARG) {
            ext = arg;
            compare = PW_NO_UNIT;
            i++;
            continue;
        }
        if (pw_host_is_back_edge(opcode)) {
            bool fused = opcode == POP_JUMP_BACKWARD_IF_TRUE || opcode == POP_JUMP_BACKWARD_IF_FALSE;
            if (found < room)
                edges[found] = (PwBackEdge){
                    .unit = i, .target = i + 1 - arg, .opcode = opcode, .compare = fused ? compare : PW_NO_UNIT};
            found++;
        }
        ext = 0;
        compare = opcode == COMPARE_OP ? i : PW_NO_UNIT;
        i += 1u + _PyOpcode_Caches[opcode];
    }
    return found;
}

uint32_t pw_host_resume_at(PyCodeObject *code, uint32_t from)
{
    uint32_t n = (uint32_t)Py_SIZE(code);
    for (uint32_t i = 0; i + 1 < n;) {
        int arg;
        uint8_t opcode = pw_host_opcode_at(code, i, &arg);
        if (opcode == YIELD_VALUE && i + 1 >= from)
            return i + 1;
        i += 1u + _PyOpcode_Caches[opcode];
    }
    return 0;
}

uint32_t pw_host_resume_header(PyCodeObject *code, uint32_t unit)
{
    int arg;
    if (unit + 2 >= (uint32_t)Py_SIZE(code) || pw_host_opcode_at(code, unit, &arg) != RESUME ||
        pw_host_opcode_at(code, unit + 1, &arg) != POP_TOP || pw_host_opcode_at(code, unit + 2, &arg) != JUMP_BACKWARD)
        return 0;
    return unit + 3 - (uint32_t)arg;
}

/* -- exception table: Objects/exception_handling_notes.txt --------------------------------------------------------- */

static uint32_t table_varint(const uint8_t **at, const uint8_t *end)
{
    uint32_t v = 0;
    while (*at < end) {
        uint8_t b = *(*at)++;
        v = v << 6 | (b & 63);
        if (!(b & 64))
            break;
    }
    return v;
}

static PwHandler next_row(const uint8_t **at, const uint8_t *end, uint32_t *start, uint32_t *size)
{
    *start = table_varint(at, end);
    *size = table_varint(at, end);
    uint32_t target = table_varint(at, end), depth_and_lasti = table_varint(at, end);
    return (PwHandler){target, depth_and_lasti >> 1, depth_and_lasti & 1};
}

void pw_host_each_handler(PyCodeObject *code, void (*look)(void *arg, const PwHandler *h), void *arg)
{
    const uint8_t *at = (const uint8_t *)PyBytes_AS_STRING(code->co_exceptiontable);
    const uint8_t *end = at + PyBytes_GET_SIZE(code->co_exceptiontable);
    while (at < end) {
        uint32_t start, size;
        PwHandler h = next_row(&at, end, &start, &size);
        look(arg, &h);
    }
}

/* The row that covers a unit, counted from 1; 0 when none does. */
static uint32_t handler_row(PyCodeObject *code, uint32_t unit, PwHandler *h)
{
    const uint8_t *at = (const uint8_t *)PyBytes_AS_STRING(code->co_exceptiontable);
    const uint8_t *end = at + PyBytes_GET_SIZE(code->co_exceptiontable);
    for (uint32_t row = 1; at < end; row++) {
        uint32_t start, size;
        PwHandler found = next_row(&at, end, &start, &size);
        if (unit < start || unit - start >= size)
            continue;
        *h = found;
        return row;
    }
    return 0;
}

bool pw_host_same_handler(PyCodeObject *code, uint32_t a, uint32_t b)
{
    PwHandler h;
    return handler_row(code, a, &h) == handler_row(code, b, &h);
}

bool pw_host_handler(PyCodeObject *code, uint32_t unit, PwHandler *handler)
{
    return handler_row(code, unit, handler) != 0;
}
