#include "host/gate.h"
#include "host/near.h"

struct PwGate {
    PyObject_HEAD
    PwGate *next; /* of the code object */
    PwSide *side;
    PwBackEdge **edges; /* which come here; all but the first with a tag */
    uint32_t n_edges;
    int32_t landing;
    PyObject **constant; /* near the tuple of constants */
    _Py_CODEUNIT *way;   /* near the code: all that follows */
    _Py_CODEUNIT *leave, *lifted_leave; /* the two jumps into what follows */
    _Py_CODEUNIT *lift, *value, *pops_end, *back;
    uint32_t full;     /* the frame's stack size */
    bool lifting;      /* it is asked again, with the stack pointer at the very top */
    uint32_t unit;     /* where the interpreter then goes on, */
    uint32_t n;        /* with how many values on the stack; */
    uint32_t kept;     /* from this one on they were in the way */
    PyObject *saved[];
};

enum {
    PUSHED = 2,       /* what a way pushes before it asks */
    WIDENED = 4,      /* that, a condition and a tag */
    MOST_STACK = 100, /* jumps inside a way have 8 bits */
    IMMORTAL = 1 << 28,
};
#define JUMP_REACH ((uint64_t)3 << 30)
#define CONSTANT_REACH ((uint64_t)8 << 30)

bool pw_host_gates_possible(void)
{
#ifdef Py_DEBUG
    return false;
#else
    return sizeof(void *) == 8;
#endif
}

/* -- writing bytecode ---------------------------------------------------------------------------------------------- */

static _Py_CODEUNIT *put(_Py_CODEUNIT *at, uint8_t opcode, uint32_t arg)
{
    *at = _Py_MAKECODEUNIT(opcode, arg);
    return at + 1;
}

static _Py_CODEUNIT *put_long(_Py_CODEUNIT *at, uint8_t opcode, uint32_t arg)
{
    at = put(at, EXTENDED_ARG, arg >> 24);
    at = put(at, EXTENDED_ARG, arg >> 16 & 255);
    at = put(at, EXTENDED_ARG, arg >> 8 & 255);
    return put(at, opcode, arg & 255);
}

static void put_far_jump(_Py_CODEUNIT *at, const _Py_CODEUNIT *to)
{
    ptrdiff_t by = to - (at + PW_LANDING);
    (void)put_long(at, by >= 0 ? JUMP_FORWARD : JUMP_BACKWARD_NO_INTERRUPT, (uint32_t)(by >= 0 ? by : -by));
}

static void put_skip(_Py_CODEUNIT *at, const _Py_CODEUNIT *to)
{
    (void)put(at, JUMP_FORWARD, (uint32_t)(to - (at + 1)));
}

/* -- going on ------------------------------------------------------------------------------------------------------ */

/* What a gate is asked for. `pointer`: how many values the interpreter's stack pointer will count when it has pushed what is sent. */
typedef struct Asked {
    PwGate *gate;
    PwBackEdge *edge;
    PyThreadState *ts;
    _PyInterpreterFrame *frame;
    PyObject **stack;
    uint32_t pointer;
    PyObject **sent;
} Asked;

/* The stack is to have n values: slots above get something that can be popped. */
static PySendResult settle(const Asked *a, _Py_CODEUNIT *leave, uint32_t n, uint32_t unit)
{
    PwGate *g = a->gate;
    uint32_t pops = a->pointer - n;
    for (uint32_t i = n; i + 1 < a->pointer; i++)
        a->stack[i] = (PyObject *)g;
    *a->sent = pops ? (PyObject *)g : a->stack[a->pointer - 1];
    put_skip(leave, g->pops_end - pops);
    put_far_jump(g->back, pw_host_units(g->side->code) + unit);
    return PYGEN_NEXT;
}

static PySendResult go_on(const Asked *a, uint32_t n, uint32_t unit)
{
    PwGate *g = a->gate;
    a->frame->stacktop = -1;
    if (n <= a->pointer)
        return settle(a, g->leave, n, unit);
    g->lifting = true;
    g->unit = unit;
    g->n = n;
    g->kept = a->pointer - 1;
    memcpy(g->saved, a->stack + g->kept, sizeof *g->saved * (n - g->kept));
    put_skip(g->leave, g->lift + (a->pointer - PUSHED));
    *a->sent = (PyObject *)g;
    return PYGEN_NEXT;
}

static PySendResult lifted(Asked *a)
{
    PwGate *g = a->gate;
    g->lifting = false;
    memcpy(a->stack + g->kept, g->saved, sizeof *g->saved * (g->n - g->kept));
    a->pointer = g->full;
    return settle(a, g->lifted_leave, g->n, g->unit);
}

/* The first RETURN_VALUE of the code. Code that has returned natively has one; PW_NONE otherwise. */
static uint32_t return_unit(PwSide *side)
{
    int arg;
    for (uint32_t unit = 0; unit < side->units;) {
        uint8_t opcode = (uint8_t)pw_host_opcode_at(side->code, unit, &arg);
        if (opcode == RETURN_VALUE)
            return unit;
        unit += 1u + pw_host_cache_units(opcode);
    }
    return PW_NONE;
}

/* value NULL: another frame has done this one's work and raised; CPython adds no frame to the traceback that has not begun. */
static PySendResult returns(const Asked *a, PyObject *value)
{
    for (uint32_t i = 0; i + 1 < a->pointer; i++)
        a->stack[i] = NULL;
    a->frame->stacktop = -1;
    if (!value) {
        a->frame->prev_instr = pw_host_units(a->frame->f_code) - 1;
        return PYGEN_ERROR;
    }
    /* A trace function, which a finaliser may have set meanwhile, is told of the return: that must be one which has a line. */
    uint32_t unit = a->ts->cframe->use_tracing ? return_unit(a->gate->side) : PW_NONE;
    if (unit != PW_NONE) {
        a->stack[0] = value;
        return go_on(a, 1, unit);
    }
    put_skip(a->gate->leave, a->gate->value);
    *a->sent = value;
    return PYGEN_NEXT;
}

/* -- raising ------------------------------------------------------------------------------------------------------- */

/* Those above the first n go. */
static void drop(PyObject **stack, uint32_t from, uint32_t n)
{
    while (from > n) {
        PyObject *o = stack[--from];
        stack[from] = NULL;
        Py_XDECREF(o);
    }
}

/* The interpreter adds the frame to the traceback, finds no handler where it is, and drops what lies below its stack pointer. */
static PySendResult leaves_raising(const Asked *a, uint32_t n)
{
    PyObject *type, *value, *traceback;
    uint32_t pointer = a->pointer - 1;
    a->frame->stacktop = -1;
    for (uint32_t i = n; i < pointer; i++)
        a->stack[i] = NULL;
    PyErr_Fetch(&type, &value, &traceback);
    drop(a->stack, n, pointer);
    PyErr_Restore(type, value, traceback);
    return PYGEN_ERROR;
}

/* As the interpreter does on the way to a handler of the same frame. */
static PySendResult raises(const Asked *a)
{
    PwHandler h;
    PyObject *type, *value, *traceback, *lasti = NULL;
    PyCodeObject *code = a->frame->f_code;
    uint32_t n = (uint32_t)(a->frame->stacktop - code->co_nlocalsplus);
    uint32_t unit = (uint32_t)(a->frame->prev_instr - pw_host_units(code));
    if (!pw_host_handler(code, unit, &h))
        return leaves_raising(a, n);
    a->frame->stacktop = -1;
    PyFrameObject *object = PyThreadState_GetFrame(a->ts);
    if (object) {
        (void)PyTraceBack_Here(object);
        Py_DECREF(object);
    }
    PyErr_Fetch(&type, &value, &traceback);
    drop(a->stack, n, h.level);
    n = h.level;
    if (h.lasti && !(lasti = PyLong_FromLong((long)unit)))
        Py_FatalError("prewarm: out of memory while an exception is handled");
    if (lasti)
        a->stack[n++] = lasti;
    PyErr_NormalizeException(&type, &value, &traceback);
    PyException_SetTraceback(value, traceback ? traceback : Py_None);
    Py_XDECREF(traceback);
    Py_DECREF(type);
    a->stack[n++] = value;
    return go_on(a, n, h.unit);
}

/* -- asking the client --------------------------------------------------------------------------------------------- */

static PwHostAction at_entry(const Asked *a, PyObject **result)
{
    if (pw_host_breaker(a->ts) && pw_host_poll(a->ts) < 0)
        return PW_HOST_THROW;
    PwSide *side = a->gate->side;
    if (!side->want_entry || pw_host_traced(a->ts) || a->ts->recursion_remaining <= 0 || pw_host_stack_used())
        return PW_HOST_INTERPRET;
    return pw_host.client->on_entry(side, a->ts, a->frame, result);
}

static PwHostAction at_edge(const Asked *a, PyObject **result)
{
    PyObject *left = a->edge->opcode == JUMP_BACKWARD ? NULL : a->frame->localsplus[--a->frame->stacktop];
    return pw_host_back_edge(a->ts, a->frame, a->gate->side, a->edge, left, result);
}

/* A generator yields by its own bytecode: that saves and restores more than we know. */
static void yield_again(_PyInterpreterFrame *frame, PyObject *value)
{
    frame->localsplus[frame->stacktop++] = value;
    frame->prev_instr--;
}

/* Values on the stack where the edge is. */
static uint32_t site_depth(const PwBackEdge *edge)
{
    return edge->depth + (edge->opcode != RESUME && edge->opcode != JUMP_BACKWARD);
}

/* Which edge has led here? Ours are the values that the way has pushed; a tag may lie below them. */
static void find_edge(Asked *a)
{
    PwGate *g = a->gate;
    uint32_t n = site_depth(a->edge = g->edges[0]);
    if (g->n_edges > 1) {
        for (n = 0; a->stack[n] != (PyObject *)g;)
            n++;
        for (uint32_t k = 1; k < g->n_edges; k++)
            if (n == site_depth(g->edges[k]) + 1 && a->stack[n - 1] == g->edges[k]->tag) {
                a->edge = g->edges[k];
                Py_XDECREF(a->edge->tag); /* the constants hold it */
            }
    }
    a->pointer = n + PUSHED;
}

static PySendResult ask(PwGate *g, PyObject **sent)
{
    PyThreadState *ts = _PyThreadState_GET();
    _PyInterpreterFrame *frame = ts->cframe->current_frame;
    PyCodeObject *code = frame->f_code;
    Asked a = {.gate = g, .ts = ts, .frame = frame, .stack = _PyFrame_Stackbase(frame), .sent = sent};
    Py_SET_REFCNT(g, IMMORTAL);
    if (g->lifting)
        return lifted(&a);
    find_edge(&a);
    PyObject *result = NULL;
    frame->stacktop = code->co_nlocalsplus + (int)site_depth(a.edge);
    frame->prev_instr = pw_host_units(code) + a.edge->unit;
    PwHostAction action = a.edge->opcode == RESUME ? at_entry(&a, &result) : at_edge(&a, &result);
    if (action == PW_HOST_RETURN)
        return returns(&a, result);
    if (action == PW_HOST_THROW)
        return raises(&a);
    if (action == PW_HOST_YIELD)
        yield_again(frame, result);
    return go_on(&a, (uint32_t)(frame->stacktop - code->co_nlocalsplus), (uint32_t)(frame->prev_instr + 1 - pw_host_units(code)));
}

static PySendResult gate_send(PyObject *self, PyObject *ignored, PyObject **sent)
{
    (void)ignored;
    return ask((PwGate *)self, sent);
}

/* SEND calls this one when a thread has a trace function that was set while the way was gone. */
static PyObject *gate_send_traced(PyObject *self, PyObject *ignored)
{
    (void)ignored;
    PyObject *sent = NULL;
    return ask((PwGate *)self, &sent) == PYGEN_NEXT ? sent : NULL;
}

static PyMethodDef methods[] = {{"send", gate_send_traced, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyAsyncMethods async = {.am_send = gate_send};
static PyTypeObject gate_type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "prewarm.gate",
    .tp_basicsize = sizeof(PwGate),
    .tp_as_async = &async,
    .tp_methods = methods,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
};

/* -- making -------------------------------------------------------------------------------------------------------- */

static size_t way_units(const PwGate *g)
{
    return 4 + (PUSHED - 1) + 2 + (size_t)(g->full - PUSHED) + 2 + 1 + g->full + PW_LANDING;
}

static void write_way(PwGate *g)
{
    PyObject **first = ((PyTupleObject *)g->side->code->co_consts)->ob_item;
    _Py_CODEUNIT *at = put_long(g->way, LOAD_CONST, (uint32_t)(g->constant - first));
    for (int i = 1; i < PUSHED; i++)
        at = put(at, COPY, 1);
    at = put(at, SEND, 0);
    g->leave = at++;
    g->lift = at;
    for (uint32_t i = PUSHED; i < g->full; i++)
        at = put(at, COPY, 1);
    at = put(at, SEND, 0);
    g->lifted_leave = at++;
    g->value = at;
    at = put(at, RETURN_VALUE, 0);
    for (uint32_t i = 0; i < g->full; i++)
        at = put(at, POP_TOP, 0);
    g->pops_end = g->back = at;
    *g->constant = (PyObject *)g;
}

/* A jump at `unit` to `to`; EXTENDED_ARGs before it hold the rest of a long way back. */
static _Py_CODEUNIT jump_to(int32_t unit, int32_t to)
{
    int32_t by = to - (unit + 1);
    return by >= 0 ? _Py_MAKECODEUNIT(JUMP_FORWARD, by) : _Py_MAKECODEUNIT(JUMP_BACKWARD_NO_INTERRUPT, (uint32_t)-by & 255);
}

static void gate_free(PwGate *g)
{
    pw_near_free(g->way, way_units(g) * sizeof *g->way);
    pw_near_free(g->constant, sizeof *g->constant);
    pw_free(g->edges);
    pw_free(g);
}

void pw_host_gates_free(PwSide *side)
{
    while (side->gates) {
        PwGate *g = side->gates;
        side->gates = g->next;
        gate_free(g);
    }
}

static bool add_edge(PwGate *g, PwBackEdge *edge)
{
    PwBackEdge **more = pw_realloc(g->edges, sizeof(PwBackEdge *) * (g->n_edges + 1u));
    if (!more)
        return false;
    g->edges = more;
    g->edges[g->n_edges++] = edge;
    edge->gate = g;
    return true;
}

/* A gate with a landing of its own. */
static bool make_own(PwSide *side, PwBackEdge *edge)
{
    PyCodeObject *code = side->code;
    PwGate *g = pw_calloc(1, sizeof *g + sizeof *g->saved * (size_t)code->co_stacksize);
    if (!g)
        return false;
    *(PyObject *)g = (PyObject){.ob_refcnt = IMMORTAL, .ob_type = &gate_type};
    g->side = side;
    g->full = (uint32_t)code->co_stacksize;
    g->way = pw_near_alloc((uintptr_t)code, JUMP_REACH, way_units(g) * sizeof *g->way);
    g->constant = pw_near_alloc((uintptr_t)code->co_consts, CONSTANT_REACH, sizeof *g->constant);
    g->landing = g->way && g->constant ? pw_host_landing(side, edge) : PW_NO_LANDING;
    if (g->landing == PW_NO_LANDING || !add_edge(g, edge)) {
        edge->gate = NULL;
        gate_free(g);
        return false;
    }
    write_way(g);
    put_far_jump(pw_host_units(code) + g->landing, g->way);
    edge->jump = jump_to((int32_t)edge->unit, g->landing);
    g->next = side->gates;
    side->gates = g;
    return true;
}

static bool used_as_tag(const PwGate *g, const PyObject *o)
{
    for (uint32_t k = 1; k < g->n_edges; k++)
        if (g->edges[k]->tag == o)
            return true;
    return false;
}

/* A constant that never lies on the stack at a back-edge: conditions are bools, and None means that no exception is handled. Nothing
 * real is NULL there. */
static _Py_CODEUNIT choose_tag(const PwGate *g, PyObject **tag)
{
    PyObject *consts = g->side->code->co_consts;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(consts) && i < 256; i++) {
        PyObject *o = *tag = PyTuple_GET_ITEM(consts, i);
        if (o != Py_None && !PyBool_Check(o) && !used_as_tag(g, o))
            return _Py_MAKECODEUNIT(LOAD_CONST, i);
    }
    *tag = NULL;
    return used_as_tag(g, NULL) ? 0 : _Py_MAKECODEUNIT(PUSH_NULL, 0);
}

/* By way of two units, to a gate that is there. */
static bool make_shared(PwSide *side, PwBackEdge *edge)
{
    if (site_depth(edge) + 1 + PUSHED > (uint32_t)side->code->co_stacksize)
        return false;
    for (PwGate *g = side->gates; g; g = g->next) {
        _Py_CODEUNIT push = choose_tag(g, &edge->tag);
        int32_t at = push ? pw_host_short_landing(side, edge, g->landing) : PW_NO_LANDING;
        if (at == PW_NO_LANDING || !add_edge(g, edge))
            continue;
        pw_host_units(side->code)[at] = push;
        pw_host_units(side->code)[at + 1] = jump_to(at + 1, g->landing);
        edge->jump = jump_to((int32_t)edge->unit, at);
        return true;
    }
    return false;
}

bool pw_host_gate_landed(const _PyInterpreterFrame *frame)
{
    const PwSide *side = pw_host_side(frame->f_code);
    int64_t unit = frame->prev_instr - pw_host_units(frame->f_code);
    for (const PwGate *g = side ? side->gates : NULL; g; g = g->next)
        if (unit >= g->landing && unit < g->landing + PW_LANDING)
            return true;
    return false;
}

bool pw_host_gate_make(PwSide *side, PwBackEdge *edge)
{
    PyCodeObject *code = side->code;
    if (!gate_type.tp_dict && PyType_Ready(&gate_type) < 0) {
        PyErr_Clear();
        return false;
    }
    if (edge->opcode != RESUME && !side->depths && !(side->depths = pw_host_depths(side)))
        return false;
    const int others = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR; /* sys.getsizeof tells their frames' */
    if (side->fresh && !side->widened && !side->narrow && !(code->co_flags & others) && code->co_stacksize + WIDENED <= MOST_STACK) {
        side->widened = WIDENED;
        code->co_stacksize += WIDENED;
    }
    if (site_depth(edge) + PUSHED > (uint32_t)code->co_stacksize || code->co_stacksize > MOST_STACK)
        return false;
    return make_own(side, edge) || make_shared(side, edge);
}
