use super::support::{check, message, result_of, sequence};
use crate::jsonata::Data;

#[test]
fn texts_become_numbers() {
    check(
        "number",
        &[
            (r#"["12"]"#, "12"),
            (r#"["-1.5e2"]"#, "-150"),
            (r#"["1E+2"]"#, "100"),
            (r#"["007"]"#, "7"),
            (r#"["9223372036854775807"]"#, "9223372036854775807"),
            (r#"["0xfF"]"#, "255"),
            (r#"["0b101"]"#, "5"),
            (r#"["0O17"]"#, "15"),
            ("[true]", "1"),
            ("[false]", "0"),
            ("[2.5]", "2.5"),
            (r#"["-0"]"#, "0"),
        ],
    );
    for text in [
        "", " 1", "1 ", "+1", "-.5", ".5", "1.", "1e", "1e400", "0x", "0xg", "-0x1", "0b2", "abc",
        "Infinity", "1_0", "--1", "１",
    ] {
        assert_eq!(result_of("number", [text.into()]), "D3030", "{text:?}");
    }
    assert_eq!(
        message("number", ["a\"b".into()]),
        r#"D3030: Unable to cast value to a number: "a\"b""#
    );
}

#[test]
fn integers_stay_exact() {
    check(
        "abs",
        &[
            ("[-9223372036854775807]", "9223372036854775807"),
            ("[-1.5]", "1.5"),
        ],
    );
    check(
        "floor",
        &[
            ("[9223372036854775807]", "9223372036854775807"),
            ("[-1.5]", "-2"),
            ("[1.9]", "1"),
        ],
    );
    check("ceil", &[("[-1.5]", "-1"), ("[1.1]", "2"), ("[3]", "3")]);
    check(
        "round",
        &[
            ("[2.5]", "2"),
            ("[3.5]", "4"),
            ("[0.125, 2]", "0.12"),
            ("[125, -1]", "120"),
            ("[-0.5]", "0"),
            ("[9223372036854775807, 2]", "9223372036854775807"),
            ("[1.0]", "1"),
        ],
    );
    check("sum", &[("[[9223372036854775806, 1]]", "9223372036854775807")]);
}

#[test]
fn roots_and_powers() {
    check("sqrt", &[("[9]", "3"), ("[2.25]", "1.5"), ("[-1]", "D3060")]);
    assert_eq!(
        message("sqrt", [Data::from(-1.5)]),
        "D3060: The sqrt function cannot be applied to a negative number: -1.5"
    );
    check(
        "power",
        &[
            ("[2, 10]", "1024"),
            ("[2, -1]", "0.5"),
            ("[10, 400]", "D3061"),
            ("[-8, 0.5]", "D3061"),
            ("[0, -1]", "D3061"),
        ],
    );
    assert_eq!(
        message("power", [10_i64.into(), 400_i64.into()]),
        "D3061: The power function has resulted in a value that cannot be represented as a JSON number: base=10, \
        exponent=400"
    );
}

#[test]
fn arrays_are_summed_up() {
    check(
        "sum",
        &[
            ("[[]]", "0"),
            ("[[1, 2.5]]", "3.5"),
            ("[4]", "4"),
            ("[[9223372036854775807, 1]]", "9.223372036854776e+18"),
        ],
    );
    check(
        "max",
        &[("[[1, 3.5, 2]]", "3.5"), ("[[]]", "undefined"), ("[7]", "7")],
    );
    check("min", &[("[[1, -3, 2]]", "-3"), ("[[]]", "undefined")]);
    check(
        "average",
        &[("[[1, 2]]", "1.5"), ("[[1, 3]]", "2"), ("[[]]", "undefined")],
    );
    check(
        "count",
        &[
            ("[[1, null]]", "2"),
            ("[[]]", "0"),
            ("[\"ab\"]", "1"),
            ("[null]", "1"),
        ],
    );
    assert_eq!(result_of("count", [Data::Undefined]), "0");
    assert_eq!(result_of("sum", [sequence("[1, 2]")]), "3");
    let beyond = || Data::array(vec![1_i64.into(), Data::NonFinite(f64::INFINITY)]);
    assert_eq!(result_of("sum", [beyond()]), r#""Infinity""#);
    assert_eq!(result_of("max", [beyond()]), r#""Infinity""#);
    assert_eq!(result_of("min", [beyond()]), "1");
}

#[test]
fn numbers_have_many_forms() {
    check(
        "formatNumber",
        &[
            (r##"[1234.5, "#,##0.00"]"##, r#""1,234.50""#),
            (
                r##"[1234.5, "#.##0,00", {"decimal-separator": ",", "grouping-separator": "."}]"##,
                r#""1.234,50""#,
            ),
            (r#"[1, "0.0.0"]"#, "D3081"),
            (r#"[1, "0", {"NaN": 5}]"#, r#""1""#),
        ],
    );
    check(
        "formatBase",
        &[
            ("[255, 16]", r#""ff""#),
            ("[-255, 16]", r#""-ff""#),
            ("[2.5, 2]", r#""10""#),
            ("[12]", r#""12""#),
            ("[0, 7]", r#""0""#),
            ("[7, 36.4]", r#""7""#),
            ("[9223372036854775807, 16]", r#""7fffffffffffffff""#),
            ("[1e21]", r#""1e+21""#),
            ("[36893488147419103232, 16]", r#""20000000000000000""#),
            ("[1, 1]", "D3100"),
            ("[1, 37]", "D3100"),
        ],
    );
    assert_eq!(
        message("formatBase", [1_i64.into(), 1_i64.into()]),
        "D3100: The radix of the formatBase function must be between 2 and 36.  It was given 1"
    );
    check(
        "formatInteger",
        &[
            (r#"[-2.5, "0"]"#, r#""-3""#),
            (r##"[1e3, "#,##0"]"##, r#""1,000""#),
            (r#"[1, "?"]"#, "D3130"),
        ],
    );
    check(
        "parseInteger",
        &[
            (r##"["1,000", "#,##0"]"##, "1000"),
            (r#"["x", "?"]"#, "D3130"),
            (r#"["x", "0"]"#, r#""NaN""#),
        ],
    );
}
