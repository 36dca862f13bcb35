//! The short form: a few kills. And a disk that is full.

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
    // It is worth something only if there was something to redrive.
    for what in ["redrives", "Map Runs"] {
        assert!(
            text.contains(what) && !text.contains(&format!(" 0 {what}")),
            "{text}"
        );
    }
}

/// A limit on the size of files is to a process what a full disk is.
#[test]
fn a_full_disk_is_told_and_loses_nothing() {
    let folder = tempfile::tempdir().expect("there is room for a folder");
    let fill = |limit: &str| {
        let program = env!("CARGO_BIN_EXE_crash-test");
        let script = format!("trap '' XFSZ; {limit} exec \"$0\" fill \"$1\"");
        let output = Command::new("sh")
            .args(["-c", &script, program])
            .arg(folder.path())
            .output();
        let output = output.expect("there is a shell");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            output.status.success(),
            "{text}\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        text
    };
    // In blocks of 512 bytes: a megabyte.
    let full = fill("ulimit -S -f 2000;");
    let acknowledged = full.lines().find_map(|line| {
        line.split_once(" acknowledged, then: the store ")?
            .0
            .parse::<usize>()
            .ok()
    });
    let acknowledged = acknowledged.unwrap_or_else(|| panic!("{full}"));
    assert!(
        acknowledged > 2 && full.contains("the engine says: Some("),
        "{full}"
    );
    // There is room again.
    let after = fill("");
    let there = after
        .lines()
        .find_map(|line| line.strip_suffix(" there")?.parse::<usize>().ok());
    assert!(
        there >= Some(acknowledged) && after.contains("all acknowledged"),
        "{full}\n{after}"
    );
}
