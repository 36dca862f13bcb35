//! Spans as OpenTelemetry gets them.

#![allow(clippy::unwrap_used, reason = "a test")]

use asl_runtime::opentelemetry::layer;
use asl_runtime::{Outcome, json};
use durable_tests::{Called, Service, builder, clock};
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tracing_subscriber::layer::SubscriberExt;

fn attribute(span: &SpanData, name: &str) -> Option<String> {
    let mut attributes = span.attributes.iter();
    let attribute = attributes.find(|attribute| attribute.key.as_str() == name)?;
    Some(attribute.value.to_string())
}

#[tokio::test(start_paused = true)]
async fn executions_and_calls_are_exported() {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(exporter.clone())
        .build();
    let subscriber = tracing_subscriber::registry().with(layer(provider.tracer("tests")));
    let _guard = tracing::subscriber::set_default(subscriber);
    let service = Service::new(|called: Called| async move {
        // Of somebody else: it is not exported.
        let _span = tracing::info_span!("own").entered();
        Ok(called.input)
    });
    let engine = builder(&service).clock(clock()).open_in_memory().await.unwrap();
    let execution = engine.start("one", "a", &json!(7)).await.unwrap();
    assert_eq!(execution.wait().await.unwrap(), Outcome::Succeeded(json!(7)));
    engine.close().await;
    provider.force_flush().unwrap();
    let spans = exporter.get_finished_spans().unwrap();
    let [task, execution] = spans.as_slice() else {
        panic!("{spans:?}");
    };
    assert_eq!((&*task.name, &*execution.name), ("task", "execution"));
    assert_eq!(task.parent_span_id, execution.span_context.span_id());
    assert_eq!(attribute(task, "state").as_deref(), Some("Work"));
    assert_eq!(attribute(task, "attempt").as_deref(), Some("1"));
    assert_eq!(attribute(execution, "machine").as_deref(), Some("one"));
    assert_eq!(attribute(execution, "name").as_deref(), Some("a"));
    let ended = execution.events.iter();
    assert!(ended.filter(|event| event.name == "execution ended").count() == 1);
}
