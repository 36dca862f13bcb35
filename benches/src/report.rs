//! The table, or one JSON object a line.

use serde_json::json;

use crate::measure::Measured;

/// Names of the programs: compiled, by hand over structs, by hand over `serde_json::Value`.
pub const OURS: &str = "ours";
/// See [`OURS`].
pub const STRUCTS: &str = "structs";
/// See [`OURS`].
pub const VALUE: &str = "value";

/// The head of the table.
pub fn header() {
    println!(
        "{:<14} {:<10} {:>12} {:>12} {:>12} {:>10} {:>9}",
        "workload", "variant", "ours", "structs", "value", "/ structs", "/ value"
    );
}

/// A workload's line: CPU time of one run, or of its part.
pub fn row(measured: &Measured, as_json: bool) {
    let find = |name| {
        let program = measured.programs.iter().find(|program| program.0 == name);
        program.map(|(_, wall, cpu)| (wall / measured.per as f64, cpu / measured.per as f64))
    };
    let cpu = |name| find(name).map(|(wall, cpu)| if measured.wall { wall } else { cpu });
    let ratio = |name| cpu(OURS).zip(cpu(name)).map(|(ours, other)| ours / other);
    if as_json {
        let line = json!({
            "workload": measured.workload,
            "variant": measured.variant,
            "ours_ns": cpu(OURS),
            "structs_ns": cpu(STRUCTS),
            "value_ns": cpu(VALUE),
            "ratio_structs": ratio(STRUCTS),
            "ratio_value": ratio(VALUE),
            "ours_wall_ns": find(OURS).map(|time| time.0),
        });
        println!("{line}");
        return;
    }
    println!(
        "{:<14} {:<10} {:>12} {:>12} {:>12} {:>10} {:>9}",
        measured.workload,
        measured.variant,
        time(cpu(OURS)),
        time(cpu(STRUCTS)),
        time(cpu(VALUE)),
        factor(ratio(STRUCTS)),
        factor(ratio(VALUE)),
    );
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
