//! What an engine counts and times.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_runtime::{TaskError, json};
use durable_tests::{Called, Service, builder, clock};
use metrics::{
    Counter, CounterFn, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, SharedString, Unit,
};
use tokio::time::sleep;

/// The first attempt of `Check` takes a second and fails; the second takes two.
fn service() -> Service {
    Service::new(|called: Called| async move {
        sleep(Duration::from_secs(called.attempt.into())).await;
        match called.attempt {
            1 if called.state == "Check" => Err(TaskError::new("Busy", "later")),
            _ => Ok(called.input),
        }
    })
}

/// Values by name and labels: sums of counters, what was recorded of histograms.
#[derive(Clone, Default)]
struct Metrics(Arc<Mutex<BTreeMap<String, Vec<f64>>>>);

struct Metric(String, Metrics);

impl Metrics {
    fn metric(&self, key: &Key) -> Arc<Metric> {
        let mut name = key.name().to_owned();
        for label in key.labels() {
            write!(name, " {}={}", label.key(), label.value()).unwrap();
        }
        Arc::new(Metric(name, self.clone()))
    }

    fn values(&self, name: &str) -> Vec<f64> {
        self.0.lock().unwrap().get(name).cloned().unwrap_or_default()
    }
}

impl CounterFn for Metric {
    fn increment(&self, value: u64) {
        let mut values = self.1.0.lock().unwrap();
        let of = values.entry(self.0.clone()).or_insert_with(|| vec![0.0]);
        of[0] += value as f64;
    }
    fn absolute(&self, _: u64) {}
}

impl HistogramFn for Metric {
    fn record(&self, value: f64) {
        let mut values = self.1.0.lock().unwrap();
        values.entry(self.0.clone()).or_default().push(value);
    }
}

impl metrics::Recorder for Metrics {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.metric(key))
    }
    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }
    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.metric(key))
    }
}

#[tokio::test(start_paused = true)]
async fn executions_and_tasks_are_counted_and_timed() {
    let metrics = Metrics::default();
    let _guard = metrics::set_default_local_recorder(&metrics);
    let service = service();
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    let paint = engine
        .start("order", "fails", &json!({ "id": 1, "items": [] }))
        .await
        .unwrap();
    let waits = engine
        .start("wait", "waits", &json!({ "seconds": 10 }))
        .await
        .unwrap();
    let stopped = engine
        .start("wait", "stopped", &json!({ "seconds": 10 }))
        .await
        .unwrap();
    stopped.stop(None, None).await.unwrap();
    waits.wait().await.unwrap();
    sleep(Duration::from_secs(3630)).await;
    paint.stop(None, None).await.unwrap();
    stopped.redrive().await.unwrap();
    stopped.wait().await.unwrap();
    engine.close().await;
    let total = |name: &str| metrics.values(&format!("asl_{name}_total"));
    assert_eq!(total("executions_started"), [3.0]);
    assert_eq!(total("executions_succeeded"), [2.0]);
    assert_eq!(total("executions_aborted"), [2.0]);
    assert_eq!(total("executions_redriven"), [1.0]);
    assert_eq!(total("executions_failed"), [0.0; 0]);
    assert_eq!(total("task_retries"), [1.0]);
    let calls: usize = service.calls().len();
    assert_eq!(total("task_calls"), [calls as f64]);
    assert!(total("transitions")[0] >= 3.0);
    let duration = |labels: &str| metrics.values(&format!("asl_{labels}"));
    assert_eq!(
        duration("execution_duration_seconds machine=wait status=SUCCEEDED")[0],
        10.0
    );
    assert_eq!(
        duration("task_duration_seconds machine=order state=Check outcome=failed"),
        [1.0]
    );
    assert_eq!(
        duration("task_duration_seconds machine=order state=Check outcome=succeeded"),
        [2.0]
    );
}
