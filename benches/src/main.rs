//! What compiled workflows cost beside the same work written by hand.
//!
//! ```text
//! cargo run --release -p benches                     all workloads, as a table
//! cargo run --release -p benches -- order map1000    some
//! cargo run --release -p benches -- --json           one JSON object a line
//! cargo run --release -p benches -- --once ours order    a program of a workload a hundred times, for callgrind
//! ```
//!
//! `README.md` has the method and figures.

mod measure;
mod report;
mod workloads;

use std::env;
use std::process::ExitCode;

use workloads::Workload;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str =
    "usage: benches [--json] [--rounds N] [--once PROGRAM [--variant VARIANT] [--runs N]] [WORKLOAD...]";

fn main() -> ExitCode {
    match run(env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

/// What was asked for.
struct Options {
    json: bool,
    /// How often each program takes its turn.
    rounds: usize,
    /// The one program to run, not measured.
    once: Option<String>,
    variant: Option<String>,
    /// How often it runs.
    runs: usize,
    workloads: Vec<String>,
}

fn run(arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let options = options(arguments)?;
    let all = workloads::all();
    if let Some(unknown) = options
        .workloads
        .iter()
        .find(|name| all.iter().all(|(known, _)| known != name))
    {
        let known = all.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        return Err(format!("there is no workload {unknown}; there are {known}"));
    }
    let chosen = all.into_iter().filter(|(name, _)| {
        options.workloads.is_empty() || options.workloads.iter().any(|chosen| chosen == name)
    });
    if !options.json && options.once.is_none() {
        report::header();
    }
    let mut found = false;
    for workload in chosen.flat_map(|(_, make)| make()) {
        match &options.once {
            Some(program) => found |= run_once(workload, program, &options),
            None => report::row(&measure::measure(workload, options.rounds), options.json),
        }
    }
    match &options.once {
        Some(program) if !found => Err(format!("there is no program {program} of that")),
        _ => Ok(()),
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        json: false,
        rounds: 15,
        once: None,
        variant: None,
        runs: 100,
        workloads: Vec::new(),
    };
    while let Some(argument) = arguments.next() {
        let mut number = || {
            arguments
                .next()
                .and_then(|number| number.parse().ok())
                .ok_or(USAGE)
        };
        match argument.as_str() {
            "--json" => options.json = true,
            "--rounds" => options.rounds = number()?,
            "--runs" => options.runs = number()?,
            "--once" => options.once = Some(arguments.next().ok_or(USAGE)?),
            "--variant" => options.variant = Some(arguments.next().ok_or(USAGE)?),
            _ if argument.starts_with('-') => return Err(format!("unexpected {argument}\n{USAGE}")),
            _ => options.workloads.push(argument),
        }
    }
    Ok(options)
}

/// Runs a program, for callgrind. Gives whether the workload has it.
fn run_once(workload: Workload, program: &str, options: &Options) -> bool {
    let variant = options.variant.as_deref();
    if variant.is_some_and(|variant| variant != workload.variant) {
        return false;
    }
    let found = workload
        .programs
        .into_iter()
        .find(|candidate| candidate.name == program);
    let Some(mut program) = found else { return false };
    for _ in 0..options.runs {
        (program.run)(1);
    }
    true
}
