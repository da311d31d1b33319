#!/usr/bin/env bash
# Runs fuzz targets one after the other: run.sh [SECONDS] [TARGET...], by default all for 600 s each.
# Prints a line for each; its whole output is in logs/. Fails if there is a finding.
set -euo pipefail
cd "$(dirname "$0")"

seconds=600
if [[ ${1:-} =~ ^[0-9]+$ ]]; then
    seconds=$1
    shift
fi
targets=("$@")
[ $# -gt 0 ] || targets=(layers documents archives inventories feeds files registry dockerfile)

# No sanitizer: those need a nightly toolchain, and this code has no `unsafe`. Overflow checks and
# debug assertions are on.
cargo fuzz build --fuzz-dir . --sanitizer none
host=$(rustc --version --verbose | sed -n 's/^host: //p')
binaries=${CARGO_TARGET_DIR:-target}/$host/release
./seeds.sh > /dev/null
mkdir -p logs

# Files for every input go to memory where that is possible.
if [ -w /dev/shm ]; then export TMPDIR=/dev/shm; fi

number() { sed -n "s/^stat::$1: *//p" "$log"; }
edges() { grep -o ' cov: [0-9]*' "$log" | "$1" -n 1 | tr -dc 0-9; }

printf '%-12s %8s %12s %8s %8s %8s %8s %9s  %s\n' \
    target seconds executions exec/s edges-at to-edges corpus peak-MiB findings
found=0
for target in "${targets[@]}"; do
    mkdir -p "artifacts/$target" "corpus/$target"
    log=logs/$target.log
    run=("$binaries/$target" "corpus/$target" "-artifact_prefix=artifacts/$target/"
        "-dict=dictionaries/$target.dict" -max_len=65536 -rss_limit_mb=512 -timeout=10
        -print_final_stats=1 "-max_total_time=$seconds")
    if [ "$target" = registry ]; then
        # What it is told to connect to must not be anything but the target itself.
        run=(unshare --map-root-user --net sh -c 'ip link set lo up && exec "$@"' sh "${run[@]}")
    fi
    before=$(find "artifacts/$target" -type f | wc -l)
    start=$SECONDS
    "${run[@]}" > "$log" 2>&1 || true
    findings=$(($(find "artifacts/$target" -type f | wc -l) - before))
    if [ -z "$(number number_of_executed_units)" ]; then findings="did not run to its end: see $log"; fi
    [ "$findings" = 0 ] || found=1
    printf '%-12s %8d %12s %8s %8s %8s %8s %9s  %s\n' "$target" $((SECONDS - start)) \
        "$(number number_of_executed_units)" "$(number average_exec_per_sec)" \
        "$(edges head)" "$(edges tail)" "$(find "corpus/$target" -type f | wc -l)" \
        "$(number peak_rss_mb)" "$findings"
done
exit $found
