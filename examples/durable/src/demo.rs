//! The demonstration: what a user would type, with a process that is killed.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{self, Command, Stdio};

use super::Result;

/// Runs the commands one after the other, each in a process of its own, in a new folder.
pub fn run() -> Result<()> {
    let folder = Folder::new()?;
    let shop = |arguments: &[&str]| folder.shop(arguments);

    println!("# a small order is started; the process is killed while the bank thinks about it");
    folder.killed_at("card charged", &["start", "order-1", "boots", "120"])?;
    println!("# started again: nothing is reserved or charged twice");
    shop(&["run"])?;
    println!("# a large order waits for its approval; no process needs to run");
    shop(&["start", "order-2", "bicycle", "900"])?;
    shop(&["approve", "order-2"])?;
    println!("# one that fails is redriven from the state that failed");
    shop(&["start", "order-3", "skis", "300"])?;
    fs::write(folder.0.join("snow"), "")?;
    shop(&["redrive", "order-3"])?;
    println!("# and one is stopped");
    shop(&["start", "order-4", "piano", "8000"])?;
    shop(&["stop", "order-4"])?;
    shop(&["show", "order-3"])
}

/// A folder of its own, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        let folder = env::temp_dir().join(format!("durable-orders-{}", process::id()));
        fs::create_dir(&folder)?;
        Ok(Self(folder))
    }

    fn command(&self, arguments: &[&str]) -> Result<Command> {
        println!("$ durable {}", arguments.join(" "));
        let mut command = Command::new(env::current_exe()?);
        command.args(arguments).env("ORDERS_DB", self.0.join("orders.db"));
        Ok(command)
    }

    fn shop(&self, arguments: &[&str]) -> Result<()> {
        let status = self.command(arguments)?.status()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("the command failed: {status}").into())
        }
    }

    /// Runs a command until it prints this, and kills it there: SIGKILL, on Unix.
    fn killed_at(&self, text: &str, arguments: &[&str]) -> Result<()> {
        let mut child = self.command(arguments)?.stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().ok_or("the command has no output")?;
        for line in BufReader::new(output).lines() {
            let line = line?;
            println!("{line}");
            if line.contains(text) {
                child.kill()?;
                child.wait()?;
                println!("  (killed)");
                return Ok(());
            }
        }
        Err(format!("the command never printed {text:?}").into())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // Nothing depends on it, and there is nobody to tell.
        let _ = fs::remove_dir_all(&self.0);
    }
}
