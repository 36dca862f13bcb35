//! What a state's function computes on its way, for a test that runs the state alone.

use std::cell::RefCell;

use crate::Value;

/// Takes note of what a state's function computes. A [`Cx`](super::Cx) of an execution has none.
#[derive(Debug)]
pub(crate) struct Inspector {
    /// What is to stand for the context object.
    pub context: Value,
    seen: RefCell<Seen>,
}

/// What has been computed. What a state does not compute is absent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seen {
    /// The input after `InputPath`.
    pub input: Option<Value>,
    /// `Parameters` of a Pass.
    pub parameters: Option<Value>,
    /// `Result` of a Pass.
    pub result: Option<Value>,
    /// The result after `ResultSelector`.
    pub selected: Option<Value>,
    /// The document after `ResultPath`, where that is not the output.
    pub document: Option<Value>,
}

impl Inspector {
    /// With this context object.
    pub fn new(context: Value) -> Self {
        Self {
            context,
            seen: RefCell::default(),
        }
    }

    /// Takes note of something.
    pub fn note(&self, note: impl FnOnce(&mut Seen)) {
        note(&mut self.seen.borrow_mut());
    }

    /// All that was noted.
    pub fn seen(&self) -> Seen {
        self.seen.borrow().clone()
    }
}
