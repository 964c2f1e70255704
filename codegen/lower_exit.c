/* Leaving: guards, exits, the ends of segments. A snapshot has one exit block, which all its guards share: what
 * dominates each of them dominates the block. */
#include "codegen/lower.h"

LLVMBasicBlockRef pw_low_block(PwLow *c, const char *name)
{
    return LLVMAppendBasicBlockInContext(c->cg->ctx, c->fn, name);
}

void pw_low_branch(PwLow *c, LLVMValueRef cond, LLVMBasicBlockRef yes, LLVMBasicBlockRef no, LLVMValueRef weights)
{
    LLVMValueRef br = LLVMBuildCondBr(c->b, cond, yes, no);
    if (weights)
        LLVMSetMetadata(br, c->cg->md_prof, weights);
}

static PwSnapNo snapshot(PwLow *c)
{
    PwSnapNo s = pw_low_ins(c)->snap;
    if (s.i < c->tree->snap.n)
        return s;
    pw_low_fail(c, PW_INVALID, "it has no snapshot");
    return PW_NOSNAP;
}

static LLVMBasicBlockRef exit_block(PwLow *c, PwSnapNo s, unsigned throws)
{
    if (s.i == PW_NONE)
        return pw_low_block(c, "none");
    uint32_t number = s.i * 2 + throws;
    if (!c->exit[number]) {
        c->exit[number] = pw_low_block(c, throws ? "throw" : "exit");
        if (!PW_VEC_PUSH(&c->left, number))
            pw_low_fail(c, PW_NOMEM, "out of memory");
    }
    return c->exit[number];
}

LLVMBasicBlockRef pw_low_where(PwLow *c)
{
    PwSnapNo s = snapshot(c);
    if (s.i != PW_NONE && c->tree->snap.at[s.i].seg != PW_NONE)
        return pw_low_seg(c, c->tree->snap.at[s.i].seg);
    return exit_block(c, s, 0);
}

void pw_low_guard(PwLow *c, LLVMValueRef ok)
{
    PwSnapNo s = snapshot(c);
    bool side = s.i != PW_NONE && c->tree->snap.at[s.i].seg != PW_NONE;
    LLVMBasicBlockRef leave = pw_low_where(c), go_on = pw_low_block(c, "");
    pw_low_branch(c, ok, go_on, leave, side ? c->cg->even : c->cg->likely);
    LLVMPositionBuilderAtEnd(c->b, go_on);
}

void pw_low_raise(PwLow *c, LLVMValueRef bad)
{
    PwSnapNo s = snapshot(c);
    bool caught = s.i != PW_NONE && c->tree->snap.at[s.i].throws && c->tree->snap.at[s.i].seg != PW_NONE;
    LLVMBasicBlockRef leave = caught ? pw_low_seg(c, c->tree->snap.at[s.i].seg) : exit_block(c, s, PW_EXIT_THROW);
    LLVMBasicBlockRef go_on = pw_low_block(c, "");
    LLVMValueRef ok = LLVMBuildNot(c->b, bad, "");
    pw_low_branch(c, ok, go_on, leave, caught ? c->cg->even : c->cg->likely);
    LLVMPositionBuilderAtEnd(c->b, go_on);
}

void pw_low_linked(PwLow *c, uint32_t seg)
{
    PwSnapNo from = c->tree->seg.at[seg].from;
    LLVMBasicBlockRef leave = exit_block(c, from, c->tree->snap.at[from.i].throws ? PW_EXIT_THROW : 0), go_on = pw_low_block(c, "");
    int64_t cell = ((int64_t)c->tree->sym.n + seg) * (int64_t)sizeof(PwCell);
    LLVMValueRef linked = pw_low_load(c, c->cg->i32, pw_low_cell(c, PW_RUN_LINKS), cell, PW_MEM_CONST);
    pw_low_branch(c, LLVMBuildICmp(c->b, LLVMIntNE, linked, LLVMConstNull(c->cg->i32), ""), go_on, leave, c->cg->likely);
    LLVMPositionBuilderAtEnd(c->b, go_on);
}

void pw_low_forced(PwLow *c)
{
    PwSnapNo s = snapshot(c);
    if (s.i == PW_NONE || c->tree->snap.at[s.i].other)
        return;
    LLVMBasicBlockRef leave = exit_block(c, s, 0), go_on = pw_low_block(c, "");
    LLVMValueRef byte = pw_low_load(c, c->cg->i8, pw_low_cell(c, PW_RUN_FAIL), s.i, PW_MEM_CELLS);
    LLVMValueRef ok = LLVMBuildICmp(c->b, LLVMIntEQ, byte, LLVMConstNull(c->cg->i8), "");
    pw_low_branch(c, ok, go_on, leave, c->cg->likely);
    LLVMPositionBuilderAtEnd(c->b, go_on);
}

/* Reads c->live anew: the live values of a snapshot. */
static void find_live(PwLow *c, PwSnapNo s)
{
    uint32_t n = pw_snap_live(c->tree, s, c->live.at, c->live.cap);
    c->live.n = 0;
    if (n > c->live.cap) {
        if (!PW_VEC_ROOM(&c->live, n)) {
            pw_low_fail(c, PW_NOMEM, "out of memory");
            return;
        }
        n = pw_snap_live(c->tree, s, c->live.at, c->live.cap);
    }
    c->live.n = n;
}

void pw_low_cells(PwLow *c, PwSnapNo s)
{
    if (s.i == PW_NONE)
        return;
    find_live(c, s);
    if (!c->live.n)
        return;
    /* Loaded here, not at the entry: exits are cold, and the pointer would hold a register all the way. */
    LLVMValueRef cells = pw_low_load(c, c->cg->ptr, c->run, PW_RUN_EXITS * (int64_t)sizeof(PwCell), PW_MEM_CONST);
    for (uint32_t k = 0; k < c->live.n && c->status == PW_OK; k++) {
        LLVMValueRef v = pw_low_val(c, c->live.at[k]);
        if (pw_ref_type(c->tree, c->live.at[k]) == PW_T_B)
            v = LLVMBuildZExt(c->b, v, c->cg->i64, "");
        pw_low_store(c, v, cells, k * (int64_t)sizeof(PwCell), PW_MEM_EXITS);
    }
}

void pw_low_exits(PwLow *c)
{
    c->at = PW_NOREF;
    for (uint32_t k = 0; k < c->left.n && c->status == PW_OK; k++) {
        uint32_t number = c->left.at[k];
        LLVMPositionBuilderAtEnd(c->b, c->exit[number]);
        pw_low_cells(c, (PwSnapNo){number / 2});
        LLVMBuildRet(c->b, pw_low_int(c, number));
    }
}

/* -- ends of segments -- */

/* Adds what was done since the root or the loop's header. */
static void count(PwLow *c)
{
    uint32_t seg = c->lowering;
    if (!c->cg->probes)
        return;
    LLVMValueRef counter = pw_low_cell(c, PW_RUN_BYTECODES), n = pw_low_load(c, c->cg->i64, counter, 0, PW_MEM_CELLS);
    n = LLVMBuildAdd(c->b, n, pw_low_int(c, pw_tree_past(c->tree, seg) + c->tree->seg.at[seg].length), "");
    pw_low_store(c, n, counter, 0, PW_MEM_CELLS);
}

void pw_low_op_exit(PwLow *c)
{
    LLVMBuildBr(c->b, pw_low_where(c));
}

void pw_low_op_loop(PwLow *c)
{
    LLVMBuildBr(c->b, exit_block(c, snapshot(c), 0));
}

void pw_low_op_ret(PwLow *c)
{
    count(c);
    pw_low_store(c, pw_low_arg(c, 0), c->run, PW_RUN_RET * (int64_t)sizeof(PwCell), PW_MEM_CELLS);
    LLVMBuildRet(c->b, pw_low_int(c, PW_EXIT_RET));
}

void pw_low_op_yield(PwLow *c)
{
    count(c);
    int64_t imm = pw_low_ins(c)->imm;
    pw_low_store(c, pw_low_arg(c, 0), c->run, PW_RUN_RET * (int64_t)sizeof(PwCell), PW_MEM_CELLS);
    LLVMValueRef at = pw_low_at(c, pw_low_cell(c, PW_RUN_CODE), 2 * (imm & ((1 << PW_YIELD_UNIT_BITS) - 1)));
    pw_low_store(c, at, pw_low_cell(c, PW_RUN_PREV), 0, PW_MEM_ANY);
    LLVMBuildRet(c->b, pw_low_int(c, PW_EXIT_YIELD - (imm >> PW_YIELD_UNIT_BITS)));
}

static uint32_t loop_segment(PwLow *c)
{
    for (uint32_t k = 0; k < c->tree->seg.n; k++)
        if (c->tree->seg.at[k].is_loop)
            return k;
    pw_low_fail(c, PW_INVALID, "the tree has no loop segment");
    return 0;
}

/* To the loop segment, with a value for each of its params. */
static void to_loop(PwLow *c)
{
    uint32_t seg = loop_segment(c);
    LLVMBasicBlockRef head = pw_low_seg(c, seg), here = LLVMGetInsertBlock(c->b);
    const PwSeg *s = &c->tree->seg.at[seg];
    const PwIns *ins = pw_low_ins(c);
    for (unsigned k = 0; k < ins->nargs && c->status == PW_OK; k++) {
        LLVMValueRef v = pw_low_arg(c, k);
        if (k >= s->list.n || c->tree->ins.at[s->list.at[k]].op != PW_OP_param ||
            c->tree->ins.at[s->list.at[k]].type != pw_ref_type(c->tree, pw_arg(c->tree, c->at, k)))
            pw_low_fail(c, PW_INVALID, "its operands do not fit the params");
        else
            LLVMAddIncoming(c->val[s->list.at[k]], &v, &here, 1);
    }
    LLVMBuildBr(c->b, head);
}

void pw_low_op_enter(PwLow *c)
{
    to_loop(c);
}

void pw_low_op_jump(PwLow *c)
{
    count(c);
    to_loop(c);
}
