//! Where an event stands: in the branches or iterations of which state.

use serde_json::Value;

use super::Event;

/// The event that started the Parallel or Map state in which the event at this place happened.
pub(super) fn start_of(events: &[Event], place: usize) -> Option<usize> {
    let mut left: Vec<Option<&Value>> = Vec::new();
    let mut at = place;
    loop {
        let event = events.get(at)?;
        if left.is_empty() && event.starts_scope() {
            return Some(at);
        }
        // The way back from an inner state's exit leads through that state's own events.
        if event.exits_scope() {
            left.push(event.details.get("state"));
        } else if event.kind.ends_with("StateEntered") && left.last() == Some(&event.details.get("state")) {
            left.pop();
        }
        at = usize::try_from(event.previous).ok()?.checked_sub(1)?;
    }
}

/// Whether the event at this place is the last one of a branch or iteration.
pub(super) fn is_end_of_branch(events: &[Event], place: usize) -> bool {
    let event = &events[place];
    event.kind.ends_with("StateExited")
        && events
            .iter()
            .filter(|next| next.previous == event.id)
            .all(follows_a_branch)
        && start_of(events, place).is_some()
}

/// The last event of the branch or iteration that ended last, of those begun by this start.
pub(super) fn last_end(events: &[Event], start: usize) -> Option<usize> {
    (start..events.len())
        .rev()
        .find(|place| is_end_of_branch(events, *place) && start_of(events, *place) == Some(start))
}

fn follows_a_branch(event: &Event) -> bool {
    event.completes_scope()
        || event.exits_scope()
        || matches!(
            event.kind.as_str(),
            "MapIterationSucceeded" | "MapIterationStarted"
        )
}
