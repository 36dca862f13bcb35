//! `Retry` and `Catch`.

use super::{Lowered, Lowering, template::result_path};
use crate::{
    ir,
    syntax::block::{Block, Value},
};

impl Lowering<'_> {
    pub(super) fn catchers(&mut self, state: &Block<'_>) -> Lowered<Vec<ir::Catcher>> {
        let mut place = Numbered::new("Catch");
        let catcher = |catcher: &Block<'_>| {
            let place = place.next();
            Ok(ir::Catcher {
                error_equals: error_equals(catcher),
                result_path: result_path(catcher),
                output: self.value(catcher, &place, "Output"),
                assign: self.assign(catcher, &place),
                next: self.target(catcher, "Next")?,
            })
        };
        state.blocks("Catch").iter().map(catcher).collect()
    }
}

/// The places of the entries of a list: `Catch[0]/`, `Catch[1]/`.
pub(super) struct Numbered {
    list: &'static str,
    count: usize,
}

impl Numbered {
    pub(super) fn new(list: &'static str) -> Self {
        Self { list, count: 0 }
    }

    pub(super) fn next(&mut self) -> String {
        self.count += 1;
        format!("{}[{}]/", self.list, self.count - 1)
    }
}

pub(super) fn retriers(state: &Block<'_>) -> Vec<ir::Retrier> {
    let retrier = |retrier: &Block<'_>| ir::Retrier {
        error_equals: error_equals(retrier),
        interval_seconds: retrier.integer("IntervalSeconds").unwrap_or(1),
        max_attempts: retrier.integer("MaxAttempts").unwrap_or(3),
        backoff_rate: match retrier.value("BackoffRate") {
            Some(Value::Number(ir::Json::Integer(rate))) => *rate as f64,
            Some(Value::Number(ir::Json::Unsigned(rate))) => *rate as f64,
            Some(Value::Number(ir::Json::Float(rate))) => *rate,
            _ => 2.0,
        },
        max_delay_seconds: retrier.integer("MaxDelaySeconds"),
        full_jitter: retrier.text("JitterStrategy") == Some("FULL"),
    };
    state.blocks("Retry").iter().map(retrier).collect()
}

fn error_equals(block: &Block<'_>) -> Vec<String> {
    block
        .names("ErrorEquals")
        .iter()
        .map(|(_, name)| (*name).to_owned())
        .collect()
}
