//! What a Map Run makes of its children: which of them wait to be redriven, and which cannot be.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::super::error::EngineError;
use super::super::store::{ExecutionId, Query, Status, StoredExecution};
use super::Inner;
use super::list::items_of;
use crate::machine::MapRunSummary;

/// Children of Map Runs whose redrive is under way that are not running again yet: by the number of the execution that
/// the Map Run is in, and by their name.
///
/// Nothing of that is stored: the execution that has the Map Run knows it, and is replayed for it.
#[derive(Default)]
pub(super) struct PendingRedrives(HashMap<ExecutionId, HashMap<String, Option<u64>>>);

impl PendingRedrives {
    /// Whether an execution is one of them. Nothing is while the definition of its Map Run is not registered.
    pub async fn contain(&mut self, engine: &Inner, stored: &StoredExecution) -> Result<bool, EngineError> {
        let (Status::Failed | Status::TimedOut | Status::Aborted, Some((parent, ticket)), Some(_)) =
            (stored.status, stored.parent, &stored.map_run)
        else {
            return Ok(false);
        };
        let children = match self.0.entry(parent) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => unknown.insert(engine.pending_redrives(parent).await?),
        };
        let asked = children.get(&*stored.name);
        // One that is asked for has been redriven for that, and ended again, if it has the ticket.
        Ok(asked.is_some_and(|asked| *asked != Some(ticket)))
    }
}

impl Inner {
    async fn pending_redrives(
        &self,
        parent: ExecutionId,
    ) -> Result<HashMap<String, Option<u64>>, EngineError> {
        let stored = self.read(move |store| store.execution(parent)).await?;
        match stored {
            Some(stored) if stored.status == Status::Running && stored.redrive_count > 0 => {
                match self.replayed(stored).await {
                    Ok(state) => Ok(state.execution.pending_redrives()),
                    Err(EngineError::HistoryUnavailable(_)) => Ok(HashMap::new()),
                    Err(error) => Err(error),
                }
            }
            _ => Ok(HashMap::new()),
        }
    }

    /// Counts the children of a Map Run that ended without success and cannot be redriven any more by now.
    pub(super) async fn count_not_redrivable(
        &self,
        parent: &StoredExecution,
        map_run: &mut MapRunSummary,
    ) -> Result<(), EngineError> {
        let now = self.now();
        if now.since(parent.started_at) <= self.options.limits.redrive_time {
            return Ok(());
        }
        let (mut executions, mut items) = (0, 0);
        let mut query = Query {
            map_run: Some(map_run.map_run_arn.to_string()),
            limit: 1000,
            ..Query::default()
        };
        for status in [Status::Failed, Status::TimedOut, Status::Aborted] {
            (query.status, query.before) = (Some(status), None);
            loop {
                let asked = query.clone();
                let page = self.read(move |store| store.list(&asked)).await?;
                for child in &page {
                    if self.not_redrivable(child, now).is_some() || self.is_history_full(child).await? {
                        executions += 1;
                        items += items_of(child).unwrap_or_default();
                    }
                }
                if page.len() < query.limit {
                    break;
                }
                query.before = page.last().map(|child| child.id);
            }
        }
        // The Map Run has counted those whose history is full, and those that it could not redrive when it tried.
        for (counts, found) in [(&mut map_run.executions, executions), (&mut map_run.items, items)] {
            counts.failures_not_redrivable = counts.failures_not_redrivable.max(found);
        }
        Ok(())
    }
}
