//! Compiles the definition of the example `order` to `$OUT_DIR/order.rs`.

fn main() -> Result<(), asl_compiler::BuildError> {
    asl_compiler::build("../order/order.asl.json")
}
