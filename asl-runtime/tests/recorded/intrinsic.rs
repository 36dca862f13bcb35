//! Intrinsic functions against the service's own results.

use crate::{read_all, statics};
use asl_compiler::syntax::intrinsic::parse_intrinsic;
use asl_runtime::{
    Value,
    intrinsic::{Environment, evaluate},
    json,
    path::{Missing, Path, Root, find},
};
use std::borrow::Cow;

struct Recorded {
    input: Value,
    context: Value,
}

impl Environment for Recorded {
    fn path(&self, path: &'static Path) -> Result<Cow<'_, Value>, Missing> {
        match path.root {
            Root::Context => find(&self.context, path),
            _ => find(&self.input, path),
        }
    }

    fn document(&self, _: &'static Path) -> Value {
        self.input.clone()
    }

    fn random(&self) -> u64 {
        u64::MAX / 3
    }

    fn uuid(&self) -> String {
        "11111111-2222-4333-8444-555555555555".to_owned()
    }
}

#[test]
fn recorded_results() {
    let mut count = 0;
    for case in read_all("aws/intrinsic") {
        let states = case["definition"]["States"].as_object().unwrap();
        let [parameters] = states
            .values()
            .map(|state| &state["Parameters"])
            .collect::<Vec<_>>()[..]
        else {
            continue;
        };
        let environment = Recorded {
            input: case["input"].clone(),
            context: json!({
                "Execution": { "Name": "run", "Input": case["input"].clone() },
                "StateMachine": {
                    "Id": "arn:aws:states:us-east-1:111111111111:stateMachine:a-machine",
                    "Name": "a-machine",
                },
            }),
        };
        for (field, text) in parameters.as_object().unwrap() {
            let call = parse_intrinsic(text.as_str().unwrap()).unwrap();
            let result = evaluate(Box::leak(Box::new(statics::call(&call))), &environment).unwrap();
            let output = &case["expect"]["output"];
            let expected = output.get(field.trim_end_matches(".$")).unwrap_or(output);
            match expected.as_str() {
                Some(text) if text.contains("<<any>>") => {
                    let result = result.to_string();
                    let mut rest = result.trim_matches('"');
                    for part in text.split("<<any>>") {
                        let at = rest
                            .find(part)
                            .unwrap_or_else(|| panic!("{}: {result}", case["name"]));
                        rest = &rest[at + part.len()..];
                    }
                }
                _ => assert_eq!(result, *expected, "{}", case["name"]),
            }
            count += 1;
        }
    }
    eprintln!("intrinsic: {count} calls agree");
}
