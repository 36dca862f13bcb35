use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn integers_are_read_as_they_were_written(
        number in -999_999_999_i64..999_999_999,
        picture in prop::sample::select(vec!["0", "000", "#,##0", "0;o", "00:00", "\u{660}\u{660}"]),
    ) {
        prop_assert_eq!(parsed(&formatted(number, picture), picture), number as f64);
    }

    #[test]
    fn words_are_read_as_they_were_written(number in 0_i64..9_999_999_999_999, ordinal: bool) {
        let picture = if ordinal { "w;o" } else { "Ww" };
        prop_assert_eq!(parsed(&formatted(number, picture), picture), number as f64);
    }

    #[test]
    fn pictures_never_panic(picture in "[0-9#,;aAiIwWo\u{660}:-]{0,8}", given in "\\PC{0,12}", number: f64) {
        if let (Ok(picture), Some(number)) = (Picture::read(&picture), Number::from_f64(number)) {
            let _ = format(number, &picture);
            let _ = parse(&given, &picture);
        }
    }
}

fn formatted(number: impl Into<Number>, picture: &str) -> String {
    format(number.into(), &Picture::read(picture).unwrap()).unwrap()
}

fn parsed(text: &str, picture: &str) -> f64 {
    parse(text, &Picture::read(picture).unwrap()).unwrap()
}

#[test]
fn digits_are_padded_and_grouped() {
    for (number, picture, expected) in [
        (7, "000", "007"),
        (-42, "0000", "-0042"),
        (1_234_567, "#,##0", "1,234,567"),
        (999, "#,##0", "999"),
        (1000, "#'##0", "1'000"),
        // Irregular groups are not repeated.
        (1_234_567_890, "#:###,##0", "1234:567,890"),
        (5, "#:###,##0", "5"),
        (25, "0,00,00", "0,00,25"),
        (25, "\u{0660}\u{0660}\u{0660}", "\u{0660}\u{0662}\u{0665}"),
        (i64::MAX, "0", "9223372036854775807"),
        (i64::MIN, "0", "-9223372036854775808"),
        (5, "0;c", "5"),
        (5, ";", ""),
    ] {
        if picture == ";" {
            assert_eq!(
                format(5.into(), &Picture::read(picture).unwrap())
                    .unwrap_err()
                    .code(),
                "D3130"
            );
            continue;
        }
        assert_eq!(formatted(number, picture), expected, "{number} as {picture}");
    }
    let large = Number::from_f64(1e21).unwrap();
    assert_eq!(formatted(large, "0"), "1e+21");
}

#[test]
fn ordinals_follow_english() {
    for (number, expected) in [
        (0, "0th"),
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (112, "112th"),
        (1_022, "1022nd"),
    ] {
        assert_eq!(formatted(number, "0;o"), expected);
        assert_eq!(parsed(expected, "0;o"), number as f64);
    }
}

#[test]
fn letters_and_roman_numerals_go_both_ways() {
    for (number, picture, text) in [
        (1, "a", "a"),
        (26, "A", "Z"),
        (27, "A", "AA"),
        (702, "a", "zz"),
        (703, "a", "aaa"),
        (1999, "I", "MCMXCIX"),
        (44, "i", "xliv"),
    ] {
        assert_eq!(formatted(number, picture), text);
        assert_eq!(parsed(text, picture), number as f64);
    }
    assert_eq!(formatted(0, "I"), "");
    assert!(parsed("IQ", "I").is_nan());
    assert_eq!(
        format(10_000_001.into(), &Picture::read("I").unwrap())
            .unwrap_err()
            .code(),
        "D1001"
    );
}

#[test]
fn words_go_both_ways() {
    for (number, text) in [
        (0.0, "zero"),
        (15.0, "fifteen"),
        (80.0, "eighty"),
        (101.0, "one hundred and one"),
        (1_000_000.0, "one million"),
        (21_314.0, "twenty-one thousand, three hundred and fourteen"),
        (2e15, "two thousand trillion"),
        (1_000_100.0, "one million, one hundred"),
    ] {
        let mut picture = Picture::read("w").unwrap();
        assert_eq!(format(Number::from_f64(number).unwrap(), &picture).unwrap(), text);
        assert_eq!(parse(text, &picture).unwrap(), number);
        picture.primary = Primary::Words(picture::Case::Upper);
        assert_eq!(parse(&text.to_uppercase(), &picture).unwrap(), number);
    }
    for (number, text) in [
        (0, "Zeroth"),
        (30, "Thirtieth"),
        (42, "Forty-Second"),
        (200, "Two Hundredth"),
        (5_000_000, "Five Millionth"),
    ] {
        assert_eq!(formatted(number, "Ww;o"), text);
        assert_eq!(parsed(text, "Ww;o"), number as f64);
    }
    assert!(parsed("umpteen", "w").is_nan());
}

#[test]
fn number_words_end_where_they_can() {
    assert_eq!(words::ends("sixth of"), [6, 5, 3]);
    assert_eq!(words::ends("one and"), [7, 4, 3]);
    assert!(words::ends("May").is_empty());
}

#[test]
fn refuses_other_pictures() {
    assert_eq!(Picture::read("0\u{0661}").unwrap_err().code(), "D3131");
    let error = parse("x", &Picture::read("\u{3b1}").unwrap()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "D3130: Formatting or parsing an integer as a sequence starting with \"\u{3b1}\" is not supported by this implementation"
    );
}

#[test]
fn digits_are_read_without_their_groups() {
    assert_eq!(parsed("1,234,567", "#,##0"), 1_234_567.0);
    assert_eq!(parsed("12:345,67", "#:##0,00"), 1_234_567.0);
    assert_eq!(parsed("\u{ff11}\u{ff12}", "\u{ff10}"), 12.0);
    assert_eq!(parsed(" -12x", "0"), -12.0);
    assert!(parsed("x", "0").is_nan());
    assert!(parsed("", "0;o").is_nan());
}
