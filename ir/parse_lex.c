#include "ir/parse_lex.h"

#include <errno.h>
#include <stdlib.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int hex_value(char c)
{
    if (is_digit(c))
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static bool is_word(char c)
{
    return is_digit(c) || c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

PwLexer pw_lexer(const char *text, size_t n)
{
    return (PwLexer){.at = text, .end = text + n, .line = 1, .tok = PW_TOK_LINE, .text = text};
}

/* Takes n characters as the current token. */
static void take(PwLexer *l, PwTok tok, size_t n)
{
    l->tok = tok;
    l->text = l->at;
    l->n = n;
    l->at += n;
}

static void skip_space(PwLexer *l)
{
    while (l->at < l->end && (*l->at == ' ' || *l->at == '\t' || *l->at == '\r'))
        l->at++;
    if (l->at < l->end && *l->at == ';')
        while (l->at < l->end && *l->at != '\n')
            l->at++;
}

/* The number in decimal digits text[from .. n), or -1. */
static int64_t number_in(const char *text, size_t from, size_t n)
{
    int64_t v = 0;
    if (from >= n || n - from > 10)
        return -1;
    for (size_t i = from; i < n; i++) {
        if (!is_digit(text[i]))
            return -1;
        v = v * 10 + (text[i] - '0');
    }
    return v < PW_NONE ? v : -1;
}

/* A prefix and a number: #12, @s12. */
static void lex_numbered(PwLexer *l, PwTok tok, size_t prefix)
{
    size_t n = prefix, left = (size_t)(l->end - l->at);
    while (n < left && is_digit(l->at[n]))
        n++;
    take(l, tok, n < left ? n : left);
    l->num = number_in(l->text, prefix, l->n);
    if (l->num < 0 || (prefix == 2 && l->text[1] != 's'))
        l->tok = PW_TOK_BAD;
}

/* f: and 16 hexadecimal digits. */
static void lex_bits(PwLexer *l)
{
    uint64_t v = 0;
    size_t n = 2, left = (size_t)(l->end - l->at);
    for (; n < left && hex_value(l->at[n]) >= 0 && n < 19; n++)
        v = v << 4 | (unsigned)hex_value(l->at[n]);
    take(l, n == 18 ? PW_TOK_KFLT : PW_TOK_BAD, n);
    l->num = (int64_t)v;
}

static void lex_word(PwLexer *l)
{
    size_t n = 0, left = (size_t)(l->end - l->at);
    while (n < left && is_word(l->at[n]))
        n++;
    if (n == 1 && *l->at == 'f' && left > 1 && l->at[1] == ':') {
        lex_bits(l);
        return;
    }
    take(l, PW_TOK_WORD, n);
    l->num = number_in(l->text, 1, n);
    if (l->num >= 0 && (*l->text == 'v' || *l->text == 's'))
        l->tok = *l->text == 'v' ? PW_TOK_VALUE : PW_TOK_SYM;
}

/* How many characters belong to a number: an exponent's sign does. */
static size_t number_length(const PwLexer *l, bool *is_float)
{
    size_t n = 1, left = (size_t)(l->end - l->at);
    const char *s = l->at;
    bool hex = false;
    for (; n < left; n++) {
        hex |= s[n] == 'x';
        if (is_word(s[n]) || s[n] == '.')
            continue;
        char e = s[n - 1];
        if ((s[n] != '+' && s[n] != '-') || !(e == 'p' || (e == 'e' && !hex)))
            break;
    }
    *is_float = s[n - 1] == 'f' && (!hex || memchr(s, 'p', n));
    return n;
}

static void lex_number(PwLexer *l)
{
    bool is_float;
    char text[64], *end;
    size_t n = number_length(l, &is_float);
    take(l, PW_TOK_BAD, n);
    if (n >= sizeof text)
        return;
    memcpy(text, l->text, n);
    bool kint = text[n - 1] == 'i';
    text[n - (is_float || kint)] = 0;
    errno = 0;
    if (is_float) {
        double d = strtod(text, &end);
        memcpy(&l->num, &d, sizeof d);
    } else {
        l->num = strtoll(text, &end, 0);
    }
    if (*end || end == text || (errno == ERANGE && !is_float))
        return;
    l->tok = is_float ? PW_TOK_KFLT : kint ? PW_TOK_KINT : PW_TOK_INT;
}

static void lex_string(PwLexer *l)
{
    size_t n = 1, left = (size_t)(l->end - l->at);
    while (n < left && l->at[n] != '"' && l->at[n] != '\n')
        n += l->at[n] == '\\' && n + 1 < left ? 2 : 1;
    bool closed = n < left && l->at[n] == '"';
    take(l, closed ? PW_TOK_STRING : PW_TOK_BAD, closed ? n + 1 : n < left ? n : left);
}

static void lex_mark(PwLexer *l)
{
    switch (*l->at) {
    case '#':
        lex_numbered(l, PW_TOK_SNAP, 1);
        break;
    case '!':
        lex_numbered(l, PW_TOK_UNIT, 1);
        break;
    case '@':
        lex_numbered(l, PW_TOK_KOBJ, 2);
        break;
    case '%':
        lex_numbered(l, PW_TOK_KIDX, 2);
        break;
    case '"':
        lex_string(l);
        break;
    default:
        take(l, *l->at && strchr("=[],:", *l->at) ? PW_TOK_PUNCT : PW_TOK_BAD, 1);
        break;
    }
}

void pw_lex_next(PwLexer *l)
{
    bool fresh = l->tok == PW_TOK_LINE;
    for (;;) {
        skip_space(l);
        if (l->at >= l->end || *l->at != '\n' || !fresh)
            break;
        l->line++;
        l->at++;
    }
    if (l->at >= l->end) {
        take(l, fresh ? PW_TOK_END : PW_TOK_LINE, 0);
    } else if (*l->at == '\n') {
        take(l, PW_TOK_LINE, 1);
        l->line++;
    } else if (is_digit(*l->at) || *l->at == '-') {
        lex_number(l);
    } else if (is_word(*l->at)) {
        lex_word(l);
    } else {
        lex_mark(l);
    }
}

bool pw_lex_is(const PwLexer *l, const char *s)
{
    return (l->tok == PW_TOK_WORD || l->tok == PW_TOK_PUNCT) && strlen(s) == l->n && !memcmp(l->text, s, l->n);
}

unsigned pw_lex_hex(PwLexer *l, PwDigest *d)
{
    unsigned n = 0;
    *d = (PwDigest){{0}};
    for (; l->at < l->end && hex_value(*l->at) >= 0 && n <= 32; n++, l->at++)
        if (n < 32)
            d->byte[n / 2] |= (uint8_t)(hex_value(*l->at) << (n & 1 ? 0 : 4));
    pw_lex_next(l);
    return n <= 32 ? n : 0;
}

/* One character of a string token: how many bytes it took, 0 when it is none. */
static size_t unescape(const char *s, size_t left, char *out)
{
    *out = s[0];
    if (s[0] != '\\')
        return 1;
    if (left < 2)
        return 0;
    *out = s[1];
    if (s[1] != 'x')
        return 2;
    if (left < 4 || hex_value(s[2]) < 0 || hex_value(s[3]) < 0)
        return 0;
    *out = (char)(hex_value(s[2]) << 4 | hex_value(s[3]));
    return 4;
}

bool pw_lex_string(const PwLexer *l, char *out, size_t cap)
{
    size_t used = 0;
    if (l->tok != PW_TOK_STRING)
        return false;
    for (size_t i = 1, step; i + 1 < l->n; i += step) {
        step = unescape(l->text + i, l->n - 1 - i, &out[used]);
        if (!step || !out[used] || ++used >= cap)
            return false;
    }
    out[used] = 0;
    return true;
}
