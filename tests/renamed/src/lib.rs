//! Generated code must compile whatever the runtime is called, without the standard prelude and without a warning.
#![no_implicit_prelude]
#![deny(warnings, missing_docs)]

use ::std::{
    fmt,
    result::Result::{self, Err, Ok},
    string::String,
};
use ::steps::{IntoTaskError, TaskContext, TaskError, asl, tasks};

asl!("greet.asl.json");
asl!(pub(crate) mod packaged = "flows/beside package.asl.json");
::std::include!(::std::concat!(::std::env!("OUT_DIR"), "/built.rs"));

/// Whom to greet.
#[derive(Debug, ::serde::Serialize, ::serde::Deserialize)]
pub struct Person {
    /// Their name.
    pub name: String,
}

/// What can go wrong.
#[derive(Debug, TaskError)]
#[asl(crate = "::steps")]
pub enum Problem {
    /// The name is too long.
    #[asl(name = "Too.Long")]
    TooLong {
        /// By that many letters.
        by: usize,
    },
    /// The name is missing.
    #[asl(cause = "there is no name")]
    NoName,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { by } => ::std::write!(formatter, "too long by {by}"),
            Self::NoName => formatter.write_str("not shown"),
        }
    }
}

/// Greets, under a prefix of its own type.
#[derive(Debug)]
pub struct Greeter<P> {
    /// Comes first.
    pub prefix: P,
}

#[tasks]
impl<P> greet::Tasks for Greeter<P>
where
    P: fmt::Display + ::std::marker::Send + ::std::marker::Sync,
{
    async fn greet(&self, person: Person) -> Result<Person, TaskError> {
        if person.name.is_empty() {
            return Err(Problem::NoName.into_task_error());
        }
        Ok(Person {
            name: ::std::format!("{} {}", self.prefix, person.name),
        })
    }

    async fn count(&self, Person { name }: Person, context: &TaskContext) -> Result<usize, Problem> {
        ::std::assert_eq!(context.state(), "Count");
        Ok(name.len())
    }

    async fn check(&self, person: Person) -> Result<(), Problem> {
        match person.name.len() {
            0..12 => Ok(()),
            length => Err(Problem::TooLong { by: length - 11 }),
        }
    }
}

#[tasks]
impl<P> built::Tasks for Greeter<P>
where
    P: fmt::Display + ::std::marker::Send + ::std::marker::Sync,
{
    async fn shout(&self) -> Result<String, TaskError> {
        Ok(::std::format!("{}!", self.prefix))
    }
}

impl packaged::Tasks for Greeter<()> {
    type Input = ::steps::AnyInput;

    type Shout = fn(()) -> Result<String, TaskError>;

    async fn shout(&self, (): (), context: &TaskContext) -> Result<String, TaskError> {
        Ok(::std::format!("{}!", context.state()))
    }
}

/// Runs the machine that nothing outside this crate sees.
///
/// # Errors
/// When it fails.
pub async fn packaged() -> Result<String, ::steps::ExecutionError> {
    packaged::run(&Greeter { prefix: () }, &()).await
}
