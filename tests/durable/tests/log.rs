//! Logs of durable executions and of the children of Map Runs. A process of its own: what is traced is decided for all
//! threads.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::fmt::{Debug, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use asl_runtime::durable::store::MemoryStore;
use asl_runtime::durable::{Execution, List};
use asl_runtime::{LogLevel, Outcome, TaskError, json};
use durable_tests::{Called, Service, batch, builder, clock, one, quick, types};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// What was logged: level, ARN, type, whether there are details.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<Line>>>);

#[derive(Default, Clone, Debug, PartialEq)]
struct Line {
    level: String,
    arn: String,
    kind: String,
    details: String,
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let text = match field.name() {
            "execution_arn" => &mut self.arn,
            "type" => &mut self.kind,
            "details" => &mut self.details,
            _ => return,
        };
        write!(text, "{value:?}").unwrap();
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.record_debug(field, &format_args!("{value}"));
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut line = Line {
            level: event.metadata().level().to_string(),
            ..Line::default()
        };
        event.record(&mut line);
        if !line.arn.is_empty() {
            self.0.lock().unwrap().push(line);
        }
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

impl Log {
    fn take(&self) -> Vec<Line> {
        std::mem::take(&mut self.0.lock().unwrap())
    }

    /// Types of the events that were logged under an ARN.
    fn of(&self, arn: &str) -> Vec<String> {
        let lines = self.0.lock().unwrap();
        let lines = lines.iter().filter(|line| line.arn == arn);
        lines.map(|line| line.kind.clone()).collect()
    }

    fn arns(&self) -> Vec<String> {
        let mut arns: Vec<_> = self
            .0
            .lock()
            .unwrap()
            .iter()
            .map(|line| line.arn.clone())
            .collect();
        arns.sort();
        arns.dedup();
        arns
    }
}

/// `Item` fails for odd numbers until that is mended.
fn service() -> (Service, Arc<AtomicBool>) {
    let mended = Arc::new(AtomicBool::new(false));
    let is_mended = Arc::clone(&mended);
    let service = Service::new(move |called: Called| {
        let is_odd = called.input.as_u64().is_some_and(|number| number % 2 == 1);
        let fails = called.state == "Item" && is_odd && !is_mended.load(Ordering::SeqCst);
        async move {
            if fails {
                return Err(TaskError::new("Odd", "it is odd"));
            }
            Ok(called.input)
        }
    });
    (service, mended)
}

async fn log_is_history(log: &Log, execution: &Execution) {
    assert_eq!(log.of(&execution.arn()), types(execution).await);
}

#[tokio::test(start_paused = true)]
async fn durable_executions_are_logged_with_their_children() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let (service, mended) = service();
    let (store, clock) = (MemoryStore::new(), clock());
    let open = || {
        builder(&service)
            .machine(service.machine(&batch::MACHINE).with_log(LogLevel::All, false))
            .machine(service.machine(&quick::MACHINE).with_log(LogLevel::Error, true))
            .machine(service.machine(&one::MACHINE))
            .clock(clock.clone())
            .open_store(store.clone())
    };
    let engine = open().await.unwrap();
    let input = json!({ "items": [2, 3], "atOnce": 0, "tolerated": 0 });
    let execution = engine.start("batch", "a", &input).await.unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
    engine.close().await;
    let engine = open().await.unwrap();
    let execution = engine.execution("batch", "a").await.unwrap();
    log_is_history(&log, &execution).await;
    mended.store(true, Ordering::SeqCst);
    execution.redrive().await.unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Succeeded(_)));
    // Each event once, though the journal was replayed.
    log_is_history(&log, &execution).await;
    let children = engine.list(List::of("batch/Each")).await.unwrap().executions;
    assert_eq!(children.len(), 2);
    for child in children {
        assert!(child.arn.contains(":execution:batch/Each:"), "{}", child.arn);
        let child = engine.execution("batch/Each", &child.name).await.unwrap();
        log_is_history(&log, &child).await;
    }
    assert_eq!(log.arns().len(), 3);
    assert!(log.take().iter().all(|line| line.details.is_empty()));

    // Errors alone, with data; Express children too.
    mended.store(false, Ordering::SeqCst);
    let execution = engine.start("quick", "b", &input).await.unwrap();
    assert!(matches!(execution.wait().await.unwrap(), Outcome::Failed { .. }));
    let lines = log.take();
    let (own, children): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line.arn == execution.arn());
    let kinds = |lines: &[&Line]| lines.iter().map(|line| line.kind.clone()).collect::<Vec<_>>();
    assert_eq!(kinds(&own), ["MapRunFailed", "MapStateFailed", "ExecutionFailed"]);
    assert_eq!(kinds(&children), ["LambdaFunctionFailed", "ExecutionFailed"]);
    assert!(
        children
            .iter()
            .all(|line| line.arn.contains(":express:quick/Each:"))
    );
    assert!(children[0].details.contains("it is odd"), "{children:?}");
    assert!(lines.iter().all(|line| line.level == "ERROR"));

    // Others are not.
    let execution = engine.start("one", "c", &1).await.unwrap();
    execution.wait().await.unwrap();
    assert_eq!(log.take(), []);
}

#[tokio::test(start_paused = true)]
async fn children_in_memory_are_logged() {
    let log = Log::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let (service, _) = service();
    let input = json!({ "items": [2, 3], "atOnce": 1, "tolerated": 0 });
    for (program, kind) in [(&batch::MACHINE, "execution"), (&quick::MACHINE, "express")] {
        let machine = service.machine(program).with_log(LogLevel::Fatal, false);
        machine.execution().name("a").outcome(input.clone()).await;
        let lines = log.take();
        let kinds: Vec<_> = lines.iter().map(|line| &*line.kind).collect();
        assert_eq!(kinds, ["ExecutionFailed", "ExecutionFailed"]);
        let child = format!(":{kind}:{}/Each:", program.name);
        assert!(lines[0].arn.contains(&child), "{lines:?}");
        let own = format!(":express:{}:a:", program.name);
        assert!(lines[1].arn.contains(&own), "{lines:?}");
    }
}
