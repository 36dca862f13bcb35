//! Redriving executions that ended without success.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::oneshot;

use super::super::error::EngineError;
use super::super::record;
use super::super::registry::AnyMachine;
use super::super::replay::{Replayed, Start, replay};
use super::super::runner::{Message, Runner};
use super::super::store::{ExecutionId, Record, Status, StoredExecution, Write};
use super::super::telemetry;
use super::{Execution, Inner, RETRY};
use crate::Timestamp;
use crate::machine::{Event, Settings};

/// Why a child of a Map Run is not redriven by itself.
const OF_MAP_RUN: &str = "Execution is a child of a Map Run, which is redriven with its parent";

/// How long a client token stands for its redrive.
const TOKEN_TIME: Duration = Duration::from_secs(15 * 60);

/// How many client tokens of an execution do so.
const TOKENS: usize = 10;

/// Most characters of a client token.
const LONGEST_TOKEN: usize = 64;

/// Why an execution is not redriven whose history is full.
pub(super) const HISTORY_IS_FULL: &str = "Execution history event limit exceeded";

impl Execution {
    /// Lets it go on where it failed, timed out or was stopped, as
    /// [RedriveExecution](https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html)
    /// does: steps that succeeded are not run again, of a Parallel or Map state only the branches and iterations that did not
    /// succeed. A distributed Map goes on with [the same Map
    /// Run](https://docs.aws.amazon.com/step-functions/latest/dg/redrive-map-run.html): its children that did not succeed are
    /// redriven, or started once more where they are Express executions. Gives when.
    ///
    /// # Errors
    /// `ExecutionNotRedrivable`: it runs, has succeeded, ended more than 14 days ago, is older than a year, or its
    /// history is full; it is a child of a Map Run; or its definition is not registered. `ExecutionLimitExceeded`: as many
    /// are running as may. And when the store fails.
    pub async fn redrive(&self) -> Result<Timestamp, EngineError> {
        self.redrive_by(None).await
    }

    /// As [`redrive`](Self::redrive), once for a client token: to ask again with the token, for 15 minutes, gives when the
    /// execution was redriven with it, and redrives nothing. So who does not know whether a redrive came about can ask again, also
    /// after the store was opened again. Of each execution the last ten tokens are known, those of others do not matter.
    ///
    /// # Errors
    /// As [`redrive`](Self::redrive), and `ValidationException`: the token has none or more than 64 characters, or one that is
    /// not a visible ASCII character.
    pub async fn redrive_with_token(&self, client_token: &str) -> Result<Timestamp, EngineError> {
        check_token(client_token)?;
        self.redrive_by(Some(client_token.to_owned())).await
    }

    async fn redrive_by(&self, client_token: Option<String>) -> Result<Timestamp, EngineError> {
        let stored = self.stored().await?;
        if stored.map_run.is_some() {
            return Err(EngineError::ExecutionNotRedrivable(OF_MAP_RUN.to_owned()));
        }
        let inner = Arc::clone(&self.engine.inner);
        inner.redrive(self.id, By::Client(client_token)).await
    }
}

/// Who redrives an execution.
#[derive(Debug, Clone)]
pub(super) enum By {
    /// Somebody, perhaps with a token.
    Client(Option<String>),
    /// A Map Run whose child it is, for this ticket.
    MapRun(u64),
}

/// An execution that is to be redriven.
enum Found {
    Redrivable(Box<StoredExecution>, Arc<dyn AnyMachine>),
    /// That was done at this time, with the same token.
    Redriven(Timestamp),
}

/// An execution that was to run again.
enum Brought {
    ToLife(Box<(StoredExecution, Arc<dyn AnyMachine>, Replayed)>),
    /// It was before, with the same token.
    Redriven(Timestamp),
}

impl Inner {
    /// Redrives an execution.
    pub(super) async fn redrive(self: Arc<Self>, id: ExecutionId, by: By) -> Result<Timestamp, EngineError> {
        // In a task of its own: whoever gives up waiting is not to leave an execution behind that nobody drives.
        let (reply, redriven) = oneshot::channel();
        let engine = Arc::clone(&self);
        let work = async move {
            // Nobody may wait for it any more: also well.
            let _ = reply.send(engine.redrive_now(id, by).await);
        };
        self.runtime.spawn(Arc::clone(&self).guarded(id, work));
        redriven.await.unwrap_or_else(|_| Err(self.no_answer(id)))
    }

    async fn redrive_now(self: Arc<Self>, id: ExecutionId, by: By) -> Result<Timestamp, EngineError> {
        let mut inbox = loop {
            match self.reserve(id)? {
                Some(inbox) => break inbox,
                // One that has ended is in memory for as long as it takes to tell that.
                None => {
                    if let Found::Redriven(at) = self.redrivable(id, &by).await? {
                        return Ok(at);
                    }
                    tokio::time::sleep(RETRY.0).await;
                }
            }
        };
        match self.bring_to_life(id, &by).await {
            Ok(Brought::Redriven(at)) => {
                self.unload(id, &mut inbox, || EngineError::TaskDoesNotExist);
                Ok(at)
            }
            Ok(Brought::ToLife(brought)) => {
                let (stored, machine, state) = *brought;
                let at = state.at;
                telemetry::redriven(&stored.machine, &stored.name);
                self.running.fetch_add(1, Ordering::Relaxed);
                self.ask_parent(&stored);
                let mut runner = Runner::new(Arc::clone(&self), machine, Arc::new(stored), state, inbox);
                runner.go_live();
                self.runtime.spawn(Arc::clone(&self).guarded(id, runner.run()));
                Ok(at)
            }
            Err(error) => {
                self.unload(id, &mut inbox, || EngineError::TaskDoesNotExist);
                if let EngineError::Store(_) = error {
                    // It may have been written nevertheless.
                    self.deliver(id, Message::Look);
                }
                Err(error)
            }
        }
    }

    /// An execution, if it can be redriven, or was.
    async fn redrivable(&self, id: ExecutionId, by: &By) -> Result<Found, EngineError> {
        let stored = self.read(move |store| store.execution(id)).await?;
        let stored = stored.ok_or_else(|| EngineError::ExecutionDoesNotExist(id.to_string()))?;
        if let By::Client(client_token) = by {
            if let Some(client_token) = client_token
                && let Some(at) = self.redriven_with(&stored, client_token).await?
            {
                return Ok(Found::Redriven(at));
            }
            self.check_limit()?;
        }
        if let Some(reason) = self.not_redrivable(&stored, self.now()) {
            return Err(EngineError::ExecutionNotRedrivable(reason));
        }
        let machine = self.version(stored.fingerprint);
        let machine = machine.ok_or_else(|| EngineError::ExecutionNotRedrivable(not_registered(&stored)))?;
        Ok(Found::Redrivable(Box::new(stored), machine))
    }

    /// When an execution was redriven with this client token, if that is still known: its journal has the tokens.
    async fn redriven_with(
        &self,
        stored: &StoredExecution,
        client_token: &str,
    ) -> Result<Option<Timestamp>, EngineError> {
        let now = self.now();
        let is_recent = |at: &Timestamp| now.since(*at) <= TOKEN_TIME;
        if !stored.redriven_at.as_ref().is_some_and(is_recent) {
            return Ok(None);
        }
        let id = stored.id;
        let journal = self.read(move |store| store.journal(id)).await?;
        let last_first = journal.iter().rev();
        let redrives =
            last_first.filter_map(|record| Some((record::client_token(&record.events)?, record.at)));
        let mut recent = redrives.take(TOKENS).take_while(|(_, at)| is_recent(at));
        Ok(recent.find(|(token, _)| token == client_token).map(|(_, at)| at))
    }

    /// Replays an execution that ended, and makes it run again.
    async fn bring_to_life(&self, id: ExecutionId, by: &By) -> Result<Brought, EngineError> {
        let (mut stored, machine) = match self.redrivable(id, by).await? {
            Found::Redrivable(stored, machine) => (stored, machine),
            Found::Redriven(at) => return Ok(Brought::Redriven(at)),
        };
        let (client_token, ticket) = match by {
            By::Client(client_token) => (client_token.as_deref(), None),
            By::MapRun(ticket) => (None, Some(*ticket)),
        };
        self.forget_panic(id).await?;
        let journal = self.read(move |store| store.journal(id)).await?;
        let mut state = replay(machine.program(), &stored, &journal)
            .map_err(|error| EngineError::ExecutionNotRedrivable(error.to_string()))?;
        if is_full(&stored, state.execution.last_event_id()) {
            return Err(EngineError::ExecutionNotRedrivable(HISTORY_IS_FULL.to_owned()));
        }
        let now = self.now().max(state.at);
        let append = Write::Append {
            execution: id,
            record: Record {
                number: state.next_record,
                at: now,
                events: record::redriven(client_token).into(),
            },
        };
        state.feed(Event::Redriven, now);
        if state.execution.outcome().is_some() {
            return Err(EngineError::ExecutionNotRedrivable(
                "the execution keeps nothing to go on with".to_owned(),
            ));
        }
        state.next_record += 1;
        state.advance(now);
        stored.status = Status::Running;
        stored.redrive_count += 1;
        stored.redriven_at = Some(now);
        stored.parent = stored.parent.map(|(parent, of)| (parent, ticket.unwrap_or(of)));
        let redrive = Write::Redrive {
            execution: id,
            at: now,
            count: stored.redrive_count,
            ticket,
        };
        self.write(vec![redrive, append]).await?;
        Ok(Brought::ToLife(Box::new((*stored, machine, state))))
    }

    /// Why an execution cannot be redriven, as far as its row tells; nothing if it can.
    pub(super) fn not_redrivable(&self, stored: &StoredExecution, now: Timestamp) -> Option<String> {
        let limits = &self.options.limits;
        match (stored.status, stored.stopped_at) {
            (Status::Running | Status::Succeeded, _) => {
                let status = stored.status;
                Some(format!("Execution is {status} and cannot be redriven"))
            }
            (_, Some(stopped_at)) if now.since(stopped_at) > limits.redrive_time => {
                Some("Execution redrivable period exceeded".to_owned())
            }
            _ if now.since(stored.started_at) > limits.execution_time => {
                Some("Execution has exceeded the max execution time".to_owned())
            }
            _ => None,
        }
    }
}

/// Refuses a client token that the service would.
fn check_token(client_token: &str) -> Result<(), EngineError> {
    let constraint = if client_token.is_empty() {
        "have length greater than or equal to 1".to_owned()
    } else if client_token.chars().count() > LONGEST_TOKEN {
        format!("have length less than or equal to {LONGEST_TOKEN}")
    } else if !client_token.bytes().all(|byte| byte.is_ascii_graphic()) {
        "satisfy regular expression pattern: [!-~]+".to_owned()
    } else {
        return Ok(());
    };
    Err(EngineError::Validation(format!(
        "Value at 'clientToken' failed to satisfy constraint: Member must {constraint}"
    )))
}

/// Whether the history of an execution has no room for `ExecutionRedriven` and an event after it.
pub(super) fn is_full(stored: &StoredExecution, events: u64) -> bool {
    let limit = Start::decode(&stored.settings).map_or(Settings::HISTORY_LIMIT, |start| start.history_limit);
    events + 1 >= limit
}

/// Why an execution is not redriven whose definition is not there.
pub(super) fn not_registered(stored: &StoredExecution) -> String {
    format!(
        "no machine is registered with the definition that it ran ({} with the fingerprint {:016x})",
        stored.machine, stored.fingerprint
    )
}
