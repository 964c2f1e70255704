#include "ir/crash.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

enum { HEX = 32, SIGNAL_AT = HEX + 1, TREE_AT = SIGNAL_AT + 3 };

static void put_number(char *out, int digits, uint32_t v)
{
    for (int i = digits; i-- > 0; v /= 10)
        out[i] = (char)('0' + v % 10);
}

void pw_crash_line(char out[PW_CRASH_LINE], const PwDigest *digest, uint32_t signal, uint32_t tree)
{
    static const char hex[] = "0123456789abcdef";
    for (int i = 0; i < HEX / 2; i++) {
        out[2 * i] = hex[digest->byte[i] >> 4];
        out[2 * i + 1] = hex[digest->byte[i] & 15];
    }
    out[HEX] = out[SIGNAL_AT + 2] = ' ';
    put_number(out + SIGNAL_AT, 2, signal);
    put_number(out + TREE_AT, 10, tree);
    out[PW_CRASH_LINE - 1] = '\n';
}

static uint32_t number(const char *text, int digits)
{
    uint32_t v = 0;
    for (int i = 0; i < digits && text[i] >= '0' && text[i] <= '9'; i++)
        v = v * 10 + (uint32_t)(text[i] - '0');
    return v;
}

PwCrashes pw_crash_read(const char *path, const PwDigest *digest)
{
    PwCrashes c = {0};
    struct stat st;
    char line[PW_CRASH_LINE], want[PW_CRASH_LINE];
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return c;
    pw_crash_line(want, digest, 0, 0);
    if (!fstat(fd, &st) && S_ISREG(st.st_mode)) {
        c.size = (uint64_t)st.st_size;
        while (c.n < PW_CRASH_LIMIT && read(fd, line, sizeof line) == (ssize_t)sizeof line)
            if (!memcmp(line, want, HEX)) {
                c.n++;
                c.signal = number(line + SIGNAL_AT, 2);
                c.tree = number(line + TREE_AT, 10);
            }
    }
    close(fd);
    return c;
}

char *pw_crash_name(const char *image)
{
    static const char ending[] = ".crash";
    size_t n = strlen(image);
    char *s = pw_alloc(n + sizeof ending);
    if (s) {
        memcpy(s, image, n);
        memcpy(s + n, ending, sizeof ending);
    }
    return s;
}

const char *pw_crash_signal(uint32_t signal)
{
    switch (signal) {
    case SIGSEGV:
        return "SIGSEGV";
    case SIGBUS:
        return "SIGBUS";
    case SIGILL:
        return "SIGILL";
    case SIGFPE:
        return "SIGFPE";
    case SIGABRT:
        return "SIGABRT";
    default:
        return "a signal";
    }
}
