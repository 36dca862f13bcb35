//! One state, run alone with a mock.

use asl_compiler::{MachineKind, Source, validate};
use asl_runtime::Value as Document;
use asl_runtime::machine::Program;
use asl_runtime::testing::{FieldValidation, InspectionLevel, StateTest};
use serde_json::{Value, json};

use super::text_of;
use crate::folder::{LONE_STATE, key, whole_machine};
use crate::guard::guarded;
use crate::matcher::difference;
use crate::tables::{Compiled, Tables};

/// Decides one case.
pub(super) fn decide(
    case: Value,
    ordered: Document,
    definition: &str,
    tables: &Tables,
) -> Result<(), String> {
    let definition = whole_machine(definition);
    let compiled = Compiled::find(tables.machines, key(&definition)).ok_or("not in the table")?;
    match compiled {
        Ok(program) => {
            let program: &'static Program = program;
            guarded(move || same(&case["expect"], &answer(&ordered, program)?))
        }
        Err(message) => match refusal(&case["expect"], definition) {
            Some(result) => result,
            None => Err(format!("refused: {message}")),
        },
    }
}

fn same(expected: &Value, actual: &Value) -> Result<(), String> {
    difference(expected, actual).map_or(Ok(()), Err)
}

fn answer(case: &Document, program: &'static Program) -> Result<Value, String> {
    let none = Document::Null;
    let request = case.get("request").unwrap_or(&none);
    let result = test(request, program)?.run();
    match result {
        Ok(run) => serde_json::to_value(run).map_err(|error| error.to_string()),
        Err(refusal) => Ok(json!({
            "exception": {"code": refusal.code, "message": refusal.message}
        })),
    }
}

fn test(request: &Document, program: &'static Program) -> Result<StateTest, String> {
    let text = |member: Option<&Document>| member.and_then(Document::as_str).map(str::to_owned);
    let state = text(request.get("stateName")).unwrap_or_else(|| LONE_STATE.to_owned());
    let mut test = StateTest::new(program, state);
    if let Some(input) = request.get("input") {
        test = test.input(input.clone());
    }
    if let Some(variables) = request.get("variables") {
        test = test.variables(variables.clone());
    }
    if let Some(context) = request.get("context") {
        test = test.context(context.clone());
    }
    test = match request.get("inspectionLevel").and_then(Document::as_str) {
        None | Some("INFO") => test,
        Some("DEBUG") => test.inspection_level(InspectionLevel::Debug),
        Some("TRACE") => test.inspection_level(InspectionLevel::Trace),
        Some(other) => return Err(format!("unknown inspection level {other}")),
    };
    if request.get("revealSecrets") == Some(&Document::Bool(true)) {
        test = test.reveal_secrets();
    }
    let configuration = |name: &str| {
        let number = request.get("stateConfiguration")?.get(name)?.as_i64()?;
        u32::try_from(number).ok()
    };
    if let Some(count) = configuration("retrierRetryCount") {
        test = test.retry_count(count);
    }
    if let Some(count) = configuration("mapIterationFailureCount") {
        test = test.map_iteration_failure_count(count);
    }
    let text_of = |name: &str| {
        text(
            request
                .get("stateConfiguration")
                .and_then(|given| given.get(name)),
        )
    };
    if let Some(data) = text_of("mapItemReaderData") {
        test = test.map_item_reader_data(data);
    }
    if let Some(state) = text_of("errorCausedByState") {
        test = test.error_caused_by(state);
    }
    match request.get("mock") {
        Some(mock) => mocked(test, mock),
        None => Ok(test),
    }
}

fn mocked(mut test: StateTest, mock: &Document) -> Result<StateTest, String> {
    test = match mock.get("fieldValidationMode").and_then(Document::as_str) {
        None | Some("STRICT") => test,
        Some("PRESENT") => test.field_validation(FieldValidation::Present),
        Some("NONE") => test.field_validation(FieldValidation::None),
        Some(other) => return Err(format!("unknown validation {other}")),
    };
    test = match mock.get("result") {
        // A text that is no JSON stands in the case as it is.
        Some(Document::String(text)) => test.mock_result_json(text),
        Some(result) => test.mock_result(result.clone()),
        None => test,
    };
    if let Some(failure) = mock.get("errorOutput") {
        let text = |name: &str| failure.get(name).and_then(Document::as_str).map(str::to_owned);
        test = test.mock_failure(text("error"), text("cause"));
    }
    Ok(test)
}

/// Compares why a definition is refused; `None` where the service took it.
fn refusal(expected: &Value, definition: String) -> Option<Result<(), String>> {
    let exception = &expected["exception"];
    if text_of(exception, "code") != "InvalidDefinition" {
        return None;
    }
    let (code, place) = text_of(exception, "message")
        .split_once('\'')?
        .1
        .trim_end_matches('\'')
        .split_once(": ")
        .map(|(code, rest)| (code, rest.rsplit(" at ").next().unwrap_or_default()))?;
    let source = Source {
        path: "case".to_owned(),
        text: definition,
    };
    let found: Vec<String> = validate(&source, MachineKind::Standard)
        .iter()
        .map(|problem| format!("{} at {}", problem.code.aws_code(), problem.location))
        .collect();
    Some(if found.contains(&format!("{code} at {place}")) {
        Ok(())
    } else {
        Err(format!("expected {code} at {place}, got {found:?}"))
    })
}
