//! The macro that compiles a definition.

/// Compiles an Amazon States Language file into a module.
///
/// ```ignore
/// asl!("order.asl.json");                            // pub mod order
/// asl!(mod shipping = "flows/ship-v2.asl.json");     // mod shipping
/// asl!(pub(crate) mod shipping = "flows/ship.json"); // pub(crate) mod shipping
/// asl!("order.asl.json", allow(unknown_names));     // see below
/// ```
///
/// The path is looked up beside the source file that calls the macro, then in the package's folder. Without a name
/// the module is called after the file, up to `.asl.json`, in snake case. A change of the file is noticed.
///
/// The module has
/// * `enum State`: the states,
/// * `trait Tasks`: one function per Task state, to be implemented with the attribute [`tasks`](crate::tasks),
/// * `run(&tasks, &input)`: runs one execution in memory,
/// * `machine(tasks)`: the machine with its tasks, for more than that,
/// * `MACHINE`: the table of states, for tests and tools.
///
/// With `allow(unknown_names)` JSONata expressions may call functions that do not exist, and read variables that no state
/// assigns; with `allow(failing_expressions)` they may be ones of which no evaluation succeeds, such as `1 + 'a'`. As in the
/// service they fail when they are evaluated, with `States.QueryEvaluationError`; without that they do not compile.
///
/// Every item's documentation says where in the file it comes from. What is wrong with the definition is reported as
/// compile errors, all at once, each with the line of the file.
#[macro_export]
macro_rules! asl {
    ($($definition:tt)*) => {
        $crate::__private::expand! { $crate; $($definition)* }
    };
}
