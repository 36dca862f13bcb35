//! Kills a process that runs durable executions, again and again, and checks that nothing is lost.
//!
//! ```text
//! cargo run --release -p crash-test -- --kills 500 --seed 1
//! ```
//!
//! A child process starts executions of random machines (retries, branches, iterations, waits, callbacks, nested
//! executions, Map Runs), and redrives those that fail; its tasks write each call to a log that is synced. It is killed with SIGKILL at random moments and started
//! again; the last one finishes what there is. Then the following is checked, and the exit code is 0 only if all is so:
//!
//! * every start that was acknowledged led to an execution that has ended;
//! * no task was called again whose result had been recorded;
//! * no answer by token that was acknowledged was lost, and every token was answered;
//! * no redrive that was acknowledged was lost, and what failed has succeeded after as many redrives as it takes;
//! * results and histories are those of an undisturbed run; of executions that were redriven what states gave, for how far
//!   the others were when a branch failed is a matter of time.

mod check;
mod child;
mod logs;
mod mend;
mod tasks;
mod undisturbed;

use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use std::{env, thread};

use check::Checks;

include!(concat!(env!("OUT_DIR"), "/machines.rs"));

const USAGE: &str = "usage: crash-test [--kills N] [--seed S]";

/// Longest that the last child takes to finish.
const FINISH: Duration = Duration::from_secs(300);

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["fill", folder] => child::fill(Path::new(folder)),
        ["child", folder, seed, last] => {
            child::run(Path::new(folder), seed.parse().unwrap_or(0), last == "last")
        }
        _ => numbers(&arguments).and_then(|(kills, seed)| run(kills, seed)),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn numbers(arguments: &[String]) -> Result<(u32, u64), String> {
    let (mut kills, mut seed) = (30, 1);
    for pair in arguments.chunks(2) {
        let [name, value] = pair else {
            return Err(USAGE.to_owned());
        };
        let number: u64 = value.parse().map_err(|_| USAGE.to_owned())?;
        match name.as_str() {
            "--kills" => kills = u32::try_from(number).map_err(|_| USAGE.to_owned())?,
            "--seed" => seed = number,
            _ => return Err(USAGE.to_owned()),
        }
    }
    Ok((kills, seed))
}

fn run(kills: u32, seed: u64) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let mut random = tasks::Random::new(seed);
    let mut checks = Checks::new(folder.path());
    let start = Instant::now();
    for kill in 1..=kills {
        let mut process = spawn(folder.path(), seed, "more")?;
        // Mostly soon, now and then after a while.
        let longest = if random.below(5) == 0 { 1000 } else { 250 };
        thread::sleep(Duration::from_millis(15 + random.below(longest)));
        if let Ok(Some(status)) = process.try_wait() {
            return Err(format!(
                "before kill {kill} the process ended by itself: {status}"
            ));
        }
        // SIGKILL.
        process.kill().map_err(|error| error.to_string())?;
        process.wait().map_err(|error| error.to_string())?;
        checks
            .after_kill()
            .map_err(|problem| format!("after kill {kill}: {problem}"))?;
        if kill % 50 == 0 {
            println!("{kill} kills, {} s", start.elapsed().as_secs());
        }
    }
    let mut process = spawn(folder.path(), seed, "last")?;
    let finish = Instant::now();
    loop {
        match process.try_wait().map_err(|error| error.to_string())? {
            Some(status) if status.success() => break,
            Some(status) => return Err(format!("the last process failed: {status}")),
            None if finish.elapsed() > FINISH => {
                let _ = process.kill();
                return Err("the executions do not end: something was lost".to_owned());
            }
            None => thread::sleep(Duration::from_millis(50)),
        }
    }
    checks.after_kill()?;
    let summary = checks.at_the_end(seed)?;
    println!(
        "{kills} kills, seed {seed}, {} s: nothing was lost\n{summary}",
        start.elapsed().as_secs()
    );
    Ok(())
}

fn spawn(folder: &Path, seed: u64, mode: &str) -> Result<std::process::Child, String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    Command::new(program)
        .arg("child")
        .arg(folder)
        .args([&seed.to_string(), mode])
        .stdin(Stdio::null())
        .spawn()
        .map_err(|error| error.to_string())
}
