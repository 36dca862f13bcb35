//! The short form: a few kills.

use std::process::Command;

#[test]
fn a_few_kills_lose_nothing() {
    let output = Command::new(env!("CARGO_BIN_EXE_crash-test"))
        .args(["--kills", "12", "--seed", "7"])
        .output()
        .expect("the program was built");
    let text = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}\n{errors}");
    assert!(
        text.contains("12 kills, seed 7") && text.contains("nothing was lost"),
        "{text}"
    );
}
