//! Shapes of the types that everybody uses.

use std::{
    borrow::Cow,
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet, BinaryHeap, HashMap, HashSet, LinkedList, VecDeque},
    convert::Infallible,
    ffi::{CStr, CString, OsStr, OsString},
    marker::PhantomData,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6},
    num::{
        NonZeroI8, NonZeroI16, NonZeroI32, NonZeroI64, NonZeroIsize, NonZeroU8, NonZeroU16, NonZeroU32,
        NonZeroU64, NonZeroUsize, Wrapping,
    },
    path::{Path, PathBuf},
    rc::Rc,
    sync::{Arc, Mutex, RwLock},
    time::{Duration, SystemTime},
};

use super::{Field, Form, Object, Shape};

/// Types that are read from what they are written as.
macro_rules! shapes {
    ($($type:ty => $form:expr;)*) => {
        $(impl Shape for $type {
            const OUTPUT: &'static Form = &$form;
            const INPUT: &'static Form = &$form;
        })*
    };
}

shapes! {
    bool => Form::Boolean;
    i8 => Form::Integer;
    i16 => Form::Integer;
    i32 => Form::Integer;
    i64 => Form::Integer;
    i128 => Form::Integer;
    isize => Form::Integer;
    u8 => Form::Integer;
    u16 => Form::Integer;
    u32 => Form::Integer;
    u64 => Form::Integer;
    u128 => Form::Integer;
    usize => Form::Integer;
    NonZeroI8 => Form::Integer;
    NonZeroI16 => Form::Integer;
    NonZeroI32 => Form::Integer;
    NonZeroI64 => Form::Integer;
    NonZeroIsize => Form::Integer;
    NonZeroU8 => Form::Integer;
    NonZeroU16 => Form::Integer;
    NonZeroU32 => Form::Integer;
    NonZeroU64 => Form::Integer;
    NonZeroUsize => Form::Integer;
    f32 => Form::Number;
    f64 => Form::Number;
    char => Form::String;
    str => Form::String;
    String => Form::String;
    Path => Form::String;
    PathBuf => Form::String;
    IpAddr => Form::String;
    Ipv4Addr => Form::String;
    Ipv6Addr => Form::String;
    SocketAddr => Form::String;
    SocketAddrV4 => Form::String;
    SocketAddrV6 => Form::String;
    () => Form::Null;
    // There is no value that anything could be said of.
    Infallible => Form::Any;
    CStr => Form::Any;
    CString => Form::Any;
    OsStr => Form::Any;
    OsString => Form::Any;
    Duration => Form::Object(Object::new("Duration", &[
        Field::new("secs", &Form::Integer),
        Field::new("nanos", &Form::Integer),
    ]));
    SystemTime => Form::Object(Object::new("SystemTime", &[
        Field::new("secs_since_epoch", &Form::Integer),
        Field::new("nanos_since_epoch", &Form::Integer),
    ]));
    crate::Value => Form::Any;
    crate::Object => Form::Map(&Form::Any);
    crate::Number => Form::Number;
    serde_json::Value => Form::Any;
    serde_json::Number => Form::Number;
    serde_json::Map<String, serde_json::Value> => Form::Map(&Form::Any);
    serde::de::IgnoredAny => Form::Any;
}

#[cfg(feature = "uuid")]
shapes! {
    uuid::Uuid => Form::String;
}

#[cfg(feature = "jiff")]
shapes! {
    jiff::Timestamp => Form::Timestamp;
    jiff::Zoned => Form::String;
    jiff::civil::DateTime => Form::String;
    jiff::civil::Date => Form::String;
    jiff::civil::Time => Form::String;
    jiff::Span => Form::String;
    jiff::SignedDuration => Form::String;
}

#[cfg(feature = "chrono")]
shapes! {
    chrono::NaiveDateTime => Form::String;
    chrono::NaiveDate => Form::String;
    chrono::NaiveTime => Form::String;
    chrono::Weekday => Form::String;
    chrono::Month => Form::String;
}

#[cfg(feature = "chrono")]
impl<Z: chrono::TimeZone> Shape for chrono::DateTime<Z> {
    const OUTPUT: &'static Form = &Form::Timestamp;
    const INPUT: &'static Form = &Form::Timestamp;
}

/// Types that look like another one.
macro_rules! transparent {
    ($([$($generics:tt)*] $type:ty => $inner:ty;)*) => {
        $(impl<$($generics)*> Shape for $type {
            const OUTPUT: &'static Form = <$inner as Shape>::OUTPUT;
            const INPUT: &'static Form = <$inner as Shape>::INPUT;
        })*
    };
}

transparent! {
    [T: Shape + ?Sized] &T => T;
    [T: Shape + ?Sized] &mut T => T;
    [T: Shape + ?Sized] Box<T> => T;
    [T: Shape + ?Sized] Rc<T> => T;
    [T: Shape + ?Sized] Arc<T> => T;
    [T: Shape] crate::Held<T> => T;
    [T: Shape + ?Sized + ToOwned] Cow<'_, T> => T;
    [T: Shape] Cell<T> => T;
    [T: Shape + ?Sized] RefCell<T> => T;
    [T: Shape + ?Sized] Mutex<T> => T;
    [T: Shape + ?Sized] RwLock<T> => T;
    [T: Shape] Wrapping<T> => T;
    [T: ?Sized] PhantomData<T> => ();
}

impl<T: Shape> Shape for Option<T> {
    const OUTPUT: &'static Form = &Form::Option(T::OUTPUT);
    const INPUT: &'static Form = &Form::Option(T::INPUT);
}

impl<T: Shape, E: Shape> Shape for Result<T, E> {
    const OUTPUT: &'static Form = &Form::OneOf(&[
        &Form::Object(Object::new("Ok", &[Field::new("Ok", T::OUTPUT)])),
        &Form::Object(Object::new("Err", &[Field::new("Err", E::OUTPUT)])),
    ]);
    const INPUT: &'static Form = &Form::OneOf(&[
        &Form::Object(Object::new("Ok", &[Field::new("Ok", T::INPUT)])),
        &Form::Object(Object::new("Err", &[Field::new("Err", E::INPUT)])),
    ]);
}

/// Types that are arrays.
macro_rules! arrays {
    ($([$($generics:tt)*] $type:ty;)*) => {
        $(impl<T: Shape, $($generics)*> Shape for $type {
            const OUTPUT: &'static Form = &Form::Array(T::OUTPUT);
            const INPUT: &'static Form = &Form::Array(T::INPUT);
        })*
    };
}

arrays! {
    [] [T];
    [] Vec<T>;
    [] VecDeque<T>;
    [] LinkedList<T>;
    [] BinaryHeap<T>;
    [] BTreeSet<T>;
    [S] HashSet<T, S>;
    [const N: usize] [T; N];
}

impl<K, V: Shape> Shape for BTreeMap<K, V> {
    const OUTPUT: &'static Form = &Form::Map(V::OUTPUT);
    const INPUT: &'static Form = &Form::Map(V::INPUT);
}

impl<K, V: Shape, S> Shape for HashMap<K, V, S> {
    const OUTPUT: &'static Form = &Form::Map(V::OUTPUT);
    const INPUT: &'static Form = &Form::Map(V::INPUT);
}

macro_rules! tuples {
    ($(($($name:ident)+))*) => {
        $(impl<$($name: Shape),+> Shape for ($($name,)+) {
            const OUTPUT: &'static Form = &Form::Tuple(&[$($name::OUTPUT),+]);
            const INPUT: &'static Form = &Form::Tuple(&[$($name::INPUT),+]);
        })*
    };
}

tuples! {
    (A) (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) (A B C D E F G) (A B C D E F G H)
    (A B C D E F G H I) (A B C D E F G H I J) (A B C D E F G H I J K) (A B C D E F G H I J K L)
}
