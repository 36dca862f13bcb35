use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn pictures_never_panic(picture in "[0#.,e%;\u{2030}a-]{0,12}", number: f64, separator in "[.,#0a]{0,2}") {
        if let Some(number) = Number::from_f64(number) {
            let _ = with(number, &picture, &[("grouping-separator", &separator)]);
        }
    }

    #[test]
    fn plain_digits_are_those_of_the_integer(integer: i64) {
        prop_assert_eq!(with(integer, "0", &[]), Ok(integer.to_string()));
    }
}

fn with(number: impl Into<Number>, picture: &str, options: &[(&str, &str)]) -> Result<String, &'static str> {
    let mut symbols = Symbols::default();
    for (name, text) in options {
        symbols.set(name, text);
    }
    let picture = Picture::read(picture, &symbols).map_err(|error| error.code())?;
    Ok(format(number.into(), &picture, &symbols))
}

fn text(number: f64, picture: &str) -> String {
    with(Number::from_f64(number).unwrap(), picture, &[]).unwrap()
}

#[test]
fn pads_rounds_and_groups() {
    for (number, picture, expected) in [
        (1234.5, "#,##0.00", "1,234.50"),
        (0.0, "#,##0.00", "0.00"),
        (0.5, "#.00", ".50"),
        (0.0, "#.##", ".0"),
        (7.0, "#", "7"),
        (0.0, "#", "0"),
        (2.5, "0", "2"),
        (1e6, "#,##0", "1,000,000"),
        (1_234_567.0, "#,##,000", "12,34,567"),
        (12.0, "#,##,000", "012"),
        (1.234_567, "0.000,000", "1.234,567"),
        (1.25, "#.0", "1.2"),
        (-1.5, "0.0", "-1.5"),
        (-1.5, "$0.0", "-$1.5"),
        (-1.5, "0.0;(0.0)", "(1.5)"),
        (-0.001, "0.00", "-0.00"),
        (1e21, "0", "1000000000000000000000"),
        (5.0, "0 EUR", "5 EUR"),
    ] {
        assert_eq!(text(number, picture), expected, "{number} {picture}");
    }
    assert_eq!(
        with(i64::MAX, "#,##0.0", &[]).as_deref(),
        Ok("9,223,372,036,854,775,807.0")
    );
    assert_eq!(with(i64::MIN, "0", &[]).as_deref(), Ok("-9223372036854775808"));
}

#[test]
fn percent_and_exponents_scale() {
    for (number, picture, expected) in [
        (0.25, "0%", "25%"),
        (0.0125, "0.0\u{2030}", "12.5\u{2030}"),
        (1234.0, "0.00e0", "1.23e3"),
        (0.0012, "0.0e00", "1.2e-03"),
        (-1234.0, "00.0e0", "-12.3e2"),
        (0.0, "0.0e0", "0.0e0"),
        (5.0, "#.e0", "0.5e1"),
        (5.0, "$0e0", "$5e0"),
    ] {
        assert_eq!(text(number, picture), expected, "{number} {picture}");
    }
}

#[test]
fn options_redefine_the_alphabet() {
    let german = [("decimal-separator", ","), ("grouping-separator", ".")];
    assert_eq!(
        with(Number::from_f64(1234.5).unwrap(), "#.##0,00", &german).as_deref(),
        Ok("1.234,50")
    );
    assert_eq!(
        with(
            -12,
            "\u{0660}",
            &[("zero-digit", "\u{0660}"), ("minus-sign", "~")]
        )
        .as_deref(),
        Ok("~\u{0661}\u{0662}")
    );
    assert_eq!(
        with(-5, "0|(0)", &[("pattern-separator", "|"), ("NaN", "?")]).as_deref(),
        Ok("(5)")
    );
    assert_eq!(with(5, "0pc", &[("percent", "pc")]).as_deref(), Ok("500pc"));
    assert_eq!(with(5, "_0", &[("digit", "_")]).as_deref(), Ok("5"));
}

#[test]
fn refuses_wrong_pictures() {
    for (picture, code) in [
        ("0;0;0", "D3080"),
        ("0.0.0", "D3081"),
        ("0%%", "D3082"),
        ("0\u{2030}\u{2030}", "D3083"),
        ("0%\u{2030}", "D3084"),
        (".", "D3085"),
        ("0a0", "D3086"),
        ("none", "D3093"),
        ("0,.0", "D3087"),
        ("0.,0", "D3087"),
        ("0,", "D3088"),
        ("0,,0", "D3089"),
        ("0#", "D3090"),
        (".#0", "D3091"),
        ("0e0%", "D3092"),
        ("0e#", "D3093"),
        ("0e", "D3093"),
        ("", "D3085"),
        ("x", "D3086"),
        ("0;0.0.0", "D3081"),
    ] {
        assert_eq!(with(1, picture, &[]), Err(code), "{picture}");
    }
}
