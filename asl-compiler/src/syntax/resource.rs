//! What a Task's `Resource` names.

use crate::ir::{Pattern, Resource, ResourceKind};

/// Reads a resource. Never fails: what it does not recognise is a function. Placeholders such as
/// `${AWS::Partition}` may stand for any part.
pub fn parse_resource(text: &str) -> Resource {
    Resource {
        text: text.to_owned(),
        kind: kind(text),
    }
}

/// Whether the text has a placeholder such as `${TableArn}`, to be filled in when the machine is deployed.
pub fn has_placeholder(text: &str) -> bool {
    text.find("${").is_some_and(|start| text[start..].contains('}'))
}

fn kind(text: &str) -> ResourceKind {
    let parts = parts(text);
    match parts.as_slice() {
        ["arn", _, "states", _, _, "activity", _, ..] => ResourceKind::Activity,
        ["arn", _, "states", _, _, "aws-sdk", service, action @ ..] => {
            integration(&format!("aws-sdk:{service}"), action)
        }
        ["arn", _, "states", _, _, service, action @ ..] => integration(service, action),
        _ => ResourceKind::Function,
    }
}

fn integration(service: &str, action: &[&str]) -> ResourceKind {
    if action.is_empty() {
        return ResourceKind::Function;
    }
    // `.sync:2` has a colon of its own.
    let action = action.join(":");
    let pattern = match action.split_once('.') {
        Some((_, "waitForTaskToken")) => Pattern::Callback,
        Some((_, suffix)) if suffix == "sync" || suffix.starts_with("sync:") => Pattern::Sync,
        _ => Pattern::RequestResponse,
    };
    ResourceKind::Service {
        service: service.to_owned(),
        action,
        pattern,
    }
}

/// The parts between the colons, placeholders left whole.
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut in_placeholder = false;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' if text[..at].ends_with('$') => in_placeholder = true,
            b'}' => in_placeholder = false,
            b':' if !in_placeholder => {
                parts.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(service: &str, action: &str, pattern: Pattern) -> ResourceKind {
        ResourceKind::Service {
            service: service.to_owned(),
            action: action.to_owned(),
            pattern,
        }
    }

    #[test]
    fn recognises_integrations() {
        let cases = [
            (
                "arn:aws:states:::lambda:invoke",
                "lambda",
                "invoke",
                Pattern::RequestResponse,
            ),
            (
                "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "sqs",
                "sendMessage.waitForTaskToken",
                Pattern::Callback,
            ),
            (
                "arn:aws:states:::states:startExecution.sync:2",
                "states",
                "startExecution.sync:2",
                Pattern::Sync,
            ),
            (
                "arn:aws:states:::glue:startJobRun.sync",
                "glue",
                "startJobRun.sync",
                Pattern::Sync,
            ),
            (
                "arn:aws:states:::aws-sdk:s3:getObject",
                "aws-sdk:s3",
                "getObject",
                Pattern::RequestResponse,
            ),
            (
                "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:aws-sdk:s3:putObject",
                "aws-sdk:s3",
                "putObject",
                Pattern::RequestResponse,
            ),
        ];
        for (text, expected, action, pattern) in cases {
            assert_eq!(
                parse_resource(text).kind,
                service(expected, action, pattern),
                "{text}"
            );
        }
    }

    #[test]
    fn recognises_activities_and_functions() {
        let activity = "arn:aws:states:eu-west-1:123456789012:activity:Review";
        assert_eq!(parse_resource(activity).kind, ResourceKind::Activity);
        for text in [
            "arn:aws:lambda:eu-west-1:123456789012:function:Pay",
            "${PayArn}",
            "pay",
            "arn:aws:states",
            "",
        ] {
            assert_eq!(parse_resource(text).kind, ResourceKind::Function, "{text}");
        }
    }
}
