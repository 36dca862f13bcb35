//! What compiled workflows cost beside the same work written by hand.
//!
//! ```text
//! cargo run --release -p benches                     all workloads, as a table
//! cargo run --release -p benches -- order map1000    some
//! cargo run --release -p benches -- --json           one JSON object a line
//! cargo run --release -p benches -- --once order     each program of a workload once, for callgrind
//! ```
//!
//! `README.md` has the method and figures.

mod measure;
mod report;
mod workloads;

use std::env;
use std::process::ExitCode;

use measure::Options;
use workloads::Workload;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "usage: benches [--json] [--once PROGRAM [--variant VARIANT]] [--rounds N] [WORKLOAD...]";

fn main() -> ExitCode {
    match run(env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let mut options = Options::default();
    let (mut json, mut once, mut variant, mut names) = (false, None, None, Vec::new());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--json" => json = true,
            "--once" => once = Some(arguments.next().ok_or(USAGE)?),
            "--variant" => variant = Some(arguments.next().ok_or(USAGE)?),
            "--rounds" => {
                let rounds = arguments.next().and_then(|rounds| rounds.parse().ok());
                options.rounds = rounds.ok_or(USAGE)?;
            }
            _ if argument.starts_with('-') => return Err(format!("unexpected {argument}\n{USAGE}")),
            _ => names.push(argument),
        }
    }
    let all = workloads::all();
    if let Some(unknown) = names
        .iter()
        .find(|name| all.iter().all(|(known, _)| known != name))
    {
        let known = all.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
        return Err(format!("there is no workload {unknown}; there are {known}"));
    }
    let chosen = all
        .into_iter()
        .filter(|(name, _)| names.is_empty() || names.iter().any(|chosen| chosen == name));
    if !json && once.is_none() {
        report::header();
    }
    for (_, make) in chosen {
        for workload in make() {
            match &once {
                Some(program) => run_once(workload, program, variant.as_deref()),
                None => report::row(&measure::measure(workload, &options), json),
            }
        }
    }
    Ok(())
}

/// Runs one program a hundred times: callgrind's counts divided by that are those of one run.
fn run_once(workload: Workload, program: &str, variant: Option<&str>) {
    if variant.is_some_and(|variant| variant != workload.variant) {
        return;
    }
    for mut candidate in workload.programs {
        if candidate.name == program {
            for _ in 0..100 {
                (candidate.run)(1);
            }
        }
    }
}
