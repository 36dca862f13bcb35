//! Items read from objects, and results written to them.

use asl_runtime::machine::{
    DistributedMap, ItemFormat, ItemReader, Program, ResultWriter, StateInfo, StateKind, Transformation,
};
use asl_runtime::objects::MemoryObjects;
use asl_runtime::testing::{Mock, Test, TestRun};
use asl_runtime::{MapRunStatus, Value, json};

use super::{FUNCTION, each, work};

static EXPORT: Program = Program::new(
    "export",
    &[
        StateInfo::new(
            "Each",
            StateKind::DistributedMap(
                &DistributedMap::new(1)
                    .label("Label")
                    .reader(ItemReader::Object(ItemFormat::Json { pointer: None }))
                    .writer(ResultWriter::export(Transformation::None)),
            ),
            each,
        ),
        StateInfo::new("Work", FUNCTION, work),
    ],
    0,
    0,
);

fn export(mocks: impl IntoIterator<Item = Mock>, items: &str, input: Value) -> (TestRun, MemoryObjects) {
    let objects = MemoryObjects::new().object("in", "items", items).bucket("out");
    let test = Test::new(&EXPORT).mock("Work", mocks).objects(objects.clone());
    (test.run(&input).expect("all calls are mocked"), objects)
}

fn written(objects: &MemoryObjects, folder: &str, name: &str) -> Value {
    let content = objects.content("out", &format!("{folder}{name}")).unwrap();
    Value::from_json(&String::from_utf8(content).unwrap()).unwrap()
}

#[test]
fn results_are_written_to_objects() {
    let mocks = [Mock::error("Broken", "x").when(json!(2)), Mock::echo()];
    let (run, objects) = export(mocks, "[1, 2, 3]", json!({"count": 1, "concurrency": 1}));
    let output = run.output().unwrap();
    let map_run = &run.map_runs[0];
    assert_eq!(output["MapRunArn"], json!(&*map_run.map_run_arn));
    assert!(map_run.map_run_arn.contains(":mapRun:export/Label:"));
    let manifest = output["ResultWriterDetails"]["Key"].as_str().unwrap();
    let folder = manifest.strip_suffix("manifest.json").unwrap();
    assert!(folder.starts_with("jobs/"));
    let succeeded = written(&objects, folder, "SUCCEEDED_0.json");
    assert_eq!(succeeded[0]["Output"], json!("1"));
    assert_eq!(succeeded[1]["Input"], json!("3"));
    assert_eq!(succeeded[1]["Status"], json!("SUCCEEDED"));
    let failed = written(&objects, folder, "FAILED_0.json");
    assert_eq!(failed[0]["Error"], json!("Broken"));
    let manifest = written(&objects, folder, "manifest.json");
    assert_eq!(
        manifest["ResultFiles"]["FAILED"][0]["Key"],
        json!(format!("{folder}FAILED_0.json"))
    );
    assert_eq!(manifest["ResultFiles"]["PENDING"], json!([]));
    assert_eq!(map_run.items.results_written, 3);
}

#[test]
fn results_of_batches_count_by_their_items() {
    static BATCHES: Program = Program::new(
        "batches",
        &[
            StateInfo::new(
                "Each",
                StateKind::DistributedMap(
                    &DistributedMap::new(1)
                        .batches()
                        .writer(ResultWriter::export(Transformation::Compact)),
                ),
                each,
            ),
            StateInfo::new("Work", FUNCTION, work),
        ],
        0,
        0,
    );
    let input = json!({"items": [1, 2, 3, 4, 5], "perBatch": 2, "count": 2, "concurrency": 1});
    let mocks = [
        Mock::echo().when(json!({"Items": [1, 2]})),
        Mock::error("Broken", "x"),
    ];
    let test = Test::new(&BATCHES).objects(MemoryObjects::new().bucket("out"));
    let run = test
        .mock("Work", mocks)
        .mock("Work", [Mock::echo()])
        .run(&input)
        .unwrap();
    assert_eq!(run.status(), "SUCCEEDED");
    let map_run = &run.map_runs[0];
    assert_eq!(
        (map_run.items.results_written, map_run.executions.results_written),
        (5, 3)
    );
}

#[test]
fn a_failed_map_run_says_what_was_not_started() {
    let mocks = [Mock::error("Broken", "x")];
    let (run, objects) = export(mocks, "[1, 2, 3]", json!({"concurrency": 1}));
    assert_eq!(run.error(), Some("States.ExceedToleratedFailureThreshold"));
    let keys = objects.keys("out");
    let folder = keys[0].strip_suffix("FAILED_0.json").unwrap();
    let pending = written(&objects, folder, "PENDING_0.json");
    assert_eq!(
        (&pending[0]["Input"], &pending[1]["Input"]),
        (&json!("2"), &json!("3"))
    );
    assert_eq!(pending[0]["Status"], json!("PENDING"));
    let map_run = &run.map_runs[0];
    assert_eq!((map_run.items.pending, map_run.items.results_written), (2, 1));
}

#[test]
fn what_cannot_be_read_or_written_fails_the_map_run() {
    let (scalar, _) = export([], "5", json!({}));
    assert_eq!(scalar.error(), Some("States.ItemReaderFailed"));
    assert_eq!(scalar.cause(), Some("Attempting to map over non-iterable node."));
    let test = Test::new(&EXPORT)
        .mock("Work", [Mock::echo()])
        .objects(MemoryObjects::new().object("in", "items", "[1]"));
    let unwritten = test.run(&json!({})).unwrap();
    assert_eq!(unwritten.error(), Some("States.ResultWriterFailed"));
    assert_eq!(
        unwritten.cause(),
        Some("The specified bucket does not exist: out")
    );
    assert_eq!(unwritten.map_runs[0].status, MapRunStatus::Failed);
}

#[test]
fn an_item_larger_than_an_input_fails_the_map_run() {
    let large = format!("[1, \"{}\"]", "x".repeat(300_000));
    let (run, _) = export([Mock::echo()], &large, json!({"concurrency": 1}));
    assert_eq!(run.error(), Some("States.ItemReaderFailed"));
    assert_eq!(
        run.cause(),
        Some("An item of 300002 bytes does not fit into the input of a child.")
    );
}

#[test]
fn members_of_an_object_are_items_with_a_key() {
    let (run, _) = export([Mock::echo()], r#"{"a": 1, "b": 2}"#, json!({"maxItems": 1}));
    assert_eq!(run.calls.len(), 1);
    assert_eq!(run.calls[0].input, json!({"Key": "a", "Value": 1}));
}
