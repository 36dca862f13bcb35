use super::support::{check, message, result_of};

#[test]
fn time_stands_still() {
    assert_eq!(result_of("millis", []), "1700000000123");
    assert_eq!(result_of("now", []), r#""2023-11-14T22:13:20.123Z""#);
    check(
        "now",
        &[
            (r#"["[Y]"]"#, r#""2023""#),
            (r#"["[H]:[m] [Z]", "+0130"]"#, r#""23:43 +01:30""#),
        ],
    );
}

#[test]
fn dates_go_both_ways() {
    check(
        "fromMillis",
        &[
            ("[0]", r#""1970-01-01T00:00:00.000Z""#),
            ("[1.9]", r#""1970-01-01T00:00:00.001Z""#),
            (r#"[0, "[D1o] [MNn]"]"#, r#""1st January""#),
            (r#"[0, "[H]", "-0100"]"#, r#""23""#),
            (r#"[0, "[Y"]"#, "D3135"),
            ("[1e300]", "D1001"),
        ],
    );
    check(
        "toMillis",
        &[
            (r#"["1970-01-02"]"#, "86400000"),
            (r#"["2.1.1970", "[D].[M].[Y]"]"#, "86400000"),
            (r#"["x", "[Y]"]"#, "undefined"),
            (r#"["22:13", "[H]:[m]"]"#, "1699999980000"),
        ],
    );
    assert_eq!(
        message("toMillis", ["yesterday".into()]),
        "D3110: The argument of the toMillis function must be an ISO 8601 formatted timestamp. Given \"yesterday\""
    );
}
