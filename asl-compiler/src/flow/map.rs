//! What a Map makes of the data.

use super::{
    field::{Scope, Wanted},
    jsonata,
    solve::{Analysis, Entry},
    state::Inside,
    surroundings::{Surroundings, context},
    types::{Type, kind},
};
use crate::{
    ir::{Concurrency, Distributed, Kind, Limit, StateIndex, Template},
    syntax::path::Path,
};

impl Analysis<'_> {
    /// The results of a Map.
    pub(super) fn map(&mut self, inside: &Inside<'_>, surroundings: &Surroundings) -> Type {
        let Kind::Map {
            items_path,
            max_concurrency,
            distributed,
            ..
        } = &inside.state.kind
        else {
            return Type::any();
        };
        let reads = distributed
            .as_ref()
            .is_some_and(|distributed| distributed.reader.is_some());
        let item = if reads {
            Type::any()
        } else {
            self.item(items_path.as_ref(), distributed.is_some(), inside)
        };
        if let Concurrency::Path(path) = max_concurrency {
            self.number(path, "MaxConcurrencyPath", inside);
        }
        let field = match self.machine.places.of(inside.index, "ItemSelector") {
            Some(_) => "ItemSelector",
            None => "Parameters",
        };
        self.results_of(item, (&inside.input, field), inside, surroundings)
    }

    /// The results of a Map over such items, whose selector, called so, refers to this document.
    pub(super) fn results_of(
        &mut self,
        item: Type,
        (document, field): (&Type, &str),
        inside: &Inside<'_>,
        surroundings: &Surroundings,
    ) -> Type {
        let Kind::Map {
            item_selector,
            processor,
            distributed,
            ..
        } = &inside.state.kind
        else {
            return Type::any();
        };
        if let Some(distributed) = distributed {
            self.distributed(distributed, inside);
        }
        let of_item = Surroundings {
            item: Some(item.clone()),
            ..surroundings.clone()
        };
        let input = match item_selector {
            Some(selector) => {
                let context = context(&of_item);
                let scope = Scope {
                    context: &context,
                    ..inside.scope(document)
                };
                self.template(selector, scope, inside.at(field))
            }
            None => item,
        };
        match distributed {
            None => {
                let entry = Entry {
                    input,
                    variables: inside.variables.to_vec(),
                };
                let output = self.scope(*processor, entry, &of_item);
                // Of no items there are no results, even where every item fails.
                Type::array_of(output)
            }
            Some(distributed) => self.children(distributed, *processor, input),
        }
    }

    /// What the children of a distributed Map give. They are executions of their own.
    fn children(&mut self, distributed: &Distributed, processor: StateIndex, item: Type) -> Type {
        let input = match &distributed.batcher {
            Some(batcher) if batcher.input.is_some() => Type::any(),
            Some(_) => Type::object([("Items", Type::array_of(item))]),
            None => item,
        };
        let entry = Entry {
            input,
            variables: vec![Type::any(); self.machine.variables.len()],
        };
        let surroundings = Surroundings {
            execution_input: Type::any(),
            item: None,
        };
        let output = self.scope(processor, entry, &surroundings);
        let tolerates = distributed.tolerated_count.is_some() || distributed.tolerated_percentage.is_some();
        if distributed.writer.is_some() || tolerates {
            Type::any()
        } else {
            Type::array_of(output)
        }
    }

    fn item(&mut self, path: Option<&Path>, distributed: bool, inside: &Inside<'_>) -> Type {
        let kinds = if distributed {
            kind::ARRAY | kind::OBJECT
        } else {
            kind::ARRAY
        };
        let wanted = Wanted {
            kinds,
            words: "an array",
            otherwise: ", so that the Map state fails",
        };
        let items = match path {
            Some(path) => self.path_to(path, inside.scope(&inside.input), inside.at("ItemsPath"), &wanted),
            None => {
                self.kind(&inside.input, "$", inside.at(""), &wanted);
                inside.input.clone()
            }
        };
        let (stored, projected) = items.element(&self.symbols);
        match stored.or(&projected) {
            nothing if nothing.is_never() => Type::any(),
            element => element,
        }
    }

    pub(super) fn distributed(&mut self, distributed: &Distributed, inside: &Inside<'_>) {
        let mut template = |template: Option<&Template>, field: &str| {
            if let Some(template) = template {
                self.template(template, inside.scope(&inside.input), inside.at(field));
            }
        };
        let arguments = inside.parameters();
        if let Some(reader) = &distributed.reader {
            template(reader.parameters.as_ref(), &format!("ItemReader.{arguments}"));
        }
        if let Some(batcher) = &distributed.batcher {
            template(batcher.input.as_ref(), "ItemBatcher.BatchInput");
        }
        if let Some(writer) = &distributed.writer {
            template(writer.export.as_ref(), &format!("ResultWriter.{arguments}"));
        }
        let reader = distributed.reader.as_ref();
        let batcher = distributed.batcher.as_ref();
        for (limit, field) in [
            (
                reader.and_then(|reader| reader.max_items.as_ref()),
                "ItemReader.ReaderConfig.MaxItemsPath",
            ),
            (
                batcher.and_then(|batcher| batcher.max_items.as_ref()),
                "ItemBatcher.MaxItemsPerBatchPath",
            ),
            (
                batcher.and_then(|batcher| batcher.max_bytes.as_ref()),
                "ItemBatcher.MaxInputBytesPerBatchPath",
            ),
            (distributed.tolerated_count.as_ref(), "ToleratedFailureCountPath"),
        ] {
            self.limit_of_map(limit, field, inside);
        }
        let percentage = distributed.tolerated_percentage.as_ref();
        self.limit_of_map(percentage, "ToleratedFailurePercentagePath", inside);
    }

    fn limit_of_map<T>(&mut self, limit: Option<&Limit<T>>, field: &str, inside: &Inside<'_>) {
        match limit {
            Some(Limit::Path(path)) => self.number(path, field, inside),
            Some(Limit::Expression(expression)) => {
                // The field has one name for both in JSONata.
                let field = field.trim_end_matches("Path");
                self.limit(expression, jsonata::NUMBER, field, inside);
            }
            Some(Limit::Literal(_)) | None => {}
        }
    }
}
