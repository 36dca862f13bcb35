//! Compares whole histories.

use super::{Event, concurrent, incomplete};

/// How `actual` differs from the recorded history; `Ok` if it agrees.
///
/// Events must agree one by one. Where a Parallel or Map state ran several things at once, the order between
/// its branches is one of several that the service may show: there they must agree up to interleaving. Of a
/// recording that is not `complete`, the events that lost their ids are a set.
pub fn compare(expected: &[Event], actual: &[Event], complete: bool) -> Result<(), String> {
    numbered(actual)?;
    if !complete {
        return incomplete::compare(expected, actual);
    }
    one_by_one(expected, actual).or_else(|difference| {
        if concurrent::applies(expected) {
            concurrent::compare(expected, actual)
                .map_err(|text| format!("{difference}; nor up to interleaving: {text}"))
        } else {
            Err(difference)
        }
    })
}

/// Ids are 1, 2, 3, ... and refer back.
fn numbered(events: &[Event]) -> Result<(), String> {
    for (event, id) in events.iter().zip(1..) {
        if event.id != id {
            return Err(format!("event {id} has the id {}", event.id));
        }
        if event.previous >= id {
            return Err(format!(
                "event {id} {event} refers to {}, which comes later",
                event.previous
            ));
        }
    }
    Ok(())
}

fn one_by_one(expected: &[Event], actual: &[Event]) -> Result<(), String> {
    for (expected, actual) in expected.iter().zip(actual) {
        let id = actual.id;
        if let Some(text) = expected.content_difference(actual) {
            return Err(format!("event {id}: {text}"));
        }
        if expected.id != id {
            return Err(format!("event {id}: {actual} has the id {}", expected.id));
        }
        if expected.previous != actual.previous {
            return Err(format!(
                "event {id}: {actual} expected previousEventId {}, got {}",
                expected.previous, actual.previous
            ));
        }
    }
    if let Some(missing) = expected.get(actual.len()) {
        return Err(format!("event {}: {missing} is missing", missing.id));
    }
    if let Some(surplus) = actual.get(expected.len()) {
        return Err(format!("event {}: {surplus} is not expected", surplus.id));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::event_list::{Change, sequential};
    use super::compare;
    use serde_json::json;

    #[test]
    fn the_same_history_agrees() {
        assert_eq!(compare(&sequential(), &sequential(), true), Ok(()));
    }

    #[test]
    fn a_changed_detail_is_refused() {
        let actual = sequential().with(3, "output", json!({"x": 2}));
        assert_eq!(
            compare(&sequential(), &actual, true),
            Err("event 3: PassStateExited(A) at .output.x: expected 1, got 2".to_owned())
        );
    }

    #[test]
    fn a_missing_detail_is_refused() {
        let mut actual = sequential();
        actual[2].details.remove("output");
        assert!(compare(&sequential(), &actual, true).is_err());
    }

    #[test]
    fn a_missing_event_is_refused() {
        let mut actual = sequential();
        actual.pop();
        assert_eq!(
            compare(&sequential(), &actual, true),
            Err("event 6: ExecutionSucceeded is missing".to_owned())
        );
    }

    #[test]
    fn a_surplus_event_is_refused() {
        let mut expected = sequential();
        expected.pop();
        assert!(compare(&expected, &sequential(), true).is_err());
    }

    #[test]
    fn another_previous_event_is_refused() {
        let mut actual = sequential();
        actual[4].previous = 2;
        assert_eq!(
            compare(&sequential(), &actual, true),
            Err("event 5: PassStateExited(B) expected previousEventId 4, got 2".to_owned())
        );
    }

    #[test]
    fn a_swapped_order_is_refused() {
        let actual = sequential().swapped(3, 4);
        assert!(compare(&sequential(), &actual, true).is_err());
    }

    #[test]
    fn wrong_numbering_is_refused() {
        let mut actual = sequential();
        actual[5].id = 7;
        assert!(compare(&sequential(), &actual, true).is_err());
        let mut actual = sequential();
        actual[3].previous = 4;
        assert!(compare(&sequential(), &actual, true).is_err());
    }
}
