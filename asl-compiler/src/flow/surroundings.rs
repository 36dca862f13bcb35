//! What is around the states of a scope: the context object.

use super::types::Type;

/// What is around a scope.
#[derive(Clone)]
pub(super) struct Surroundings {
    /// `$$.Execution.Input`
    pub execution_input: Type,
    /// `$$.Map.Item.Value`, inside a Map.
    pub item: Option<Type>,
}

/// `$$`
pub(super) fn context(surroundings: &Surroundings) -> Type {
    let strings = |names: &[&'static str]| {
        names
            .iter()
            .map(|name| (*name, Type::string()))
            .collect::<Vec<_>>()
    };
    let mut execution = strings(&["Id", "Name", "RoleArn", "StartTime", "RedriveTime"]);
    execution.push(("Input", surroundings.execution_input.clone()));
    execution.push(("RedriveCount", Type::number()));
    let mut state = strings(&["EnteredTime", "Name"]);
    state.push(("RetryCount", Type::number()));
    let map = match &surroundings.item {
        Some(item) => Type::object([(
            "Item",
            Type::object([
                ("Index", Type::number()),
                ("Value", item.clone()),
                ("Key", Type::string()),
                ("Source", Type::string()),
            ]),
        )]),
        None => Type::any(),
    };
    Type::object([
        ("Execution", Type::object(execution)),
        ("StateMachine", Type::object(strings(&["Id", "Name"]))),
        ("State", Type::object(state)),
        ("Task", Type::any()),
        ("Map", map),
    ])
}
