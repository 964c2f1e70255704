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
cat "$tmp/err"
for tree in t_sum t_fib t_inline t_helpers; do
    grep -q "^$tree: entered [1-9]" "$tmp/err" || { echo "$tree did not run"; exit 1; }
done
