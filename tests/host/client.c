/* A client of host/ for tests: it takes control wherever it can and does nothing with it that could be seen.
 *
 * Loaded by the preload stub: PREWARM_HANDOFF="rt=.../libpw-host-test.so<TAB>mode=count,move,record,entry".
 *   count   every loop is armed; on_header goes on in the interpreter
 *   move    at the first header of each call the frame is moved into a fresh one by pw_host_finish_inlined
 *   entry   on_entry everywhere
 *   toggle  with entry: each entry arms some loops and disarms others
 *   late    with entry: the function armed_late is armed at its 50th entry; its loops are counted at the end
 *   record  now and then some events are recorded, and checked
 *   show    the function rec_me is recorded once, and its events are printed
 *   chain   a loop with a local variable _chain runs the inlined calls that it describes (rebuild_chain.py)
 *   native  at each header the frame is marked native, and its locals are only in the mark until somebody asks
 *   gates   instead of an evaluation hook (without record and show)
 *   stat    counts go to stderr at the end
 */
#include "base/alloc.h"
#include "host/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Mode {
    bool count, move, entry, record, show, chain, native, toggle, late, stat, gates;
} Mode;
static Mode mode;

static struct {
    long seen, gone, headers, entries, moves, recordings, events, cancelled, asked;
} counts;

typedef struct User {
    bool busy;
} User;

__attribute__((visibility("default"))) int pw_runtime_start(const char *handoff);

static void die(const char *what)
{
    fprintf(stderr, "host test client: %s\n", what);
    abort();
}

/* -- recording ----------------------------------------------------------------------------------------------------- */

static long events_left;
static unsigned dice = 1;

static unsigned roll(void)
{
    dice = dice * 1103515245u + 12345u;
    return dice >> 16;
}

static void check_event(const PwHostEvent *e)
{
    PyCodeObject *code = e->frame->f_code;
    if (e->depth < -(e->kind == PW_HOST_EV_EXCEPTION) || e->depth > code->co_stacksize)
        die("an event with an impossible stack depth");
    for (int i = 0; i < e->depth; i++) {
        PyObject *o = e->frame->localsplus[code->co_nlocalsplus + i];
        if (o && Py_REFCNT(o) <= 0)
            die("an event with a dead object on the stack");
    }
    if (e->kind == PW_HOST_EV_OP) {
        if (e->unit >= (uint32_t)Py_SIZE(code) || pw_host_deopt(e->opcode) != e->opcode)
            die("an event with an impossible instruction");
    }
}

static void on_record(void *arg, const PwHostEvent *e)
{
    counts.events++;
    if (e->kind == PW_HOST_EV_CANCELLED) {
        counts.cancelled++;
        return;
    }
    check_event(e);
    if (--events_left <= 0)
        pw_host_record_end(arg);
}

static void show_stack(const PwHostEvent *e)
{
    for (int i = 0; i < e->depth; i++) {
        PyObject *o = e->frame->localsplus[e->frame->f_code->co_nlocalsplus + i];
        printf(" %s", o ? Py_TYPE(o)->tp_name : "NULL");
    }
}

static void on_show(void *arg, const PwHostEvent *e)
{
    static const char *const kinds[] = {"op", "call", "return", "exception", "cancelled"};
    (void)arg;
    if (e->kind == PW_HOST_EV_CANCELLED) {
        printf("# cancelled\n");
        return;
    }
    check_event(e);
    printf("# %u %s %s", e->level, PyUnicode_AsUTF8(e->frame->f_code->co_name), kinds[e->kind]);
    if (e->rebuilt)
        printf(" rebuilt");
    if (e->kind == PW_HOST_EV_OP)
        printf(" @%u op %u arg %u |", e->first_unit, e->opcode, e->oparg);
    if (e->kind == PW_HOST_EV_OP)
        show_stack(e);
    if (e->kind == PW_HOST_EV_RETURN)
        printf(" %s", e->value ? Py_TYPE(e->value)->tp_name : "unwinds");
    printf("\n");
    fflush(stdout);
}

static bool named(PyCodeObject *code, const char *name)
{
    return PyUnicode_CompareWithASCIIString(code->co_name, name) == 0;
}

static void maybe_record(PyThreadState *ts, _PyInterpreterFrame *frame)
{
    static bool shown;
    if (mode.show && !shown && named(frame->f_code, "rec_me")) {
        shown = true;
        if (pw_host_record_begin(ts, frame, on_show, NULL) != PW_OK)
            printf("# no recording\n");
    }
    if (!mode.record || roll() % 50)
        return;
    events_left = 1 + (long)(roll() % 300);
    if (pw_host_record_begin(ts, frame, on_record, ts) == PW_OK)
        counts.recordings++;
}

/* -- moving -------------------------------------------------------------------------------------------------------- */

static bool can_move(const PwSide *side, const _PyInterpreterFrame *frame)
{
    const User *user = side->user;
    return !user->busy && frame->owner == FRAME_OWNED_BY_THREAD && !frame->frame_obj && !frame->f_locals &&
           frame->f_func->func_code == (PyObject *)frame->f_code && (frame->f_code->co_flags & CO_OPTIMIZED);
}

/* The frame that is emptied must not be seen below the one that replaces it: the link is undone meanwhile. */
static int finish_unlinked(PyThreadState *ts, _PyInterpreterFrame *frame, PwHostInline *in)
{
    _PyCFrame *link = ts->cframe;
    ts->cframe = link->previous;
    ts->cframe->use_tracing = link->use_tracing;
    ts->recursion_remaining++;
    int r = pw_host_finish_inlined(ts, frame, in, 1, false);
    ts->recursion_remaining--;
    link->use_tracing = ts->cframe->use_tracing;
    ts->cframe = link;
    return r;
}

static PwHostAction move(PwSide *side, PyThreadState *ts, _PyInterpreterFrame *frame, uint32_t header,
                         PyObject **result)
{
    PyCodeObject *code = frame->f_code;
    size_t n = (size_t)frame->stacktop;
    PyObject **slots = pw_calloc(n + 1, sizeof *slots);
    if (!slots)
        die("no memory");
    memcpy(slots, frame->localsplus, n * sizeof *slots);
    memset(frame->localsplus, 0, n * sizeof *slots);
    frame->stacktop = code->co_nlocalsplus;
    PwHostInline in = {.func = frame->f_func,
                       .code = code,
                       .slots = slots,
                       .nstack = (uint32_t)n - (uint32_t)code->co_nlocalsplus,
                       .next_unit = header,
                       .cont = PW_CONT_PUSH};
    counts.moves++;
    User *user = side->user;
    user->busy = true;
    int r = finish_unlinked(ts, frame, &in);
    user->busy = false;
    pw_free(slots);
    *result = r < 0 ? NULL : frame->localsplus[--frame->stacktop];
    return PW_HOST_RETURN;
}

/* -- native marks -------------------------------------------------------------------------------------------------- */

typedef struct Hidden {
    _PyInterpreterFrame *frame;
    PyObject **slots;
    bool back;
} Hidden;

static void unhide(Hidden *h, _PyInterpreterFrame *frame)
{
    if (!h->back)
        memcpy(frame->localsplus, h->slots, (size_t)frame->f_code->co_nlocalsplus * sizeof *h->slots);
    h->back = true;
}

static bool locals_needed(void *user, _PyInterpreterFrame *frame)
{
    Hidden *h = user;
    if (h->frame != frame)
        return false;
    counts.asked++;
    unhide(h, frame);
    return true;
}

/* Hides the locals and lets a function of the program look: `peek`, a local variable. */
static PwHostAction hide_and_peek(PyThreadState *ts, _PyInterpreterFrame *frame, PyObject *peek)
{
    size_t n = (size_t)frame->f_code->co_nlocalsplus;
    int stacktop = frame->stacktop;
    Hidden h = {.frame = frame, .slots = pw_calloc(n + 1, sizeof *h.slots)};
    if (!h.slots || !pw_host_native_enter(frame, &h))
        die("no memory");
    memcpy(h.slots, frame->localsplus, n * sizeof *h.slots);
    memset(frame->localsplus, 0, n * sizeof *h.slots);
    PyObject *r = PyObject_CallNoArgs(peek);
    unhide(&h, frame);
    pw_host_native_leave(frame, stacktop);
    pw_free(h.slots);
    (void)ts;
    Py_XDECREF(r);
    return r ? PW_HOST_INTERPRET : PW_HOST_THROW;
}

/* -- chains -------------------------------------------------------------------------------------------------------- */

/* A local variable of a frame, as the place of it; NULL when there is none. */
static PyObject **local(_PyInterpreterFrame *frame, const char *name)
{
    PyCodeObject *code = frame->f_code;
    for (int i = 0; i < code->co_nlocalsplus; i++)
        if (PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(code->co_localsplusnames, i), name) == 0)
            return &frame->localsplus[i];
    return NULL;
}

enum { MAX_CHAIN = 8, MAX_SLOTS = 64 };

/* (func, [slots], stack values, next_unit, cont, carry); Ellipsis stands for NULL. */
static void describe(PyObject *row, PwHostInline *in, PyObject **slots)
{
    PyObject *list = PyTuple_GET_ITEM(row, 1), *carry = PyTuple_GET_ITEM(row, 5);
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list); i++) {
        PyObject *o = PyList_GET_ITEM(list, i);
        slots[i] = o == Py_Ellipsis ? NULL : Py_NewRef(o);
    }
    PyFunctionObject *func = (PyFunctionObject *)PyTuple_GET_ITEM(row, 0);
    *in = (PwHostInline){
        .func = func,
        .code = (PyCodeObject *)func->func_code,
        .slots = slots,
        .nstack = (uint32_t)PyLong_AsLong(PyTuple_GET_ITEM(row, 2)),
        .next_unit = (uint32_t)PyLong_AsLong(PyTuple_GET_ITEM(row, 3)),
        .cont = (uint8_t)PyLong_AsLong(PyTuple_GET_ITEM(row, 4)),
        .carry = carry == Py_Ellipsis ? NULL : Py_NewRef(carry),
    };
}

static PwHostAction run_chain(PyThreadState *ts, _PyInterpreterFrame *frame, PyObject **chain)
{
    PyObject *rows = *chain, **raise = local(frame, "_raise"), **answer = local(frame, "_result");
    PwHostInline in[MAX_CHAIN];
    PyObject *slots[MAX_CHAIN][MAX_SLOTS];
    uint32_t n = (uint32_t)PyList_GET_SIZE(rows);
    for (uint32_t i = 0; i < n; i++)
        describe(PyList_GET_ITEM(rows, i), &in[i], slots[i]);
    *chain = Py_NewRef(Py_None);
    bool throwflag = raise && *raise && *raise != Py_None;
    if (throwflag)
        PyErr_SetObject((PyObject *)Py_TYPE(*raise), *raise);
    int stacktop = frame->stacktop;
    int r = pw_host_finish_inlined(ts, frame, in, n, throwflag);
    Py_DECREF(rows);
    if (r < 0)
        return PW_HOST_THROW;
    if (frame->stacktop > stacktop && answer)
        Py_XSETREF(*answer, frame->localsplus[--frame->stacktop]);
    return PW_HOST_INTERPRET;
}

/* -- callbacks ----------------------------------------------------------------------------------------------------- */

static bool code_wanted(PyCodeObject *code)
{
    (void)code;
    return true;
}

static void code_seen(PwSide *side)
{
    counts.seen++;
    side->user = pw_calloc(1, sizeof(User));
    pw_host_want_entry(side, mode.entry);
    if (mode.count)
        pw_host_arm_all(side, true);
}

static void code_gone(PwSide *side)
{
    counts.gone++;
    pw_free(side->user);
}

static void toggle(PwSide *side)
{
    for (uint32_t i = 0; i < side->n_edges; i++)
        if (roll() % 4 == 0 && pw_host_arm(side, side->edges[i].target, roll() % 2) < 1)
            die("no back-edge to a header");
}

static long late_entries, late_headers;

static PwHostAction on_entry(PwSide *side, PyThreadState *ts, _PyInterpreterFrame *frame, PyObject **result)
{
    (void)result;
    counts.entries++;
    if (mode.toggle)
        toggle(side);
    if (mode.late && named(side->code, "armed_late") && ++late_entries == 50)
        pw_host_arm_all(side, true);
    maybe_record(ts, frame);
    return PW_HOST_INTERPRET;
}

static PwHostAction on_header(PwSide *side, PyThreadState *ts, _PyInterpreterFrame *frame, uint32_t header,
                              PyObject **result)
{
    counts.headers++;
    late_headers += mode.late && named(side->code, "armed_late");
    maybe_record(ts, frame);
    PyObject **chain = mode.chain ? local(frame, "_chain") : NULL;
    if (chain && *chain && *chain != Py_None)
        return run_chain(ts, frame, chain);
    PyObject **peek = mode.native ? local(frame, "peek") : NULL;
    if (peek && *peek && *peek != Py_None)
        return hide_and_peek(ts, frame, *peek);
    if (mode.move && can_move(side, frame))
        return move(side, ts, frame, header, result);
    return PW_HOST_INTERPRET;
}

static PwHostClient client = {.code_wanted = code_wanted,
                                    .code_seen = code_seen,
                                    .code_gone = code_gone,
                                    .on_entry = on_entry,
                                    .on_header = on_header,
                                    .frame_locals_needed = locals_needed};

/* -- names, for ctypes --------------------------------------------------------------------------------------------- */

__attribute__((visibility("default"))) PyObject *pw_test_name(PyObject *code);

__attribute__((visibility("default"))) long pw_test_late_headers(void);
long pw_test_late_headers(void)
{
    return late_headers;
}

/* "key digest", or a status name. */
PyObject *pw_test_name(PyObject *code)
{
    PwDigest d;
    char hex[33];
    PwStatus status = pw_host_code_digest((PyCodeObject *)code, &d);
    if (status != PW_OK)
        return PyUnicode_FromString(pw_status_name(status));
    pw_digest_hex(&d, hex);
    return PyUnicode_FromFormat("%08x %s", pw_host_code_key((PyCodeObject *)code), hex);
}

/* -- start --------------------------------------------------------------------------------------------------------- */

static void print_stat(void)
{
    fprintf(stderr,
            "seen %ld gone %ld headers %ld entries %ld moves %ld recordings %ld events %ld cancelled %ld asked %ld\n",
            counts.seen, counts.gone, counts.headers, counts.entries, counts.moves, counts.recordings, counts.events,
            counts.cancelled, counts.asked);
}

static int init(void)
{
    PwErr err = {0};
    client.gates = mode.gates;
    if (pw_host_install(&client, &err) != PW_OK)
        fprintf(stderr, "host test client: %s\n", err.text);
    return 0;
}

static bool asks(const char *handoff, const char *word)
{
    const char *modes = strstr(handoff, "mode=");
    return modes && strstr(modes, word);
}

int pw_runtime_start(const char *handoff)
{
    mode = (Mode){.count = asks(handoff, "count"),
                  .move = asks(handoff, "move"),
                  .entry = asks(handoff, "entry"),
                  .record = asks(handoff, "record"),
                  .show = asks(handoff, "show"),
                  .chain = asks(handoff, "chain"),
                  .native = asks(handoff, "native"),
                  .toggle = asks(handoff, "toggle"),
                  .late = asks(handoff, "late"),
                  .stat = asks(handoff, "stat"),
                  .gates = asks(handoff, "gates")};
    if (mode.stat)
        atexit(print_stat);
    PwErr err = {0};
    if (pw_host_start(init, &err) != PW_OK)
        fprintf(stderr, "host test client: %s\n", err.text);
    return 0;
}
