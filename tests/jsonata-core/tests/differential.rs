//! Random expressions over random documents: the same answer on both sides, or the same error.

use asl_runtime::jsonata as j;
use beside_jsonata_core::{
    documents::document,
    ours::{self, Compiled},
    outcome::Outcome,
    random::Random,
    theirs,
};

/// The random expressions, compiled.
#[allow(clippy::all, unused, missing_docs, reason = "generated")]
mod expressions {
    include!(concat!(env!("OUT_DIR"), "/expressions.rs"));
}

/// Documents for each expression.
const DOCUMENTS: usize = 12;

#[test]
fn both_sides_give_the_same() {
    let mut random = Random(2);
    let (mut values, mut undefined, mut errors) = (0, 0, 0);
    let mut different = Vec::new();
    for (text, function) in &expressions::TABLE {
        for _ in 0..DOCUMENTS {
            let document = document(&mut random);
            let (ours, theirs) = (
                ours::evaluate(*function, &document),
                theirs::evaluate(text, &document),
            );
            match &ours {
                Outcome::Value(_) => values += 1,
                Outcome::Undefined => undefined += 1,
                Outcome::Error(_) => errors += 1,
            }
            if !ours.is_same(&theirs) {
                different.push((text, document, ours, theirs));
                break;
            }
        }
    }
    // The comparison is worth something only if most expressions make sense.
    println!("{values} values, {undefined} undefined, {errors} errors");
    assert!(values > undefined && errors > 0);
    different.sort_by_key(|(text, ..)| text.len());
    let count = different.len();
    for (text, document, ours, theirs) in different.into_iter().take(20) {
        println!("{text}\n    of {document}\n    gives {ours}\n    not   {theirs}");
    }
    assert_eq!(count, 0, "expressions with different outcomes");
}
