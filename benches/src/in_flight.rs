//! Memory of executions in flight: many that wait, by the resident memory of a process of their own.

use std::convert::Infallible;
use std::process::Command;
use std::sync::Arc;
use std::{env, fs, future, io};

use asl_runtime::{Callbacks, Value, asl, json, tasks};
use tokio::runtime::Builder;

asl!("../workloads/in_flight.asl.json");

/// How many there are at once.
const COUNT: usize = 100_000;

/// What they wait for.
const KINDS: [&str; 5] = [
    "for time",
    "for a task",
    "for a task with a time limit",
    "for a task token",
    "for branches",
];

struct Never;

#[tasks]
impl in_flight::Tasks for Never {
    async fn call(&self, _: Value) -> Result<Value, Infallible> {
        future::pending().await
    }
    async fn call_in_time(&self, _: Value) -> Result<Value, Infallible> {
        future::pending().await
    }
    async fn ask(&self, _: Value) -> Result<Value, Infallible> {
        Ok(Value::Null)
    }
}

/// Prints the memory of an execution, for each that it can wait for.
pub fn report() -> io::Result<()> {
    println!("\nmemory of an execution in flight, of {COUNT} that wait");
    for kind in KINDS {
        let program = Command::new(env::current_exe()?)
            .args(["--in-flight", kind])
            .output()?;
        let bytes = String::from_utf8_lossy(&program.stdout);
        println!("{kind:<28} {:>6} bytes", bytes.trim());
    }
    Ok(())
}

/// Has so many executions wait, and prints the bytes of resident memory that one takes.
pub fn measure(kind: &str) -> io::Result<()> {
    let runtime = Builder::new_current_thread().enable_time().build()?;
    let machine = Arc::new(in_flight::machine(Never).with_callbacks(&Callbacks::new()));
    // Shared by all, so that it does not count.
    let input = json!({ "waits": kind });
    runtime.block_on(async {
        let mut before = resident()?;
        // The first are not counted: with them comes what all share.
        for count in [COUNT / 100, COUNT] {
            before = resident()?;
            for _ in 0..count {
                let (machine, input) = (Arc::clone(&machine), input.clone());
                tokio::spawn(async move { machine.run::<_, Value>(&input).await });
            }
            // Its turn comes after theirs.
            tokio::spawn(async {}).await?;
        }
        println!("{}", resident()?.saturating_sub(before) / COUNT);
        Ok(())
    })
}

/// Bytes of resident memory of the process.
fn resident() -> io::Result<usize> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok());
    kilobytes
        .map(|kilobytes| kilobytes * 1024)
        .ok_or_else(|| io::Error::other("no VmRSS"))
}
