//! Spans and events that an engine tells of through `tracing`. A process of its own: what is traced is decided for all threads.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};

use asl_runtime::{Outcome, json};
use durable_tests::{Called, Service, builder, clock};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};

/// Spans with their fields, and events with the spans that they are in.
#[derive(Clone, Default)]
struct Traces(Arc<Mutex<Told>>);

#[derive(Default)]
struct Told {
    spans: Vec<String>,
    open: Vec<usize>,
    events: Vec<(Vec<String>, String)>,
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl Subscriber for Traces {
    fn enabled(&self, _: &tracing::Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Fields(span.metadata().name().to_owned());
        span.record(&mut fields);
        let mut told = self.0.lock().unwrap();
        told.spans.push(fields.0);
        Id::from_u64(told.spans.len() as u64)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields(event.metadata().level().to_string());
        event.record(&mut fields);
        let mut told = self.0.lock().unwrap();
        let spans = told.open.iter().map(|span| told.spans[*span].clone()).collect();
        told.events.push((spans, fields.0));
    }
    fn enter(&self, span: &Id) {
        self.0.lock().unwrap().open.push(span.into_u64() as usize - 1);
    }
    fn exit(&self, span: &Id) {
        let mut told = self.0.lock().unwrap();
        assert_eq!(told.open.pop(), Some(span.into_u64() as usize - 1));
    }
}

#[tokio::test(start_paused = true)]
async fn executions_and_calls_are_spans() {
    let traces = Traces::default();
    let _guard = tracing::subscriber::set_default(traces.clone());
    let service = Service::new(|called: Called| async move {
        tracing::info!("at work");
        Ok(called.input)
    });
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    let execution = engine.start("one", "a", &json!(7)).await.unwrap();
    assert_eq!(execution.wait().await.unwrap(), Outcome::Succeeded(json!(7)));
    engine.close().await;
    let told = traces.0.lock().unwrap();
    let span = r"execution machine=one name=a id=1";
    let task = r#"task state="Work" attempt=1"#;
    assert_eq!(
        told.spans.iter().filter(|of| *of == span).count(),
        1,
        "{:?}",
        told.spans
    );
    assert_eq!(
        told.spans.iter().filter(|of| *of == task).count(),
        1,
        "{:?}",
        told.spans
    );
    let event = |part: &str| {
        let mut events = told.events.iter().filter(|(_, text)| text.contains(part));
        let event = events.next().unwrap();
        assert!(events.next().is_none(), "{part}");
        event
    };
    let (spans, _) = event("at work");
    assert_eq!(spans[..], [span, task]);
    let (_, started) = event("execution started");
    assert!(
        started.starts_with("INFO") && started.contains(r#"machine="one" name="a""#),
        "{started}"
    );
    let (spans, ended) = event("execution ended");
    assert_eq!(spans[..], [span]);
    assert!(
        ended.starts_with("INFO") && ended.contains(r#"status="SUCCEEDED""#),
        "{ended}"
    );
    let (spans, scheduled) = event("LambdaFunctionScheduled");
    assert_eq!(spans[..], [span]);
    assert!(scheduled.starts_with("DEBUG"), "{scheduled}");
}
