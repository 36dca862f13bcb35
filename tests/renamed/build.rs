//! Compiles the definition that `src/lib.rs` includes.

fn main() -> Result<(), asl_compiler::BuildError> {
    asl_compiler::Builder::new()
        .runtime("::steps")
        .module("built")
        .build("flows/beside package.asl.json")
}
