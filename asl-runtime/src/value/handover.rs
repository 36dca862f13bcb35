//! Handing a whole [`Value`] through `serde` as it is.
//!
//! A task may take or return a `Value`, or have one inside its types. Between a value and itself, going through `serde`
//! member by member would copy the tree that sharing has just spared. So `Value` presents itself as a newtype struct of a
//! name of its own, which every other format looks through; the two ends in this crate recognise it and pass the value
//! in a slot of the thread instead.

use std::cell::{Cell, RefCell};

use super::Value;

/// Name of the newtype struct as which a [`Value`] presents itself to `serde`.
pub(super) const NAME: &str = "$asl_runtime::Value";

thread_local! {
    static WANTED: Cell<bool> = const { Cell::new(false) };
    static SLOT: RefCell<Option<Value>> = const { RefCell::new(None) };
}

/// Runs `serialize`, during which a value that presents itself may be handed over; gives what was.
pub(super) fn receive<R>(serialize: impl FnOnce() -> R) -> (R, Option<Value>) {
    let before = WANTED.replace(true);
    let result = serialize();
    WANTED.set(before);
    (result, take())
}

/// Hands the value over if the serializer at work asked for it.
pub(super) fn offer(value: &Value) -> bool {
    WANTED.replace(false) && put(value.clone())
}

/// Puts a value where [`take`] finds it.
pub(super) fn put(value: Value) -> bool {
    SLOT.try_with(|slot| slot.replace(Some(value))).is_ok()
}

/// The value that was handed over, if one was.
pub(super) fn take() -> Option<Value> {
    SLOT.try_with(|slot| slot.take()).ok().flatten()
}
