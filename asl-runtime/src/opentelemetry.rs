//! Executions and calls of tasks as spans of [OpenTelemetry](https://opentelemetry.io).
//!
//! The crate tells of itself through `tracing`; [`layer`] hands that on to a tracer of the program's own: with whatever
//! exporter it has.
//!
//! ```
//! use opentelemetry::trace::TracerProvider;
//! use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
//! use tracing_subscriber::layer::SubscriberExt;
//! use tracing_subscriber::util::SubscriberInitExt;
//!
//! // In a service an exporter of `opentelemetry-otlp`, with `with_batch_exporter`.
//! let exporter = InMemorySpanExporter::default();
//! let provider = SdkTracerProvider::builder().with_simple_exporter(exporter).build();
//! tracing_subscriber::registry()
//!     .with(asl_runtime::opentelemetry::layer(provider.tracer("orders")))
//!     .init();
//! // ... at the end of the program:
//! provider.shutdown()?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use opentelemetry::trace::Tracer;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

/// A layer that exports durable executions as spans named `execution`, and within them the calls of their tasks as spans
/// named `task`, with their fields as attributes (see `asl_runtime::durable`). Their events of the levels `INFO`,
/// `WARN` and `ERROR` are events of those spans. Nothing else is exported; a layer for the program's own spans can stand
/// beside it.
pub fn layer<S, T>(tracer: T) -> impl Layer<S>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    T: Tracer + Send + Sync + 'static,
    T::Span: Send + Sync,
{
    let is_ours = |metadata: &Metadata<'_>| {
        metadata.target() == "asl_runtime::execution" && *metadata.level() <= tracing::Level::INFO
    };
    let layer = tracing_opentelemetry::layer().with_tracer(tracer);
    layer.with_filter(filter_fn(is_ours))
}
