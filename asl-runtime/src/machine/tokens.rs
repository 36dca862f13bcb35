//! Where the answers to open task tokens go.

use std::sync::Arc;

use super::run::RunId;

/// The open task tokens of an execution, in the order of their texts. Most executions have one or none, which is to take
/// little.
#[derive(Debug, Default)]
pub(super) struct Tokens(Vec<(Arc<str>, RunId)>);

impl Tokens {
    /// Opens a token, whose answer is for this run.
    pub fn open(&mut self, token: Arc<str>, run: RunId) {
        match self.find(&token) {
            Ok(index) => self.0[index].1 = run,
            Err(index) => {
                if self.0.is_empty() {
                    self.0.reserve_exact(1);
                }
                self.0.insert(index, (token, run));
            }
        }
    }

    /// Closes a token.
    pub fn close(&mut self, token: &str) {
        if let Ok(index) = self.find(token) {
            self.0.remove(index);
        }
    }

    /// Closes all.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// The run that the answer with this token is for.
    pub fn run(&self, token: &str) -> Option<RunId> {
        let index = self.find(token).ok()?;
        Some(self.0[index].1)
    }

    fn find(&self, token: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(open, _)| (**open).cmp(token))
    }
}
