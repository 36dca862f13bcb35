//! An execution: the machine runs on the test driver, its end and its history are compared.

use asl_runtime::Object;
use asl_runtime::machine::{HistoryEvent, Outcome, Program};
use asl_runtime::objects::MemoryObjects;
use asl_runtime::testing::{Mock, Test, TestRun};
use serde_json::Value;

use crate::folder::key;
use crate::guard::guarded;
use crate::matcher::{Event, compare, difference};
use crate::tables::{Compiled, Tables};

/// Runs one execution case.
pub(super) fn decide(
    case: Value,
    ordered: asl_runtime::Value,
    definition: &str,
    tables: &Tables,
) -> Result<(), String> {
    let program: &'static Program = Compiled::find(tables.machines, key(definition))
        .ok_or("not in the table")?
        .map_err(|message| format!("refused: {message}"))?;
    guarded(move || {
        let run = execute(&ordered, program)?;
        agrees(&case, &run.outcome, &run.history)
    })
}

/// Compares an execution's end and history with those of the case.
pub(crate) fn agrees(case: &Value, outcome: &Outcome, history: &[HistoryEvent]) -> Result<(), String> {
    same_end(case, outcome)?;
    same_history(case, history)
}

fn execute(case: &asl_runtime::Value, program: &'static Program) -> Result<TestRun, String> {
    // The recordings have the account's ARNs under this name.
    let mut test = Test::new(program).account("us-east-1", "111111111111");
    if case.get("type").and_then(asl_runtime::Value::as_str) == Some("EXPRESS") {
        test = test.express();
    }
    let tasks = case.get("tasks").and_then(asl_runtime::Value::as_object);
    for (state, entries) in tasks.into_iter().flat_map(Object::iter) {
        let mut workers = workers(case, state).into_iter();
        let mocks = entries.as_array().into_iter().flatten().map(|entry| {
            let mock = mock(entry)?;
            Ok(match workers.next() {
                Some(name) => mock.worker(name),
                None => mock,
            })
        });
        test = test.mock(&**state, mocks.collect::<Result<Vec<_>, String>>()?);
    }
    let test = test.objects(objects(case));
    let input = case.get("input").unwrap_or(&asl_runtime::Value::Null);
    test.run(input).map_err(|error| error.to_string())
}

/// The objects of the case's buckets.
pub(crate) fn objects(case: &asl_runtime::Value) -> MemoryObjects {
    let mut objects = MemoryObjects::new();
    let buckets = case.get("s3").and_then(asl_runtime::Value::as_object);
    for (bucket, contents) in buckets.into_iter().flat_map(Object::iter) {
        for (key, content) in contents.as_object().into_iter().flat_map(Object::iter) {
            objects = objects.object(&**bucket, &**key, content.as_str().unwrap_or_default());
        }
    }
    objects
}

/// Names of the workers that took the tasks of a state. A worker chooses its name, so it is no result of the run.
pub(crate) fn workers(case: &asl_runtime::Value, state: &str) -> Vec<String> {
    let history = case.get("history").and_then(asl_runtime::Value::as_array);
    let history = history.unwrap_or_default();
    let text = |event: &asl_runtime::Value, name: &str| {
        event
            .get(name)
            .and_then(asl_runtime::Value::as_str)
            .map(str::to_owned)
    };
    let mut entered = None;
    let mut names = Vec::new();
    for event in history {
        match text(event, "type").as_deref() {
            Some("TaskStateEntered") => entered = text(event, "state"),
            Some("ActivityStarted") if entered.as_deref() == Some(state) => {
                names.extend(text(event, "workerName"));
            }
            _ => {}
        }
    }
    names
}

fn mock(entry: &asl_runtime::Value) -> Result<Mock, String> {
    let text = |name: &str| {
        entry
            .get(name)
            .and_then(asl_runtime::Value::as_str)
            .map(str::to_owned)
    };
    let mock = if let Some(output) = entry.get("output") {
        Mock::output(output.clone())
    } else if entry.get("error").is_some() {
        Mock::failure(text("error"), text("cause"))
    } else if entry.get("hang").is_some() {
        Mock::hang()
    } else if entry.get("echo").is_some() {
        Mock::echo()
    } else {
        return Err(format!("unknown task entry {entry}"));
    };
    Ok(match entry.get("when") {
        Some(argument) => mock.when(argument.clone()),
        None => mock,
    })
}

fn same_end(case: &Value, outcome: &Outcome) -> Result<(), String> {
    let expected = case.get("expect").ok_or("the case says nothing of the end")?;
    let mut actual = serde_json::json!({"status": outcome.status()});
    let (error, cause) = match outcome {
        Outcome::Succeeded(output) => {
            actual["output"] = output.clone().into();
            (None, None)
        }
        Outcome::Failed { error, cause } | Outcome::Aborted { error, cause } => {
            (error.clone(), cause.clone())
        }
        Outcome::TimedOut => (None, None),
    };
    for (name, part) in [("error", &error), ("cause", &cause)] {
        if let Some(part) = part {
            actual[name] = part.clone().into();
        }
    }
    match difference(expected, &actual) {
        Some(text) if error.is_some() => {
            let [error, cause] = [&error, &cause].map(|part| part.as_deref().unwrap_or("none"));
            Err(format!("{text} (error {error}, cause {cause})"))
        }
        Some(text) => Err(text),
        None => Ok(()),
    }
}

fn same_history(case: &Value, history: &[HistoryEvent]) -> Result<(), String> {
    let Some(recorded) = case.get("history").and_then(Value::as_array) else {
        return Ok(());
    };
    let expected = events(&as_first_recorded(recorded))?;
    let mut actual = Vec::new();
    for event in history {
        let mut event = serde_json::to_value(event).map_err(|error| error.to_string())?;
        // The recordings have no times.
        if let Some(members) = event.as_object_mut() {
            members.remove("timestamp");
        }
        actual.push(event);
    }
    let actual = events(&actual)?;
    let complete = case.get("history_complete") != Some(&Value::Bool(false));
    compare(&expected, &actual, complete).map_err(|text| format!("history: {text}"))
}

/// The service's recordings disagree, even for one and the same definition, on what leads to the exit of a
/// distributed Map: the end of its Map Run, or (in newer ones) its start. Gives the latter the form of the former.
fn as_first_recorded(recorded: &[Value]) -> Vec<Value> {
    let is = |event: &Value, kind: &str| event.get("type").and_then(Value::as_str) == Some(kind);
    let mut events = recorded.to_vec();
    for event in events.iter_mut().filter(|event| is(event, "MapStateExited")) {
        let start = recorded
            .iter()
            .find(|start| start.get("id") == event.get("previousEventId") && is(start, "MapRunStarted"));
        let end = start.and_then(|start| {
            let mut ends = recorded.iter().filter(|end| is(end, "MapRunSucceeded"));
            ends.find(|end| end.get("previousEventId") == start.get("id"))
        });
        if let Some(id) = end.and_then(|end| end.get("id")) {
            event["previousEventId"] = id.clone();
        }
    }
    events
}

fn events(list: &[Value]) -> Result<Vec<Event>, String> {
    list.iter()
        .map(|json| Event::from_json(json).ok_or_else(|| format!("no event: {json}")))
        .collect()
}
