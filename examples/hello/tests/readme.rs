//! The README shows this example: as it is.

const README: &str = include_str!("../../../README.md");

#[test]
fn the_readme_shows_this_example() {
    let definition = include_str!("../hello.asl.json");
    assert!(
        README.contains(definition.trim()),
        "hello.asl.json has changed: show it in the README"
    );
    let program = include_str!("../src/main.rs");
    let code = program.split_once("\n\n").expect("a comment and the code").1;
    assert!(
        README.contains(code.trim()),
        "src/main.rs has changed: show it in the README"
    );
    let output = include_str!("../expected-output.txt");
    assert!(
        README.contains(output.trim()),
        "the output has changed: show it in the README"
    );
}
