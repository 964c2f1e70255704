/* More C stack. With an evaluation hook each Python call uses some of it; without one, none. So that Python code can
 * recurse as deep as it always could, the hook goes on on a fresh segment when half of the current one is used:
 * CPython's own C code keeps the other half for itself.
 */
#define _GNU_SOURCE
#include "host/internal.h"

#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

/* Reserved, not used: pages appear when they are touched. */
#define SEGMENT_BYTES ((size_t)(sizeof(void *) == 8 ? 64 : 4) << 20)
#define UNLIMITED_BYTES ((size_t)8 << 20)
enum { GUARD_BYTES = 64 << 10 };

typedef struct PwSegment {
    struct PwSegment *below; /* the segment that this one continues, or NULL: the thread's own stack */
    uintptr_t below_low;
    char *base;
    ucontext_t context, back;
    PyThreadState *ts;
    _PyInterpreterFrame *frame;
    int throwflag;
    PyObject *result;
} PwSegment;

static void set_low(PwThread *t, uintptr_t low)
{
    t->real_low = low;
    t->low = t->move ? UINTPTR_MAX : low;
}

/* The main thread's stack grows on demand up to the limit; where it ends exactly does not matter, since half of it is
 * kept. */
static uintptr_t main_middle(uintptr_t here)
{
    struct rlimit limit;
    size_t bytes = UNLIMITED_BYTES;
    if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
        bytes = (size_t)limit.rlim_cur;
    return here - bytes / 2;
}

bool pw_host_stack_used(void)
{
    if (!pw_host_thread.real_low)
        pw_host_stack_learn();
    return pw_host_stack_low();
}

void pw_host_stack_learn(void)
{
    uintptr_t here = (uintptr_t)__builtin_frame_address(0), middle = 0;
    pthread_attr_t attr;
    if (syscall(SYS_gettid) == getpid())
        middle = main_middle(here);
    else if (pthread_getattr_np(pthread_self(), &attr) == 0) {
        void *base = NULL;
        size_t bytes = 0;
        if (pthread_attr_getstack(&attr, &base, &bytes) == 0 && here > (uintptr_t)base)
            middle = (uintptr_t)base + (here - (uintptr_t)base) / 2;
        (void)pthread_attr_destroy(&attr);
    }
    set_low(&pw_host_thread, middle ? middle : here - (64 << 10));
}

static void segment_free(PwSegment *s)
{
    (void)munmap(s->base, SEGMENT_BYTES);
    pw_free(s);
}

/* A thread can end (pthread_exit in a daemon thread at the end of the process) while it is on a segment. */
static void thread_ends(void *p)
{
    PwThread *t = p;
    while (t->segment) {
        PwSegment *s = t->segment;
        t->segment = s->below;
        segment_free(s);
    }
    if (t->spare)
        segment_free(t->spare);
    t->spare = NULL;
}

static pthread_key_t key;
static void make_key(void)
{
    (void)pthread_key_create(&key, thread_ends);
}

/* Not inlined: getcontext returns twice, in the eyes of the compiler. */
static __attribute__((noinline)) PwSegment *segment_new(PwThread *t)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, make_key);
    PwSegment *s = pw_calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->base = mmap(NULL, SEGMENT_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK,
                   -1, 0);
    if (s->base == MAP_FAILED) {
        pw_free(s);
        return NULL;
    }
    (void)mprotect(s->base, GUARD_BYTES, PROT_NONE);
    (void)pthread_setspecific(key, t);
    return s;
}

static void on_segment(unsigned hi, unsigned lo)
{
    PwSegment *s = (PwSegment *)(uintptr_t)((uint64_t)hi << 32 | lo);
    s->result = pw_host_hook(s->ts, s->frame, s->throwflag);
}

static void prepare(PwSegment *s, PwThread *t)
{
    s->below = t->segment;
    s->below_low = t->real_low;
    s->context.uc_stack.ss_sp = s->base;
    s->context.uc_stack.ss_size = SEGMENT_BYTES;
    s->context.uc_link = &s->back;
    uint64_t address = (uintptr_t)s;
    makecontext(&s->context, (void (*)(void))on_segment, 2, (unsigned)(address >> 32), (unsigned)address);
    t->segment = s;
    set_low(t, (uintptr_t)s->base + SEGMENT_BYTES / 2);
}

static void leave(PwSegment *s, PwThread *t)
{
    t->segment = s->below;
    set_low(t, s->below_low);
    if (t->spare)
        segment_free(s);
    else
        t->spare = s;
}

static PwSegment *take_segment(PwThread *t)
{
    PwSegment *s = t->spare ? t->spare : segment_new(t);
    t->spare = NULL;
    if (!s || getcontext(&s->context) == 0)
        return s;
    segment_free(s);
    return NULL;
}

bool pw_host_stack_grow(PyThreadState *ts, _PyInterpreterFrame *frame, int throwflag, PyObject **result)
{
    PwThread *t = &pw_host_thread;
    PwSegment *const s = take_segment(t);
    if (!s)
        return false;
    s->ts = ts;
    s->frame = frame;
    s->throwflag = throwflag;
    prepare(s, t);
    (void)swapcontext(&s->back, &s->context);
    *result = s->result;
    leave(s, t);
    return true;
}
