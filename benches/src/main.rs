//! What compiled workflows cost beside the same work written by hand.
//!
//! ```text
//! cargo run --release -p benches                     everything, as a table
//! cargo run --release -p benches -- order map1000    some workloads
//! cargo run --release -p benches -- in_flight        the memory of executions in flight
//! cargo run --release -p benches -- --json           the workloads, one JSON object a line
//! cargo run --release -p benches -- --once ours order    a program of a workload a hundred times, for callgrind
//! ```
//!
//! `README.md` has the method and figures.

mod in_flight;
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

/// The name of what is no workload: memory, not time.
const IN_FLIGHT: &str = "in_flight";

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
    /// What the executions wait for whose memory this process is to measure.
    in_flight: Option<String>,
    /// All, where none is named.
    names: Vec<String>,
}

fn run(arguments: impl Iterator<Item = String>) -> Result<(), String> {
    let options = options(arguments)?;
    if let Some(kind) = &options.in_flight {
        return in_flight::measure(kind).map_err(|error| error.to_string());
    }
    let workloads = chosen(&options)?.flat_map(|make| make());
    if let Some(program) = &options.once {
        let found = workloads.filter(|workload| {
            options
                .variant
                .as_deref()
                .is_none_or(|variant| variant == workload.variant)
        });
        return run_once(found, program, options.runs);
    }
    if options.json {
        workloads.for_each(|workload| report::json(&measure::measure(workload, options.rounds)));
        return Ok(());
    }
    let mut workloads = workloads.peekable();
    if workloads.peek().is_some() {
        report::header();
    }
    workloads.for_each(|workload| report::row(&measure::measure(workload, options.rounds)));
    if options.asks_for(IN_FLIGHT) {
        in_flight::report().map_err(|error| error.to_string())?;
    }
    Ok(())
}

impl Options {
    fn asks_for(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.iter().any(|asked| asked == name)
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        json: false,
        rounds: 15,
        once: None,
        variant: None,
        runs: 100,
        in_flight: None,
        names: Vec::new(),
    };
    while let Some(argument) = arguments.next() {
        let mut text = || arguments.next().ok_or(USAGE);
        let number = |text: String| text.parse().map_err(|_| USAGE);
        match argument.as_str() {
            "--json" => options.json = true,
            "--rounds" => options.rounds = text().and_then(number)?,
            "--runs" => options.runs = text().and_then(number)?,
            "--once" => options.once = Some(text()?),
            "--variant" => options.variant = Some(text()?),
            "--in-flight" => options.in_flight = Some(text()?),
            _ if argument.starts_with('-') => return Err(format!("unexpected {argument}\n{USAGE}")),
            _ => options.names.push(argument),
        }
    }
    Ok(options)
}

/// The workloads that are asked for.
fn chosen(options: &Options) -> Result<impl Iterator<Item = workloads::Make>, String> {
    let all = workloads::all();
    let known: Vec<_> = all.iter().map(|(name, _)| *name).chain([IN_FLIGHT]).collect();
    if let Some(unknown) = options.names.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(format!(
            "there is no workload {unknown}; there are {}",
            known.join(", ")
        ));
    }
    Ok(all
        .into_iter()
        .filter(|(name, _)| options.asks_for(name))
        .map(|(_, make)| make))
}

/// Runs a program of some workloads, for callgrind.
fn run_once(workloads: impl Iterator<Item = Workload>, name: &str, runs: usize) -> Result<(), String> {
    let programs = workloads.flat_map(|workload| {
        let (wall, programs) = (workload.wall, workload.programs);
        programs.into_iter().map(move |program| (wall, program))
    });
    let mut found = programs.filter(|(_, program)| program.name == name).peekable();
    found
        .peek()
        .ok_or_else(|| format!("there is no program {name} of that"))?;
    for (wall, mut program) in found {
        // What does several at once is to have them.
        let (turns, each) = if wall { (1, runs) } else { (runs, 1) };
        for _ in 0..turns {
            (program.run)(each);
        }
    }
    Ok(())
}
