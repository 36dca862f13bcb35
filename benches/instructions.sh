#!/usr/bin/env bash
# Instructions of the main workloads beside those recorded in instructions.csv. Fails where one takes more than MARGIN
# percent more.
#
#     benches/instructions.sh             compare
#     benches/instructions.sh --record    record what it takes now; say in the commit why
#
# One figure is for one run of the compiled machine. Callgrind counts 20 runs and 40, and the difference is that of 20:
# starting and making the machine are not in it. Counts do not depend on what else the machine does, but on the
# processor's architecture, on rustc and on the allocator of the C library; the first line of the file names them. Where
# they are others, the counts are shown and nothing fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly MARGIN=5 RUNS=20 recorded=benches/instructions.csv

if ! command -v valgrind >/dev/null && ((EUID == 0)) && command -v apt-get >/dev/null; then
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends valgrind; } || true
fi
if ! command -v valgrind >/dev/null; then
    echo '*** SKIPPED: there is no valgrind, instructions were not counted'
    exit 0
fi
environment="$(uname -m), $(rustc --version | cut -d' ' -f1,2), $(getconf GNU_LIBC_VERSION)"
before=$(sed -n '1s/^# //p' "$recorded")
if [[ ${before%%,*} != "${environment%%,*}" && ${1-} != --record ]]; then
    echo "*** SKIPPED: instructions were recorded on ${before%%,*}, this is ${environment%%,*}"
    exit 0
fi
same=1
if [[ $before != "$environment" ]]; then
    echo "*** recorded with $before; this is $environment: what takes more is shown, and does not fail"
    same=0
fi

# Without default features: SQLite takes a minute to build.
cargo build --release --quiet -p benches --no-default-features
program=${CARGO_TARGET_DIR:-target}/release/benches

# Instructions of so many runs, and of the program's start.
count() {
    local output
    if ! output=$(valgrind --tool=callgrind --callgrind-out-file=/dev/null \
        "$program" --once ours --runs "$3" --variant "$2" "$1" 2>&1); then
        echo "$output" >&2
        return 1
    fi
    awk '/Collected :/ { print $NF; counted = 1 } END { exit !counted }' <<<"$output"
}

lines=("# $environment" 'workload,variant,instructions') failed=0
printf '%-12s %-10s %12s %12s %9s\n' workload variant recorded now change
while IFS=, read -r workload variant instructions; do
    few=$(count "$workload" "$variant" $RUNS)
    many=$(count "$workload" "$variant" $((2 * RUNS)))
    now=$(((many - few) / RUNS))
    lines+=("$workload,$variant,$now")
    verdict=''
    if ((now * 100 > instructions * (100 + MARGIN))); then
        verdict="more than $MARGIN % more" failed=1
    elif ((now * 100 < instructions * (100 - MARGIN))); then
        verdict='less: record it'
    fi
    change=$(awk -v now="$now" -v before="$instructions" 'BEGIN { printf "%+.1f %%", (now / before - 1) * 100 }')
    printf '%-12s %-10s %12d %12d %9s %s\n' "$workload" "$variant" "$instructions" "$now" "$change" "$verdict"
done < <(sed 1,2d "$recorded")

if [[ ${1-} == --record ]]; then
    printf '%s\n' "${lines[@]}" >"$recorded"
elif ((failed && same)); then
    echo 'if that is worth it: benches/instructions.sh --record'
    exit 1
fi
