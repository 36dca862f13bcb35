//! Makes random machines, always the same, and compiles them.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

/// How many machines; each starts executions of those with a lower number only.
const MACHINES: u64 = 24;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    let folder = PathBuf::from(env::var("OUT_DIR")?);
    let mut modules = String::new();
    let mut names = String::new();
    for number in 0..MACHINES {
        let mut random = Random(number * 7919 + 17);
        random.next();
        let length = 2 + random.below(3);
        let mut counter = 0;
        let states = random.scope(number, length, 2, Kind::Standard, &mut counter);
        let file = folder.join(format!("m{number}.asl.json"));
        fs::write(&file, states)?;
        asl_compiler::build(&file)?;
        write!(
            modules,
            "include!(concat!(env!(\"OUT_DIR\"), \"/m{number}.rs\"));"
        )?;
        write!(names, "&m{number}::MACHINE,")?;
    }
    let table = format!(
        "{modules}\n/// All machines.\npub static MACHINES: &[&asl_runtime::machine::Program] = &[{names}];\n"
    );
    fs::write(folder.join("machines.rs"), table)?;
    Ok(())
}

/// What the executions of a scope are.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Standard,
    /// Without answers by token and nested executions.
    Express,
}

struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mixed = self.0 ^ (self.0 >> 33);
        mixed.wrapping_mul(0xff51_afd7_ed55_8ccd) >> 20
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// A scope of so many states in a row: text of `StartAt` and `States`.
    fn scope(&mut self, machine: u64, length: u64, depth: u64, of: Kind, counter: &mut u64) -> String {
        let names: Vec<String> = (0..length)
            .map(|_| {
                *counter += 1;
                format!("S{counter}")
            })
            .collect();
        let mut states = String::new();
        for (index, name) in names.iter().enumerate() {
            let next = match names.get(index + 1) {
                Some(next) => format!("\"Next\": \"{next}\""),
                None => "\"End\": true".to_owned(),
            };
            let separator = if index == 0 { "" } else { "," };
            let body = self.state(machine, depth, of, counter);
            let _ = write!(states, "{separator}\"{name}\": {{{body}, {next}}}");
        }
        format!("{{\"StartAt\": \"{}\", \"States\": {{{states}}}}}", names[0])
    }

    fn state(&mut self, machine: u64, depth: u64, of: Kind, counter: &mut u64) -> String {
        const RETRY: &str = r#""Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 1, "MaxAttempts": 5, "BackoffRate": 1}]"#;
        let kind = self.below(if depth > 0 { 12 } else { 7 });
        match kind {
            0 => format!("\"Type\": \"Wait\", \"Seconds\": {}", self.below(2)),
            1 => r#""Type": "Pass", "Parameters": {"n.$": "$.n", "name.$": "$.name", "items.$": "$.items"}"#
                .to_owned(),
            2 if of == Kind::Standard => {
                r#""Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
                "Parameters": {"token.$": "$$.Task.Token", "n.$": "$.n", "name.$": "$.name"}, "ResultPath": "$.answer""#
                    .to_owned()
            }
            3 if machine > 0 && of == Kind::Standard => {
                // Far below, so that chains of them are short.
                let other = self.below(machine.div_ceil(4));
                format!(
                    r#""Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "ResultPath": "$.nested",
                    "Parameters": {{"StateMachineArn": "m{other}", "Input": {{"n.$": "$.n", "name.$": "$.name", "items": [1, 2]}}}},
                    "ResultSelector": {{"status.$": "$.Status", "n.$": "$.Output.n"}}"#
                )
            }
            7 | 8 => {
                let branches = 2 + self.below(2);
                let mut text = String::new();
                for index in 0..branches {
                    let separator = if index == 0 { "" } else { "," };
                    let length = 1 + self.below(2);
                    let branch = self.scope(machine, length, depth - 1, of, counter);
                    let _ = write!(text, "{separator}{branch}");
                }
                format!("\"Type\": \"Parallel\", \"ResultPath\": \"$.branches\", \"Branches\": [{text}]")
            }
            9..=11 => {
                let length = 1 + self.below(2);
                let (of, mode) = match (kind, self.below(3)) {
                    (9, _) => (of, r#""Mode": "INLINE""#),
                    (_, 0) => (
                        Kind::Express,
                        r#""Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS""#,
                    ),
                    _ => (
                        Kind::Standard,
                        r#""Mode": "DISTRIBUTED", "ExecutionType": "STANDARD""#,
                    ),
                };
                let processor = self.scope(machine, length, 0, of, counter);
                let states = processor.trim_start_matches('{');
                format!(
                    r#""Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": {}, "ResultPath": "$.mapped",
                    "ItemSelector": {{"n.$": "$$.Map.Item.Value", "name.$": "$.name", "items": [3]}},
                    "ItemProcessor": {{"ProcessorConfig": {{{mode}}}, {states}"#,
                    self.below(3)
                )
            }
            _ => format!(
                r#""Type": "Task", "Resource": "arn:aws:lambda:eu-central-1:111111111111:function:work",
                {RETRY}, "ResultPath": "$.result""#
            ),
        }
    }
}
