//! The form of any type: of one that has a [`Shape`] that one, of others any JSON.
//!
//! `Probe::<T>::INPUT` names the constant of the inherent `impl` where `T` has a shape, because inherent constants come
//! before those of traits. For other types that one does not exist, and the trait's is what is left.

use std::marker::PhantomData;

use super::{Form, Shape};

/// Asks a type for its form.
#[derive(Debug)]
pub struct Probe<T: ?Sized>(PhantomData<T>);

/// What types without a shape have. To be brought into scope where it is asked.
pub trait AnyForm {
    /// Any JSON.
    const INPUT: &'static Form = &Form::Any;
    /// Any JSON.
    const OUTPUT: &'static Form = &Form::Any;
}

impl<T: ?Sized> AnyForm for Probe<T> {}

impl<T: Shape + ?Sized> Probe<T> {
    /// How it can be read.
    pub const INPUT: &'static Form = T::INPUT;
    /// How it is written.
    pub const OUTPUT: &'static Form = T::OUTPUT;
}

/// Asks what a task returns for the form of its success.
#[derive(Debug)]
pub struct Returned<R>(PhantomData<R>);

/// What results without a shape have.
pub trait AnyReturned {
    /// Any JSON.
    const OUTPUT: &'static Form = &Form::Any;
}

impl<R> AnyReturned for Returned<R> {}

impl<O: Shape, E> Returned<Result<O, E>> {
    /// How its success is written.
    pub const OUTPUT: &'static Form = O::OUTPUT;
}
