/* PREWARM_TRUST=signed: an image is used only if a trusted key has signed it. libsodium is loaded for this, and not otherwise. */
#include "base/trust.h"
#include "launcher/rt/int.h"

#include <dlfcn.h>
#include <sys/auxv.h>
#include <stdio.h>

typedef int (*InitFn)(void);
typedef int (*HashFn)(unsigned char *out, size_t outlen, const unsigned char *in, unsigned long long inlen, const unsigned char *key,
                      size_t keylen);
typedef int (*VerifyFn)(const unsigned char *sig, const unsigned char *m, unsigned long long mlen, const unsigned char *pk);

typedef struct Sodium {
    InitFn init;
    HashFn hash;
    VerifyFn verify;
} Sodium;

static bool find(void *lib, const char *name, void *fn)
{
    void *found = dlsym(lib, name);
    memcpy(fn, &found, sizeof found);
    return found != NULL;
}

static PwStatus load(Sodium *s, PwErr *err)
{
    void *lib = dlopen("libsodium.so.23", RTLD_NOW | RTLD_LOCAL);
    if (!lib || !find(lib, "sodium_init", &s->init) || !find(lib, "crypto_generichash", &s->hash) ||
        !find(lib, "crypto_sign_verify_detached", &s->verify) || s->init() < 0)
        return pw_err_set(err, PW_NOTFOUND, "signatures cannot be verified: libsodium.so.23 (Debian: libsodium23) cannot be loaded");
    return PW_OK;
}

static PwStatus check(const char *image, const void *bytes, size_t n, bool secure, PwErr *err)
{
    Sodium sodium = {0};
    PwSignature s;
    PwSigned what = {PW_SIGNED_WHAT, {0}};
    PwErr why = {0};
    char path[4200];
    if ((size_t)snprintf(path, sizeof path, "%s.sig", image) >= sizeof path)
        return pw_err_set(err, PW_UNSUPPORTED, "%s: its name is too long for a signature", image);
    PwStatus status = pw_signature_read(path, &s, &why);
    if (status == PW_OK)
        status = load(&sodium, &why);
    if (status == PW_OK && (sodium.hash(what.hash, sizeof what.hash, bytes, n, NULL, 0) ||
                            sodium.verify(s.sig, (const unsigned char *)&what, sizeof what, s.key)))
        status = pw_err_set(&why, PW_CORRUPT, "the signature is not that of this file");
    if (status == PW_OK)
        status = pw_trust_key(s.key, secure, &why);
    return status == PW_OK ? PW_OK : pw_err_set(err, status, "%s is not used (PREWARM_TRUST=signed): %s", image, why.text);
}

PwStatus rt_trust(const char *image, const void *bytes, size_t n, PwErr *err)
{
    bool secure = getauxval(AT_SECURE) != 0, signed_only;
    PwStatus status = pw_trust_signed(secure, &signed_only, err);
    return status == PW_OK && signed_only ? check(image, bytes, n, secure, err) : status;
}
