#!/usr/bin/env bash
# What machines of several sizes cost to compile: `cargo check` and `cargo build --release` of one crate, its
# dependencies being there already, and the size of the program.
#
#     benches/compile.sh [STATES...]       default: 10 100 300 1000
#
# For each size these crates are measured: one that has only `asl!`, one that also implements all tasks with typed
# functions, one where all types have a shape, so that every path and payload is checked, and the same program written
# by hand: the same types and tasks, an `async fn` for each state. Each figure is the median of RUNS (3) runs
# without incremental compilation, in seconds, and in brackets those of the processor, which other work on the machine
# changes less; ratios are of these. The first line is the crate with a machine of one Pass state: what rustc, cargo and
# reading the dependencies cost anyway.
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
sizes=("$@")
(($#)) || sizes=(10 100 300 1000)
runs=${RUNS:-3}

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

# The types, with shapes or without.
types() {
    cat <<-RUST
	use asl_runtime::TaskError;
	use serde::{Deserialize, Serialize};

	#[derive(Deserialize $1)]
	pub struct Input { pub id: String, pub lines: Vec<String>, pub customer: Customer, pub execution: String }
	#[derive(Deserialize $1)]
	pub struct Customer { pub email: String, pub notify: bool }
	#[derive(Serialize $1)]
	pub struct Output { pub status: String, pub reference: String }
	#[derive(Serialize $1)]
	pub struct Start { pub order: Order }
	#[derive(Serialize $1)]
	pub struct Order { pub id: String, pub total: f64, pub lines: Vec<Line>, pub customer: Buyer, pub coupon: Option<String> }
	#[derive(Serialize $1)]
	pub struct Line { pub article: String, pub quantity: u32 }
	#[derive(Serialize $1)]
	pub struct Buyer { pub email: String }
	pub struct Shop;

	pub fn start() -> Start {
	    let lines = vec![Line { article: "a-1".to_owned(), quantity: 2 }];
	    let customer = Buyer { email: "ann@example.org".to_owned() };
	    Start { order: Order { id: "o-1".to_owned(), total: 120.0, lines, customer, coupon: None } }
	}
	RUST
}

# Typed functions for so many states.
functions() {
    local number
    for ((number = 1; number <= $1 - 2; number++)); do
        is_task "$number" || continue
        cat <<-RUST
	    async fn step_$number(&self, input: Input) -> Result<Output, TaskError> {
	        Ok(Output { status: input.execution, reference: input.id })
	    }
	RUST
    done
}

is_task() {
    case $(($1 % 10)) in
        3 | 7 | 9) return 1 ;;
    esac
}

# The crate with the machine and its tasks.
compiled() {
    local shape=$2
    echo 'asl_runtime::asl!("flow.asl.json");'
    types "$shape"
    echo "#[asl_runtime::tasks${shape:+(input = Start)}]"
    echo 'impl flow::Tasks for Shop {'
    functions "$1"
    cat <<-RUST
	}

	pub async fn run() -> bool {
	    flow::machine(Shop).run::<_, asl_runtime::Value>(&start()).await.is_ok()
	}
	RUST
}

# The crate by hand. The functions of ten states at a time are called by one: rustc takes long for an `async fn` with
# hundreds of awaits.
by_hand() {
    local states=$1 number part
    cat <<-RUST
	use std::time::Duration;

	$(types '')
	impl Shop {
	$(functions "$states")
	}

	/// The order on its way through the states.
	#[derive(Serialize)]
	pub struct Document {
	    pub order: Order,
	    pub note: Option<Note>,
	    pub error: Option<Failure>,
	$(for ((number = 1; number <= states - 2; number++)); do
        is_task "$number" && echo "    pub step$number: Option<Output>,"
    done)
	}
	#[derive(Serialize)]
	pub struct Note { pub text: String, pub done: bool }
	#[derive(Serialize)]
	pub struct Failure { pub error: String, pub cause: String }
	#[derive(Debug)]
	pub struct OrderFailed;

	/// The input of a task.
	fn input(document: &Document, execution: &str) -> Input {
	    Input {
	        id: document.order.id.clone(),
	        lines: document.order.lines.iter().map(|line| line.article.clone()).collect(),
	        customer: Customer { email: document.order.customer.email.clone(), notify: true },
	        execution: execution.to_owned(),
	    }
	}

	/// Calls a task, again when it is busy or takes too long.
	async fn call<F>(task: impl Fn() -> F) -> Result<Output, Failure>
	where
	    F: Future<Output = Result<Output, TaskError>>,
	{
	    let mut pause = Duration::from_secs(2);
	    for attempt in 0.. {
	        let failure = match tokio::time::timeout(Duration::from_secs(30), task()).await {
	            Ok(Ok(output)) => return Ok(output),
	            Ok(Err(error)) => {
	                let name = error.error().unwrap_or_default().to_owned();
	                Failure { error: name, cause: error.cause().unwrap_or_default().to_owned() }
	            }
	            Err(_) => Failure { error: "States.Timeout".to_owned(), cause: String::new() },
	        };
	        if attempt == 4 || !["Busy", "States.Timeout"].contains(&failure.error.as_str()) {
	            return Err(failure);
	        }
	        tokio::time::sleep(pause).await;
	        pause = pause.mul_f64(1.5);
	    }
	    unreachable!()
	}

	pub async fn run() -> bool {
	    order(&Shop, start(), "e-1").await.is_ok()
	}

	pub async fn order(shop: &Shop, start: Start, execution: &str) -> Result<Document, OrderFailed> {
	    let mut document = Document {
	        order: start.order,
	        note: None,
	        error: None,
	$(for ((number = 1; number <= states - 2; number++)); do
        is_task "$number" && echo "        step$number: None,"
    done)
	    };
	$(for ((part = 0; part * 10 < states - 2; part++)); do
        echo "    part_$part(shop, &mut document, execution).await?;"
    done)
	    Ok(document)
	}
	RUST
    for ((number = 1; number <= states - 2; number++)); do
        if ((number % 10 == 1)); then
            ((number == 1)) || printf '    Ok(())\n}\n'
            echo "async fn part_$((number / 10))(shop: &Shop, document: &mut Document, execution: &str) -> Result<(), OrderFailed> {"
        fi
        echo "    step_$number(shop, document, execution).await?;"
    done
    printf '    Ok(())\n}\n'
    for ((number = 1; number <= states - 2; number++)); do
        state_by_hand "$number"
    done
}

# The function of a state.
state_by_hand() {
    local number=$1
    case $((number % 10)) in
        3 | 7) cat <<-RUST ;;
	async fn step_$number(_: &Shop, document: &mut Document, _: &str) -> Result<(), OrderFailed> {
	    if document.step$((number - 1)).as_ref().is_some_and(|step| step.status == "DECLINED") {
	        return Err(OrderFailed);
	    }
	    if document.order.total > 100.0 && document.order.coupon.is_none() {
	        return Ok(());
	    }
	    Ok(())
	}
	RUST
        9) cat <<-RUST ;;
	async fn step_$number(_: &Shop, document: &mut Document, _: &str) -> Result<(), OrderFailed> {
	    let text = format!("step {} of {}", $number, document.order.id);
	    document.note = Some(Note { text, done: true });
	    Ok(())
	}
	RUST
        *) cat <<-RUST ;;
	async fn step_$number(shop: &Shop, document: &mut Document, execution: &str) -> Result<(), OrderFailed> {
	    match call(|| shop.step_$number(input(document, execution))).await {
	        Ok(output) => {
	            document.step$number = Some(output);
	            Ok(())
	        }
	        Err(failure) => {
	            document.error = Some(failure);
	            Err(OrderFailed)
	        }
	    }
	}
	RUST
    esac
}

# The medians of the runs of a cargo command for the crate: seconds, and the processor's. A first one, not counted,
# builds the dependencies and shows what is wrong with the crate, if anything is.
measure() {
    local cargo=(cargo "$@" --quiet --offline --manifest-path "$crate/Cargo.toml")
    "${cargo[@]}"
    for ((run = 0; run < runs; run++)); do
        touch "$crate/src/lib.rs"
        TIMEFORMAT='%R %U %S'
        { time "${cargo[@]}" 2>/dev/null; } 2>&1
    done | sort -n | awk '{ seconds[NR] = $1; processor[NR] = $2 + $3 }
        END { middle = int((NR + 1) / 2); print seconds[middle], processor[middle] }'
}

# `1.23 s (1.11 s)`
figure() {
    printf '%.2f s (%.2f s)' "$1" "$2"
}

mkdir "$crate/src"
cp "$repository/Cargo.lock" "$repository/rust-toolchain.toml" "$crate"
cat >"$crate/Cargo.toml" <<TOML
[package]
name = "compile-time"
version = "0.0.0"
edition = "2024"

[dependencies]
asl-runtime = { path = "$repository/asl-runtime" }
serde = { version = "1", features = ["derive"] }
tokio = { version = "1", default-features = false, features = ["rt", "time"] }

[profile.release]
strip = true

[workspace]
TOML
cd "$crate"
echo 'asl_runtime::asl!("flow.asl.json");' >src/lib.rs
cargo fetch --quiet

row='%6s  %17s  %17s  %17s  %17s  %7s\n'
printf 'cargo check\n'"$row" states 'asl! alone' 'with #[tasks]' 'with shapes' 'by hand' ratio
echo '{ "StartAt": "Done", "States": { "Done": { "Type": "Pass", "End": true } } }' >src/flow.asl.json
printf "$row" 1 "$(figure $(measure check))" '' '' '' ''
for states in "${sizes[@]}"; do
    machine "$states" >src/flow.asl.json
    echo 'asl_runtime::asl!("flow.asl.json");' >src/lib.rs
    alone=$(measure check)
    compiled "$states" ', asl_runtime::Shape' >src/lib.rs
    shapes=$(measure check)
    compiled "$states" '' >src/lib.rs
    tasks=$(measure check)
    by_hand "$states" >src/lib.rs
    hand=$(measure check)
    ratio=$(awk '{ printf "%.2f", $2 / $4 }' <<<"$tasks $hand")
    printf "$row" "$states" "$(figure $alone)" "$(figure $tasks)" "$(figure $shapes)" "$(figure $hand)" "$ratio"
done

# The program needs something to start it.
cat >src/main.rs <<'RUST'
fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime starts");
    assert!(runtime.block_on(compile_time::run()));
}
RUST
printf '\ncargo build --release; bytes of the program for each state beyond the first %s\n' "${sizes[0]}"
row='%6s  %19s  %19s  %7s  %10s  %10s\n'
printf "$row" states 'with #[tasks]' 'by hand' ratio bytes 'by hand'
declare -A first=()
for states in "${sizes[@]}"; do
    machine "$states" >src/flow.asl.json
    declare -A time=() bytes=()
    for kind in compiled by_hand; do
        "$kind" "$states" '' >src/lib.rs
        time[$kind]=$(measure build --release)
        "$CARGO_TARGET_DIR/release/compile-time"
        size=$(stat -c %s "$CARGO_TARGET_DIR/release/compile-time")
        : "${first[$kind]:=$size}"
        bytes[$kind]=''
        if ((states > sizes[0])); then
            bytes[$kind]=$(((size - first[$kind]) / (states - sizes[0])))
        fi
    done
    ratio=$(awk '{ printf "%.2f", $2 / $4 }' <<<"${time[compiled]} ${time[by_hand]}")
    printf "$row" "$states" "$(figure ${time[compiled]})" "$(figure ${time[by_hand]})" "$ratio" \
        "${bytes[compiled]}" "${bytes[by_hand]}"
done
