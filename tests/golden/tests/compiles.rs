//! The code compiles without a warning under strict lints.
#![deny(warnings, missing_docs, missing_debug_implementations, unused_qualifications)]
include!("../machines/order.rs");
include!("../machines/states.rs");
include!("../machines/operators.rs");
include!("../machines/branches.rs");
include!("../machines/variables.rs");
include!("../machines/names.rs");
include!("../machines/lambda.rs");
include!("../machines/no_tasks.rs");
include!("../machines/nulls.rs");
include!("../machines/distributed.rs");
include!("../machines/jsonata.rs");
include!("../machines/jsonata_maps.rs");
