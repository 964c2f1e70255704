#!/bin/sh
# image.sh PYTHON PRELOAD RUNTIME CLIENT: an image is mapped and its trees are entered; images that do not fit are left alone.
set -eu
python=$1 preload=$2 runtime=$3 client=$4
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
tab=$(printf '\t')
program='
def i_loop(n):
    s = 0
    for i in range(n):
        s += i
    return s
print(i_loop(1000), i_loop(10))'
PREWARM_HANDOFF="rt=$runtime${tab}mode=record${tab}rec=$client" LD_PRELOAD=$preload PREWARM_RT_IMAGE=$tmp/image \
    PREWARM_RT_FILL=500 "$python" -c "$program" >"$tmp/out"

run() { # run WHAT: what the program prints, then the reasons
    : >"$tmp/why"
    PREWARM_HANDOFF="rt=$runtime${tab}mode=run${tab}image=$tmp/image${tab}stats=$tmp/stats${tab}explain=$tmp/why" \
        LD_PRELOAD=$preload "$python" -c "$program" >"$tmp/got" 2>&1
    echo "499500 45" | diff - "$tmp/got" || { echo "$1: wrong output"; exit 1; }
}
expect() { grep -q "$1" "$2" || { echo "expected $1 in:"; cat "$2"; exit 1; }; }

run good
expect "linked" "$tmp/why"
expect '"linked": 1,' "$tmp/stats"
expect '"entered": [1-9]' "$tmp/stats"
cat "$tmp/stats"
PREWARM_STRESS=1 run stress
expect '"entered": 10[0-9][0-9],' "$tmp/stats"
chmod g+w "$tmp/image"
run writable
expect "others may write" "$tmp/why"
chmod g-w "$tmp/image"
cp "$tmp/image" "$tmp/good"
head -c 5000 "$tmp/good" >"$tmp/image"
run truncated
expect "off" "$tmp/why"
: >"$tmp/image"
run empty
expect "off" "$tmp/why"
rm "$tmp/image"
run missing
expect "no such image" "$tmp/why"
ln -s good "$tmp/image"
run link
expect "cannot be opened" "$tmp/why"
