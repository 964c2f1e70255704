#include "base/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEYS "trusted-keys"
#define PW_TRUST_FOLDER "/etc/prewarm"

enum { TEXT = 64 * 1024 }; /* a file of keys is no longer */

static int digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool pw_hex_read(const char *text, uint8_t *out, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int high = digit(text[2 * i]), low = high < 0 ? -1 : digit(text[2 * i + 1]);
        if (low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return digit(text[2 * n]) < 0;
}

void pw_hex_print(const uint8_t *bytes, size_t n, char *text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < n; i++) {
        text[2 * i] = digits[bytes[i] >> 4];
        text[2 * i + 1] = digits[bytes[i] & 15];
    }
    text[2 * n] = 0;
}

/* A whole small file as text, NUL-terminated; trusted: only one that nobody else may have written. -1 and errno. */
static int read_text(const char *path, bool trusted, char *text, size_t room)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (trusted ? O_NOFOLLOW : 0));
    if (fd < 0)
        return -1;
    bool good = !fstat(fd, &st) && S_ISREG(st.st_mode) &&
                (!trusted || ((!st.st_uid || st.st_uid == geteuid()) && !(st.st_mode & (S_IWGRP | S_IWOTH))));
    ssize_t n = good ? read(fd, text, room - 1) : -1;
    int why = good ? errno : EPERM;
    close(fd);
    if (n >= 0)
        text[n] = 0;
    errno = why;
    return n < 0 ? -1 : 0;
}

PwStatus pw_signature_read(const char *path, PwSignature *out, PwErr *err)
{
    char text[512], *sig;
    if (read_text(path, false, text, sizeof text))
        return errno == ENOENT ? pw_err_set(err, PW_NOTFOUND, "%s: there is no such signature", path)
                               : pw_err_set(err, PW_IO, "%s: %s", path, strerror(errno));
    sig = strchr(text, '\n');
    if (strncmp(text, "key ", 4) || !sig || strncmp(sig, "\nsig ", 5) || !pw_hex_read(text + 4, out->key, sizeof out->key) ||
        !pw_hex_read(sig + 5, out->sig, sizeof out->sig))
        return pw_err_set(err, PW_CORRUPT, "%s: expected a signature, found something else", path);
    return PW_OK;
}

/* 1 signed, 0 owner, -1 anything else. */
static int policy(const char *word)
{
    size_t n = strcspn(word, " \t\r\n");
    return n == 6 && !strncmp(word, "signed", n) ? 1 : n == 5 && !strncmp(word, "owner", n) ? 0 : -1;
}

PwStatus pw_trust_signed(bool secure, bool *signed_only, PwErr *err)
{
    char text[64];
    const char *word = secure ? NULL : getenv("PREWARM_TRUST");
    int own = word && *word ? policy(word) : 0, all = 0;
    if (!read_text(PW_TRUST_FOLDER "/trust", true, text, sizeof text))
        all = policy(text);
    else if (errno != ENOENT && errno != ENOTDIR)
        return pw_err_set(err, PW_USAGE, PW_TRUST_FOLDER "/trust: it cannot be read, or others may write to it");
    if (all < 0)
        return pw_err_set(err, PW_USAGE, PW_TRUST_FOLDER "/trust: expected owner or signed, found %.40s", text);
    if (own < 0)
        return pw_err_set(err, PW_USAGE, "PREWARM_TRUST: expected owner or signed, found %.40s", word);
    *signed_only = own || all;
    return PW_OK;
}

static bool holds(const char *path, const uint8_t *key)
{
    uint8_t found[PW_KEY_BYTES];
    char *text = malloc(TEXT);
    bool yes = false;
    if (text && !read_text(path, true, text, TEXT))
        for (char *line = text; line && !yes; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL)
            yes = pw_hex_read(line, found, sizeof found) && !memcmp(found, key, sizeof found);
    free(text);
    return yes;
}

/* The user's file of keys; false when there is no place for one. */
static bool own_file(char *path, size_t room)
{
    const char *folder = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
    bool config = folder && *folder == '/';
    if (!config && (!home || *home != '/'))
        return false;
    return (size_t)snprintf(path, room, "%s%s/prewarm/" KEYS, config ? folder : home, config ? "" : "/.config") < room;
}

PwStatus pw_trust_key(const uint8_t *key, bool secure, PwErr *err)
{
    char path[4096], hex[2 * PW_KEY_BYTES + 1];
    bool own = !secure && own_file(path, sizeof path);
    if (holds(PW_TRUST_FOLDER "/" KEYS, key) || (own && holds(path, key)))
        return PW_OK;
    pw_hex_print(key, PW_KEY_BYTES, hex);
    return pw_err_set(err, PW_STALE, "the key %s is not among those that are trusted (" PW_TRUST_FOLDER "/" KEYS "%s%.200s)", hex,
                      own ? ", " : "", own ? path : "");
}
