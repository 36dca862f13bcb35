//! Values with parts, whatever their type.

use std::any::Any;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::sync::Arc;

use smol_str::SmolStr;

use super::{Look, Native};
use crate::value::{Object, Value};

/// A [`Native`] value that has parts.
pub trait Tree: Send + Sync + UnwindSafe + RefUnwindSafe {
    /// The value, to find out whether it is of some type.
    fn as_any(&self) -> &dyn Any;
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
    fn is_array(&self) -> bool;
    fn member(&self, key: &str) -> Option<Look<'_>>;
    fn has(&self, key: &str) -> bool;
    fn each<'a>(&'a self, show: &mut dyn FnMut(&'a str, Look<'a>));
    fn push_json(&self, text: &mut String);
}

impl<T: Native> Tree for T {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }

    fn is_array(&self) -> bool {
        T::IS_ARRAY
    }

    fn member(&self, key: &str) -> Option<Look<'_>> {
        Native::member(self, key)
    }

    fn has(&self, key: &str) -> bool {
        Native::has(self, key)
    }

    fn each<'a>(&'a self, show: &mut dyn FnMut(&'a str, Look<'a>)) {
        Native::each(self, show);
    }

    fn push_json(&self, text: &mut String) {
        Native::push_json(self, text);
    }
}

impl dyn Tree + '_ {
    /// The members as JSON.
    pub fn to_object(&self) -> Object {
        let mut members = Vec::new();
        self.each(&mut |key, part| members.push((SmolStr::new(key), part.to_value())));
        Object::from_members(members)
    }

    /// The value as JSON.
    pub fn to_value(&self) -> Value {
        if !self.is_array() {
            return Value::Object(self.to_object());
        }
        let mut elements = Vec::new();
        self.each(&mut |_, part| elements.push(part.to_value()));
        Value::from(elements)
    }
}
