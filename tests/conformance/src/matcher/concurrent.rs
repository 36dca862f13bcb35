//! Compares histories of machines that ran several things at once, up to interleaving.
//!
//! Outside a Parallel or Map state that ran its parts at once, events agree one by one, ids included. Inside, each
//! recorded event is paired with one of ours that has the same content and the pair of its previous event. So the
//! order within a branch is strict, and only events of different branches may change places. Three things depend on
//! which branch happened to be faster: the events that complete a state and exit from it refer to the last event of
//! the branch that ended last, and an iteration that had to wait for a free place refers to the one that freed it.

use std::ops::Range;

use super::Event;
use super::scope::{is_end_of_branch, last_end, start_of};

/// Pairings tried before the comparison gives up: beyond it, too many events look the same.
const TRIES: usize = 1_000_000;

/// Whether the history has parts that ran at once.
pub(super) fn applies(expected: &[Event]) -> bool {
    !regions(expected).is_empty()
}

/// How `actual` differs from the recording, up to interleaving.
pub(super) fn compare(expected: &[Event], actual: &[Event]) -> Result<(), String> {
    if expected.len() != actual.len() {
        return Err(format!(
            "expected {} events, got {}",
            expected.len(),
            actual.len()
        ));
    }
    let regions = regions(expected);
    let mut pairing = Pairing {
        expected,
        actual,
        region_of: vec![None; expected.len()],
        regions: &regions,
        partner: vec![None; expected.len()],
        taken: vec![false; actual.len()],
        tries: 0,
        furthest: (0, String::new()),
    };
    for (number, region) in regions.iter().enumerate() {
        pairing.region_of[region.clone()].fill(Some(number));
    }
    if !pairing.pair_from(0) {
        return Err(pairing.furthest.1);
    }
    let partner: Vec<usize> = pairing.partner.into_iter().flatten().collect();
    same_order_of_effects(expected, actual, &partner)?;
    completed_last(actual)
}

/// The places inside states that ran their parts at once.
fn regions(events: &[Event]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut entered = None;
    while at < events.len() {
        let event = &events[at];
        if matches!(event.kind.as_str(), "ParallelStateEntered" | "MapStateEntered") {
            entered = event.details.get("state");
        }
        at += 1;
        if runs_at_once(events, event) {
            let length = events[at..]
                .iter()
                .position(|event| {
                    event.ends_execution() || (event.exits_scope() && event.details.get("state") == entered)
                })
                .unwrap_or(events.len() - at);
            found.push(at..at + length);
            at += length;
        }
    }
    found
}

/// Whether the event starts more than one branch or iteration right away.
fn runs_at_once(events: &[Event], start: &Event) -> bool {
    start.starts_scope() && events.iter().filter(|event| event.previous == start.id).count() > 1
}

struct Pairing<'a> {
    expected: &'a [Event],
    actual: &'a [Event],
    regions: &'a [Range<usize>],
    region_of: Vec<Option<usize>>,
    partner: Vec<Option<usize>>,
    taken: Vec<bool>,
    tries: usize,
    furthest: (usize, String),
}

impl Pairing<'_> {
    /// Pairs the recorded events from this place on.
    fn pair_from(&mut self, place: usize) -> bool {
        let Some(expected) = self.expected.get(place) else {
            return true;
        };
        let candidates = match self.region_of[place] {
            Some(region) => self.regions[region].clone(),
            None => place..place + 1,
        };
        let mut reason = format!("event {}: {expected} is missing, or differs", expected.id);
        for candidate in candidates.clone() {
            if self.taken[candidate] {
                continue;
            }
            let actual = &self.actual[candidate];
            let problem = expected
                .content_difference(actual)
                .or_else(|| self.previous_difference(expected, actual));
            if let Some(problem) = problem {
                if candidates.len() == 1 || expected.kind == actual.kind {
                    reason = format!("event {}: {problem}", actual.id);
                }
                continue;
            }
            self.tries += 1;
            if self.tries > TRIES {
                return false;
            }
            self.taken[candidate] = true;
            self.partner[place] = Some(candidate);
            if self.pair_from(place + 1) {
                return true;
            }
            self.partner[place] = None;
            self.taken[candidate] = false;
        }
        if place >= self.furthest.0 {
            self.furthest = (place, reason);
        }
        false
    }

    /// How the events' previous events differ.
    fn previous_difference(&self, expected: &Event, actual: &Event) -> Option<String> {
        let agrees = if depends_on_speed(self.expected, expected) {
            self.depends_likewise(expected, actual)
        } else {
            let partner = place_of(expected.previous).and_then(|place| *self.partner.get(place)?);
            place_of(actual.previous) == partner
        };
        (!agrees).then(|| {
            format!(
                "{actual} has previousEventId {}, not that of the recorded event {}",
                actual.previous, expected.id
            )
        })
    }

    /// Whether an event which refers to whatever branch was the fastest or slowest does so here.
    fn depends_likewise(&self, expected: &Event, actual: &Event) -> bool {
        let (Some(expected_previous), Some(actual_previous)) =
            (place_of(expected.previous), place_of(actual.previous))
        else {
            return false;
        };
        let expected_start = start_of(self.expected, expected_previous).and_then(|start| self.partner[start]);
        let actual_start = start_of(self.actual, actual_previous);
        if actual_start.is_none() || actual_start != expected_start {
            return false;
        }
        if actual.kind == "MapIterationStarted" {
            let users = self
                .actual
                .iter()
                .filter(|event| event.kind == actual.kind && event.previous == actual.previous);
            is_end_of_branch(self.actual, actual_previous) && users.count() == 1
        } else {
            actual_start.and_then(|start| last_end(self.actual, start)) == Some(actual_previous)
        }
    }
}

/// Whether what the event refers to depends on which branch was faster.
fn depends_on_speed(events: &[Event], event: &Event) -> bool {
    let kind_may = event.completes_scope() || event.exits_scope() || event.kind == "MapIterationStarted";
    kind_may && place_of(event.previous).is_some_and(|place| is_end_of_branch(events, place))
}

fn place_of(id: u64) -> Option<usize> {
    usize::try_from(id).ok()?.checked_sub(1)
}

/// What follows from one event comes in the recorded order: only the parts of a Parallel or Map state, which follow
/// from its start, are free of each other.
fn same_order_of_effects(expected: &[Event], actual: &[Event], partner: &[usize]) -> Result<(), String> {
    for (place, event) in expected.iter().enumerate() {
        let other = &actual[partner[place]];
        if event.starts_scope() {
            let order = |events: &[Event]| indices_of_iterations(events, event.id);
            if order(expected).is_sorted() && !indices_of_iterations(actual, other.id).is_sorted() {
                return Err(format!("event {}: iterations do not start in order", other.id));
            }
        } else if effects(expected, event) != effects(actual, other) {
            return Err(format!(
                "event {}: what follows from {other} comes in another order",
                other.id
            ));
        }
    }
    Ok(())
}

fn effects<'a>(events: &'a [Event], cause: &Event) -> Vec<&'a str> {
    events
        .iter()
        .filter(|event| event.previous == cause.id && !depends_on_speed(events, event))
        .map(|event| event.kind.as_str())
        .collect()
}

fn indices_of_iterations(events: &[Event], start: u64) -> Vec<Option<u64>> {
    events
        .iter()
        .filter(|event| event.previous == start && event.kind == "MapIterationStarted")
        .map(|event| event.details.get("index").and_then(serde_json::Value::as_u64))
        .collect()
}

/// A state is completed after everything in it, and exited from after that.
fn completed_last(actual: &[Event]) -> Result<(), String> {
    for (place, event) in actual.iter().enumerate() {
        if !event.completes_scope() {
            continue;
        }
        let start = start_of(actual, place);
        let late = (place + 1..actual.len())
            .find(|late| !actual[*late].exits_scope() && start.is_some() && start_of(actual, *late) == start);
        if let Some(late) = late {
            return Err(format!(
                "event {}: {} comes after {event}",
                actual[late].id, actual[late]
            ));
        }
    }
    for (place, event) in actual.iter().enumerate() {
        let completed =
            |completion: &Event| completion.completes_scope() && completion.previous == event.previous;
        if event.exits_scope() && depends_on_speed(actual, event) && !actual[..place].iter().any(completed) {
            return Err(format!("event {}: {event} comes before its completion", event.id));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::compare;
    use super::super::event_list::{Change, failing_map, map_of_two_at_a_time, parallel};
    use serde_json::json;

    #[test]
    fn branches_may_change_places() {
        let actual = parallel().in_order(&[1, 2, 3, 4, 6, 5, 7, 8, 9, 10]);
        assert_eq!(compare(&parallel(), &actual, true), Ok(()));
    }

    #[test]
    fn the_branch_that_ends_last_is_referred_to() {
        let order = [1, 2, 3, 5, 7, 4, 6, 8, 9, 10];
        let actual = parallel().in_order(&order);
        assert!(compare(&parallel(), &actual, true).is_err());
        let actual = actual.referring(8, 7).referring(9, 7);
        assert_eq!(compare(&parallel(), &actual, true), Ok(()));
    }

    #[test]
    fn a_changed_output_in_a_branch_is_refused() {
        let actual = parallel()
            .in_order(&[1, 2, 3, 4, 6, 5, 7, 8, 9, 10])
            .with(5, "output", json!(1));
        assert!(compare(&parallel(), &actual, true).is_err());
    }

    #[test]
    fn another_branch_s_event_is_not_the_previous_one() {
        let actual = parallel().referring(6, 5).referring(7, 4);
        assert!(compare(&parallel(), &actual, true).is_err());
    }

    #[test]
    fn a_branch_keeps_its_order() {
        let mut actual = parallel();
        let (entered, exited) = (actual[3].clone(), actual[5].clone());
        actual[3].kind = exited.kind;
        actual[3].details = exited.details;
        actual[5].kind = entered.kind;
        actual[5].details = entered.details;
        assert!(compare(&parallel(), &actual, true).is_err());
    }

    #[test]
    fn missing_events_are_refused() {
        let mut actual = parallel();
        actual.pop();
        assert!(compare(&parallel(), &actual, true).is_err());
    }

    #[test]
    fn the_end_of_a_parallel_state_comes_last() {
        let actual = parallel().in_order(&[1, 2, 3, 4, 5, 6, 7, 9, 8, 10]);
        assert!(compare(&parallel(), &actual, true).is_err());
        let actual = parallel()
            .in_order(&[1, 2, 3, 4, 5, 6, 8, 7, 9, 10])
            .referring(7, 6);
        assert!(compare(&parallel(), &actual, true).is_err());
    }

    #[test]
    fn events_outside_keep_their_places() {
        let actual = parallel().with(10, "output", json!(1));
        assert!(compare(&parallel(), &actual, true).is_err());
        let actual = parallel().referring(10, 8);
        assert!(compare(&parallel(), &actual, true).is_err());
    }

    #[test]
    fn another_iteration_may_free_the_place() {
        let order = [1, 2, 3, 4, 5, 6, 7, 11, 12, 10, 8, 9, 13, 14, 15, 16, 17, 18];
        let actual = map_of_two_at_a_time().in_order(&order);
        assert!(compare(&map_of_two_at_a_time(), &actual, true).is_err());
        let actual = actual.referring(10, 8);
        assert_eq!(compare(&map_of_two_at_a_time(), &actual, true), Ok(()));
    }

    #[test]
    fn iterations_start_in_order() {
        let actual = map_of_two_at_a_time().swapped(4, 5);
        assert!(compare(&map_of_two_at_a_time(), &actual, true).is_err());
    }

    #[test]
    fn an_iteration_ends_before_the_state() {
        let order = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 12, 17, 18];
        let actual = map_of_two_at_a_time().in_order(&order);
        assert!(compare(&map_of_two_at_a_time(), &actual, true).is_err());
    }

    #[test]
    fn which_iteration_is_aborted_first_is_free_but_not_what_failed() {
        let actual = failing_map().swapped(6, 7);
        assert_eq!(compare(&failing_map(), &actual, true), Ok(()));
        let actual = failing_map()
            .with(9, "index", json!(1))
            .with(11, "index", json!(0));
        assert!(compare(&failing_map(), &actual, true).is_err());
        let actual = failing_map().swapped(9, 11);
        assert!(compare(&failing_map(), &actual, true).is_err());
        let actual = failing_map().swapped(12, 13);
        assert!(compare(&failing_map(), &actual, true).is_err());
    }
}
