/* Tokens of the IR's text. Private to ir/parse*.c. */
#ifndef PW_IR_PARSE_LEX_H
#define PW_IR_PARSE_LEX_H

#include "ir/ir.h"

typedef enum PwTok {
    PW_TOK_END,
    PW_TOK_LINE,  /* end of a line that is not empty */
    PW_TOK_BAD,
    PW_TOK_WORD,  /* a name */
    PW_TOK_VALUE, /* v12 */
    PW_TOK_SYM,   /* s12 */
    PW_TOK_SNAP,  /* #12 */
    PW_TOK_KOBJ,  /* @s12 */
    PW_TOK_KIDX,  /* %s12 */
    PW_TOK_UNIT,  /* !12 */
    PW_TOK_INT,   /* 12 */
    PW_TOK_KINT,  /* 12i */
    PW_TOK_KFLT,  /* 1.5f 0x1.8p+0f f:3ff8000000000000 */
    PW_TOK_STRING,/* "..." */
    PW_TOK_PUNCT, /* = [ ] , : */
} PwTok;

typedef struct PwLexer {
    const char *at, *end;  /* what comes after the current token */
    unsigned line;
    PwTok tok;             /* the current token ... */
    const char *text;      /* ... where it stands */
    size_t n;
    int64_t num;           /* its number; kflt: the bits */
} PwLexer;

/* Begins before the first token: call pw_lex_next. */
PwLexer pw_lexer(const char *text, size_t n);
void pw_lex_next(PwLexer *l);
/* Whether the current token is this word or punctuation. */
bool pw_lex_is(const PwLexer *l, const char *s);
/* Reads the hexadecimal digits that follow the current token, 1 to 32 of them, as a digest filled up with zeros; the current
 * token becomes the one behind them. Returns their number, 0 when there are none or too many. */
unsigned pw_lex_hex(PwLexer *l, PwDigest *d);
/* The value of the string token: unescaped, NUL-ended, at most cap - 1 bytes. False when it does not fit or holds a NUL. */
bool pw_lex_string(const PwLexer *l, char *out, size_t cap);

#endif
