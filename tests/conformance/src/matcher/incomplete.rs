//! Compares with recordings whose events inside a Parallel state lost their ids, their order and the
//! events that ended the state.

use super::Event;

/// How `actual` differs from the recording; `Ok` if it agrees.
///
/// Events with an id must stand at that id. The events without one must fill the places between them, in any
/// order; all that may stand there besides are the lost ends of Parallel states.
pub(super) fn compare(expected: &[Event], actual: &[Event]) -> Result<(), String> {
    let (lost, kept): (Vec<&Event>, Vec<&Event>) = expected.iter().partition(|event| event.id == 0);
    let mut taken = vec![false; actual.len()];
    for expected in &kept {
        let place = usize::try_from(expected.id - 1).unwrap_or(usize::MAX);
        let Some(actual) = actual.get(place) else {
            return Err(format!("event {}: {expected} is missing", expected.id));
        };
        if let Some(text) = expected.content_difference(actual) {
            return Err(format!("event {}: {text}", actual.id));
        }
        taken[place] = true;
    }
    for expected in &kept {
        same_previous(expected, actual, &taken)?;
    }
    let free: Vec<&Event> = actual
        .iter()
        .zip(&taken)
        .filter_map(|(event, taken)| (!taken).then_some(event))
        .collect();
    let matched = assign(&lost, &free)?;
    match free
        .iter()
        .enumerate()
        .find(|(place, event)| !matched.contains(place) && !may_be_lost(event))
    {
        Some((_, surplus)) => Err(format!("event {}: {surplus} is not expected", surplus.id)),
        None => Ok(()),
    }
}

/// An event that refers to a kept one must do so here; one that refers to a lost one may refer to any event that
/// is not kept, as which of the branches ended last is not recorded.
fn same_previous(expected: &Event, actual: &[Event], taken: &[bool]) -> Result<(), String> {
    let is_kept = |id: u64| match usize::try_from(id).unwrap_or(usize::MAX).checked_sub(1) {
        Some(place) => taken.get(place).copied().unwrap_or(false),
        None => true,
    };
    let previous = usize::try_from(expected.id - 1)
        .ok()
        .and_then(|place| actual.get(place))
        .map_or(0, |event| event.previous);
    if previous == expected.previous || (!is_kept(previous) && !is_kept(expected.previous)) {
        return Ok(());
    }
    Err(format!(
        "event {}: {expected} expected previousEventId {}, got {previous}",
        expected.id, expected.previous
    ))
}

fn may_be_lost(event: &Event) -> bool {
    event.completes_scope()
        || event.kind == "ParallelStateFailed"
        || event.kind == "ParallelStateExited"
        || event.kind == "ParallelStateAborted"
}

/// Gives each expected event one of the free ones that agrees with it: the places taken, in the order of
/// `expected`.
fn assign(expected: &[&Event], free: &[&Event]) -> Result<Vec<usize>, String> {
    let mut holder: Vec<Option<usize>> = vec![None; free.len()];
    for index in 0..expected.len() {
        let mut visited = vec![false; free.len()];
        if !augment(index, expected, free, &mut holder, &mut visited) {
            return Err(format!("{} is missing, or differs", expected[index]));
        }
    }
    Ok(holder
        .iter()
        .enumerate()
        .filter_map(|(place, holder)| holder.map(|_| place))
        .collect())
}

/// Finds a place for the expected event, moving earlier ones if they can stand elsewhere (wildcards make some of
/// them fit several places).
fn augment(
    index: usize,
    expected: &[&Event],
    free: &[&Event],
    holder: &mut [Option<usize>],
    visited: &mut [bool],
) -> bool {
    for place in 0..free.len() {
        if visited[place] || expected[index].content_difference(free[place]).is_some() {
            continue;
        }
        visited[place] = true;
        let is_free = match holder[place] {
            Some(other) => augment(other, expected, free, holder, visited),
            None => true,
        };
        if is_free {
            holder[place] = Some(index);
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::super::compare;
    use super::super::event_list::{Change, parallel};
    use super::Event;
    use serde_json::json;

    /// The parallel history as such recordings have it: branch events sorted and without ids, no end event.
    fn recorded() -> Vec<Event> {
        let mut events = parallel();
        events.remove(7);
        events[3..7].sort_by(|left, right| (&left.kind, &left.id).cmp(&(&right.kind, &right.id)));
        for event in &mut events[3..7] {
            event.id = 0;
            event.previous = 0;
        }
        events
    }

    #[test]
    fn lost_events_are_a_set() {
        assert_eq!(compare(&recorded(), &parallel(), false), Ok(()));
    }

    #[test]
    fn a_changed_lost_event_is_refused() {
        let actual = parallel().with(6, "output", json!(7));
        assert!(compare(&recorded(), &actual, false).is_err());
    }

    #[test]
    fn a_missing_lost_event_is_refused() {
        let mut actual = parallel();
        actual[5] = Event {
            id: 6,
            ..actual[7].clone()
        };
        assert!(compare(&recorded(), &actual, false).is_err());
    }

    #[test]
    fn a_surplus_event_is_refused() {
        let mut expected = recorded();
        expected.remove(4);
        assert!(compare(&expected, &parallel(), false).is_err());
    }

    #[test]
    fn kept_events_stand_at_their_ids() {
        let mut actual = parallel();
        actual.remove(7);
        for event in &mut actual[7..] {
            event.id -= 1;
            event.previous = event.id - 1;
        }
        assert!(compare(&recorded(), &actual, false).is_err());
    }

    #[test]
    fn kept_events_refer_to_kept_events() {
        let mut actual = parallel();
        actual[2].previous = 1;
        assert!(compare(&recorded(), &actual, false).is_err());
        let mut actual = parallel();
        actual[8].previous = 3;
        assert!(compare(&recorded(), &actual, false).is_err());
        actual[8].previous = 6;
        assert_eq!(compare(&recorded(), &actual, false), Ok(()));
    }

    #[test]
    fn wildcards_find_their_places() {
        let mut expected = recorded();
        let first = expected.iter().position(|event| event.kind == "PassStateExited");
        let first = first.unwrap();
        expected[first]
            .details
            .insert("output".to_owned(), json!("<<any>>"));
        expected[first]
            .details
            .insert("state".to_owned(), json!("<<any>>"));
        assert_eq!(compare(&expected, &parallel(), false), Ok(()));
    }
}
