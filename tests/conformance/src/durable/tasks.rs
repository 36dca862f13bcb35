//! The tasks of a case: they answer from its table.

use std::collections::HashMap;
use std::future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use asl_runtime::machine::{Pattern, Program, ResourceKind, StateId, StateKind, TaskInput};
use asl_runtime::value::object;
use asl_runtime::{Caller, Object, TaskContext, TaskError, Value};
use tokio::sync::Notify;

/// What a task is answered with; nothing for one that never is.
type Answer = Option<Result<Value, TaskError>>;

/// The answers of a case, shared by the engines that come and go.
#[derive(Debug, Clone, Default)]
pub struct Answers(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    /// Something is there to be sent by token.
    asked: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// What is left of the case's table, by state.
    left: HashMap<String, Vec<Value>>,
    /// What was given, by idempotency key: a call that is made again gets the same.
    given: HashMap<String, Answer>,
    /// What is to be sent, by token.
    unsent: HashMap<String, Result<Value, TaskError>>,
}

impl Answers {
    pub fn of(case: &Value) -> Self {
        let tasks = case.get("tasks").and_then(Value::as_object);
        let left = tasks.into_iter().flat_map(Object::iter).map(|(state, entries)| {
            let entries = entries.as_array().unwrap_or_default().to_vec();
            (state.to_string(), entries)
        });
        let answers = Self::default();
        answers.state().left = left.collect();
        answers
    }

    /// Waits until something is to be sent by token.
    pub async fn asked(&self) {
        self.0.asked.notified().await;
    }

    pub fn unsent(&self) -> HashMap<String, Result<Value, TaskError>> {
        self.state().unsent.clone()
    }

    pub fn sent(&self, token: &str) {
        self.state().unsent.remove(token);
    }

    /// Sends the answer of a state's next task by token.
    pub fn send(&self, token: &str, state: &str, input: &Value) {
        if let Some(result) = self.answer(token, state, input) {
            self.state().unsent.insert(token.to_owned(), result);
            self.0.asked.notify_one();
        }
    }

    fn answer(&self, key: &str, state: &str, input: &Value) -> Answer {
        let mut known = self.state();
        if let Some(answer) = known.given.get(key) {
            return answer.clone();
        }
        let entries = known.left.get_mut(state);
        let answer = entries.map_or_else(none_left, |entries| take(entries, input));
        known.given.insert(key.to_owned(), answer.clone());
        answer
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn none_left() -> Answer {
    Some(Err(TaskError::new("NoMock", "the case has no answer left")))
}

/// Takes the first entry that serves a call with this input.
fn take(entries: &mut Vec<Value>, input: &Value) -> Answer {
    let serves = |entry: &Value| entry.get("when").is_none_or(|when| when == input);
    let Some(index) = entries.iter().position(serves) else {
        return none_left();
    };
    if entries[index].get("echo").is_some() {
        return Some(Ok(input.clone()));
    }
    let entry = entries.remove(index);
    let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
    if entry.get("hang").is_some() {
        return None;
    }
    Some(match entry.get("output") {
        Some(output) => Ok(output.clone()),
        None => Err(TaskError::from_parts(text("error"), text("cause"))),
    })
}

/// Calls the tasks of a case.
pub struct Tasks {
    pub program: &'static Program,
    pub answers: Answers,
}

impl Tasks {
    /// Whether the answer comes by token, when the call itself is done.
    fn waits(&self, state: StateId) -> bool {
        let StateKind::Task(resource) = self.program.states[usize::from(state)].kind else {
            return false;
        };
        let ResourceKind::Service { pattern, .. } = resource.kind else {
            return false;
        };
        pattern == Pattern::Callback
    }
}

impl Caller for Tasks {
    fn program(&self) -> &'static Program {
        self.program
    }

    async fn call(
        &self,
        state: StateId,
        input: TaskInput,
        context: &TaskContext,
    ) -> Result<Value, TaskError> {
        let input = input.into_value();
        match context.token() {
            Some(token) if self.waits(state) => {
                self.answers.send(token, context.state(), &input);
                Ok(object([]))
            }
            _ => match self
                .answers
                .answer(&context.idempotency_key(), context.state(), &input)
            {
                Some(result) => result,
                None => future::pending().await,
            },
        }
    }
}
