/* prewarm run --learn: which exits were taken, for the next recording. All of a process is written at its end, in one piece, behind what
 * others wrote: nothing waits for it, and what cannot be written is lost. Read by codegen/learn.c.
 *
 *   exits 1
 *   tree ID CODE UNIT KIND       of the cache; CODE: digest of the root's code, hexadecimal
 *   exit NUMBER COUNT            exits of that tree; 100000: those of its entry, which passes have made
 *   end */
#include "launcher/rt/int.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST = 8 << 20 }; /* bytes of the file: then nobody seems to read it */

static PwWriter notes;

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...)
{
    char line[120];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    pw_write_bytes(&notes, line, (size_t)n);
}

void rt_learn_tree(const PwRtTree *t)
{
    char hex[33];
    uint64_t at_entry = 0;
    if (!t->image || !t->taken)
        return;
    pw_digest_hex(&t->image->code, hex);
    say("tree %u %s %u %u\n", t->id, hex, t->unit, t->kind);
    for (uint32_t s = 0; s < t->exits.nsnap; s++) {
        if (s >= t->image->nraw)
            at_entry += t->taken[s];
        else if (t->taken[s])
            say("exit %u %llu\n", s, (unsigned long long)t->taken[s]);
    }
    if (at_entry)
        say("exit %u %llu\n", PW_EXIT_ENTRY, (unsigned long long)at_entry);
}

void rt_learn_end(const char *path)
{
    struct stat st;
    PwWriter all = {0};
    int fd = notes.n ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600) : -1;
    if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size < MOST) {
        pw_write_bytes(&all, "exits 1\n", 8);
        pw_write_bytes(&all, notes.at, notes.n);
        pw_write_bytes(&all, "end\n", 4);
        if (!all.failed && !notes.failed && write(fd, all.at, all.n) < 0) {
            /* lost */
        }
    }
    if (fd >= 0)
        close(fd);
    pw_writer_free(&all);
    pw_writer_free(&notes);
}
