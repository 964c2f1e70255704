#!/bin/sh
# compare.sh PYTHON PRELOAD RUNTIME CLIENT PROGRAM: same output with hand-made trees as without, and the trees did run.
set -eu
python=$1 preload=$2 runtime=$3 client=$4 program=$5
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
"$python" "$program" >"$tmp/want" 2>&1
tab=$(printf '\t')
PREWARM_HANDOFF="rt=$runtime${tab}mode=record${tab}rec=$client" LD_PRELOAD=$preload PREWARM_RT_COUNT=1 \
    "$python" "$program" >"$tmp/got" 2>"$tmp/err" || { cat "$tmp/got" "$tmp/err"; exit 1; }
diff "$tmp/want" "$tmp/got"
for guard in all 1 rand:7; do
    PREWARM_FAIL_GUARD=$guard PREWARM_HANDOFF="rt=$runtime${tab}mode=record${tab}rec=$client" LD_PRELOAD=$preload \
        "$python" "$program" >"$tmp/got" 2>&1 || { cat "$tmp/got"; exit 1; }
    diff "$tmp/want" "$tmp/got"
done
cat "$tmp/err"
for tree in t_sum t_fib t_inline t_helpers t_link t_yield t_gc; do
    grep -q "^$tree: entered [1-9]" "$tmp/err" || { echo "$tree did not run"; exit 1; }
done
