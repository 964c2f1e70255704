/* Opcode to handler. */
#include "tracer/ops.h"

static const struct {
    RecHandler handler;
    const char *name;
} table[256] = {
#define PW_OPCODE(opcode, handler) [opcode] = {rec_op_##handler, #opcode},
#include "tracer/opcodes.def"
#undef PW_OPCODE
};

static const struct {
    uint8_t opcode;
    const char *name;
} uncovered[] = {
#define NAME(op) {op, #op}
    NAME(SEND), NAME(IMPORT_NAME),
    NAME(IMPORT_FROM), NAME(LOAD_BUILD_CLASS),
    NAME(MATCH_CLASS), NAME(MATCH_MAPPING), NAME(MATCH_SEQUENCE),
    NAME(GET_YIELD_FROM_ITER), NAME(GET_AWAITABLE),
    NAME(DELETE_NAME), NAME(DELETE_GLOBAL), NAME(DELETE_DEREF), NAME(LOAD_CLASSDEREF), NAME(MAKE_CELL),
    NAME(COPY_FREE_VARS), NAME(RETURN_GENERATOR),
    NAME(PRINT_EXPR), NAME(SETUP_ANNOTATIONS), NAME(ASYNC_GEN_WRAP), NAME(GET_AITER), NAME(GET_ANEXT),
    NAME(BEFORE_ASYNC_WITH), NAME(END_ASYNC_FOR), NAME(PREP_RERAISE_STAR), NAME(GET_LEN),
    NAME(MATCH_KEYS), NAME(IMPORT_STAR), NAME(CHECK_EG_MATCH),
#undef NAME
};

RecHandler rec_handler(uint8_t opcode)
{
    return table[opcode].handler;
}

const char *rec_opcode_name(uint8_t opcode)
{
    if (table[opcode].name)
        return table[opcode].name;
    for (size_t i = 0; i < sizeof uncovered / sizeof *uncovered; i++)
        if (uncovered[i].opcode == opcode)
            return uncovered[i].name;
    return "this bytecode";
}

bool rec_op_resume(PwRec *r, int oparg)
{
    (void)r, (void)oparg;
    return true;
}

bool rec_op_cache(PwRec *r, int oparg)
{
    (void)oparg;
    return rec_fail(r, "a cache entry where a bytecode should be");
}
