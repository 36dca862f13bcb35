//! Dropping functions that hold functions without a deep stack.

use std::cell::{Cell, RefCell};

use super::{Body, Function};

/// Up to here, functions are dropped by recursion, which is faster than to keep a list.
const MAX_RECURSION: u32 = 32;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static PENDING: RefCell<Vec<Body>> = const { RefCell::new(Vec::new()) };
}

impl Drop for Function {
    fn drop(&mut self) {
        if !matches!(self.body, Body::Closure { .. }) {
            return;
        }
        let body = std::mem::replace(&mut self.body, Body::Released);
        let depth = DEPTH.get();
        if depth >= MAX_RECURSION {
            PENDING.with_borrow_mut(|pending| pending.push(body));
            return;
        }
        DEPTH.set(depth + 1);
        drop(body);
        DEPTH.set(depth);
        if depth == 0 {
            DEPTH.set(1);
            while let Some(body) = PENDING.with_borrow_mut(Vec::pop) {
                drop(body);
            }
            DEPTH.set(0);
        }
    }
}
