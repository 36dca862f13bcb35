//! The world of a run: mocks and tasks that answer calls, by a virtual clock.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;
use std::time::Duration;

use super::machines::Cast;
use super::mock::{Answer, Begun};
use super::{Called, TestError};
use crate::callback::{Inbox, OpenToken};
use crate::driver::answer;
use crate::machine::{
    Awaited, Effect, Event, ExecutionInfo, Pattern, ResourceKind, StateKind, TaskCall, Ticket,
};
use crate::{Callbacks, TaskContext, TaskError, Timestamp, Value};

/// Time-out of a task that has none of its own: the service's largest.
const LONGEST_TASK: Duration = Duration::from_secs(99_999_999);

/// The virtual clock, what answers, and what is to happen.
pub(super) struct World<'a> {
    pub cast: Cast<'a>,
    info: Arc<ExecutionInfo>,
    /// Whose effects are performed.
    execution: usize,
    /// And of which machine that is.
    machine: usize,
    now: Timestamp,
    agenda: BinaryHeap<Reverse<Entry>>,
    entries: u64,
    calls: Vec<Called>,
    /// The calls that were begun and wait for their answers, by token.
    begun: BTreeMap<String, Answering>,
    /// Apart from that of other runs, whose tokens are the same.
    inbox: Inbox,
}

/// Who answers a call that was begun.
enum Answering {
    Mock(Answer),
    /// A task, as the worker of an activity.
    Worker(TaskCall),
    /// Somebody to whom a task gave its callback.
    Somebody(OpenToken),
}

impl<'a> World<'a> {
    pub fn new(cast: Cast<'a>, info: Arc<ExecutionInfo>, now: Timestamp) -> Self {
        Self {
            cast,
            info,
            execution: 0,
            machine: 0,
            now,
            agenda: BinaryHeap::new(),
            entries: 0,
            calls: Vec::new(),
            begun: BTreeMap::new(),
            inbox: Inbox::new(Callbacks::new()),
        }
    }

    /// From now on performs the effects of this execution of a machine.
    pub fn work_for(&mut self, execution: usize, machine: usize, info: &Arc<ExecutionInfo>) {
        (self.execution, self.machine) = (execution, machine);
        self.info = Arc::clone(info);
    }

    pub fn now(&self) -> Timestamp {
        self.now
    }

    pub fn into_calls(self) -> Vec<Called> {
        self.calls
    }

    pub async fn perform(&mut self, effect: Effect) -> Result<(), TestError> {
        match effect {
            Effect::Task(call) => self.call(call).await?,
            Effect::Activity(call) => self.offer(call)?,
            Effect::Await(awaited) => self.wait(*awaited).await,
            Effect::Wait { ticket, until } => {
                let pause = self.time_until(until);
                self.plan(pause, Event::Woke(ticket));
            }
            // These are done where the executions are; the answers of what is cancelled are ignored.
            Effect::StartExecution(_)
            | Effect::Child(_)
            | Effect::Read(_)
            | Effect::Write(_)
            | Effect::Cancel(_) => {}
        }
        Ok(())
    }

    /// Calls a task.
    async fn call(&mut self, call: TaskCall) -> Result<(), TestError> {
        let (ticket, timeout, heartbeat) = (call.ticket, call.timeout_seconds, call.heartbeat_seconds);
        let waits = match self.info.program.states[usize::from(call.state)].kind {
            StateKind::Task(resource) => match resource.kind {
                ResourceKind::Service { pattern, .. } => pattern == Pattern::Callback,
                ResourceKind::Function | ResourceKind::Activity => false,
            },
            _ => false,
        };
        let Some(mut mock) = self.mock(&call)? else {
            let token = call.token.clone().map(|token| self.inbox.open(&token));
            let result = self.call_task(call, token.as_ref()).await;
            let event = match (result, token) {
                (Ok(output), Some(token)) if waits => {
                    let name = token.callback().token().to_owned();
                    self.begun.insert(name, Answering::Somebody(token));
                    Event::TaskSubmitted(ticket, output)
                }
                (result, _) => answer(ticket, result),
            };
            self.plan(Duration::ZERO, event);
            return Ok(());
        };
        match call.token {
            Some(token) if waits && !mock.begun.refused => {
                let submitted = mock.begun.submitted.take();
                let submitted = submitted.unwrap_or_else(|| crate::value::object([]));
                self.plan(Duration::ZERO, Event::TaskSubmitted(ticket, submitted));
                self.begun.insert(token.to_string(), Answering::Mock(mock));
            }
            _ => {
                let seconds = |seconds: u32| Duration::from_secs(seconds.into());
                let timeout = timeout.map_or(LONGEST_TASK, seconds);
                self.plan_answer(ticket, Some(mock), timeout, heartbeat);
            }
        }
        Ok(())
    }

    /// Opens the token of an execution that was started: who has it may answer.
    pub fn open(&mut self, token: &Arc<str>) {
        let open = self.inbox.open(token);
        self.begun.insert(token.to_string(), Answering::Somebody(open));
    }

    /// Has a worker take the task of an activity.
    fn offer(&mut self, call: TaskCall) -> Result<(), TestError> {
        let Some(token) = call.token.clone() else {
            return Ok(());
        };
        let (worker_name, answering) = match self.mock(&call)? {
            Some(mut answer) => (answer.begun.worker_name.take(), Answering::Mock(answer)),
            None => (None, Answering::Worker(call)),
        };
        let token = token.to_string();
        self.begun.insert(token.clone(), answering);
        self.plan(Duration::ZERO, Event::ActivityStarted { token, worker_name });
        Ok(())
    }

    /// Waits for the answer to a call that was begun.
    async fn wait(&mut self, awaited: Awaited) {
        let ticket = awaited.ticket;
        let timeout = awaited.until.map_or(LONGEST_TASK, |until| self.time_until(until));
        let begun = awaited
            .token
            .as_deref()
            .and_then(|token| self.begun.remove(token));
        let answer = match begun {
            Some(Answering::Mock(answer)) => Some(answer),
            Some(Answering::Worker(call)) => Some(Answer {
                result: Some(self.call_task(call, None).await),
                after: Duration::ZERO,
                begun: Begun::default(),
            }),
            Some(Answering::Somebody(token)) => {
                token.keep();
                None
            }
            None => None,
        };
        self.plan_answer(ticket, answer, timeout, awaited.heartbeat_seconds);
    }

    /// The mock that answers a call; none if its task does.
    fn mock(&mut self, call: &TaskCall) -> Result<Option<Answer>, TestError> {
        let state = self.info.program.states[usize::from(call.state)].name;
        let input = call.input.to_value();
        self.calls.push(Called {
            machine: self.info.program.name,
            state,
            input: input.clone(),
            attempt: call.attempt,
        });
        match self.cast.mock(self.machine, state, &input) {
            None if self.cast.get(self.machine).functions.is_none() => Err(TestError::NoMock {
                machine: self.info.program.name,
                state,
                attempt: call.attempt,
                input,
            }),
            answer => Ok(answer),
        }
    }

    async fn call_task(&self, mut call: TaskCall, token: Option<&OpenToken>) -> Result<Value, TaskError> {
        let mut context = TaskContext::new(Arc::clone(&self.info), &mut call);
        if let Some(token) = token {
            context = context.with_callbacks(token.callbacks());
        }
        match self.cast.get(self.machine).functions {
            Some(functions) => functions.call(call.state, call.input, &context).await,
            None => Err(TaskError::new("States.TaskFailed", "there is no task")),
        }
    }

    fn plan_answer(
        &mut self,
        ticket: Ticket,
        given: Option<Answer>,
        timeout: Duration,
        heartbeat: Option<u32>,
    ) {
        let heartbeat = heartbeat.map(|seconds| Duration::from_secs(seconds.into()));
        let heartbeat = heartbeat.filter(|heartbeat| *heartbeat < timeout);
        let given = given.and_then(|given| Some((given.after, given.result?)));
        match given {
            // A task that answers in time is taken as having sent its heartbeats.
            Some((after, result)) if after < timeout => self.plan(after, answer(ticket, result)),
            Some(_) => self.plan(
                timeout,
                Event::TaskTimedOut {
                    ticket,
                    heartbeat: false,
                },
            ),
            None => self.plan(
                heartbeat.unwrap_or(timeout),
                Event::TaskTimedOut {
                    ticket,
                    heartbeat: heartbeat.is_some(),
                },
            ),
        }
    }

    fn time_until(&self, until: Timestamp) -> Duration {
        let millis = until.as_millis().saturating_sub(self.now.as_millis());
        Duration::from_millis(u64::try_from(millis).unwrap_or(0))
    }

    pub fn plan(&mut self, after: Duration, event: Event) {
        self.entries += 1;
        let millis = i64::try_from(after.as_millis()).unwrap_or(i64::MAX);
        let at = Timestamp::from_millis(self.now.as_millis().saturating_add(millis));
        self.agenda.push(Reverse(Entry {
            at,
            number: self.entries,
            execution: self.execution,
            event,
        }));
    }

    /// Goes on to the next instant at which something happens, and gives all that does: which execution it is told
    /// to, or `None` for all, and the event. Nothing when nothing happens any more.
    pub fn next_instant(&mut self) -> Vec<(Option<usize>, Event)> {
        if let Some(event) = self.inbox.ready() {
            return vec![(None, event)];
        }
        let Some(Reverse(first)) = self.agenda.pop() else {
            return Vec::new();
        };
        self.now = self.now.max(first.at);
        let mut events = vec![(Some(first.execution), first.event)];
        while let Some(Reverse(next)) = self.agenda.peek()
            && next.at <= self.now
            && let Some(Reverse(next)) = self.agenda.pop()
        {
            events.push((Some(next.execution), next.event));
        }
        events
    }
}

struct Entry {
    at: Timestamp,
    number: u64,
    execution: usize,
    event: Event,
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Entry {}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
