//! Keeps one case from taking the whole run with it.

use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// Longer than any case takes: the clock is simulated.
const LIMIT: Duration = Duration::from_secs(30);

/// Cases with documents nested as deep as they may be need more than the default of a thread.
const STACK: usize = 64 << 20;

/// Runs a case in a thread of its own: a panic or an endless loop is a failure of that case.
pub fn guarded(case: impl FnOnce() -> Result<(), String> + Send + 'static) -> Result<(), String> {
    let (sender, receiver) = mpsc::channel();
    let body = move || {
        // The receiver is gone if the case took too long.
        let _ = sender.send(caught(case));
    };
    thread::Builder::new()
        .stack_size(STACK)
        .spawn(body)
        .map_err(|error| format!("no thread to run it: {error}"))?;
    receiver
        .recv_timeout(LIMIT)
        .unwrap_or_else(|_| Err(format!("not done after {} s", LIMIT.as_secs())))
}

/// Runs a case here and now: a panic is a failure of that case.
pub fn caught(case: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    panic::catch_unwind(AssertUnwindSafe(case))
        .unwrap_or_else(|payload| Err(format!("panicked: {}", panic_message(payload.as_ref()))))
}

fn panic_message(payload: &(dyn std::any::Any + Send)) -> &str {
    if let Some(text) = payload.downcast_ref::<&str>() {
        text
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text
    } else {
        "no message"
    }
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn a_panic_is_a_failure() {
        assert_eq!(guarded(|| Ok(())), Ok(()));
        assert_eq!(guarded(|| panic!("so")), Err("panicked: so".to_owned()));
    }
}
