//! The fields of every object of a definition.

use super::shape::{Field, Kind, Shape};

/// Longest time that can be given, in seconds.
pub const MAX_SECONDS: u32 = 99_999_999;
/// Longest pause between two attempts, in seconds: 366 days.
const MAX_DELAY_SECONDS: u32 = 31_622_400;
/// Largest input of a child execution, in bytes.
const MAX_BATCH_BYTES: u32 = 262_144;
/// Most items that a Map takes from its source.
const MAX_ITEMS: u32 = 100_000_000;

const SECONDS: Kind = Kind::Integer(1, MAX_SECONDS);
const COUNT: Kind = Kind::Integer(0, u32::MAX);
const PERCENTAGE: Kind = Kind::Number(0.0, 100.0);
const LANGUAGES: &[&str] = &["JSONPath", "JSONata"];

const QUERY_LANGUAGE: Field = Field::both("QueryLanguage", Kind::OneOf(LANGUAGES));
const COMMENT: Field = Field::both("Comment", Kind::Text);
const TYPE: Field = Field::both("Type", Kind::OneOf(super::shape::StateType::NAMES)).required();
const START_AT: Field = Field::both("StartAt", Kind::Name).required();
const STATES: Field = Field::both("States", Kind::States).required();
const NEXT: Field = Field::both("Next", Kind::Name);
const ASSIGN: Field = Field::each("Assign", Kind::ObjectTemplate, Kind::ObjectExpressions);
const OUTPUT: Field = Field::jsonata("Output", Kind::Expressions);
const ERROR_EQUALS: Field = Field::both("ErrorEquals", Kind::Names).required();
const RESULT_PATH: Field = Field::json_path("ResultPath", Kind::ResultPath);
const RESULT_SELECTOR: Field = Field::json_path("ResultSelector", Kind::ObjectTemplate);
const PARAMETERS: Field = Field::json_path("Parameters", Kind::Template);
/// Those that are named one by one.
const NAMED_PARAMETERS: Field = Field::json_path("Parameters", Kind::ObjectTemplate);
const ARGUMENTS: Field = Field::jsonata("Arguments", Kind::OrExpression(&Kind::ObjectExpressions));
const TIMEOUT_SECONDS: Field = Field::each("TimeoutSeconds", SECONDS, Kind::OrExpression(&SECONDS));
const HEARTBEAT_SECONDS: Field = Field::each("HeartbeatSeconds", SECONDS, Kind::OrExpression(&SECONDS));

/// Fields of every state.
const STATE: &[Field] = &[TYPE, COMMENT, QUERY_LANGUAGE];
/// Fields of the states that filter their input and output.
const FILTER: &[Field] = &[
    Field::json_path("InputPath", Kind::PathOrNull),
    Field::json_path("OutputPath", Kind::PathOrNull),
    OUTPUT,
];
/// Fields of the states that go on to one other state.
const FLOW: &[Field] = &[NEXT, Field::both("End", Kind::Boolean)];
/// Fields of the states whose work can fail.
const HANDLERS: &[Field] = &[
    Field::both("Retry", Kind::Objects(&RETRIER)),
    Field::both("Catch", Kind::Objects(&CATCHER)),
];

const fn shape(name: &'static str, fields: &'static [&'static [Field]]) -> Shape {
    Shape {
        name,
        fields,
        exactly_one: &[],
        at_most_one: &[],
        open: false,
    }
}

/// The whole definition.
pub static MACHINE: Shape = shape(
    "the state machine",
    &[&[
        COMMENT,
        QUERY_LANGUAGE,
        START_AT,
        STATES,
        Field::both("Version", Kind::OneOf(&["1.0"])),
        Field::both("TimeoutSeconds", SECONDS),
    ]],
);

/// A branch of a Parallel state.
pub static BRANCH: Shape = shape("a branch", &[&[COMMENT, START_AT, STATES]]);

/// The processor of a Map state, old and new.
pub static PROCESSOR: Shape = shape(
    "an item processor",
    &[&[
        COMMENT,
        START_AT,
        STATES,
        Field::both("ProcessorConfig", Kind::Object(&PROCESSOR_CONFIG)),
    ]],
);

/// How a Map state runs its processor.
pub static PROCESSOR_CONFIG: Shape = shape(
    "a processor config",
    &[&[
        COMMENT,
        Field::both("Mode", Kind::OneOf(&["INLINE", "DISTRIBUTED"])),
        Field::both("ExecutionType", Kind::OneOf(&["STANDARD", "EXPRESS"])),
    ]],
);

/// A state of a type that is missing or unknown: what can be read of it without.
pub static UNTYPED: Shape = Shape {
    name: "a state",
    fields: &[
        STATE,
        FLOW,
        &[Field::both("Default", Kind::Name)],
        HANDLERS,
        &[Field::both("Choices", Kind::SomeObjects(&UNTYPED_RULE))],
    ],
    exactly_one: &[],
    at_most_one: &[],
    open: true,
};

static UNTYPED_RULE: Shape = Shape {
    name: "a choice rule",
    fields: &[&[NEXT]],
    exactly_one: &[],
    at_most_one: &[],
    open: true,
};

/// A Task state.
pub static TASK: Shape = Shape {
    name: "a Task state",
    fields: &[
        STATE,
        FILTER,
        &[
            Field::both("Resource", Kind::Name).required(),
            PARAMETERS,
            ARGUMENTS,
            RESULT_SELECTOR,
            RESULT_PATH,
            ASSIGN,
            TIMEOUT_SECONDS,
            Field::json_path("TimeoutSecondsPath", Kind::SingleNodePath),
            HEARTBEAT_SECONDS,
            Field::json_path("HeartbeatSecondsPath", Kind::SingleNodePath),
            Field::each("Credentials", Kind::ObjectTemplate, Kind::ObjectExpressions),
        ],
        FLOW,
        HANDLERS,
    ],
    exactly_one: &[],
    at_most_one: &[
        &["TimeoutSeconds", "TimeoutSecondsPath"],
        &["HeartbeatSeconds", "HeartbeatSecondsPath"],
    ],
    open: false,
};

/// A Pass state.
pub static PASS: Shape = shape(
    "a Pass state",
    &[
        STATE,
        FILTER,
        &[
            Field::json_path("Result", Kind::Static),
            PARAMETERS,
            RESULT_PATH,
            ASSIGN,
        ],
        FLOW,
    ],
);

/// A Choice state.
pub static CHOICE: Shape = shape(
    "a Choice state",
    &[
        STATE,
        FILTER,
        &[
            Field::both("Choices", Kind::SomeObjects(&RULE)).required(),
            Field::both("Default", Kind::Name),
            ASSIGN,
        ],
    ],
);

/// A Wait state.
pub static WAIT: Shape = Shape {
    name: "a Wait state",
    fields: &[
        STATE,
        FILTER,
        &[
            Field::each("Seconds", WAIT_SECONDS, Kind::OrExpression(&WAIT_SECONDS)),
            Field::json_path("SecondsPath", Kind::SingleNodePath),
            Field::each("Timestamp", Kind::Timestamp, Kind::OrExpression(&Kind::Timestamp)),
            Field::json_path("TimestampPath", Kind::SingleNodePath),
            ASSIGN,
        ],
        FLOW,
    ],
    exactly_one: &[&["Seconds", "SecondsPath", "Timestamp", "TimestampPath"]],
    at_most_one: &[],
    open: false,
};

const WAIT_SECONDS: Kind = Kind::Integer(0, MAX_SECONDS);

/// A Succeed state.
pub static SUCCEED: Shape = shape("a Succeed state", &[STATE, FILTER]);

/// A Fail state.
pub static FAIL: Shape = Shape {
    name: "a Fail state",
    fields: &[
        STATE,
        &[
            Field::each("Error", Kind::Text, Kind::OrExpression(&Kind::Text)),
            Field::json_path("ErrorPath", Kind::PathOrCall),
            Field::each("Cause", Kind::Text, Kind::OrExpression(&Kind::Text)),
            Field::json_path("CausePath", Kind::PathOrCall),
        ],
    ],
    exactly_one: &[],
    at_most_one: &[&["Error", "ErrorPath"], &["Cause", "CausePath"]],
    open: false,
};

/// A Parallel state.
pub static PARALLEL: Shape = shape(
    "a Parallel state",
    &[
        STATE,
        FILTER,
        &[
            Field::both("Branches", Kind::SomeObjects(&BRANCH)).required(),
            PARAMETERS,
            ARGUMENTS,
            RESULT_SELECTOR,
            RESULT_PATH,
            ASSIGN,
        ],
        FLOW,
        HANDLERS,
    ],
);

/// A Map state.
pub static MAP: Shape = Shape {
    name: "a Map state",
    fields: &[
        STATE,
        FILTER,
        &[
            Field::both("ItemProcessor", Kind::Object(&PROCESSOR)),
            Field::both("Iterator", Kind::Object(&PROCESSOR)),
            Field::json_path("ItemsPath", Kind::SingleNodePath),
            Field::jsonata("Items", Kind::OrExpression(&Kind::ItemExpressions)),
            Field::each("ItemSelector", Kind::ObjectTemplate, Kind::Expressions),
            PARAMETERS,
            Field::each("MaxConcurrency", COUNT, Kind::OrExpression(&COUNT)),
            Field::json_path("MaxConcurrencyPath", Kind::SingleNodePath),
            RESULT_SELECTOR,
            RESULT_PATH,
            ASSIGN,
        ],
        &[
            Field::both("ItemReader", Kind::Object(&ITEM_READER)).distributed(),
            Field::both("ItemBatcher", Kind::Object(&ITEM_BATCHER)).distributed(),
            Field::both("ResultWriter", Kind::Object(&RESULT_WRITER)).distributed(),
            Field::each(
                "ToleratedFailurePercentage",
                PERCENTAGE,
                Kind::OrExpression(&PERCENTAGE),
            ),
            Field::json_path("ToleratedFailurePercentagePath", Kind::SingleNodePath),
            Field::each("ToleratedFailureCount", COUNT, Kind::OrExpression(&COUNT)),
            Field::json_path("ToleratedFailureCountPath", Kind::SingleNodePath),
            Field::both("Label", Kind::Name),
        ],
        FLOW,
        HANDLERS,
    ],
    exactly_one: &[&["ItemProcessor", "Iterator"]],
    at_most_one: &[
        &["ItemSelector", "Parameters"],
        &["MaxConcurrency", "MaxConcurrencyPath"],
        &["ToleratedFailurePercentage", "ToleratedFailurePercentagePath"],
        &["ToleratedFailureCount", "ToleratedFailureCountPath"],
    ],
    open: false,
};

/// Where a distributed Map reads its items.
pub static ITEM_READER: Shape = shape(
    "an item reader",
    &[&[
        COMMENT,
        Field::both("Resource", Kind::Name).required(),
        NAMED_PARAMETERS,
        ARGUMENTS,
        Field::both("ReaderConfig", Kind::Object(&READER_CONFIG)),
    ]],
);

static READER_CONFIG: Shape = Shape {
    name: "a reader config",
    fields: &[&[
        COMMENT,
        Field::both(
            "InputType",
            Kind::OneOf(&["CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"]),
        ),
        Field::both("Transformation", Kind::OneOf(&["NONE", "LOAD_AND_FLATTEN"])),
        Field::both("ManifestType", Kind::OneOf(&["ATHENA_DATA", "S3_INVENTORY"])),
        Field::both(
            "CSVDelimiter",
            Kind::OneOf(&["COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"]),
        ),
        Field::both("CSVHeaderLocation", Kind::OneOf(&["FIRST_ROW", "GIVEN"])),
        Field::both("CSVHeaders", Kind::Names),
        Field::both("ItemsPointer", Kind::Text),
        Field::each("MaxItems", ITEMS, Kind::OrExpression(&ITEMS)),
        Field::json_path("MaxItemsPath", Kind::SingleNodePath),
    ]],
    exactly_one: &[],
    at_most_one: &[&["MaxItems", "MaxItemsPath"]],
    open: false,
};

const ITEMS: Kind = Kind::Integer(0, MAX_ITEMS);

/// How a distributed Map puts items together.
pub static ITEM_BATCHER: Shape = Shape {
    name: "an item batcher",
    fields: &[&[
        COMMENT,
        Field::each("MaxItemsPerBatch", BATCH_ITEMS, Kind::OrExpression(&BATCH_ITEMS)),
        Field::json_path("MaxItemsPerBatchPath", Kind::SingleNodePath),
        Field::each(
            "MaxInputBytesPerBatch",
            BATCH_BYTES,
            Kind::OrExpression(&BATCH_BYTES),
        ),
        Field::json_path("MaxInputBytesPerBatchPath", Kind::SingleNodePath),
        Field::each("BatchInput", Kind::Template, Kind::Expressions),
    ]],
    exactly_one: &[],
    at_most_one: &[
        &["MaxItemsPerBatch", "MaxItemsPerBatchPath"],
        &["MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"],
    ],
    open: false,
};

const BATCH_ITEMS: Kind = Kind::Integer(1, MAX_ITEMS);
const BATCH_BYTES: Kind = Kind::Integer(1, MAX_BATCH_BYTES);

/// Where a distributed Map writes its results.
pub static RESULT_WRITER: Shape = shape(
    "a result writer",
    &[&[
        COMMENT,
        Field::both("Resource", Kind::Name),
        NAMED_PARAMETERS,
        ARGUMENTS,
        Field::both("WriterConfig", Kind::Object(&WRITER_CONFIG)),
    ]],
);

static WRITER_CONFIG: Shape = shape(
    "a writer config",
    &[&[
        Field::both("Transformation", Kind::OneOf(&["NONE", "COMPACT", "FLATTEN"])),
        Field::both("OutputType", Kind::OneOf(&["JSON", "JSONL"])).required(),
    ]],
);

/// An entry of `Retry`.
pub static RETRIER: Shape = shape(
    "a retrier",
    &[&[
        COMMENT,
        ERROR_EQUALS,
        Field::both("IntervalSeconds", SECONDS),
        Field::both("MaxAttempts", Kind::Integer(0, MAX_SECONDS)),
        Field::both("BackoffRate", Kind::Number(1.0, f64::MAX)),
        Field::both("MaxDelaySeconds", Kind::Integer(1, MAX_DELAY_SECONDS)),
        Field::both("JitterStrategy", Kind::OneOf(&["FULL", "NONE"])),
    ]],
);

/// An entry of `Catch`.
pub static CATCHER: Shape = shape(
    "a catcher",
    &[&[
        COMMENT,
        ERROR_EQUALS,
        Field::both("Next", Kind::Name).required(),
        RESULT_PATH,
        ASSIGN,
        OUTPUT,
    ]],
);

/// An entry of `Choices`.
pub static RULE: Shape = shape(
    "a choice rule",
    &[
        &[
            COMMENT,
            Field::both("Next", Kind::Name).required(),
            ASSIGN,
            OUTPUT,
            Field {
                required: true,
                ..Field::jsonata("Condition", Kind::OrExpression(&Kind::Boolean))
            },
        ],
        &TEST_FIELDS,
        COMPARATORS,
    ],
);

/// A test within `And`, `Or` or `Not`.
pub static TEST: Shape = shape("a nested test", &[&[COMMENT], &TEST_FIELDS, COMPARATORS]);

static TEST_FIELDS: [Field; 4] = [
    Field::json_path("Variable", Kind::SingleNodePath),
    Field::json_path("And", Kind::SomeObjects(&TEST)),
    Field::json_path("Or", Kind::SomeObjects(&TEST)),
    Field::json_path("Not", Kind::Object(&TEST)),
];

const fn literal(name: &'static str, kind: Kind) -> Field {
    Field::json_path(name, kind)
}

const fn operand_path(name: &'static str) -> Field {
    Field::json_path(name, Kind::SingleNodePath)
}

/// All comparators.
pub const COMPARATORS: &[Field] = &[
    literal("StringEquals", Kind::Text),
    literal("StringLessThan", Kind::Text),
    literal("StringGreaterThan", Kind::Text),
    literal("StringLessThanEquals", Kind::Text),
    literal("StringGreaterThanEquals", Kind::Text),
    operand_path("StringEqualsPath"),
    operand_path("StringLessThanPath"),
    operand_path("StringGreaterThanPath"),
    operand_path("StringLessThanEqualsPath"),
    operand_path("StringGreaterThanEqualsPath"),
    literal("StringMatches", Kind::Pattern),
    literal("NumericEquals", Kind::AnyNumber),
    literal("NumericLessThan", Kind::AnyNumber),
    literal("NumericGreaterThan", Kind::AnyNumber),
    literal("NumericLessThanEquals", Kind::AnyNumber),
    literal("NumericGreaterThanEquals", Kind::AnyNumber),
    operand_path("NumericEqualsPath"),
    operand_path("NumericLessThanPath"),
    operand_path("NumericGreaterThanPath"),
    operand_path("NumericLessThanEqualsPath"),
    operand_path("NumericGreaterThanEqualsPath"),
    literal("TimestampEquals", Kind::Timestamp),
    literal("TimestampLessThan", Kind::Timestamp),
    literal("TimestampGreaterThan", Kind::Timestamp),
    literal("TimestampLessThanEquals", Kind::Timestamp),
    literal("TimestampGreaterThanEquals", Kind::Timestamp),
    operand_path("TimestampEqualsPath"),
    operand_path("TimestampLessThanPath"),
    operand_path("TimestampGreaterThanPath"),
    operand_path("TimestampLessThanEqualsPath"),
    operand_path("TimestampGreaterThanEqualsPath"),
    literal("BooleanEquals", Kind::Boolean),
    operand_path("BooleanEqualsPath"),
    literal("IsNull", Kind::Boolean),
    literal("IsPresent", Kind::Boolean),
    literal("IsNumeric", Kind::Boolean),
    literal("IsString", Kind::Boolean),
    literal("IsBoolean", Kind::Boolean),
    literal("IsTimestamp", Kind::Boolean),
];
