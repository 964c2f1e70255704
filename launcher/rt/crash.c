/* A crash does not repeat. When native code takes the process down, a line in IMAGE.crash tells so (ir/crash.h); after two such
 * runs in a row the image is set aside. A run that ends by itself wipes the notes out.
 *
 * Nothing is written in a run that does not crash. The handlers are set when the first tree is linked, which is after CPython has
 * looked at all dispositions (signal.getsignal() must not tell of them), and are in the way of nobody: each gives the signal
 * back to whatever was set before and has it raised once more. What is set later (faulthandler, the program) hides them, and
 * faulthandler raises again into them. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "ir/crash.h"
#include "launcher/rt/int.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <ucontext.h>
#include <unistd.h>

static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
enum { SIGNALS = sizeof signals / sizeof *signals, STACK_BYTES = 64 * 1024 };

static struct sigaction before[SIGNALS];
static char stack[STACK_BYTES]; /* a stack overflow leaves no other; memory only once it is used */
static char *notes;             /* the file's name */
static PwCrashes at_start;
static bool watching;

/* This library's own code. */
extern const char __ehdr_start[] __attribute__((visibility("hidden")));
extern const char etext[] __attribute__((visibility("hidden")));

static uintptr_t program_counter(const void *context)
{
    const ucontext_t *u = context;
#if defined __x86_64__
    return (uintptr_t)u->uc_mcontext.gregs[REG_RIP];
#elif defined __i386__
    return (uintptr_t)u->uc_mcontext.gregs[REG_EIP];
#elif defined __aarch64__
    return (uintptr_t)u->uc_mcontext.pc;
#elif defined __arm__
    return (uintptr_t)u->uc_mcontext.arm_pc;
#elif defined __riscv
    return (uintptr_t)u->uc_mcontext.__gregs[REG_PC];
#else
    (void)u;
    return 0;
#endif
}

/* The tree whose code holds this offset in text: the one that begins last before it. */
static uint32_t tree_at(const PwRtImage *m, uintptr_t offset)
{
    uint32_t best = PW_NONE;
    for (uint32_t i = 0; i < m->head->tree.n; i++)
        if (m->entry[i].entry <= offset && (best == PW_NONE || m->entry[i].entry > m->entry[best].entry))
            best = i;
    return best == PW_NONE ? 0 : m->tree[best].id;
}

/* Did native code crash, or the runtime, or what native code called, or whoever read the image (a file that was cut off)? *tree:
 * which, if it was its own code. */
static bool is_ours(uintptr_t pc, uintptr_t address, uint32_t *tree)
{
    const PwRtImage *m = rt_image();
    uintptr_t text = (uintptr_t)m->text;
    *tree = 0;
    if (address - (uintptr_t)m->base < m->bytes || (m->pool && address - (uintptr_t)m->pool < m->head->pool.n))
        return true;
    if (pc >= text && pc - text < m->text_bytes) {
        *tree = tree_at(m, pc - text);
        return true;
    }
    return (pc >= (uintptr_t)__ehdr_start && pc < (uintptr_t)etext) || pw_host_native_runs();
}

static void note(int number, uint32_t tree)
{
    char line[PW_CRASH_LINE];
    pw_crash_line(line, &rt_image()->head->digest, (uint32_t)number, tree);
    int fd = open(notes, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (fd < 0)
        return;
    if (write(fd, line, sizeof line) < 0) {
        /* the disk is full: the next crash tells */
    }
    close(fd);
}

static void on_crash(int number, siginfo_t *info, void *context)
{
    int saved = errno;
    uint32_t tree;
    for (int i = 0; i < SIGNALS; i++)
        if (signals[i] == number)
            sigaction(number, &before[i], NULL);
    /* SI_USER: somebody sent it, nothing crashed. */
    if (info->si_code != SI_USER && is_ours(program_counter(context), (uintptr_t)info->si_addr, &tree))
        note(number, tree);
    if (info->si_code <= 0)
        raise(number); /* else the instruction does it again */
    errno = saved;
}

static void give_stack(void)
{
    stack_t old, own = {.ss_sp = stack, .ss_size = sizeof stack};
    if (!sigaltstack(NULL, &old) && old.ss_flags & SS_DISABLE)
        sigaltstack(&own, NULL);
}

void rt_crash_watch(void)
{
    if (watching || !notes || !PyDict_GetItemString(PyImport_GetModuleDict(), "_signal"))
        return;
    struct sigaction ours = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigemptyset(&ours.sa_mask);
    watching = true;
    give_stack();
    for (int i = 0; i < SIGNALS; i++)
        sigaction(signals[i], &ours, &before[i]);
}

PwStatus rt_crash_check(const char *image, PwErr *err)
{
    const PwDigest *digest = &rt_image()->head->digest;
    notes = pw_crash_name(image);
    if (!notes)
        return pw_err_set(err, PW_NOMEM, "out of memory");
    at_start = pw_crash_read(notes, digest);
    if (at_start.n < PW_CRASH_LIMIT)
        return PW_OK;
    PwStatus status = pw_err_set(err, PW_STALE,
                                 "%s is set aside, since %d runs in a row crashed in its native code (%s); the program runs as "
                                 "under python3.11. Please report what prewarm explain says of it. To use it again: rm %s",
                                 image, PW_CRASH_LIMIT, pw_crash_signal(at_start.signal), notes);
    if (!pw_rt_config()->require)
        dprintf(STDERR_FILENO, "prewarm: %s\n", err->text);
    return status;
}

bool rt_crash_noted(void)
{
    return at_start.size && at_start.n < PW_CRASH_LIMIT;
}

void rt_crash_at_end(void)
{
    struct stat st;
    if (rt_crash_noted() && !lstat(notes, &st) && (uint64_t)st.st_size == at_start.size) /* no child of ours added to it */
        unlink(notes);
}
