#!/usr/bin/env bash
# What 100 JSONata expressions add to `cargo check`: the same machine of 50 states with paths, and with JSONata.
#
#     benches/check-time-jsonata.sh
#
# The crate alone is measured, its dependencies being there already. The two take turns; each figure is the median of
# five runs without incremental compilation. The first line is the same crate with a machine of one Pass state.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
crate=$(mktemp -d)
trap 'rm -rf "$crate"' EXIT
export CARGO_INCREMENTAL=0 CARGO_TARGET_DIR="${CHECK_TIME_TARGET:-$crate/target}"

# One Task with three paths or expressions, and a Choice with one.
paths() {
    cat <<-JSON
    "Step $1": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:step-$1",
      "Parameters": { "id.\$": "\$.order.id", "name.\$": "States.Format('{} {}', \$.customer.first, \$.customer.last)" },
      "ResultSelector": { "status.\$": "\$.status" },
      "ResultPath": "\$.step$1",
      "Next": "Check $1"
    },
    "Check $1": {
      "Type": "Choice",
      "Choices": [{ "Variable": "\$.order.total", "NumericGreaterThan": $1, "Next": "$2" }],
      "Default": "Done"
    },
JSON
}
jsonata() {
    cat <<-JSON
    "Step $1": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:step-$1",
      "Arguments": {
        "id": "{% \$states.input.order.id %}",
        "name": "{% \$states.input.customer.first & ' ' & \$states.input.customer.last %}"
      },
      "Output": "{% \$merge([\$states.input, {'step$1': {'status': \$states.result.status}}]) %}",
      "Next": "Check $1"
    },
    "Check $1": {
      "Type": "Choice",
      "Choices": [{ "Condition": "{% \$states.input.order.total > $1 %}", "Next": "$2" }],
      "Default": "Done"
    },
JSON
}

# The machine in one of the two.
machine() {
    local number
    echo '{ "StartAt": "Step 1", "QueryLanguage": "'"$([[ $1 == paths ]] && echo JSONPath || echo JSONata)"'", "States": {'
    for ((number = 1; number <= 25; number++)); do
        "$1" "$number" "$( ((number < 25)) && echo "Step $((number + 1))" || echo Done)"
    done
    echo '"Done": { "Type": "Succeed" } } }'
}

mkdir "$crate/src"
cp "$repository/Cargo.lock" "$repository/rust-toolchain.toml" "$crate"
cat >"$crate/Cargo.toml" <<TOML
[package]
name = "check-time"
version = "0.0.0"
edition = "2024"

[dependencies]
asl-runtime = { path = "$repository/asl-runtime" }

[workspace]
TOML
cd "$crate"
echo 'asl_runtime::asl!("flow.asl.json");' >src/lib.rs
cargo fetch --quiet
mkdir "$crate/machines"
echo '{ "StartAt": "Done", "States": { "Done": { "Type": "Pass", "End": true } } }' >"$crate/machines/nothing"
machine paths >"$crate/machines/paths"
machine jsonata >"$crate/machines/jsonata"

# Builds the dependencies and shows what is wrong with a machine, if anything is.
for kind in nothing paths jsonata; do
    cp "$crate/machines/$kind" src/flow.asl.json
    cargo check --quiet --offline
done
for _ in 1 2 3 4 5; do
    for kind in nothing paths jsonata; do
        cp "$crate/machines/$kind" src/flow.asl.json
        touch src/lib.rs
        TIMEFORMAT="$kind %R %U %S"
        { time cargo check --quiet --offline; } 2>&1
    done
done | sort | awk '
    # The runs of a kind stand together; the processor time is what a busy machine does not change.
    { wall[$1] = wall[$1] " " $2; processor[$1] = processor[$1] " " ($3 + $4) }
    function median(text, values, count, i, j, swap) {
        count = split(text, values, " ")
        for (i = 1; i <= count; i++)
            for (j = i + 1; j <= count; j++)
                if (values[j] + 0 < values[i] + 0) { swap = values[i]; values[i] = values[j]; values[j] = swap }
        return values[int((count + 1) / 2)]
    }
    END {
        split("nothing paths jsonata", kinds, " ")
        for (i = 1; i <= 3; i++) {
            seconds = median(wall[kinds[i]])
            spent[kinds[i]] = median(processor[kinds[i]])
            printf "%-8s %5.2f s (%5.2f s of the processor)\n", kinds[i], seconds, spent[kinds[i]]
        }
        printf "JSONata adds %.0f %% to the processor time\n", (spent["jsonata"] / spent["paths"] - 1) * 100
    }'
