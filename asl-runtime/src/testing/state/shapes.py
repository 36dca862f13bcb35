#!/usr/bin/env python3
"""Writes shapes.txt: what services answer, out of the API models that botocore (Apache-2.0) has.

Run it with botocore installed to add a call to CALLS or to follow the services.
"""

import pathlib

import botocore.session

# Resource in a definition -> service and operation. Of the calls whose answers the optimized integrations change, only those
# members are left out that they change.
CALLS = {
    "lambda:invoke": ("lambda", "Invoke"),
    "dynamodb:getItem": ("dynamodb", "GetItem"),
    "dynamodb:putItem": ("dynamodb", "PutItem"),
    "dynamodb:updateItem": ("dynamodb", "UpdateItem"),
    "dynamodb:deleteItem": ("dynamodb", "DeleteItem"),
    "sqs:sendMessage": ("sqs", "SendMessage"),
    "sns:publish": ("sns", "Publish"),
    "events:putEvents": ("events", "PutEvents"),
    "states:startExecution": ("stepfunctions", "StartExecution"),
    "glue:startJobRun": ("glue", "StartJobRun"),
    "batch:submitJob": ("batch", "SubmitJob"),
    "athena:startQueryExecution": ("athena", "StartQueryExecution"),
    "codebuild:startBuild": ("codebuild", "StartBuild"),
}
SDK_CALLS = {
    "athena": ["GetQueryExecution", "GetQueryResults"],
    "bedrockruntime": ["InvokeModel"],
    "cloudwatch": ["PutMetricData"],
    "comprehend": ["DetectSentiment", "DetectDominantLanguage"],
    "dynamodb": ["GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem"],
    "ec2": ["StartInstances", "StopInstances"],
    "ecs": ["RunTask", "StopTask"],
    "eventbridge": ["PutEvents"],
    "glue": ["StartJobRun", "StartCrawler", "GetJobRun"],
    "kms": ["Encrypt", "Decrypt", "GenerateDataKey"],
    "lambda": ["Invoke", "GetFunction"],
    "rekognition": ["DetectLabels", "DetectText"],
    "s3": ["GetObject", "PutObject", "CopyObject", "DeleteObject", "HeadObject", "ListObjectsV2"],
    "secretsmanager": ["GetSecretValue"],
    "sesv2": ["SendEmail"],
    "sfn": ["StartExecution", "StartSyncExecution", "DescribeExecution"],
    "sns": ["Publish"],
    "sqs": ["SendMessage", "ReceiveMessage", "DeleteMessage"],
    "ssm": ["GetParameter", "PutParameter"],
    "textract": ["DetectDocumentText"],
    "transcribe": ["StartTranscriptionJob", "GetTranscriptionJob"],
    "translate": ["TranslateText"],
}
# The SDK for Java, whose names definitions have, and botocore differ in these.
SERVICES = {
    "bedrockruntime": "bedrock-runtime",
    "eventbridge": "events",
    "sfn": "stepfunctions",
}
# TestState's own models are older than those of botocore.
BOUNDS = {"MemorySize": "[128,10240]"}
# Any JSON in the optimized integration.
ANYTHING = {("lambda:invoke", "Payload")}


def bounds(shape):
    if shape.name in BOUNDS:
        return BOUNDS[shape.name]
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is None and most is None:
        return ""
    text = lambda number: "" if number is None else str(number)
    return f"[{text(least)},{text(most)}]"


def describe(shape, outer, call):
    """The shape in the notation of shapes.rs."""
    if shape.name in outer:
        return "*"
    outer = outer | {shape.name}
    match shape.type_name:
        case "structure":
            members = []
            for name, member in shape.members.items():
                # Events of streams do not get through to a state.
                if member.serialization.get("eventstream"):
                    continue
                name = name[0].upper() + name[1:]
                inner = "*" if (call, name) in ANYTHING else describe(member, outer, call)
                required = "!" if any(name == one[0].upper() + one[1:] for one in shape.required_members) else ""
                members.append(f"{name}{required}:{inner}")
            return "{" + ",".join(members) + "}"
        case "list":
            return f"[{describe(shape.member, outer, call)}]"
        case "map":
            return f"<{describe(shape.value, outer, call)}>"
        case "string" if shape.enum:
            return f"({'|'.join(shape.enum)})"
        case "string" | "blob" | "timestamp" | "char":
            return f"s{bounds(shape)}"
        case "integer" | "long" | "float" | "double":
            return f"n{bounds(shape)}"
        case "boolean":
            return "b"
        case other:
            raise ValueError(other)


def lines():
    calls = dict(CALLS)
    for service, operations in SDK_CALLS.items():
        for operation in operations:
            action = operation[0].lower() + operation[1:]
            calls[f"aws-sdk:{service}:{action}"] = (SERVICES.get(service, service), operation)
    session = botocore.session.get_session()
    for call, (service, operation) in sorted(calls.items()):
        shape = session.get_service_model(service).operation_model(operation).output_shape
        yield f"{call} {describe(shape, frozenset(), call) if shape else '{}'}"


path = pathlib.Path(__file__).with_name("shapes.txt")
path.write_text("".join(f"{line}\n" for line in lines()))
