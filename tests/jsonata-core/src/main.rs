//! How long compiled expressions take beside `jsonata-core`.
//!
//! ```text
//! cargo run --release
//! cargo run --release -- 1 1000000      our side of the second expression alone, so often, for a profiler
//! ```
//!
//! Three programs take turns, in rounds: the compiled expression over the runtime's values; `jsonata-core` over its own
//! values, the expression parsed once; and the same with the input converted from the runtime's values and the result
//! converted back, as a state machine would need it. Each figure is that of the fastest turn, when the machine was least
//! busy with other things. Only the ratios say something.

use std::{hint::black_box, time::Instant};

use asl_runtime::{
    Value,
    jsonata::{Item, Query},
};
use beside_jsonata_core::{
    convert,
    measured::MEASURED,
    ours::{self, Compiled, Document},
};
use jsonata_core::{Expression, value::JValue};

const ROUNDS: usize = 301;

/// How long a turn is to take at least, in seconds: short, so that some turns are not interrupted.
const TURN: f64 = 0.002;

fn main() {
    let arguments: Vec<usize> = std::env::args()
        .skip(1)
        .filter_map(|argument| argument.parse().ok())
        .collect();
    if let [index, count] = arguments[..] {
        return profile(index, count);
    }
    println!("| expression | ours | theirs | with conversion | times | times with conversion |");
    println!("|---|---|---|---|---|---|");
    let input: Value = INPUT.with_items(10);
    let long: Value = INPUT.with_items(1000);
    for (measured, (text, function)) in MEASURED.iter().zip(&ours::measured::TABLE) {
        assert_eq!(measured.ours, *text);
        let input = if measured.name.contains("1000") {
            &long
        } else {
            &input
        };
        let [ours, theirs, converted] = measure(*function, measured.theirs, input);
        println!(
            "| {} | {} | {} | {} | {:.1} | {:.1} |",
            measured.name,
            shown(ours),
            shown(theirs),
            shown(converted),
            theirs / ours,
            converted / ours
        );
    }
}

/// Evaluates an expression so often.
fn profile(index: usize, count: usize) {
    let items = if MEASURED[index].name.contains("1000") {
        1000
    } else {
        10
    };
    let document = Document {
        root: None,
        input: Some(INPUT.with_items(items)),
    };
    for _ in 0..count {
        let _ = black_box(ours(ours::measured::TABLE[index].1, &document));
    }
}

fn ours(function: Compiled, document: &Document) -> Value {
    let q = Query::new(black_box(document));
    function(&q, Item::NOTHING)
        .ok()
        .and_then(|data| data.into_value().ok())
        .expect("it has a value")
}

/// What is measured, how often it runs in a turn, and the time of the fastest turn.
type Program<'p> = (Box<dyn FnMut() + 'p>, usize, f64);

/// Nanoseconds of an evaluation: ours, theirs, theirs with conversion.
fn measure(function: Compiled, text: &str, input: &Value) -> [f64; 3] {
    let expression = Expression::compile(text).expect("it parses");
    let theirs_input = convert::to_theirs(input);
    let document = Document {
        root: None,
        input: Some(input.clone()),
    };
    let ours = || ours(function, &document);
    let theirs = || {
        expression
            .evaluate(black_box(&theirs_input))
            .expect("it has a value")
    };
    let converted = || {
        let input: JValue = convert::to_theirs(black_box(input));
        convert::from_theirs(&expression.evaluate(&input).expect("it has a value"))
    };
    assert_eq!(ours(), convert::from_theirs(&theirs()));
    assert_eq!(ours(), converted());
    let mut programs: [Program<'_>; 3] = [
        (Box::new(|| drop(black_box(ours()))), 1, f64::INFINITY),
        (Box::new(|| drop(black_box(theirs()))), 1, f64::INFINITY),
        (Box::new(|| drop(black_box(converted()))), 1, f64::INFINITY),
    ];
    for (run, count, _) in &mut programs {
        while time(run, *count) * (*count as f64) < TURN * 1e9 {
            *count *= 2;
        }
    }
    for _ in 0..ROUNDS {
        for (run, count, fastest) in &mut programs {
            *fastest = fastest.min(time(run, *count));
        }
    }
    programs.map(|(_, _, fastest)| fastest)
}

/// Nanoseconds of a run.
fn time(run: &mut dyn FnMut(), count: usize) -> f64 {
    let start = Instant::now();
    for _ in 0..count {
        run();
    }
    start.elapsed().as_nanos() as f64 / count as f64
}

fn shown(nanoseconds: f64) -> String {
    if nanoseconds < 10_000.0 {
        format!("{nanoseconds:.0} ns")
    } else {
        format!("{:.1} µs", nanoseconds / 1e3)
    }
}

struct Input;

const INPUT: Input = Input;

impl Input {
    /// An order with so many lines.
    fn with_items(&self, count: usize) -> Value {
        let items: Vec<_> = (1..=count)
            .map(|number| {
                format!(
                    r#"{{"sku": "sku-{number}", "price": {}.5, "qty": {}}}"#,
                    number % 90,
                    number % 7 + 1
                )
            })
            .collect();
        let text = format!(
            r#"{{"order": {{"id": "8c1f-2201", "total": 129.5}},
                "customer": {{"name": "Ada Lovelace", "email": "ada@example.com"}}, "items": [{}]}}"#,
            items.join(", ")
        );
        text.parse().expect("it is JSON")
    }
}
