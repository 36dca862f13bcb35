//! Resources: the integrations that the service knows.

use super::each_state;
use crate::{
    compile::MachineKind,
    diagnostic::{Code, Problem, Problems, nearest},
    ir::{Pattern, ResourceKind},
    json::Node,
    syntax::{
        block::Block,
        resource::{has_placeholder, parse_resource},
        shape::StateType,
    },
};

pub(super) fn check(machine: &Block<'_>, kind: MachineKind, problems: &mut Problems) {
    each_state(machine, kind, &mut |state, runs_in| {
        let block = &state.block;
        if state.kind == Some(StateType::Task)
            && let Some((text, node)) = resource(block)
        {
            let in_child = runs_in != kind;
            task(text, node, runs_in, in_child, problems);
        }
        for (field, known) in MAP_RESOURCES {
            let Some((text, node)) = block.block(field).and_then(resource) else {
                continue;
            };
            let is_known = known.iter().any(|known| text.ends_with(known));
            if !is_known && !has_placeholder(text) {
                let message = format!("the resource of {:?} must be one of {}", field, known.join(", "));
                problems.push(Problem::new(Code::UnknownResource, &node.range, message));
            }
        }
    });
}

/// What distributed Map states read from and write to.
const MAP_RESOURCES: [(&str, &[&str]); 2] = [
    (
        "ItemReader",
        &[":states:::s3:getObject", ":states:::s3:listObjectsV2"],
    ),
    ("ResultWriter", &[":states:::s3:putObject"]),
];

fn resource<'j>(block: &Block<'j>) -> Option<(&'j str, &'j Node)> {
    let entry = block.entry("Resource")?;
    Some((block.text("Resource")?, &entry.member.value))
}

/// `in_child`: the task runs in the children of a distributed Map, which are of another kind than the machine.
fn task(text: &str, node: &Node, kind: MachineKind, in_child: bool, problems: &mut Problems) {
    let unknown = |message: String| Problem::new(Code::UnknownResource, &node.range, message);
    if let Some(start) = text.rfind("${")
        && !text[start..].contains('}')
    {
        problems.push(unknown(
            "a placeholder in this resource is not closed with `}`".to_owned(),
        ));
        return;
    }
    if text.starts_with("{%") {
        problems.push(unknown("a resource cannot be an expression".to_owned()));
        return;
    }
    let express = |what: &str| {
        let message = format!("an express state machine does not support {what}");
        let help = in_child.then(|| EXPRESS_CHILDREN.to_owned());
        Problem::new(Code::NotInExpress, &node.range, message).help(help)
    };
    match parse_resource(text).kind {
        ResourceKind::Function if is_foreign(text) => {
            let message = format!("the resource {text:?} is not recognized");
            let help = "it can be a function, an activity, or an action of a service: `arn:aws:states:::service:action`";
            problems.push(unknown(message).help(help.to_owned()));
        }
        ResourceKind::Function => {}
        ResourceKind::Activity if kind == MachineKind::Express => problems.push(express("activities")),
        ResourceKind::Activity => {}
        ResourceKind::Service {
            service,
            action,
            pattern,
        } => {
            if !is_known(&service, &action) && !has_placeholder(&service) && !has_placeholder(&action) {
                let message = format!("the resource {text:?} is not recognized");
                problems.push(unknown(message).help(hint(&service, &action)));
            } else if kind == MachineKind::Express && pattern == Pattern::Sync {
                problems.push(express("waiting for a job with `.sync`"));
            } else if kind == MachineKind::Express && pattern == Pattern::Callback {
                problems.push(express("waiting for a callback with `.waitForTaskToken`"));
            }
        }
    }
}

/// Why a task of a standard machine may run in an express one.
pub(super) const EXPRESS_CHILDREN: &str =
    "each item of the Map around this is an express execution: its `ExecutionType` is \"EXPRESS\"";

/// Whether this is an ARN, but not one that a Task can have.
fn is_foreign(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("arn:").filter(|_| !has_placeholder(text)) else {
        return false;
    };
    let mut parts = rest.split(':');
    parts.nth(1) != Some("lambda") || parts.nth(2) != Some("function")
}

fn is_known(service: &str, action: &str) -> bool {
    let (name, suffix) = split(action);
    if let Some(service) = service.strip_prefix("aws-sdk:") {
        let pattern = matches!(suffix, None | Some("waitForTaskToken"));
        return is_service(service) && is_action(name) && pattern;
    }
    let mut integrations = INTEGRATIONS.iter().filter(|(known, ..)| *known == service);
    integrations.any(|(_, actions, suffixes)| {
        actions.contains(&name) && suffix.is_none_or(|suffix| suffixes.contains(&suffix))
    })
}

/// The name of an action and its suffix, which tells the pattern.
fn split(action: &str) -> (&str, Option<&str>) {
    match action.split_once('.') {
        Some((name, suffix)) => (name, Some(suffix)),
        None => (action, None),
    }
}

/// Services of the SDK are written in lower case.
fn is_service(text: &str) -> bool {
    let is_lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    !text.is_empty() && text.bytes().all(is_lower)
}

/// Actions of the SDK are written in camel case.
fn is_action(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// What may have been meant by an integration that does not exist.
fn hint(service: &str, action: &str) -> Option<String> {
    let (name, _) = split(action);
    if let Some(service) = service.strip_prefix("aws-sdk:") {
        let service = service.to_lowercase();
        let (first, rest) = name.split_at_checked(1)?;
        let name = format!("{}{rest}", first.to_lowercase());
        let meant = is_service(&service) && is_action(&name);
        return meant.then(|| {
            format!("services are in lower case, actions in camel case: `aws-sdk:{service}:{name}`")
        });
    }
    let actions: Vec<&str> = INTEGRATIONS
        .iter()
        .filter(|(known, ..)| *known == service)
        .flat_map(|(_, actions, _)| actions.iter().copied())
        .collect();
    if actions.is_empty() {
        let meant = nearest(service, INTEGRATIONS.iter().map(|(known, ..)| *known))?;
        return Some(format!("did you mean the service {meant:?}?"));
    }
    if actions.contains(&name) {
        return Some(format!("`{service}:{name}` does not have this pattern"));
    }
    Some(match nearest(name, actions) {
        Some(meant) => format!("did you mean `{service}:{meant}`?"),
        None => format!("every action of a service can be called as `aws-sdk:{service}:{name}`"),
    })
}

const NONE: &[&str] = &[];
const JOB: &[&str] = &["sync"];
const CALLBACK: &[&str] = &["waitForTaskToken"];

/// The optimised integrations: services, their actions, and the patterns that these have beside request and
/// response.
const INTEGRATIONS: &[(&str, &[&str], &[&str])] = &[
    ("apigateway", &["invoke"], CALLBACK),
    ("athena", &["startQueryExecution"], JOB),
    (
        "athena",
        &["stopQueryExecution", "getQueryExecution", "getQueryResults"],
        NONE,
    ),
    ("batch", &["submitJob"], JOB),
    ("bedrock", &["invokeModel"], NONE),
    ("bedrock", &["createModelCustomizationJob"], JOB),
    (
        "codebuild",
        &["startBuild", "startBuildBatch", "retryBuildBatch"],
        JOB,
    ),
    (
        "codebuild",
        &[
            "stopBuild",
            "stopBuildBatch",
            "batchDeleteBuilds",
            "batchGetReports",
            "deleteBuildBatch",
        ],
        NONE,
    ),
    ("databrew", &["startJobRun"], JOB),
    (
        "dynamodb",
        &["getItem", "putItem", "updateItem", "deleteItem"],
        NONE,
    ),
    ("ecs", &["runTask"], &["sync", "waitForTaskToken"]),
    (
        "eks",
        &[
            "createCluster",
            "deleteCluster",
            "createFargateProfile",
            "deleteFargateProfile",
            "createNodegroup",
            "deleteNodegroup",
            "runJob",
        ],
        JOB,
    ),
    ("eks", &["call"], NONE),
    (
        "elasticmapreduce",
        &["createCluster", "terminateCluster", "addStep"],
        JOB,
    ),
    (
        "elasticmapreduce",
        &[
            "setClusterTerminationProtection",
            "cancelStep",
            "modifyInstanceFleetByName",
            "modifyInstanceGroupByName",
        ],
        NONE,
    ),
    ("emr-containers", &["createVirtualCluster"], NONE),
    ("emr-containers", &["deleteVirtualCluster", "startJobRun"], JOB),
    (
        "emr-serverless",
        &[
            "createApplication",
            "startApplication",
            "stopApplication",
            "deleteApplication",
            "startJobRun",
            "cancelJobRun",
        ],
        JOB,
    ),
    ("events", &["putEvents"], CALLBACK),
    ("glue", &["startJobRun"], JOB),
    ("http", &["invoke"], NONE),
    ("lambda", &["invoke"], CALLBACK),
    ("mediaconvert", &["createJob"], JOB),
    (
        "sagemaker",
        &[
            "createTrainingJob",
            "createTransformJob",
            "createHyperParameterTuningJob",
            "createLabelingJob",
            "createProcessingJob",
        ],
        JOB,
    ),
    (
        "sagemaker",
        &[
            "createEndpoint",
            "createEndpointConfig",
            "createModel",
            "updateEndpoint",
        ],
        NONE,
    ),
    ("sns", &["publish"], CALLBACK),
    ("sqs", &["sendMessage"], CALLBACK),
    (
        "states",
        &["startExecution"],
        &["sync", "sync:2", "waitForTaskToken"],
    ),
];

#[cfg(test)]
mod tests {
    use crate::{
        MachineKind,
        check::tests::{problems_as, problems_in_states},
    };

    fn problems_in_resource(resource: &str) -> Vec<String> {
        problems_in_states(
            "A",
            &format!(r#""A": {{"Type": "Task", "End": true, "Resource": "{resource}"}}"#),
        )
    }

    #[test]
    fn accepts_what_may_be_a_function_or_exists() {
        for resource in [
            "arn:aws:lambda:eu-west-1:123456789012:function:Pay:live",
            "arn:aws:states:eu-west-1:123456789012:activity:Review",
            "pay",
            "${PayArn}",
            "arn:${AWS::Partition}:states:::dynamodb:${Action}",
            "arn:aws:states:::lambda:invoke.waitForTaskToken",
            "arn:aws-cn:states:::states:startExecution.sync:2",
            "arn:aws:states:::aws-sdk:dynamodb:query.waitForTaskToken",
            "arn:aws:lambda:::function:pay",
            "arn:aws:${Service}:::pay",
            "arn",
        ] {
            assert_eq!(problems_in_resource(resource), Vec::<String>::new(), "{resource}");
        }
    }

    #[test]
    fn refuses_integrations_that_do_not_exist() {
        for resource in [
            "arn:aws:states:::dynamodb:query",
            "arn:aws:states:::lambda:invoke.sync",
            "arn:aws:states:::lambda:invoke.",
            "arn:aws:states:::lamda:invoke",
            "arn:aws:states:::aws-sdk:dynamodb:query.sync",
            "arn:aws:states:::aws-sdk:dynamo-db:query",
            "arn:aws:states:::aws-sdk:DynamoDB:query",
            "arn:aws:states:::aws-sdk:dynamodb:Query",
            "arn:aws:states:::aws-sdk:dynamodb",
            "arn:aws:states:::lambda",
            "arn:aws:states:eu-west-1:123456789012:activity",
            "arn:aws:lambda:eu-west-1:123456789012:layer:Pay",
            "arn:aws:swf:eu-west-1:123456789012:task:Pay",
            "arn:aws",
        ] {
            let problem =
                format!("ASL180 the resource \"{resource}\" is not recognized @ /States/A/Resource");
            assert_eq!(problems_in_resource(resource), [problem]);
        }
        assert_eq!(
            problems_in_resource("arn:aws:lambda:${Region"),
            ["ASL180 a placeholder in this resource is not closed with `}` @ /States/A/Resource"]
        );
    }

    #[test]
    fn express_machines_do_not_wait() {
        for (resource, what) in [
            (
                "arn:aws:states:eu-west-1:123456789012:activity:Review",
                "activities",
            ),
            (
                "arn:aws:states:::glue:startJobRun.sync",
                "waiting for a job with `.sync`",
            ),
            (
                "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "waiting for a callback with `.waitForTaskToken`",
            ),
        ] {
            let text = format!(
                r#"{{"StartAt": "A", "States": {{"A": {{"Type": "Task", "End": true, "Resource": "{resource}"}}}}}}"#
            );
            let problem =
                format!("ASL181 an express state machine does not support {what} @ /States/A/Resource");
            assert_eq!(problems_as(MachineKind::Express, &text), [problem]);
            assert!(problems_as(MachineKind::Standard, &text).is_empty());
        }
    }

    #[test]
    fn neither_do_express_children_of_a_map() {
        let problems = |execution_type: &str, state: &str| {
            problems_in_states(
                "A",
                &format!(
                    r#""A": {{"Type": "Map", "End": true, "ItemProcessor": {{
                        "ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "{execution_type}"}},
                        "StartAt": "B", "States": {{"B": {{{state}, "End": true}}}}}}}}"#
                ),
            )
        };
        let task = r#""Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken""#;
        assert!(problems("STANDARD", task).is_empty());
        assert_eq!(
            problems("EXPRESS", task),
            [
                "ASL181 an express state machine does not support waiting for a callback with `.waitForTaskToken` \
              @ /States/A/ItemProcessor/States/B/Resource"
            ]
        );
        let map = r#""Type": "Map", "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "C", "States": {"C": {"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync", "End": true}}}"#;
        assert!(problems("STANDARD", map).is_empty());
        assert_eq!(
            problems("EXPRESS", map),
            [
                "ASL181 an express state machine cannot have a distributed Map @ /States/A/ItemProcessor/States/B"
            ]
        );
    }
}
