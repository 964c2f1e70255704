/* prewarm-sign: keys, and signatures of images. The prewarm command hands keygen, sign and verify on to it. Formats: base/trust.h.
 * Ed25519 and BLAKE2b are libsodium's. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/trust.h"

enum { DONE = 0, FAILED = 1, USAGE = 2 };

static const char help[] = "usage: prewarm-sign keygen FILE\n"
                           "       prewarm-sign sign --key FILE IMAGE\n"
                           "       prewarm-sign verify [--key FILE.pub] IMAGE\n"
                           "\n"
                           "  keygen  a new key: the secret one into FILE, the public one into FILE.pub\n"
                           "  sign    writes IMAGE.sig\n"
                           "  verify  is IMAGE.sig right, and by a trusted key (or by that of --key)?\n"
                           "\n"
                           "Exit status: 0 done or right, 1 failed or wrong, 2 wrong usage.\n";

static int fail(const char *format, ...) __attribute__((format(printf, 1, 2)));
static int fail(const char *format, ...)
{
    va_list args;
    fputs("prewarm: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    return FAILED;
}

/* A new file with this mode; an old one of the name is only replaced when `replace` is set. */
static int write_file(const char *path, const char *text, mode_t mode, bool replace)
{
    char temporary[4200];
    snprintf(temporary, sizeof temporary, "%s.%ld", path, (long)getpid());
    int fd = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    size_t n = strlen(text);
    bool good = fd >= 0 && write(fd, text, n) == (ssize_t)n && !fsync(fd);
    if (fd >= 0 && close(fd))
        good = false;
    if (good)
        good = !(replace ? rename(temporary, path) : link(temporary, path));
    int why = errno;
    if (fd >= 0 && (!good || !replace))
        unlink(temporary);
    return good ? DONE : fail("%s: it cannot be written: %s", path, strerror(why));
}

static int keygen(const char *path)
{
    uint8_t key[crypto_sign_PUBLICKEYBYTES], secret[crypto_sign_SECRETKEYBYTES];
    char text[2 * crypto_sign_SECRETKEYBYTES + 2], public[4200];
    crypto_sign_keypair(key, secret);
    pw_hex_print(secret, sizeof secret, text);
    strcat(text, "\n");
    int status = write_file(path, text, 0600, false);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(text, sizeof text);
    if (status)
        return status;
    pw_hex_print(key, sizeof key, text);
    strcat(text, "\n");
    snprintf(public, sizeof public, "%s.pub", path);
    status = write_file(public, text, 0644, true);
    if (!status)
        printf("%s: keep it secret; what it signs is trusted where the line in %s is added to\n"
               "~/.config/prewarm/trusted-keys or /etc/prewarm/trusted-keys\n",
               path, public);
    return status;
}

static int read_key(const char *path, uint8_t *key, size_t n)
{
    char text[2 * crypto_sign_SECRETKEYBYTES + 2] = "";
    FILE *f = fopen(path, "re");
    bool got = f && fgets(text, sizeof text, f);
    if (f)
        fclose(f);
    if (!f)
        return fail("%s: %s", path, strerror(errno));
    bool good = got && pw_hex_read(text, key, n);
    sodium_memzero(text, sizeof text);
    return good ? DONE : fail("%s: expected a key of %zu bytes, found something else", path, n);
}

/* What is signed of a file. */
static int digest(const char *path, PwSigned *out)
{
    crypto_generichash_state state;
    static unsigned char block[1 << 16];
    FILE *f = fopen(path, "re");
    size_t n;
    if (!f)
        return fail("%s: %s", path, strerror(errno));
    *out = (PwSigned){PW_SIGNED_WHAT, {0}};
    crypto_generichash_init(&state, NULL, 0, sizeof out->hash);
    while ((n = fread(block, 1, sizeof block, f)) > 0)
        crypto_generichash_update(&state, block, n);
    crypto_generichash_final(&state, out->hash, sizeof out->hash);
    bool bad = ferror(f);
    fclose(f);
    return bad ? fail("%s: it cannot be read", path) : DONE;
}

static int sign(const char *image, const char *key_file)
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    PwSignature s;
    PwSigned what;
    char path[4200], key[2 * PW_KEY_BYTES + 1], sig[2 * PW_SIG_BYTES + 1], text[300];
    int status = read_key(key_file, secret, sizeof secret);
    if (!status)
        status = digest(image, &what);
    if (status)
        return status;
    crypto_sign_detached(s.sig, NULL, (const unsigned char *)&what, sizeof what, secret);
    crypto_sign_ed25519_sk_to_pk(s.key, secret);
    sodium_memzero(secret, sizeof secret);
    pw_hex_print(s.key, sizeof s.key, key);
    pw_hex_print(s.sig, sizeof s.sig, sig);
    snprintf(text, sizeof text, "key %s\nsig %s\n", key, sig);
    snprintf(path, sizeof path, "%s.sig", image);
    status = write_file(path, text, 0644, true);
    if (!status)
        printf("%s: signed by %s\n", path, key);
    return status;
}

static int verify(const char *image, const char *key_file)
{
    PwSignature s;
    PwSigned what;
    PwErr err;
    uint8_t wanted[PW_KEY_BYTES];
    char path[4200], key[2 * PW_KEY_BYTES + 1];
    snprintf(path, sizeof path, "%s.sig", image);
    if (pw_signature_read(path, &s, &err) != PW_OK)
        return fail("%s", err.text);
    int status = digest(image, &what);
    if (!status && key_file)
        status = read_key(key_file, wanted, sizeof wanted);
    if (status)
        return status;
    if (crypto_sign_verify_detached(s.sig, (const unsigned char *)&what, sizeof what, s.key))
        return fail("%s: the signature is not that of this file", path);
    if (key_file ? memcmp(wanted, s.key, sizeof wanted) != 0 : pw_trust_key(s.key, false, &err) != PW_OK)
        return fail("%s: %s", path, key_file ? "another key has signed it" : err.text);
    pw_hex_print(s.key, sizeof s.key, key);
    printf("%s: right, signed by %s\n", image, key);
    return DONE;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"key", required_argument, NULL, 'k'}, {"help", no_argument, NULL, 'h'}, {0}};
    const char *command = argc > 1 ? argv[1] : "", *key = NULL;
    if (sodium_init() < 0)
        return fail("libsodium cannot be used");
    for (int c; argc > 1 && (c = getopt_long(argc - 1, argv + 1, "h", options, NULL)) != -1;) {
        if (c == 'h')
            return fputs(help, stdout), DONE;
        if (c != 'k')
            return fputs(help, stderr), USAGE;
        key = optarg;
    }
    const char *file = argc > 1 && argc - 1 - optind == 1 ? argv[1 + optind] : NULL;
    if (file && strlen(file) < 4096) {
        if (!strcmp(command, "keygen") && !key)
            return keygen(file);
        if (!strcmp(command, "sign") && key)
            return sign(file, key);
        if (!strcmp(command, "verify"))
            return verify(file, key);
    }
    fputs(help, stderr);
    return USAGE;
}
