//! Workers that poll for the tasks of activities, on tokio's paused clock.

use std::time::Duration;

use asl_runtime::machine::{Outcome, Program, Resource, ResourceKind, StateInfo, StateKind};
use asl_runtime::{Activities, TaskError, Value, json};
use tokio::time::{Instant, sleep, timeout};

use super::{Seen, each, failed, machine, run, task};

const PACK: StateKind = StateKind::Task(Resource::new(
    "arn:aws:states:eu-central-1:111111111111:activity:pack",
    ResourceKind::Activity,
));

static ONE: Program = Program::new("one", &[StateInfo::new("Pack", PACK, task)], 0, 0);
static MANY: Program = Program::new(
    "many",
    &[
        StateInfo::new("Each", StateKind::Map(1), each),
        StateInfo::new("Pack", PACK, task),
    ],
    0,
    0,
);

async fn nobody(_: Value) -> Result<Value, TaskError> {
    Err(TaskError::new("Called", "workers poll for it"))
}

#[tokio::test(start_paused = true)]
async fn the_function_is_the_worker_unless_workers_poll() {
    let machine = machine(&ONE, |input, _| async move { Ok(input) });
    assert_eq!(
        run(&machine, json!({ "a": 1 })).await,
        (
            Outcome::Succeeded(json!({ "a": 1 })),
            ["ActivityScheduled", "ActivityStarted", "ActivitySucceeded"]
                .map(str::to_owned)
                .to_vec(),
            0
        )
    );
}

#[tokio::test(start_paused = true)]
async fn a_worker_takes_the_task_and_answers() {
    let activities = Activities::new();
    let machine = machine(&ONE, |input, _| nobody(input)).with_activities(&activities);
    let working = tokio::spawn(async move {
        let start = Instant::now();
        assert!(activities.get_task("send", "w").await.is_none());
        assert_eq!(start.elapsed(), Activities::POLL_TIME);
        assert_eq!(activities.waiting("pack"), 1);
        let task = activities.get_task("pack", "w-1").await.expect("there is one");
        assert_eq!(activities.waiting("pack"), 0);
        assert_eq!(task.value(), &json!({ "timeout": 100 }));
        sleep(Duration::from_secs(90)).await;
        task.success("packed").expect("it waits");
    });
    let seen = Seen::default();
    let execution = machine.execution().observer(seen.clone());
    // A minute in the queue does not count for the time limit of the work.
    let outcome = execution.outcome(json!({ "timeout": 100 })).await;
    assert_eq!(outcome, Outcome::Succeeded(json!("packed")));
    let events = seen.events();
    let started = events
        .iter()
        .find(|event| event.event_type.as_str() == "ActivityStarted");
    let worker = started.and_then(|event| event.details.worker_name.as_deref());
    assert_eq!(worker, Some("w-1"));
    working.await.expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn nobody_takes_the_task_in_time() {
    let activities = Activities::new();
    let machine = machine(&ONE, |input, _| nobody(input)).with_activities(&activities);
    let (outcome, events, seconds) = run(&machine, json!({ "timeout": 7, "heartbeat": 2 })).await;
    assert_eq!((outcome, seconds), (failed("States.Timeout", None), 7));
    assert_eq!(events, ["ActivityScheduled", "ActivityTimedOut"]);
    assert_eq!(activities.waiting("pack"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_silent_worker_loses_its_task() {
    let activities = Activities::new();
    let machine = machine(&ONE, |input, _| nobody(input)).with_activities(&activities);
    let working = tokio::spawn(async move {
        let task = activities.next_task("pack", None).await;
        for _ in 0..3 {
            sleep(Duration::from_secs(1)).await;
            task.heartbeat().expect("it waits");
        }
        sleep(Duration::from_secs(5)).await;
        assert!(task.success(&1).is_err());
    });
    let (outcome, events, seconds) = run(&machine, json!({ "timeout": 60, "heartbeat": 2 })).await;
    assert_eq!((outcome, seconds), (failed("States.Timeout", None), 5));
    assert_eq!(
        events,
        ["ActivityScheduled", "ActivityStarted", "ActivityTimedOut"]
    );
    working.await.expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn a_poll_given_up_loses_no_task_and_many_workers_share_the_work() {
    let activities = Activities::new();
    let machine = machine(&MANY, |input, _| nobody(input)).with_activities(&activities);
    let poll = activities.next_task("pack", "gone");
    assert!(timeout(Duration::from_secs(1), poll).await.is_err());
    for name in ["a", "b", "c"] {
        let activities = activities.clone();
        tokio::spawn(async move {
            loop {
                let task = activities.next_task("pack", name).await;
                sleep(Duration::from_secs(1)).await;
                let number: i64 = task.input().expect("a number");
                task.success(&(number * 2)).expect("it waits");
            }
        });
    }
    let start = Instant::now();
    let items: Vec<i64> = (0..30).collect();
    let answers: Vec<i64> = machine.run(&items).await.expect("all are done");
    assert_eq!(answers, items.iter().map(|item| item * 2).collect::<Vec<_>>());
    assert_eq!(start.elapsed().as_secs(), 10);
}
