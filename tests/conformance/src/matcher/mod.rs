//! Compares what a run gave with what was recorded.

mod concurrent;
mod event;
#[cfg(test)]
mod event_list;
mod history;
mod incomplete;
mod scope;
mod value;

pub use event::Event;
pub use history::compare;
pub use value::difference;
