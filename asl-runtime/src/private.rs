//! All that generated code may name. No part of the public interface: it changes with the compiler.

pub use std::{ops::Deref, sync::Arc};

pub use asl_macros::asl as expand;
pub use serde::{Serialize, de::DeserializeOwned};

pub use crate::{
    choice::{self, Order},
    driver::{Caller, ExecutionError, Machine},
    intrinsic::{Argument, Call, Function},
    jsonata,
    machine::{
        Cx, DistributedMap, Evaluation, Expression, Failure, ItemFormat, ItemReader, MapRunStep, On, Pattern,
        Program, Resource, ResourceKind, ResultWriter, Retrier, StateId, StateInfo, StateKind, Step,
        TaskInput, Template, Transformation, WaitStep,
    },
    path::{
        Condition, Numeral, Operand, Operator, Path, ReferencePath, ReferenceStep, Root, Step as PathStep,
        Test,
    },
    task::{
        AnyInput, Signature, Takes, TaskError, TaskResult, TaskSet, Types, decode, encode, in_envelope,
        payload,
    },
    task_context::TaskContext,
    value::{Constant, Value, array, object},
};

/// What `#[derive(Shape)]` and the checks of the flow of data name.
pub mod shape {
    pub use crate::shape::*;
}

/// What `#[tasks]` names to find out which types are native.
pub mod natively {
    pub use crate::task::natively::{AnyTypes, Probe, which};
}

/// What `#[derive(Native)]` names.
pub mod native {
    pub use crate::native::{Look, Members, Native, Part};
    pub use crate::value::{Measure, Value};
}

/// The standard prelude, for modules without one.
pub mod prelude {
    pub use std::prelude::rust_2024::*;
}

/// What the function of a task takes.
pub type Input<S> = <S as Types>::Input;

/// What the function of a task returns.
pub type Output<S> = <S as Types>::Output;

/// What a task gives when it succeeds.
pub type Success<S> = <<S as Types>::Output as TaskResult>::Success;

/// A string that stands in the definition.
pub fn text(text: &'static str) -> Value {
    Value::String(smol_str::SmolStr::new_static(text))
}
