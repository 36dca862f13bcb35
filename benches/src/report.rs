//! The table, or one JSON object a line.

use serde::Serialize;

use crate::measure::Measured;

/// The compiled machine.
pub const OURS: &str = "ours";
/// By hand over structs. For durable executions: a plain log of the same records.
pub const STRUCTS: &str = "structs";
/// By hand over `serde_json::Value`.
pub const VALUE: &str = "value";
/// Of a machine in JSONata: the one that does the same in JSONPath.
pub const JSONPATH: &str = "JSONPath";

/// A workload's figures: the nanoseconds of one run, or of its part, and what ours takes as a multiple of the others.
#[derive(Serialize)]
struct Line {
    workload: &'static str,
    variant: &'static str,
    ours_ns: Option<f64>,
    structs_ns: Option<f64>,
    value_ns: Option<f64>,
    ratio_structs: Option<f64>,
    ratio_value: Option<f64>,
    #[serde(skip)]
    ratio_jsonpath: Option<f64>,
}

/// The head of the table.
pub fn header() {
    println!(
        "{:<14} {:<10} {:>10} {:>10} {:>10} {:>10} {:>8} {:>11}",
        "workload", "variant", "ours", "structs", "value", "/ structs", "/ value", "/ JSONPath"
    );
}

/// A workload's line of JSON.
pub fn json(measured: &Measured) {
    match serde_json::to_string(&line(measured)) {
        Ok(text) => println!("{text}"),
        Err(error) => eprintln!("{error}"),
    }
}

/// A workload's line of the table.
pub fn row(measured: &Measured) {
    let line = line(measured);
    println!(
        "{:<14} {:<10} {:>10} {:>10} {:>10} {:>10} {:>8} {:>11}",
        line.workload,
        line.variant,
        time(line.ours_ns),
        time(line.structs_ns),
        time(line.value_ns),
        factor(line.ratio_structs),
        factor(line.ratio_value),
        factor(line.ratio_jsonpath),
    );
}

fn line(measured: &Measured) -> Line {
    let time = |name| {
        let program = measured.programs.iter().find(|program| program.0 == name);
        program.map(|(_, wall, cpu)| if measured.wall { wall } else { cpu } / measured.per as f64)
    };
    let ratio = |name| time(OURS).zip(time(name)).map(|(ours, other)| ours / other);
    Line {
        workload: measured.workload,
        variant: measured.variant,
        ours_ns: time(OURS),
        structs_ns: time(STRUCTS),
        value_ns: time(VALUE),
        ratio_structs: ratio(STRUCTS),
        ratio_value: ratio(VALUE),
        ratio_jsonpath: ratio(JSONPATH),
    }
}

fn time(nanoseconds: Option<f64>) -> String {
    match nanoseconds {
        None => "-".to_owned(),
        Some(time) if time < 10_000.0 => format!("{time:.0} ns"),
        Some(time) => format!("{:.1} us", time / 1000.0),
    }
}

fn factor(ratio: Option<f64>) -> String {
    ratio.map_or_else(|| "-".to_owned(), |ratio| format!("{ratio:.2}"))
}
