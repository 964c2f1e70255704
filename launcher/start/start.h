/* The start levers: what prewarm does so that a program starts and ends sooner, besides native code. Each is a row of
 * levers.def and can be switched off by its name in PREWARM_START. They need an image that was made for this Python, but no
 * trace trees, and work without the evaluation hook.
 *
 * A lever is one or two functions. `early` runs in pw_runtime_start: no Python yet, one thread, and it is not known yet whether
 * this Python is the image's. `begin` runs when Python initialises its module posix: GIL held, main interpreter, before any
 * program code, and the fingerprint is the image's. Either returns NULL, or why the lever is not in use: a sentence that lives
 * for ever, for `explain`. The program runs all the same. What knows CPython's insides belongs to host/.
 */
#ifndef PW_LAUNCHER_START_START_H
#define PW_LAUNCHER_START_START_H

#include "host/host.h"

typedef enum PwLever {
#define LEVER(NAME, name, early, begin) PW_LEVER_##NAME,
#include "launcher/start/levers.def"
#undef LEVER
    PW_LEVER_COUNT
} PwLever;

typedef const char *(*PwLeverStep)(void);

/* The steps of a lever that has none in levers.def. Before pw_start_early. */
void pw_start_give(PwLever lever, PwLeverStep early, PwLeverStep begin);
/* Reads PREWARM_START, -NAME or +NAME or -all, by commas, as PREWARM_PASSES; unknown names mean nothing. Then the `early` steps.
 * Ctx    pw_runtime_start. */
void pw_start_early(void);
/* The `begin` steps. Ctx: GIL held; see above. */
void pw_start_begin(void);

/* Is it in use: were its steps taken, and has none of them failed? */
bool pw_start_on(PwLever lever);
const char *pw_start_name(PwLever lever);
/* Why it is not in use; NULL when it is, or when it was switched off. */
const char *pw_start_why(PwLever lever);

#endif
