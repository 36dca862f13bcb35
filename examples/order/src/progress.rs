//! Shows the transitions of an order as they happen.

use std::time::Instant;

use asl_runtime::machine::{Details, EventType};
use asl_runtime::{HistoryEvent, Observer};

use crate::report;

/// Prints a line for every state that is left and every attempt of a task that fails.
pub struct Progress {
    order: String,
    plain: bool,
    state: &'static str,
    attempt: u32,
    failed: bool,
    since: Instant,
}

impl Progress {
    /// `plain` leaves out the durations.
    pub fn new(order: &str, plain: bool) -> Self {
        Self {
            order: order.to_owned(),
            plain,
            state: "",
            attempt: 0,
            failed: false,
            since: Instant::now(),
        }
    }

    fn line(&self, details: Details) {
        let attempt = match self.attempt {
            0 => String::new(),
            attempt => format!("attempt {attempt}"),
        };
        let duration = match self.plain {
            true => String::new(),
            false => format!("{:>9.3} ms", self.since.elapsed().as_secs_f64() * 1000.0),
        };
        let error = [details.error, details.cause]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>();
        let line = format!(
            "{}  {:<20}{attempt:<11}{duration}  {}",
            self.order,
            self.state,
            error.join(": ")
        );
        report::line(&line);
    }
}

impl Observer for Progress {
    fn event(&mut self, event: HistoryEvent) {
        use EventType as E;
        let details = event.details;
        match event.event_type {
            E::LambdaFunctionScheduled | E::TaskScheduled => {
                self.attempt += 1;
                self.failed = false;
                self.since = Instant::now();
            }
            E::LambdaFunctionFailed | E::LambdaFunctionTimedOut | E::TaskFailed | E::TaskTimedOut => {
                self.failed = true;
                self.line(details);
            }
            E::TaskStateEntered | E::ChoiceStateEntered | E::PassStateEntered | E::FailStateEntered => {
                self.state = details.state.unwrap_or_default();
                self.attempt = 0;
                self.failed = false;
                self.since = Instant::now();
            }
            E::ExecutionFailed | E::ExecutionTimedOut => self.line(details),
            // The line of a failed attempt has said it already.
            E::TaskStateExited if self.failed => {}
            E::TaskStateExited | E::ChoiceStateExited | E::PassStateExited => self.line(details),
            _ => {}
        }
    }
}
