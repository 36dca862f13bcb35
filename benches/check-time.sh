#!/usr/bin/env bash
# How long `cargo check` takes for machines of several sizes: the crate alone, its dependencies being there already.
#
#     benches/check-time.sh [STATES...]       default: 10 100 300
#
# For each size three crates are measured: one that has only `asl!`, one that also implements all tasks with typed
# functions, and one where all types have a shape, so that every path and payload is checked. The first line is the same crate with a machine of one Pass state: what rustc, cargo and reading the
# dependencies cost anyway. Each figure is the median of three runs without incremental compilation.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
sizes=("$@")
(($#)) || sizes=(10 100 300)

crate=$(mktemp -d)
trap 'rm -rf "$crate"' EXIT
export CARGO_INCREMENTAL=0 CARGO_TARGET_DIR="$crate/target"

# One state of the machine. Of ten states seven are Tasks, with what Tasks usually have, two are Choices and one is a Pass.
state() {
    local number=$1 next=$2
    case $((number % 10)) in
        3 | 7) cat <<-JSON ;;
    "Step $number": {
      "Type": "Choice",
      "Choices": [
        { "Variable": "\$.step$((number - 1)).status", "StringEquals": "DECLINED", "Next": "Failed" },
        {
          "And": [
            { "Variable": "\$.order.total", "NumericGreaterThan": 100 },
            { "Not": { "Variable": "\$.order.coupon", "IsPresent": true } }
          ],
          "Next": "$next"
        }
      ],
      "Default": "$next"
    },
JSON
        9) cat <<-JSON ;;
    "Step $number": {
      "Type": "Pass",
      "Parameters": { "text.\$": "States.Format('step {} of {}', $number, \$.order.id)", "done": true },
      "ResultPath": "\$.note",
      "Next": "$next"
    },
JSON
        *) cat <<-JSON ;;
    "Step $number": {
      "Type": "Task",
      "Comment": "Step $number of the order",
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:step-$number",
      "Parameters": {
        "id.\$": "\$.order.id",
        "lines.\$": "\$.order.lines[*].article",
        "customer": { "email.\$": "\$.order.customer.email", "notify": true },
        "execution.\$": "\$\$.Execution.Id"
      },
      "ResultSelector": { "status.\$": "\$.status", "reference.\$": "\$.reference" },
      "ResultPath": "\$.step$number",
      "TimeoutSeconds": 30,
      "Retry": [
        { "ErrorEquals": ["Busy", "States.Timeout"], "IntervalSeconds": 2, "MaxAttempts": 4, "BackoffRate": 1.5 }
      ],
      "Catch": [{ "ErrorEquals": ["States.ALL"], "ResultPath": "\$.error", "Next": "Failed" }],
      "Next": "$next"
    },
JSON
    esac
}

# A machine with so many states, the last two of them ends.
machine() {
    local states=$1 number
    echo '{ "StartAt": "Step 1", "States": {'
    for ((number = 1; number <= states - 2; number++)); do
        state "$number" "$( ((number < states - 2)) && echo "Step $((number + 1))" || echo Done)"
    done
    echo '"Failed": { "Type": "Fail", "Error": "OrderFailed" }, "Done": { "Type": "Succeed" } } }'
}

# Typed functions for the machine's tasks, with shapes or without.
tasks() {
    local states=$1 shape=$2 number
    cat <<-RUST
	use asl_runtime::{TaskError, tasks};
	use serde::{Deserialize, Serialize};

	#[derive(Deserialize $shape)]
	pub struct Input { pub id: String, pub lines: Vec<String>, pub customer: Customer, pub execution: String }
	#[derive(Deserialize $shape)]
	pub struct Customer { pub email: String, pub notify: bool }
	#[derive(Serialize $shape)]
	pub struct Output { pub status: String, pub reference: String }
	pub struct Shop;

	#[derive(Serialize $shape)]
	pub struct Start { pub order: Order }
	#[derive(Serialize $shape)]
	pub struct Order { pub id: String, pub total: f64, pub lines: Vec<Line>, pub customer: Buyer, pub coupon: Option<String> }
	#[derive(Serialize $shape)]
	pub struct Line { pub article: String, pub quantity: u32 }
	#[derive(Serialize $shape)]
	pub struct Buyer { pub email: String }

	#[tasks${shape:+(input = Start)}]
	impl flow::Tasks for Shop {
	RUST
    for ((number = 1; number <= states - 2; number++)); do
        case $((number % 10)) in
            3 | 7 | 9) ;;
            *) cat <<-RUST ;;
	    async fn step_$number(&self, input: Input) -> Result<Output, TaskError> {
	        Ok(Output { status: input.execution, reference: input.id })
	    }
	RUST
        esac
    done
    echo '}'
}

# The median of three checks of the crate: seconds, and in brackets the processor's. A first one, not counted, builds the
# dependencies and shows what is wrong with the crate, if anything is.
measure() {
    local check=(cargo check --quiet --offline --manifest-path "$crate/Cargo.toml")
    "${check[@]}"
    for _ in 1 2 3; do
        touch "$crate/src/lib.rs"
        TIMEFORMAT='%R %U %S'
        { time "${check[@]}" 2>/dev/null; } 2>&1
    done | sort -n | awk 'NR == 2 { printf "%5.2f s (%5.2f s)", $1, $2 + $3 }'
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
serde = { version = "1", features = ["derive"] }

[workspace]
TOML
cd "$crate"
echo 'asl_runtime::asl!("flow.asl.json");' >src/lib.rs
cargo fetch --quiet

printf '%6s  %18s  %18s  %18s\n' states 'asl! alone' 'asl! and #[tasks]' 'with shapes'
echo '{ "StartAt": "Done", "States": { "Done": { "Type": "Pass", "End": true } } }' >src/flow.asl.json
printf '%6s  %18s\n' 1 "$(measure)"
for states in "${sizes[@]}"; do
    machine "$states" >src/flow.asl.json
    echo 'asl_runtime::asl!("flow.asl.json");' >src/lib.rs
    alone=$(measure)
    tasks "$states" '' >>src/lib.rs
    without=$(measure)
    echo 'asl_runtime::asl!("flow.asl.json");' >src/lib.rs
    tasks "$states" ', asl_runtime::Shape' >>src/lib.rs
    printf '%6s  %18s  %18s  %18s\n' "$states" "$alone" "$without" "$(measure)"
done
