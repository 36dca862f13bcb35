//! Whatever the text: a machine or diagnostics, never a panic.

use asl_compiler::{
    MachineKind, Source, compile,
    generate::{self, Options},
    validate,
};
use proptest::{collection::vec, prelude::*, sample::select};

/// A definition with something of everything.
const DEFINITION: &str = r#"{
  "Comment": "täglich",
  "StartAt": "Look",
  "TimeoutSeconds": 60,
  "States": {
    "Look": {
      "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke",
      "Parameters": {"FunctionName": "look", "Payload": {"id.$": "$.id", "now.$": "$$.State.EnteredTime", "all": [1, {"x.$": "States.Array($.a, 'b')"}]}},
      "ResultSelector": {"found.$": "$.Payload"}, "ResultPath": "$.look", "OutputPath": "$.look",
      "Assign": {"seen.$": "$.Payload.n"},
      "TimeoutSeconds": 30, "HeartbeatSecondsPath": "$.beat",
      "Credentials": {"RoleArn.$": "$.role"},
      "Retry": [{"ErrorEquals": ["States.Timeout"], "MaxAttempts": 2, "BackoffRate": 1.5, "JitterStrategy": "FULL"}],
      "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Assign": {"why.$": "$.Cause"}, "Next": "Stop"}],
      "Next": "Decide"
    },
    "Decide": {
      "Type": "Choice",
      "Choices": [
        {"And": [{"Variable": "$.n", "IsPresent": true}, {"Not": {"Variable": "$.n", "NumericLessThanPath": "$seen"}}], "Next": "Each"},
        {"Variable": "$.t", "TimestampGreaterThan": "2016-03-14T01:59:00.5+02:00", "Next": "Later"},
        {"Variable": "$.s", "StringMatches": "a*\\*", "Next": "Both"}
      ],
      "Default": "Stop"
    },
    "Each": {
      "Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ItemSelector": {"item.$": "$$.Map.Item.Value"},
      "ItemProcessor": {"ProcessorConfig": {"Mode": "INLINE"}, "StartAt": "One", "States": {"One": {"Type": "Pass", "Result": {"a.$": [1.5e3, null, "é"]}, "End": true}}},
      "Next": "Both"
    },
    "Both": {
      "Type": "Parallel",
      "Branches": [{"StartAt": "Left", "States": {"Left": {"Type": "Wait", "Timestamp": "2016-03-14T01:59:00Z", "End": true}}}],
      "ResultPath": null, "Next": "Later"
    },
    "Later": {"Type": "Wait", "SecondsPath": "$.wait", "InputPath": null, "Next": "Done"},
    "Stop": {"Type": "Fail", "ErrorPath": "States.Format('{}', $.e)", "Cause": "no"},
    "Done": {"Type": "Succeed"}
  }
}"#;

/// The same in JSONata.
const JSONATA: &str = r#"{
  "QueryLanguage": "JSONata",
  "StartAt": "Look",
  "States": {
    "Look": {
      "Type": "Task", "Resource": "look",
      "Arguments": {"id": "{% $states.input.id %}", "all": [1, "{% $map($states.input.items[n > 1]^(>n), function($v, $i) { $v.n * $i }) %}"]},
      "TimeoutSeconds": "{% ($x := 3; $x * 2) %}",
      "Assign": {"seen": "{% $states.result.rows@$r.{'row': $r, 'up': %.n} %}"},
      "Output": "{% $merge([$states.result, {\"text\": $uppercase('é') & $join(['a', 'b'], \"-\")}]) ~> |$|{'a': 1}, 'b'| %}",
      "Catch": [{"ErrorEquals": ["States.ALL"], "Output": "{% $match($states.errorOutput.Cause, /a(b+)/i).groups[0] %}", "Next": "Decide"}],
      "Next": "Decide"
    },
    "Decide": {
      "Type": "Choice",
      "Choices": [{"Condition": "{% $count($seen#$i[$i > 0]{name: $sum(n)}) in [1..3] ? true : false %}", "Next": "Each"}],
      "Default": "Later"
    },
    "Each": {
      "Type": "Map", "Items": "{% $states.input.**.item[] %}", "ItemSelector": "{% $states.context.Map.Item.Value %}",
      "ItemProcessor": {"StartAt": "One", "States": {"One": {"Type": "Pass", "Output": "{% ($f := $substring(?, 0, 2); $f('abc')) %}", "End": true}}},
      "Next": "Later"
    },
    "Later": {"Type": "Wait", "Seconds": "{% $floor(-1.5e1) + 16 %}", "Next": "Stop"},
    "Stop": {"Type": "Fail", "Error": "{% 'E' %}", "Cause": "{% $string($seen) %}"}
  }
}"#;

/// Pieces that break a definition in interesting places.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "\\",
    "\\u",
    "\\ud800",
    "null",
    "true",
    "-1",
    "1e999",
    "99999999999999999999",
    "$",
    "$$",
    "$.",
    "$[",
    "..",
    "[*]",
    "?(",
    "States.",
    "States.Format(",
    "'",
    "{}",
    "{%",
    "%}",
    "${",
    "é",
    "\u{feff}",
    "\u{0}",
    "\t",
    "\r\n",
    "\u{2028}",
    "Next",
    "States",
    "StartAt",
    "QueryLanguage",
    "JSONata",
    "DISTRIBUTED",
    "Look",
    "{% ",
    " %}",
    "$states.",
    "$x := ",
    "function($x){",
    "λ($x)<s:n>{",
    "~> |",
    "^(",
    "@$a",
    "#$i",
    "**",
    "/*",
    "/a/",
    "? 1",
];

/// Compiles, generates or renders, which is where a panic would come from. Tells whether the text is a definition.
fn survives(text: String) -> bool {
    let source = Source {
        path: "test.asl.json".to_owned(),
        text,
    };
    for kind in [MachineKind::Standard, MachineKind::Express] {
        let _ = validate(&source, kind);
    }
    match compile(&source) {
        Ok(machine) => {
            let code = generate::source_file(&machine, &Options::new(&source.path));
            assert!(code.is_ok(), "{}", source.text);
            true
        }
        Err(diagnostics) => {
            assert!(diagnostics.iter().count() > 0);
            for diagnostic in &diagnostics {
                let text = diagnostic.render(&source);
                assert!(text.contains(diagnostic.code.as_str()), "{text}");
            }
            false
        }
    }
}

/// The definition with one stretch of characters replaced.
fn edited(text: &str, at: usize, len: usize, piece: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let start = at % chars.len();
    let end = (start + len).min(chars.len());
    chars[..start]
        .iter()
        .copied()
        .chain(piece.chars())
        .chain(chars[end..].iter().copied())
        .collect()
}

proptest! {
    #[test]
    fn arbitrary_bytes(bytes in vec(any::<u8>(), 0..200)) {
        survives(String::from_utf8_lossy(&bytes).into_owned());
    }

    #[test]
    fn arbitrary_pieces(pieces in vec(select(PIECES), 0..60)) {
        survives(pieces.concat());
    }

    #[test]
    fn edited_definitions(edits in vec((any::<usize>(), 0..12_usize, select(PIECES)), 1..4)) {
        let edit = |text: String, (at, len, piece): (usize, usize, &str)| edited(&text, at, len, piece);
        for definition in [DEFINITION, JSONATA] {
            survives(edits.iter().copied().fold(definition.to_owned(), edit));
        }
    }

    #[test]
    fn definitions_with_other_strings(at in any::<usize>(), text in "\\PC{0,20}") {
        let strings: Vec<_> = DEFINITION.match_indices('"').map(|(at, _)| at).collect();
        let pair = at % (strings.len() / 2) * 2;
        let (start, end) = (strings[pair] + 1, strings[pair + 1]);
        let text = text.replace('\\', "\\\\").replace('"', "\\\"");
        survives(format!("{}{text}{}", &DEFINITION[..start], &DEFINITION[end..]));
    }
}

#[test]
fn the_definition_itself_compiles() {
    assert!(survives(DEFINITION.to_owned()));
    assert!(survives(format!("\u{feff}{DEFINITION}")));
    assert!(survives(JSONATA.to_owned()));
}

#[test]
fn every_prefix_of_it_is_refused() {
    for (at, _) in DEFINITION.char_indices() {
        assert!(!survives(DEFINITION[..at].to_owned()));
    }
}

#[test]
fn depth_is_bounded() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
        let text = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        assert!(!survives(text.clone()));
        assert!(!survives(format!("{{\"StartAt\": \"A\", \"States\": {text}}}")));
    }
    let branch = r#"{"StartAt": "A", "States": {"A": {"Type": "Parallel", "End": true, "Branches": ["#;
    assert!(!survives(branch.repeat(10_000)));
}
