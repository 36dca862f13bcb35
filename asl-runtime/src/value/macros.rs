//! The `json!` macro.

/// Makes a [`Value`](crate::Value) from JSON with Rust expressions in it.
///
/// An expression stands for a value when its type converts into one. Keys are string literals, or expressions in
/// parentheses that convert into a string.
///
/// ```
/// use asl_runtime::json;
///
/// let (name, key) = ("Ada", String::from("born"));
/// let value = json!({
///     "name": name,
///     "fields": ["mathematics", null, true, -1, { "depth": 2 }],
///     (key): 1800 + 15,
/// });
/// assert_eq!(value["born"], 1815);
/// assert_eq!(value["fields"].to_string(), r#"["mathematics",null,true,-1,{"depth":2}]"#);
/// ```
#[macro_export]
macro_rules! json {
    (null) => { $crate::Value::Null };
    ([]) => { $crate::Value::Array($crate::value::Array::new()) };
    ([ $($elements:tt)+ ]) => { $crate::json!(@array [] $($elements)+) };
    ({}) => { $crate::Value::Object($crate::value::Object::new()) };
    ({ $($members:tt)+ }) => {{
        let mut object = $crate::value::Object::new();
        $crate::json!(@object object $($members)+);
        $crate::Value::Object(object)
    }};

    (@array [$($done:expr,)*]) => {
        $crate::Value::Array($crate::value::Array::from(::std::vec![$($done,)*]))
    };
    (@array [$($done:expr,)*] null $(, $($rest:tt)*)?) => {
        $crate::json!(@array [$($done,)* $crate::json!(null),] $($($rest)*)?)
    };
    (@array [$($done:expr,)*] [$($inner:tt)*] $(, $($rest:tt)*)?) => {
        $crate::json!(@array [$($done,)* $crate::json!([$($inner)*]),] $($($rest)*)?)
    };
    (@array [$($done:expr,)*] {$($inner:tt)*} $(, $($rest:tt)*)?) => {
        $crate::json!(@array [$($done,)* $crate::json!({$($inner)*}),] $($($rest)*)?)
    };
    (@array [$($done:expr,)*] $value:expr $(, $($rest:tt)*)?) => {
        $crate::json!(@array [$($done,)* $crate::json!($value),] $($($rest)*)?)
    };

    (@object $object:ident) => {};
    (@object $object:ident ($key:expr) : $($rest:tt)+) => {
        $crate::json!(@member $object ($key) $($rest)+)
    };
    (@object $object:ident $key:literal : $($rest:tt)+) => {
        $crate::json!(@member $object ($key) $($rest)+)
    };

    (@member $object:ident ($key:expr) null $(, $($rest:tt)*)?) => {
        $object.insert($key, $crate::json!(null));
        $crate::json!(@object $object $($($rest)*)?)
    };
    (@member $object:ident ($key:expr) [$($inner:tt)*] $(, $($rest:tt)*)?) => {
        $object.insert($key, $crate::json!([$($inner)*]));
        $crate::json!(@object $object $($($rest)*)?)
    };
    (@member $object:ident ($key:expr) {$($inner:tt)*} $(, $($rest:tt)*)?) => {
        $object.insert($key, $crate::json!({$($inner)*}));
        $crate::json!(@object $object $($($rest)*)?)
    };
    (@member $object:ident ($key:expr) $value:expr $(, $($rest:tt)*)?) => {
        $object.insert($key, $crate::json!($value));
        $crate::json!(@object $object $($($rest)*)?)
    };

    ($value:expr) => { $crate::Value::from($value) };
}

#[cfg(test)]
mod tests {
    use crate::Value;

    #[test]
    fn nests_and_takes_trailing_commas() {
        let items = vec![1, 2];
        let value = json!({
            "null": null,
            "list": [null, [], {}, [[1],], { "a": null, },],
            "items": items,
            "call": i64::from(3_u8) + 1,
            "negative": -1,
            "option": None::<bool>,
        });
        assert_eq!(
            value.to_string(),
            r#"{"null":null,"list":[null,[],{},[[1]],{"a":null}],"items":[1,2],"call":4,"negative":-1,"option":null}"#
        );
        assert_eq!(json!(value.clone()), value);
        assert_eq!(json!([value["call"].clone(), "x"]), json!([4, "x"]));
        assert_eq!(json!("x"), Value::from("x"));
    }
}
