/* Quickening, for code whose patched places keep CPython from seeing it become warm. Source: CPython 3.11 Python/specialize.c. */
#include "host/internal.h"

/* Two in a row run as one; 0: not these. */
static uint8_t pair(uint8_t first, uint8_t second)
{
    switch (first << 8 | second) {
    case LOAD_FAST << 8 | LOAD_FAST:
        return LOAD_FAST__LOAD_FAST;
    case LOAD_FAST << 8 | LOAD_CONST:
        return LOAD_FAST__LOAD_CONST;
    case LOAD_CONST << 8 | LOAD_FAST:
        return LOAD_CONST__LOAD_FAST;
    case STORE_FAST << 8 | LOAD_FAST:
        return STORE_FAST__LOAD_FAST;
    case STORE_FAST << 8 | STORE_FAST:
        return STORE_FAST__STORE_FAST;
    default:
        return 0;
    }
}

static uint8_t quick(uint8_t opcode)
{
    switch (opcode) {
    case EXTENDED_ARG:
        return EXTENDED_ARG_QUICK;
    case JUMP_BACKWARD:
        return JUMP_BACKWARD_QUICK;
    case RESUME:
        return RESUME_QUICK;
    default:
        return pw_host_adaptive(opcode);
    }
}

void pw_host_quicken(PyCodeObject *code)
{
    _Py_CODEUNIT *units = pw_host_units(code);
    uint32_t n = (uint32_t)Py_SIZE(code);
    uint8_t before = 0;
    for (uint32_t i = 0; i < n;) {
        uint8_t opcode = _Py_OPCODE(units[i]), both = pair(before, opcode);
        if (both)
            pw_host_set_opcode(&units[i - 1], both);
        pw_host_set_opcode(&units[i], quick(opcode));
        before = opcode;
        i += 1u + pw_host_cache_units(opcode);
    }
    code->co_warmup = 0;
}
