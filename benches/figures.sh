#!/usr/bin/env bash
# Everything that is measured here, one after the other: a quarter of an hour or more, on a machine with nothing else to do.
#
#     benches/figures.sh [OPTIONS OF THE BENCHMARKS]      for example --rounds 9
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

printf "The system's allocator\n\n"
cargo run --quiet --release -p benches -- "$@"
printf '\nmimalloc\n\n'
cargo run --quiet --release -p benches --features mimalloc -- "$@"
printf '\nInstructions\n\n'
# What takes more than is recorded is a figure here, too.
benches/instructions.sh || true
printf '\nCompile time\n\n'
benches/compile.sh
printf '\nCompile time of JSONata\n\n'
benches/check-time-jsonata.sh
