/* Compiling in worker processes. Processes, not threads: LLVM ends its process when it meets a defect of its own, and
 * then one tree is left out instead of all.
 *
 * The unit of work is a tree for a variant: the number of a ToolCode. Workers take the next from a counter in shared memory and
 * write a Result, its text and its sentence to their pipe. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "codegen/tool.h"

enum { JOBS_MOST = 256, SECONDS_MOST = 120 /* for one tree */ };

typedef struct Shared {
    _Atomic uint32_t next;
    _Atomic uint32_t at[JOBS_MOST]; /* by worker: the code it is at, PW_NONE for none */
} Shared;

typedef struct Result {
    uint32_t code, status, size, entry, sentence;
    uint64_t micros;
} Result;

typedef struct Work {
    Tool *tool;
    Shared *shared;
    uint32_t *todo; /* numbers of codes, variant after variant */
    uint32_t n, done;
    pid_t pid[JOBS_MOST];
    struct pollfd pipe[JOBS_MOST];
    unsigned jobs;
    bool progress;
} Work;

static uint64_t now_micros(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* -- in a worker -- */

static void write_all(int fd, const void *p, size_t n)
{
    for (const char *at = p; n;) {
        ssize_t k = write(fd, at, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            _exit(1);
        at += k;
        n -= (size_t)k;
    }
}

/* A compiler for one variant after another. */
typedef struct Compiler {
    PwCg *cg;
    uint32_t variant;
} Compiler;

static void compile_one(Tool *tool, Compiler *c, uint32_t number)
{
    uint32_t variant = number % tool->nvariants;
    ToolCode *code = &tool->code[number];
    if (!c->cg || c->variant != variant) {
        pw_cg_free(c->cg);
        c->variant = variant;
        if (tool_cg(tool, &tool->variant[variant], &c->cg, &code->err) != PW_OK)
            c->cg = NULL;
    }
    if (c->cg)
        tool_compile(tool, c->cg, &tool->tree[number / tool->nvariants], variant);
}

static void worker_code(Tool *tool, Compiler *c, uint32_t number, int fd)
{
    ToolCode *t = &tool->code[number];
    uint64_t start = now_micros();
    alarm(SECONDS_MOST);
    compile_one(tool, c, number);
    Result r = {.code = number, .status = t->err.status, .size = t->blob.size, .entry = t->blob.entry};
    r.sentence = (uint32_t)strlen(t->err.text);
    r.micros = now_micros() - start;
    write_all(fd, &r, sizeof r);
    write_all(fd, t->blob.text, r.size);
    write_all(fd, t->err.text, r.sentence);
    pw_blob_free(&t->blob);
}

static _Noreturn void worker(Work *w, unsigned self, int fd)
{
    Compiler c = {0};
    signal(SIGPIPE, SIG_DFL);
    signal(SIGALRM, SIG_DFL);
    for (uint32_t k; (k = atomic_fetch_add(&w->shared->next, 1)) < w->n;) {
        atomic_store(&w->shared->at[self], w->todo[k]);
        worker_code(w->tool, &c, w->todo[k], fd);
        atomic_store(&w->shared->at[self], PW_NONE);
    }
    _exit(0);
}

/* -- in the parent -- */

static bool start_worker(Work *w, unsigned self)
{
    int fds[2];
    w->pipe[self] = (struct pollfd){.fd = -1, .events = POLLIN};
    atomic_store(&w->shared->at[self], PW_NONE);
    if (pipe(fds))
        return false;
    fflush(NULL);
    pid_t pid = fork();
    if (!pid) {
        close(fds[0]);
        worker(w, self, fds[1]);
    }
    close(fds[1]);
    if (pid < 0) {
        close(fds[0]);
        return false;
    }
    w->pid[self] = pid;
    w->pipe[self].fd = fds[0];
    return true;
}

static bool read_all(int fd, void *p, size_t n)
{
    for (char *at = p; n;) {
        ssize_t k = read(fd, at, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        at += k;
        n -= (size_t)k;
    }
    return true;
}

static void finished(Work *w)
{
    w->done++;
    if (w->progress)
        fprintf(stderr, "\rcompiling: %u of %u", w->done, w->n);
}

/* One result; false at the end of the pipe. */
static bool take_result(Work *w, int fd)
{
    Result r;
    if (!read_all(fd, &r, sizeof r) || r.code >= w->tool->n * w->tool->nvariants || r.sentence >= sizeof(PwErr) ||
        r.status >= PW_STATUS_COUNT)
        return false;
    ToolCode *t = &w->tool->code[r.code];
    PwBlob blob = {pw_alloc(r.size), r.size, r.entry};
    if (!blob.text || !read_all(fd, blob.text, r.size) || !read_all(fd, t->err.text, r.sentence)) {
        pw_blob_free(&blob);
        return false;
    }
    t->err.text[r.sentence] = 0;
    t->err.status = (PwStatus)r.status;
    t->micros = r.micros;
    t->keep = r.status != PW_NOMEM;
    if (r.status == PW_OK)
        t->blob = blob;
    else
        pw_blob_free(&blob);
    finished(w);
    return true;
}

/* A worker has gone. Blames the tree that it was at; true when there was one, and others may be left to do. */
static bool bury(Work *w, unsigned self)
{
    int how = 0;
    uint32_t at = atomic_load(&w->shared->at[self]);
    while (waitpid(w->pid[self], &how, 0) < 0 && errno == EINTR)
        continue;
    close(w->pipe[self].fd);
    w->pipe[self].fd = -1;
    if (at == PW_NONE || w->tool->code[at].keep)
        return false;
    PwErr *err = &w->tool->code[at].err;
    if (WIFSIGNALED(how) && WTERMSIG(how) == SIGALRM)
        pw_err_set(err, PW_INTERNAL, "compiling took longer than %d seconds", SECONDS_MOST);
    else if (WIFSIGNALED(how))
        pw_err_set(err, PW_INTERNAL, "the compiler crashed (signal %d)", WTERMSIG(how));
    else
        pw_err_set(err, PW_INTERNAL, "the compiler gave up (status %d)", WEXITSTATUS(how));
    finished(w);
    return true;
}

static void gather(Work *w)
{
    unsigned alive = w->jobs;
    while (alive) {
        if (poll(w->pipe, w->jobs, -1) < 0 && errno != EINTR)
            return;
        for (unsigned k = 0; k < w->jobs; k++) {
            if (w->pipe[k].fd < 0 || !w->pipe[k].revents || take_result(w, w->pipe[k].fd))
                continue;
            if (!bury(w, k) || !start_worker(w, k))
                alive--;
        }
    }
}

static void work_alone(Work *w)
{
    Compiler c = {0};
    for (uint32_t k = 0; k < w->n; k++) {
        uint64_t start = now_micros();
        ToolCode *t = &w->tool->code[w->todo[k]];
        compile_one(w->tool, &c, w->todo[k]);
        t->micros = now_micros() - start;
        t->keep = t->err.status != PW_NOMEM;
        finished(w);
    }
    pw_cg_free(c.cg);
}

static PwStatus work_together(Work *w, PwErr *err)
{
    void *p = mmap(NULL, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    unsigned started = 0;
    if (p == MAP_FAILED)
        return pw_err_set(err, PW_NOMEM, "out of memory");
    w->shared = p;
    while (started < w->jobs && start_worker(w, started))
        started++;
    w->jobs = started;
    gather(w);
    munmap(p, sizeof(Shared));
    return started ? PW_OK : pw_err_set(err, PW_IO, "no process can be started");
}

/* What no worker came to: all of them failed to start again. */
static void blame_rest(Work *w)
{
    for (uint32_t k = 0; k < w->n; k++) {
        ToolCode *t = &w->tool->code[w->todo[k]];
        if (!t->blob.text && t->err.status == PW_OK)
            pw_err_set(&t->err, PW_INTERNAL, "no worker process was left to compile it");
    }
}

PwStatus tool_work(Tool *tool, unsigned jobs, bool progress, PwErr *err)
{
    Work w = {.tool = tool, .progress = progress};
    PwStatus status = PW_OK;
    w.todo = pw_calloc((size_t)tool->n * tool->nvariants + 1, sizeof *w.todo);
    if (!w.todo)
        return pw_err_set(err, PW_NOMEM, "out of memory");
    for (uint32_t v = 0; v < tool->nvariants; v++)
        for (uint32_t k = 0; k < tool->n; k++)
            if (tool->tree[k].opt && !tool->tree[k].idle && !tool->tree[k].code[v].stored)
                w.todo[w.n++] = k * tool->nvariants + v;
    w.jobs = jobs < w.n ? jobs : w.n;
    if (w.jobs > JOBS_MOST)
        w.jobs = JOBS_MOST;
    if (w.n && tool->dump)
        work_alone(&w); /* so that dumps come in order */
    else if (w.n)
        status = work_together(&w, err);
    blame_rest(&w);
    if (progress && w.n)
        fprintf(stderr, "\r\033[K");
    pw_free(w.todo);
    return status;
}
