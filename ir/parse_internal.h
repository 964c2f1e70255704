/* What ir/parse*.c share: the parser's state and the small pieces of the grammar. Every pw_parse_ function returns false, with
 * the sentence in err, when the text is not what it wants. */
#ifndef PW_IR_PARSE_INTERNAL_H
#define PW_IR_PARSE_INTERNAL_H

#include "ir/parse_lex.h"

enum { PW_UNDEFINED = 255 }; /* op of a value that was named before its definition */
_Static_assert((int)PW_OP_COUNT < (int)PW_UNDEFINED, "no op is PW_UNDEFINED");

typedef struct PwParser {
    PwLexer lex;
    PwTree *tree;
    PwErr *err;
    bool failed;
    PW_VEC(uint32_t) value; /* by number in the text: value + 1, or 0 */
    PW_VEC(PwEntry) entry;  /* of the snapshot being read */
    PW_VEC(PwRef) drop;
} PwParser;

bool pw_parse_oops(PwParser *p, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool pw_parse_no_memory(PwParser *p); /* or a limit was met */
bool pw_parse_eat(PwParser *p, const char *s); /* false without an error */
bool pw_parse_want(PwParser *p, const char *s);
bool pw_parse_want_line(PwParser *p);
bool pw_parse_want_number(PwParser *p, PwTok tok, const char *what, uint64_t max, uint32_t *out);
bool pw_parse_want_name(PwParser *p, const char **out); /* arena-owned */
bool pw_parse_want_hex(PwParser *p, PwDigest *d, unsigned *digits);
bool pw_parse_value_numbered(PwParser *p, uint32_t number, PwRef *out);
bool pw_parse_is_operand(const PwLexer *l);
bool pw_parse_want_operand(PwParser *p, PwRef *out);

bool pw_parse_snap(PwParser *p); /* behind the word `snap` */

#endif
