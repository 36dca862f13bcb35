//! The matcher against the recorded histories themselves: each agrees with itself, and with nothing spoilt.

use std::error::Error;
use std::path::Path;

use conformance::folder::{read_json, sorted};
use conformance::matcher::{Event, compare};
use serde_json::{Value, json};

/// The history of a case.
struct Recording {
    file: String,
    events: Vec<Event>,
}

/// Complete recordings of the default folder; none if it is not there.
fn recordings() -> Result<Vec<Recording>, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/conformance/aws");
    let mut found = Vec::new();
    for group in sorted(&folder)?.iter().filter(|group| group.is_dir()) {
        for file in sorted(group)? {
            let case = read_json(&file)?;
            let Some(history) = case.get("history").and_then(Value::as_array) else {
                continue;
            };
            if case.get("history_complete").is_none() {
                let events = history.iter().filter_map(Event::from_json).collect();
                found.push(Recording {
                    file: file.display().to_string(),
                    events,
                });
            }
        }
    }
    Ok(found)
}

/// Checks that every way to spoil a history, given as one change for each place, is refused.
fn refuses(spoil: impl Fn(&mut Vec<Event>, usize) -> bool) -> Result<(), Box<dyn Error>> {
    for Recording { file, events } in recordings()? {
        for place in 0..events.len() {
            let mut spoilt = events.clone();
            if spoil(&mut spoilt, place) && compare(&events, &spoilt, true).is_ok() {
                return Err(format!("{file}: spoilt at event {}, but agrees", place + 1).into());
            }
        }
    }
    Ok(())
}

#[test]
fn recordings_agree_with_themselves() -> Result<(), Box<dyn Error>> {
    for Recording { file, events } in recordings()? {
        compare(&events, &events, true).map_err(|text| format!("{file}: {text}"))?;
    }
    Ok(())
}

#[test]
fn an_event_less_is_refused() -> Result<(), Box<dyn Error>> {
    refuses(|events, place| {
        events.remove(place);
        let removed = place as u64 + 1;
        for event in events.iter_mut() {
            event.id -= u64::from(event.id > removed);
            event.previous -= u64::from(event.previous >= removed);
        }
        true
    })
}

#[test]
fn an_event_more_is_refused() -> Result<(), Box<dyn Error>> {
    refuses(|events, place| {
        let surplus = events[place].clone();
        events.insert(place, surplus);
        for (event, id) in events[place + 1..].iter_mut().zip(place as u64 + 2..) {
            event.id = id;
        }
        true
    })
}

#[test]
fn another_type_is_refused() -> Result<(), Box<dyn Error>> {
    refuses(|events, place| {
        events[place].kind.push('x');
        true
    })
}

#[test]
fn another_detail_is_refused() -> Result<(), Box<dyn Error>> {
    refuses(|events, place| {
        let Some(value) = events[place]
            .details
            .values_mut()
            .find(|value| **value != json!("<<any>>"))
        else {
            return false;
        };
        *value = json!({"spoilt": true});
        true
    })
}

#[test]
fn another_previous_event_is_refused() -> Result<(), Box<dyn Error>> {
    refuses(|events, place| {
        let previous = events[place].previous;
        events[place].previous = if previous == 0 { place as u64 } else { previous - 1 };
        events[place].previous != previous
    })
}

#[test]
fn two_events_in_each_other_s_place_are_refused() -> Result<(), Box<dyn Error>> {
    refuses(|events, place| {
        let Some(next) = events.get(place + 1).cloned() else {
            return false;
        };
        let this = events[place].clone();
        if this.kind == next.kind && this.details == next.details {
            return false;
        }
        events[place] = Event {
            id: this.id,
            previous: this.previous,
            ..next.clone()
        };
        events[place + 1] = Event {
            id: next.id,
            previous: next.previous,
            ..this
        };
        true
    })
}
