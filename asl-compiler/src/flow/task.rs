//! What a Task gets and gives.

use super::{Rule, solve::Analysis, state::Inside, symbols::Meaning, types::Type};
use crate::ir::{Kind, Pattern, ResourceKind};

impl Analysis<'_> {
    /// The output of a Task, its input asked for.
    pub(super) fn task(&mut self, inside: &Inside<'_>) -> Type {
        let Kind::Task {
            resource,
            timeout,
            heartbeat,
            credentials,
        } = &inside.state.kind
        else {
            return Type::any();
        };
        let effective = self.effective_input(inside);
        self.seconds(timeout.as_ref(), "TimeoutSecondsPath", inside);
        self.seconds(heartbeat.as_ref(), "HeartbeatSecondsPath", inside);
        if let Some(credentials) = credentials {
            self.template(credentials, inside.scope(&inside.input), inside.at("Credentials"));
        }
        let output = Type::symbol(self.symbols.of(Meaning::Output(inside.index)));
        let (input, output) = match &resource.kind {
            ResourceKind::Function => (effective, output),
            // Workers may have taken the task, whatever the function is.
            ResourceKind::Activity => (effective, Type::any()),
            ResourceKind::Service {
                service,
                action,
                pattern,
            } => {
                let invokes = service == "lambda" && action.split('.').next() == Some("invoke");
                let runs_elsewhere = *pattern != Pattern::RequestResponse
                    || matches!(service.as_str(), "states" | "aws-sdk:sfn");
                let input = if invokes {
                    self.payload(&effective)
                } else {
                    effective
                };
                let output = match (runs_elsewhere, invokes) {
                    (true, _) => Type::any(),
                    (false, true) => in_envelope(output),
                    (false, false) => output,
                };
                (input, output)
            }
        };
        if !input.any {
            let field = if inside.state.parameters.is_some() {
                inside.parameters()
            } else {
                ""
            };
            let rule = Rule::Fits {
                value: input,
                task: inside.index,
            };
            self.ask("", inside.at(field), rule);
        }
        output
    }

    /// What the function of `lambda:invoke` gets.
    fn payload(&self, parameters: &Type) -> Type {
        let (stored, projected) = parameters.member("Payload", &self.symbols);
        match stored.or(&projected) {
            nothing if nothing.is_never() => Type::empty(),
            payload if parameters.symbols.is_empty() && !parameters.may_lack("Payload") => payload,
            // It may be absent, and then is an empty object.
            _ => Type::any(),
        }
    }
}

/// The response of the service's `Invoke` around what a Lambda gave.
fn in_envelope(payload: Type) -> Type {
    Type::object([
        ("ExecutedVersion", Type::string()),
        ("FunctionError", Type::any()),
        ("LogResult", Type::any()),
        ("Payload", payload),
        ("SdkHttpMetadata", Type::any()),
        ("SdkResponseMetadata", Type::any()),
        ("StatusCode", Type::number()),
    ])
}
