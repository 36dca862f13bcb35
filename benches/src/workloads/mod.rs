//! The workloads: each the same work three times, compiled from ASL and by hand over structs and over JSON values.

mod big;
mod choice_loop;
#[cfg(feature = "durable")]
mod durable_order;
mod map1000;
mod order;
mod parallel10;
mod pass100;
mod threads;

use std::future::Future;
use std::hint::black_box;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

/// A workload, in one variant.
pub struct Workload {
    /// Its name.
    pub name: &'static str,
    /// What goes in and out, which language, how much at once.
    pub variant: &'static str,
    /// Parts of one run that the figures are for.
    pub per: usize,
    /// Whether wall time counts, not the CPU time of the one thread.
    pub wall: bool,
    /// How long a turn of a program is to take at least.
    pub turn: Duration,
    /// The programs.
    pub programs: Vec<Program>,
}

impl Workload {
    /// A workload of which one run is measured, by the CPU time of its thread.
    fn new(name: &'static str, variant: &'static str, programs: Vec<Program>) -> Self {
        Self {
            name,
            variant,
            per: 1,
            wall: false,
            turn: Duration::from_millis(40),
            programs,
        }
    }
}

/// A program that does the work of a workload.
pub struct Program {
    /// See the names in `report`.
    pub name: &'static str,
    /// Does it so many times.
    pub run: Box<dyn FnMut(usize)>,
}

/// Makes the variants of a workload.
pub type Make = fn() -> Vec<Workload>;

/// All workloads with their names.
pub fn all() -> Vec<(&'static str, Make)> {
    vec![
        ("pass100", pass100::workloads),
        ("order", order::workloads),
        ("map1000", map1000::workloads),
        ("choice_loop", choice_loop::workloads),
        ("parallel10", parallel10::workloads),
        ("big", big::workloads),
        ("threads", threads::workloads),
        #[cfg(feature = "durable")]
        ("durable_order", durable_order::workloads),
    ]
}

/// A program whose one run is a future, on a runtime of one thread.
fn program<F: Future>(name: &'static str, mut once: impl FnMut() -> F + 'static) -> Program {
    let runtime = runtime();
    let run = move |count| {
        runtime.block_on(async {
            for _ in 0..count {
                black_box(once().await);
            }
        });
    };
    Program {
        name,
        run: Box::new(run),
    }
}

/// A runtime of one thread.
#[expect(
    clippy::expect_used,
    reason = "a benchmark without a runtime has nothing to tell"
)]
fn runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_time().build().expect("a runtime starts")
}

/// Something that a benchmark must have or stop.
trait Must<T> {
    fn must(self) -> T;
}

impl<T, E: std::fmt::Display> Must<T> for Result<T, E> {
    fn must(self) -> T {
        self.unwrap_or_else(|error| panic!("a benchmark's program failed: {error}"))
    }
}
