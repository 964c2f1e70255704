/* What ir/codec.c and ir/codec_read.c share: the form of stored trees.
 *
 *   "PWTR", digest of the tables (16 bytes), digest of the body (16), body
 *   body   head, symbols, values, snapshots, segments, as varints; types and snap.seg follow from the rest
 *   value  op, [aux], [imm], operands as distances back, snapshot + 1, unit
 *   entry  kind + 4 * n: n is the value, or for keep and null how many slots in a row
 *
 * Values that nothing uses are left out. Symbols stay: one that no value names can still be an assumption.
 */
#ifndef PW_IR_CODEC_H
#define PW_IR_CODEC_H

#include "ir/ir.h"

#define PW_CODEC_MAGIC "PWTR"
enum { PW_CODEC_HEAD = 4 + 16 + 16, PW_CODEC_MAX_ENTRIES = 4000000 };

static inline bool pw_codec_has_aux(unsigned op)
{
    unsigned aux = pw_op_info[op].aux;
    return aux == PW_AUX_FIELD || aux == PW_AUX_ARRAY || aux == PW_AUX_HELPER;
}

static inline bool pw_codec_has_imm(unsigned op)
{
    unsigned aux = pw_op_info[op].aux;
    return aux == PW_AUX_IMM || aux == PW_AUX_SYM || aux == PW_AUX_SLOT;
}

#endif
