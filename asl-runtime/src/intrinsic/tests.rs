use super::*;
use crate::{
    json,
    path::{self, Root, Step},
    value::object,
};

struct Input(Value);

impl Environment for Input {
    fn path(&self, path: &'static Path) -> Result<Cow<'_, Value>, Missing> {
        path::find(&self.0, path)
    }

    fn document(&self, _: &'static Path) -> Value {
        self.0.clone()
    }

    fn random(&self) -> u64 {
        u64::MAX
    }

    fn uuid(&self) -> String {
        "a-uuid".to_owned()
    }
}

const X: Argument = Argument::Path(Path {
    text: "$.x",
    root: Root::Document,
    steps: &[Step::Key("x")],
});
const Y: Argument = Argument::Path(Path {
    text: "$.y",
    root: Root::Document,
    steps: &[Step::Key("y")],
});
const Z: Argument = Argument::Path(Path {
    text: "$.z",
    root: Root::Document,
    steps: &[Step::Key("z")],
});

/// Calls a function with the values of x, y and z.
fn call<const N: usize>(function: Function, values: [Value; N]) -> Result<Value, IntrinsicError> {
    let arguments: &'static [Argument] = &[X, Y, Z];
    let call = Box::leak(Box::new(Call {
        text: "States.F()",
        function,
        arguments: &arguments[..N],
    }));
    let names = ["x", "y", "z"];
    let input = names
        .into_iter()
        .zip(values)
        .map(|(name, value)| (name.to_owned(), value));
    evaluate(call, &Input(Value::Object(input.collect())))
}

fn failed<const N: usize>(function: Function, values: [Value; N]) -> bool {
    call(function, values).is_err_and(|error| !error.is_missing_argument())
}

#[test]
fn a_missing_argument_is_not_a_failure_of_the_function() {
    static CALL: Call = Call {
        text: "States.Format('{}', $.x)",
        function: Function::Format,
        arguments: &[Argument::Template(&["", ""]), X],
    };
    let error = evaluate(&CALL, &Input(object([("n", 1.into())]))).unwrap_err();
    assert!(error.is_missing_argument());
    assert_eq!(
        error.to_string(),
        "The function 'States.Format('{}', $.x)' had the following error: The JsonPath argument for the field \
         '$.x' could not be found in the input '{\"n\":1}'"
    );
}

#[test]
fn format() {
    let template = |text: &str| call(Function::Format, [json!(text), json!({"a": [1, "s", null]})]);
    assert_eq!(template(r"\{{}\}\\ ").unwrap(), json!(r"{{a=[1, s, null]}}\ "));
    for bad in ["", "{}{}", "{", "}", "{ }", r"{}\", r"{}\n"] {
        assert!(template(bad).is_err(), "{bad}");
    }
}

#[test]
fn rounding_goes_up_from_the_half() {
    for (number, rounded) in [
        (2.5, 3),
        (-2.5, -2),
        (-0.5, 0),
        (0.499_999_999_999_999_94, 0),
        (1e300, i64::MAX),
    ] {
        assert_eq!(math::round(number), rounded, "{number}");
    }
    assert_eq!(
        call(Function::MathAdd, [json!(-1.5), json!(-1.51)]).unwrap(),
        json!(-3)
    );
    assert!(failed(Function::MathAdd, [json!(2_147_483_648_i64), json!(1)]));
    assert!(failed(Function::MathAdd, [json!("1"), json!(1)]));
}

#[test]
fn ranges() {
    let range = |first: i64, last: i64, step: i64| {
        call(Function::ArrayRange, [first.into(), last.into(), step.into()])
    };
    assert_eq!(range(1, 9, 2).unwrap(), json!([1, 3, 5, 7, 9]));
    assert_eq!(range(9, 1, -3).unwrap(), json!([9, 6, 3]));
    assert_eq!(range(1, 0, 1).unwrap(), json!([]));
    assert_eq!(range(0, 1, -1).unwrap(), json!([]));
    assert_eq!(range(0, 999, 1).unwrap().as_array().unwrap().len(), 1000);
    assert!(range(0, 1000, 1).is_err());
    assert!(range(i64::MIN, i64::MAX, 1).is_err());
    assert_eq!(range(i64::MAX - 1, i64::MAX, 5).unwrap(), json!([i64::MAX - 1]));
    assert!(range(1, 9, 0).is_err());
}

#[test]
fn arrays() {
    let list = || json!([1, {"a": 1}, 1.0, {"a": 1.0}, null]);
    assert_eq!(
        call(Function::ArrayUnique, [list()]).unwrap(),
        json!([1, {"a": 1}, null])
    );
    assert_eq!(
        call(Function::ArrayContains, [list(), json!(null)]).unwrap(),
        json!(true)
    );
    assert_eq!(
        call(Function::ArrayPartition, [list(), json!(3)])
            .unwrap()
            .as_array()
            .unwrap()
            .len(),
        2
    );
    assert!(failed(Function::ArrayPartition, [list(), json!(0)]));
    assert!(failed(Function::ArrayGetItem, [list(), json!(-1)]));
    assert!(failed(Function::ArrayGetItem, [list(), json!(5)]));
    assert!(failed(Function::ArrayLength, [json!("text")]));
}

#[test]
fn random_numbers_stay_in_range() {
    let random = |start: i32, end: i32| call(Function::MathRandom, [start.into(), end.into()]);
    assert_eq!(random(-3, 5).unwrap(), json!(4));
    assert_eq!(random(i32::MIN, i32::MAX).unwrap(), json!(i32::MAX - 1));
    assert!(random(5, 5).is_err());
    let seeded = |seed: i64| call(Function::MathRandom, [json!(0), json!(1000), seed.into()]).unwrap();
    assert_eq!(seeded(7), seeded(7));
    assert!((0..50).all(|seed| (0..1000).contains(&seeded(seed).as_i64().unwrap())));
}

#[test]
fn encodings() {
    assert_eq!(call(Function::Base64Decode, [json!("YQ")]).unwrap(), json!("a"));
    assert!(failed(Function::Base64Decode, [json!("a*b")]));
    assert!(failed(Function::Base64Encode, [json!("é".repeat(10_001))]));
    assert!(call(Function::Base64Encode, [json!("é".repeat(10_000))]).is_ok());
    assert!(failed(Function::Hash, [json!("a"), json!("sha-1")]));
    let number = call(Function::Hash, [json!(1), json!("MD5")]).unwrap();
    assert_eq!(number, call(Function::Hash, [json!("1"), json!("MD5")]).unwrap());
}

#[test]
fn json_and_text() {
    assert_eq!(
        call(Function::StringToJson, [json!("-0")]).unwrap().to_string(),
        "0"
    );
    assert!(failed(Function::StringToJson, [json!("{")]));
    assert!(failed(Function::JsonMerge, [json!({}), json!([]), json!(false)]));
    assert!(failed(Function::JsonMerge, [json!({}), json!({}), json!(true)]));
    assert_eq!(
        call(Function::StringSplit, [json!("a,,b;"), json!(";,")]).unwrap(),
        json!(["a", "b"])
    );
}
