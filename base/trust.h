/* Signatures of images: the files they and the keys lie in, and who is trusted. No cryptography here: that is libsodium's, in
 * launcher/sign and launcher/rt/trust.c.
 *
 * What is signed  a PwSigned: the words "prewarm image 1" and the BLAKE2b digest (32 bytes) of the whole file.
 * IMAGE.sig       two lines, "key HEX" (Ed25519 public key, 32 bytes) and "sig HEX" (signature, 64 bytes).
 * Trusted keys    one in hexadecimal on each line, what follows it is for people; lines that begin with # are, too. The files are
 *                 /etc/prewarm/trusted-keys and, where the environment may be trusted, $XDG_CONFIG_HOME/prewarm/trusted-keys
 *                 (~/.config/prewarm/trusted-keys). They must belong to root or the user, and nobody else may write to them.
 * The policy      PREWARM_TRUST=owner (the default): an image's owner and mode decide. PREWARM_TRUST=signed: a trusted key must have
 *                 signed it, too. /etc/prewarm/trust, one of these words, is a minimum that the environment cannot lower.
 * Ctx             any thread, no Python. */
#ifndef PW_BASE_TRUST_H
#define PW_BASE_TRUST_H

#include <stddef.h>

#include "base/status.h"

enum { PW_KEY_BYTES = 32, PW_SIG_BYTES = 64, PW_SIGNED_HASH = 32 };

typedef struct PwSigned {
    char what[16]; /* PW_SIGNED_WHAT, its NUL included */
    uint8_t hash[PW_SIGNED_HASH];
} PwSigned;
#define PW_SIGNED_WHAT "prewarm image 1"

typedef struct PwSignature {
    uint8_t key[PW_KEY_BYTES], sig[PW_SIG_BYTES];
} PwSignature;

/* Exactly n bytes from 2 * n hexadecimal digits at the beginning of text; false when it is anything else. */
bool pw_hex_read(const char *text, uint8_t *out, size_t n);
/* n bytes as digits; text: 2 * n + 1. */
void pw_hex_print(const uint8_t *bytes, size_t n, char *text);

/* What   reads a signature file.
 * Fails  NOTFOUND: there is none; CORRUPT; IO. */
PwStatus pw_signature_read(const char *path, PwSignature *out, PwErr *err) PW_MUST_CHECK;
/* Must an image be signed? secure: the environment is not to be trusted (set-user-id, python -I or -E).
 * Fails  USAGE: a policy that is neither owner nor signed; the caller must take no image then. */
PwStatus pw_trust_signed(bool secure, bool *signed_only, PwErr *err) PW_MUST_CHECK;
/* Is the key trusted? STALE, with the files that were looked into, when it is not. */
PwStatus pw_trust_key(const uint8_t *key, bool secure, PwErr *err) PW_MUST_CHECK;

#endif
