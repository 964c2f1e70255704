/* The modules that a recorded program imports: their marshal data goes into the cache, for frozen code. */
#include "launcher/record/record.h"

#include "base/target.h"

#include <stdlib.h>

enum { LARGEST = 4 << 20, MOST = 64 << 20 };

static void loaded(const void *data, size_t n, PyCodeObject *code)
{
    RcProcess *p = rc_process;
    if (n > LARGEST || p->module_bytes + n > MOST || getpid() != p->pid)
        return;
    Py_ssize_t length;
    const char *name = PyUnicode_AsUTF8AndSize(code->co_filename, &length);
    RcModule *m = name ? pw_alloc(sizeof *m + n + (size_t)length + 1) : NULL;
    PyErr_Clear();
    if (!m)
        return;
    memcpy(m->bytes, data, n);
    memcpy(m->bytes + n, name, (size_t)length + 1);
    m->row = (PwStoreModule){pw_digest(data, n), (const char *)m->bytes + n, m->bytes, n};
    m->next = NULL;
    *p->modules_end = m;
    p->modules_end = &m->next;
    p->module_bytes += n;
}

const char *rc_watch_modules(void)
{
    static const PwHostLoads watcher = {.loaded = loaded};
    rc_process->modules_end = &rc_process->modules;
    rc_process->statics_known = pw_host_statics_fixed() && pw_host_statics(&rc_process->statics);
    return pw_host_watch_loads(&watcher);
}

PwStatus rc_put_modules(PwErr *err)
{
    RcProcess *p = rc_process;
    PwStatus st = PW_OK;
    while (p->modules && !st) {
        RcModule *m = p->modules;
        st = pw_store_put_module(p->store, &m->row, err);
        p->modules = m->next;
        pw_free(m);
    }
    if (!p->modules)
        p->modules_end = &p->modules;
    return st;
}

PwStatus rc_put_statics(PwErr *err)
{
    RcProcess *p = rc_process;
    PwWriter text = {0};
    if (!p->statics_known)
        return PW_OK;
    pw_write_bytes(&text, PW_TARGET "\n", sizeof PW_TARGET);
    pw_statics_print(&p->statics, &text);
    pw_write_u8(&text, 0);
    PwStatus st = text.failed ? PW_NOMEM : pw_store_set_meta(p->store, "statics", (const char *)text.at, err);
    pw_writer_free(&text);
    return st;
}

PwStatus rc_put_arenas(PwErr *err)
{
    RcProcess *p = rc_process;
    PwArena arena = {0};
    const char *before = NULL;
    char text[16];
    if (!p->arenas_before) {
        p->arenas_before = UINT32_MAX;
        if (pw_store_get_meta(p->store, "arenas", &arena, &before, NULL) == PW_OK && *before)
            p->arenas_before = (uint32_t)strtoul(before, NULL, 10);
    }
    uint32_t n = pw_host_arenas();
    snprintf(text, sizeof text, "%u", (unsigned)(n < p->arenas_before ? n : p->arenas_before));
    pw_arena_free(&arena);
    return pw_store_set_meta(p->store, "arenas", text, err);
}
