//! Timing: the programs of a workload in turns, medians over the rounds.

use std::time::{Duration, Instant};

use crate::workloads::Workload;

/// What a workload's programs took.
pub struct Measured {
    /// Name of the workload.
    pub workload: &'static str,
    /// Which variant of it.
    pub variant: &'static str,
    /// What one run is divided by: 1, or the number of transitions or executions in it.
    pub per: usize,
    /// Whether wall time counts.
    pub wall: bool,
    /// Name of each program and its nanoseconds a run: of wall time, of the thread's CPU time.
    pub programs: Vec<(&'static str, f64, f64)>,
}

/// Measures a workload: each program takes its turn so often.
pub fn measure(mut workload: Workload, rounds: usize) -> Measured {
    let counts: Vec<usize> = workload
        .programs
        .iter_mut()
        .map(|program| runs_in_a_turn(&mut *program.run, workload.turn))
        .collect();
    let mut times: Vec<Vec<(f64, f64)>> = vec![Vec::new(); counts.len()];
    for _ in 0..rounds {
        for ((program, count), times) in workload.programs.iter_mut().zip(&counts).zip(&mut times) {
            let (cpu, wall) = (cpu_time(), Instant::now());
            (program.run)(*count);
            let wall = wall.elapsed().as_nanos() as f64;
            let cpu = cpu_time()
                .zip(cpu)
                .map_or(wall, |(after, before)| (after - before) as f64);
            times.push((wall / *count as f64, cpu / *count as f64));
        }
    }
    let programs = workload.programs.iter().zip(times).map(|(program, times)| {
        let wall = median(times.iter().map(|time| time.0).collect());
        let cpu = median(times.iter().map(|time| time.1).collect());
        (program.name, wall, cpu)
    });
    Measured {
        workload: workload.name,
        variant: workload.variant,
        per: workload.per,
        wall: workload.wall,
        programs: programs.collect(),
    }
}

/// So many that a turn is long beside the clock's resolution. They also warm up the caches.
fn runs_in_a_turn(run: &mut dyn FnMut(usize), turn: Duration) -> usize {
    let mut count = 1;
    loop {
        let start = Instant::now();
        run(count);
        let elapsed = start.elapsed();
        if elapsed >= turn {
            return count;
        }
        let factor = turn.as_secs_f64() / elapsed.as_secs_f64().max(1e-6) * 1.2;
        count = (count as f64 * factor.clamp(1.5, 100.0)).ceil() as usize;
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Nanoseconds that this thread has had the processor, where the system tells.
#[cfg(unix)]
fn cpu_time() -> Option<i64> {
    use rustix::time::{ClockId, clock_gettime};

    let time = clock_gettime(ClockId::ThreadCPUTime);
    Some(time.tv_sec * 1_000_000_000 + time.tv_nsec)
}

#[cfg(not(unix))]
fn cpu_time() -> Option<i64> {
    None
}
