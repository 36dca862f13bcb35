//! States.

use super::{
    Lowered, Lowering, comment,
    handlers::retriers,
    missing,
    template::{is_document, result_path},
};
use crate::{
    ir::{self, Kind},
    syntax::{
        block::{Block, State, Value},
        resource::parse_resource,
        shape::{Language, StateType},
    },
};

impl Lowering<'_> {
    pub(super) fn state(&mut self, state: &State<'_>) -> Lowered<ir::State> {
        let block = &state.block;
        let kind = state.kind.ok_or_else(|| missing(block, "Type"))?;
        let jsonata = block.language == Language::Jsonata;
        let parameters = match kind {
            // A Map's legacy `Parameters` are its item selector.
            StateType::Map => None,
            _ if jsonata => self.value(block, "", "Arguments"),
            _ => self.template_field(block, "Parameters"),
        };
        let next = if block.entry("Next").is_some() {
            ir::Next::State(self.target(block, "Next")?)
        } else {
            ir::Next::End
        };
        Ok(ir::State {
            name: state.name.to_owned(),
            comment: comment(block),
            place: self.places.of(state.key.start),
            jsonata,
            input_path: self.select(block, "InputPath"),
            output_path: self.select(block, "OutputPath"),
            parameters,
            result_selector: self.template_field(block, "ResultSelector"),
            result_path: result_path(block),
            output: self.value(block, "", "Output"),
            assign: self.assign(block, ""),
            next,
            retry: retriers(block),
            catch: self.catchers(block)?,
            kind: self.kind(kind, state)?,
        })
    }

    fn kind(&mut self, kind: StateType, state: &State<'_>) -> Lowered<Kind> {
        let block = &state.block;
        Ok(match kind {
            StateType::Task => {
                let resource = block.text("Resource").ok_or_else(|| missing(block, "Resource"))?;
                Kind::Task {
                    resource: parse_resource(resource),
                    timeout: self.seconds(block, "TimeoutSeconds", "TimeoutSecondsPath"),
                    heartbeat: self.seconds(block, "HeartbeatSeconds", "HeartbeatSecondsPath"),
                    credentials: self.template_field(block, "Credentials"),
                }
            }
            StateType::Pass => Kind::Pass {
                result: match block.value("Result") {
                    Some(Value::Static(node)) => Some(node.to_json()),
                    _ => None,
                },
            },
            StateType::Choice => {
                let default = block
                    .entry("Default")
                    .map(|_| self.target(block, "Default"))
                    .transpose()?;
                Kind::Choice {
                    rules: self.rules(block)?,
                    default,
                }
            }
            StateType::Wait => Kind::Wait(self.wait(block)?),
            StateType::Succeed => Kind::Succeed,
            StateType::Fail => Kind::Fail {
                error: self.failure_text(block, "Error", "ErrorPath"),
                cause: self.failure_text(block, "Cause", "CausePath"),
            },
            StateType::Parallel => {
                let branches = state.scopes().map(|branch| self.target(branch, "StartAt"));
                Kind::Parallel {
                    branches: branches.collect::<Lowered<_>>()?,
                }
            }
            StateType::Map => {
                let processor = state
                    .scopes()
                    .next()
                    .ok_or_else(|| missing(block, "ItemProcessor"))?;
                let selector = if block.entry("ItemSelector").is_some() {
                    "ItemSelector"
                } else {
                    "Parameters"
                };
                Kind::Map {
                    items_path: block
                        .path("ItemsPath")
                        .filter(|path| !is_document(path))
                        .map(|path| self.path(path)),
                    items: self.value(block, "", "Items"),
                    item_selector: self.template_field(block, selector),
                    max_concurrency: self.concurrency(block),
                    processor: self.target(processor, "StartAt")?,
                    distributed: self.distributed(state),
                }
            }
        })
    }

    fn concurrency(&mut self, block: &Block<'_>) -> ir::Concurrency {
        if let Some(path) = block.path("MaxConcurrencyPath") {
            return ir::Concurrency::Path(self.path(path));
        }
        match self.expression(block, "", "MaxConcurrency") {
            Some(expression) => ir::Concurrency::Expression(expression),
            None => ir::Concurrency::Literal(block.integer("MaxConcurrency").unwrap_or(0)),
        }
    }

    fn seconds(&mut self, block: &Block<'_>, literal: &str, path: &str) -> Option<ir::Seconds> {
        if let Some(path) = block.path(path) {
            return Some(ir::Seconds::Path(self.path(path)));
        }
        match self.expression(block, "", literal) {
            Some(expression) => Some(ir::Seconds::Expression(expression)),
            None => block.integer(literal).map(ir::Seconds::Literal),
        }
    }

    fn wait(&mut self, block: &Block<'_>) -> Lowered<ir::Wait> {
        if let Some(seconds) = block.integer("Seconds") {
            return Ok(ir::Wait::Seconds(seconds));
        }
        if let Some(Value::Timestamp(_, nanoseconds)) = block.value("Timestamp") {
            // The service waits until a whole second. Four-digit years are far within 64 bits.
            let seconds = nanoseconds.div_euclid(1_000_000_000);
            return Ok(ir::Wait::Timestamp(
                i64::try_from(seconds * 1000).unwrap_or(i64::MAX),
            ));
        }
        if let Some(path) = block.path("SecondsPath") {
            return Ok(ir::Wait::SecondsPath(self.path(path)));
        }
        if let Some(expression) = self.expression(block, "", "Seconds") {
            return Ok(ir::Wait::SecondsExpression(expression));
        }
        if let Some(expression) = self.expression(block, "", "Timestamp") {
            return Ok(ir::Wait::TimestampExpression(expression));
        }
        match block.path("TimestampPath") {
            Some(path) => Ok(ir::Wait::TimestampPath(self.path(path))),
            None => Err(missing(block, "Seconds")),
        }
    }

    fn failure_text(&mut self, block: &Block<'_>, literal: &str, path: &str) -> Option<ir::Text> {
        match block.value(path) {
            Some(Value::Path(path)) => Some(ir::Text::Path(self.path(path))),
            Some(Value::Call(call)) => Some(ir::Text::Intrinsic(self.call(call))),
            _ => match self.expression(block, "", literal) {
                Some(expression) => Some(ir::Text::Expression(expression)),
                None => block.text(literal).map(|text| ir::Text::Literal(text.to_owned())),
            },
        }
    }
}
