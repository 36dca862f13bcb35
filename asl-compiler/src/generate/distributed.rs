//! Distributed Map states: their entry in the table, and the fields that are evaluated when their Map Run starts.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::template::Templates;
use crate::ir::{Concurrency, Distributed, Format, Limit, Source, Transformation, Writer};

/// What the table of states says about it. `processor` is the start state of its processor.
pub fn entry(distributed: &Distributed, processor: &TokenStream) -> TokenStream {
    let express = distributed.express.then(|| quote!(.express()));
    let label = distributed.label.as_ref().map(|label| quote!(.label(#label)));
    let reader = distributed.reader.as_ref().map(|reader| {
        let source = source(&reader.source);
        quote!(.reader(asl::ItemReader::#source))
    });
    let batches = distributed.batcher.as_ref().map(|_| quote!(.batches()));
    let writer = distributed.writer.as_ref().map(|writer| {
        let writer = self::writer(writer);
        quote!(.writer(asl::ResultWriter::#writer))
    });
    quote! {
        &asl::DistributedMap::new(#processor as asl::StateId) #express #label #reader #batches #writer
    }
}

/// An expression for the Map Run: its fields over `document`.
pub fn map_run(
    distributed: &Distributed,
    max_concurrency: &Concurrency,
    templates: &mut Templates<'_>,
    document: &TokenStream,
) -> TokenStream {
    let mut statements = TokenStream::new();
    let mut fields = TokenStream::new();
    match max_concurrency {
        Concurrency::Literal(0) => {}
        Concurrency::Literal(limit) => {
            let limit = Literal::u32_unsuffixed(*limit);
            fields.extend(quote!(.max_concurrency(#limit)));
        }
        Concurrency::Path(path) => {
            let path = templates.paths.path(path);
            fields.extend(quote!(.max_concurrency(cx.concurrency(#document, &#path)?)));
        }
        Concurrency::Expression(expression) => {
            let expression = templates.expression(expression);
            fields.extend(quote!(.max_concurrency(states.count(&#expression)?)));
        }
    }
    if let Some(limit) = &distributed.tolerated_count {
        let count = count(limit, templates, document, "ToleratedFailureCount");
        fields.extend(quote!(.tolerated_failure_count(#count)));
    }
    if let Some(limit) = &distributed.tolerated_percentage {
        let percentage = match limit {
            Limit::Literal(percentage) => {
                let percentage = Literal::f64_unsuffixed(*percentage);
                quote!(#percentage)
            }
            Limit::Path(path) => {
                let path = templates.paths.path(path);
                quote!(cx.percentage(#document, &#path)?)
            }
            Limit::Expression(expression) => {
                let expression = templates.expression(expression);
                quote!(states.percentage(&#expression)?)
            }
        };
        fields.extend(quote!(.tolerated_failure_percentage(#percentage)));
    }
    if let Some(reader) = &distributed.reader {
        if let Some(parameters) = &reader.parameters {
            let parameters = templates.value(parameters, document);
            statements.extend(quote!(let reader = #parameters;));
            fields.extend(quote!(.reader(reader)));
        }
        if let Some(limit) = &reader.max_items {
            let items = match limit {
                Limit::Literal(items) => {
                    let items = Literal::u32_unsuffixed(*items);
                    quote!(#items)
                }
                Limit::Path(path) => {
                    let path = templates.paths.path(path);
                    quote!(cx.max_items(#document, &#path)?)
                }
                Limit::Expression(expression) => {
                    let expression = templates.expression(expression);
                    quote!(states.count(&#expression)?)
                }
            };
            fields.extend(quote!(.max_items(#items)));
        }
    }
    if let Some(batcher) = &distributed.batcher {
        if let Some(limit) = &batcher.max_items {
            let items = batch_size(limit, templates, document, "MaxItemsPerBatch");
            fields.extend(quote!(.max_items_per_batch(#items)));
        }
        if let Some(limit) = &batcher.max_bytes {
            let bytes = batch_size(limit, templates, document, "MaxInputBytesPerBatch");
            fields.extend(quote!(.max_input_bytes_per_batch(#bytes)));
        }
        if let Some(input) = &batcher.input {
            let input = templates.value(input, document);
            statements.extend(quote!(let batch_input = #input;));
            fields.extend(quote!(.batch_input(batch_input)));
        }
    }
    if let Some(parameters) = distributed
        .writer
        .as_ref()
        .and_then(|writer| writer.export.as_ref())
    {
        let parameters = templates.value(parameters, document);
        statements.extend(quote!(let writer = #parameters;));
        fields.extend(quote!(.writer(writer)));
    }
    quote! {
        #statements
        Ok(asl::Step::map_run(asl::MapRunStep::new() #fields))
    }
}

fn count(limit: &Limit<u32>, templates: &Templates<'_>, document: &TokenStream, field: &str) -> TokenStream {
    match limit {
        Limit::Literal(count) => {
            let count = Literal::u32_unsuffixed(*count);
            quote!(#count)
        }
        Limit::Path(path) => {
            let path = templates.paths.path(path);
            quote!(cx.count(#document, &#path, #field)?)
        }
        Limit::Expression(expression) => {
            let expression = templates.expression(expression);
            quote!(states.count(&#expression)?)
        }
    }
}

/// A count that is at least 1.
fn batch_size(
    limit: &Limit<u32>,
    templates: &Templates<'_>,
    document: &TokenStream,
    field: &str,
) -> TokenStream {
    match limit {
        Limit::Expression(expression) => {
            let expression = templates.expression(expression);
            quote!(states.batch_size(&#expression)?)
        }
        _ => count(limit, templates, document, field),
    }
}

fn source(source: &Source) -> TokenStream {
    match source {
        Source::Object(format) => {
            let format = self::format(format);
            quote!(Object(asl::ItemFormat::#format))
        }
        Source::Listing => quote!(Listing),
        Source::ListedObjects(format) => {
            let format = self::format(format);
            quote!(ListedObjects(asl::ItemFormat::#format))
        }
        Source::Inventory => quote!(Inventory),
        Source::AthenaData(format) => {
            let format = self::format(format);
            quote!(AthenaData(asl::ItemFormat::#format))
        }
    }
}

fn format(format: &Format) -> TokenStream {
    match format {
        Format::Json(None) => quote!(Json { pointer: None }),
        Format::Json(Some(pointer)) => quote!(Json { pointer: Some(#pointer) }),
        Format::JsonLines => quote!(JsonLines),
        Format::Csv { delimiter, headers } => {
            let delimiter = Literal::byte_character(*delimiter);
            let headers = match headers {
                None => quote!(None),
                Some(headers) => quote!(Some(&[#(#headers),*])),
            };
            quote!(Csv { delimiter: #delimiter, headers: #headers })
        }
        Format::Parquet => quote!(Parquet),
    }
}

fn writer(writer: &Writer) -> TokenStream {
    let transformation = match writer.transformation {
        Transformation::None => quote!(None),
        Transformation::Compact => quote!(Compact),
        Transformation::Flatten => quote!(Flatten),
    };
    let constructor = if writer.export.is_some() {
        quote!(export)
    } else {
        quote!(inline)
    };
    let json_lines = writer.json_lines.then(|| quote!(.json_lines()));
    quote!(#constructor(asl::Transformation::#transformation) #json_lines)
}
