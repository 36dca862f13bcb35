//! Choice comparators against the service's own decisions.

use crate::{read_all, statics};
use asl_compiler::syntax::{path::parse_single_node_path, timestamp::parse_timestamp};
use asl_runtime::{
    Value,
    choice::{self, Order},
    path::find,
};

fn lookup(document: &Value, path: &Value) -> Option<Value> {
    let path = parse_single_node_path(path.as_str().unwrap()).unwrap();
    find(document, &statics::path(&path))
        .ok()
        .map(|found| found.into_owned())
}

/// Whether the rule matches; `None` if a path leads nowhere.
fn decide(rule: &Value, input: &Value) -> Option<bool> {
    let variable = lookup(input, &rule["Variable"]);
    let comparator = rule
        .as_object()
        .unwrap()
        .keys()
        .find(|key| !matches!(key.as_str(), "Variable" | "Next"));
    let comparator = comparator.unwrap().as_str();
    let operand = &rule[comparator];
    if comparator == "IsPresent" {
        return Some(variable.is_some() == operand.as_bool()?);
    }
    let value = variable?;
    let (comparator, operand) = match comparator.strip_suffix("Path") {
        Some(comparator) => (comparator, lookup(input, operand)?),
        None => (comparator, operand.clone()),
    };
    let path = rule.get(comparator).is_none();
    let order = match comparator
        .trim_start_matches(char::is_uppercase)
        .trim_start_matches(char::is_lowercase)
    {
        "Equals" => Order::Equal,
        "LessThan" => Order::Less,
        "LessThanEquals" => Order::LessOrEqual,
        "GreaterThan" => Order::Greater,
        "GreaterThanEquals" => Order::GreaterOrEqual,
        _ => Order::Equal,
    };
    let is = |holds: bool| Some(holds == operand.as_bool()?);
    match comparator {
        "IsNull" => is(choice::is_null(&value)),
        "IsString" => is(choice::is_string(&value)),
        "IsNumeric" => is(choice::is_numeric(&value)),
        "IsBoolean" => is(choice::is_boolean(&value)),
        "IsTimestamp" => is(choice::is_timestamp(&value)),
        "StringMatches" => {
            let parts: Vec<&str> = operand.as_str()?.split('*').collect();
            Some(choice::matches(&value, &parts))
        }
        "BooleanEquals" if path => Some(choice::boolean_path(&value, &operand)),
        "BooleanEquals" => Some(choice::boolean(&value, operand.as_bool()?)),
        other if other.starts_with("Numeric") && path => Some(choice::numeric_path(&value, order, &operand)),
        other if other.starts_with("Numeric") => Some(choice::numeric(&value, order, operand)),
        other if other.starts_with("String") && path => Some(choice::string_path(&value, order, &operand)),
        other if other.starts_with("String") => Some(choice::string(&value, order, operand.as_str()?)),
        other if other.starts_with("Timestamp") && path => {
            Some(choice::timestamp_path(&value, order, &operand))
        }
        other if other.starts_with("Timestamp") => Some(choice::timestamp(
            &value,
            order,
            parse_timestamp(operand.as_str()?)?,
        )),
        other => panic!("{other}"),
    }
}

#[test]
fn recorded_decisions() {
    let mut count = 0;
    for case in read_all("aws/choice") {
        let states = case["definition"]["States"].as_object().unwrap();
        let rule = states.values().find_map(|state| state.get("Choices")).unwrap();
        let expected = &case["expect"];
        let decided = decide(&rule[0], &case["input"]);
        let expected = match expected["status"].as_str().unwrap() {
            "SUCCEEDED" => Some(expected["output"]["TestResult.$"] == *"ConditionTrue"),
            _ => None,
        };
        assert_eq!(decided, expected, "{}", case["name"]);
        count += 1;
    }
    eprintln!("choice: {count} decisions agree");
}
