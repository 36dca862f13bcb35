use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn calendars_agree(millis in -62_135_596_800_000_i64..253_402_300_800_000) {
        let theirs = jiff::Timestamp::from_millisecond(millis).unwrap().to_zoned(jiff::tz::TimeZone::UTC);
        let week = theirs.date().iso_week_date();
        prop_assert_eq!(
            text(millis, "[Y]-[M]-[D] [d] [H]:[m]:[s].[f] [X]-[W]-[F1]"),
            format!(
                "{}-{}-{} {} {}:{:02}:{:02}.{} {}-{}-{}",
                theirs.year() % 10_000,
                theirs.month(),
                theirs.day(),
                theirs.day_of_year(),
                theirs.hour(),
                theirs.minute(),
                theirs.second(),
                theirs.millisecond(),
                week.year(),
                week.week(),
                week.weekday().to_monday_one_offset(),
            )
        );
        prop_assert_eq!(parse_iso(&text(millis, ISO)), Some(millis));
    }

    #[test]
    fn pictures_never_panic(picture in "[\\[\\]YMDdFWwxHhPmsfZzCEnNIi0-9,*#;o\u{660} -]{0,20}", given in "[a-zA-Z0-9 :+-]{0,20}", millis: i64) {
        if let Ok(picture) = Picture::read(&picture) {
            let _ = format(millis as f64, &picture, Some(&given));
            let _ = parse(&given, &picture, TIME);
        }
    }
}

fn text(millis: i64, picture: &str) -> String {
    format(millis as f64, &Picture::read(picture).unwrap(), None).unwrap()
}

fn in_zone(millis: i64, picture: &str, zone: &str) -> String {
    format(millis as f64, &Picture::read(picture).unwrap(), Some(zone)).unwrap()
}

/// 2023-11-14T22:13:20.123Z, a Tuesday.
const TIME: i64 = 1_700_000_000_123;

fn read(text: &str, picture: &str) -> Option<i64> {
    let millis = parse(text, &Picture::read(picture).unwrap(), TIME).unwrap()?;
    assert_eq!(millis.fract(), 0.0);
    Some(millis as i64)
}

fn failure(text: &str, picture: &str) -> &'static str {
    let result = Picture::read(picture).and_then(|picture| parse(text, &picture, TIME));
    result.unwrap_err().code()
}

#[test]
fn components_have_many_forms() {
    for (picture, expected) in [
        (ISO, "2023-11-14T22:13:20.123Z"),
        ("[D]. [MNn] [Y]", "14. November 2023"),
        ("[MN,*-3]|[Mn,3-3]|[Mi]|[M001]", "NOV|nov|xi|011"),
        ("[F]|[FN]|[FNn,2-2]|[F1]", "tuesday|TUESDAY|Tu|2"),
        ("[Y,2-2]|[Y01]|[Y0001]|[YI]|[Y#01]", "23|23|2023|MMXXIII|23"),
        ("[Dwo]|[DWw]|[D1o]", "fourteenth|Fourteen|14th"),
        ("[h]:[m] [P]|[PN]|[H1]", "10:13 pm|PM|22"),
        ("[f]|[f001]|[s]|[s1]", "123|123|20|20"),
        ("[d]|[W]|[w]|[X]|[xNn]", "318|46|3|2023|November"),
        ("[C] [E] [[x]] ", "ISO ISO [x] "),
        ("[ D 0 1 ]", "14"),
        ("no marker", "no marker"),
    ] {
        assert_eq!(text(TIME, picture), expected, "{picture}");
    }
}

#[test]
fn zones_shift_the_clock() {
    for (picture, zone, expected) in [
        ("[H01]:[m01] [Z]", "+0530", "03:43 +05:30"),
        ("[H01]:[m01] [Z]", "-0330", "18:43 -03:30"),
        ("[Z0]|[Z00]", "+0530", "+5:30|+05:30"),
        ("[Z0]|[Z0000]", "-0800", "-8|-0800"),
        ("[Z0]", "-0030", "-0:30"),
        ("[z]|[z0]", "+0100", "GMT+01:00|GMT+1"),
        ("[Z]|[Z01:01t]|[Z0t]", "+0000", "+00:00|Z|Z"),
        ("[D]", "+1000", "15"),
    ] {
        assert_eq!(in_zone(TIME, picture, zone), expected, "{picture} {zone}");
    }
}

#[test]
fn weeks_belong_to_the_year_and_month_of_their_thursday() {
    for (date, expected) in [
        ("2005-01-01", "2004-53-6, 5 of 12"),
        ("2008-12-29", "2009-1-1, 1 of 1"),
        ("2010-01-03", "2009-53-7, 5 of 12"),
        ("2016-02-29", "2016-9-1, 1 of 3"),
        ("2024-12-30", "2025-1-1, 1 of 1"),
        ("2023-11-14", "2023-46-2, 3 of 11"),
    ] {
        let millis = parse_iso(date).unwrap();
        assert_eq!(text(millis, "[X]-[W]-[F1], [w] of [x]"), expected, "{date}");
    }
}

#[test]
fn dates_before_1970_and_beyond_9999_have_names_too() {
    assert_eq!(text(-1, ISO), "1969-12-31T23:59:59.999Z");
    assert_eq!(text(-62_198_755_200_000, "[Y]-[M]-[D]"), "-1-1-1");
    assert_eq!(text(253_402_300_800_000, "[Y]"), "10000");
    for millis in [f64::NAN, 8.64e15 + 1.0, -1e300] {
        let error = format(millis, &Picture::read("[Y]").unwrap(), None).unwrap_err();
        assert_eq!(error.code(), "D1001");
    }
}

#[test]
fn refuses_wrong_pictures() {
    for (picture, code) in [
        ("[Y", "D3135"),
        ("[q]", "D3132"),
        ("[]", "D3132"),
        ("[HN]", "D3133"),
        ("[Z00000]", "D3134"),
        ("[ZN]", "D3134"),
        ("[Y\u{3b1}]", "D3130"),
        ("[Y0\u{0661}]", "D3131"),
    ] {
        let result = Picture::read(picture).and_then(|picture| format(0.0, &picture, None));
        assert_eq!(result.unwrap_err().code(), code, "{picture}");
    }
    let huge = text(0, "[Y,999999999]");
    assert_eq!(huge.len(), 1000);
}

#[test]
fn reads_what_it_writes() {
    for picture in [
        "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01]",
        "[D1o] [MNn] [Y], [h]:[m01]:[s01].[f001] [PN]",
        "[Y0001][M01][D01][H01][m01][s01][f001]",
        "[Yw] [Dwo] [Mi] [H]:[m]:[s].[f]",
        "[FNn,*-3], [Dwo] [MNn,3-3] [YI] [H]h[m]m[s]s[f]",
        "[Y]-[M]-[D] [H]:[m]:[s].[f] [z]",
        "[Y]-[M]-[D] [H]:[m]:[s].[f] [Z0000]",
    ] {
        assert_eq!(read(&text(TIME, picture), picture), Some(TIME), "{picture}");
    }
    let picture = "[Y]-[M]-[D] [H]:[m]:[s].[f] [Z]";
    assert_eq!(read(&in_zone(TIME, picture, "-0330"), picture), Some(TIME));
}

#[test]
fn what_the_picture_leaves_out_is_now_or_zero() {
    for (given, picture, expected) in [
        ("2020", "[Y]", "2020-01-01T00:00:00.000Z"),
        ("3/2020", "[M]/[Y]", "2020-03-01T00:00:00.000Z"),
        ("7:05", "[H]:[m]", "2023-11-14T07:05:00.000Z"),
        ("12:30 AM", "[h]:[m] [P]", "2023-11-14T00:30:00.000Z"),
        ("12 pm", "[h] [P]", "2023-11-14T12:00:00.000Z"),
        ("2 May", "[D] [MNn]", "2023-05-02T00:00:00.000Z"),
        ("31.2.2023", "[D].[M].[Y]", "2023-03-03T00:00:00.000Z"),
        ("2024 366", "[Y] [d]", "2024-12-31T00:00:00.000Z"),
        ("70", "[Y01]", "1970-01-01T00:00:00.000Z"),
        ("20171107", "[Y][M01][D01]", "2017-11-07T00:00:00.000Z"),
        ("7/2020", "[M#1]/[Y]", "2020-07-01T00:00:00.000Z"),
        ("0705", "[H01][m01]", "2023-11-14T07:05:00.000Z"),
    ] {
        let millis = read(given, picture).unwrap();
        assert_eq!(text(millis, ISO), expected, "{given}");
    }
}

#[test]
fn a_width_is_that_of_a_year_month_or_day() {
    assert_eq!(text(0, "[M,1-2]/[D,*-2]/[Y,2-2]"), "01/01/70");
    assert_eq!(text(0, "[H,1-2]"), "0");
}

#[test]
fn what_has_another_form_is_nothing() {
    for (given, picture) in [
        ("x", "[Y]"),
        ("2020", "[Y] "),
        ("20201", "[Y0001][M]x"),
        ("14 Brumaire", "[D1o] [MNn]"),
        ("text", "text"),
        ("1st", "[D1o]."),
        ("2017-1-7", "[Y]-[M01]-[D01]"),
        ("12/31/1999", "[M]/[D]/[Y,2-2]"),
        ("20171", "[Y0001][M01]"),
    ] {
        assert_eq!(read(given, picture), None, "{given}");
    }
    let long = "1".repeat(400);
    assert_eq!(read(&long, "[Y]"), None);
    let many = "[Y]".repeat(400);
    assert_eq!(read("1", &many), None);
}

#[test]
fn gaps_and_weeks_cannot_be_read() {
    for (given, picture, code) in [
        ("2020 1", "[Y] [D]", "D3136"),
        ("1 2", "[H] [s]", "D3136"),
        ("2020 10", "[X] [W]", "D3136"),
        ("2020 10 7", "[Y] [d] [H]", "D3136"),
        ("2020 Brumaire 1", "[Y] [MNn] [D]", "D3136"),
        ("ISO", "[C]", "D3133"),
        ("x", "[Y\u{3b1}]", "D3130"),
    ] {
        assert_eq!(failure(given, picture), code, "{given}");
    }
}

#[test]
fn matching_takes_bounded_time() {
    let digits = "1".repeat(299) + "x";
    assert_eq!(read(&digits, "[Y][M][D][H][m][s][f][d][W][w]"), None);
    let letters = "a".repeat(299) + "1";
    assert_eq!(read(&letters, "[Ma][Da][Ha][ma][sa][fa]"), None);
}

#[test]
fn iso_8601_is_read_in_part() {
    for (given, expected) in [
        ("2017", "2017-01-01T00:00:00.000Z"),
        ("2017-11", "2017-11-01T00:00:00.000Z"),
        ("2017-11-07", "2017-11-07T00:00:00.000Z"),
        ("2017-11-07T15:12:37", "2017-11-07T15:12:37.000Z"),
        ("2017-11-07T15:12:37.1219Z", "2017-11-07T15:12:37.121Z"),
        ("2017-11-07T15:12:37.1+05:30", "2017-11-07T09:42:37.100Z"),
        ("2017-11-07T15:12:37-0100", "2017-11-07T16:12:37.000Z"),
        ("2017-11-07T24:00:00Z", "2017-11-08T00:00:00.000Z"),
        ("2017-02-29", "2017-03-01T00:00:00.000Z"),
    ] {
        assert_eq!(text(parse_iso(given).unwrap(), ISO), expected, "{given}");
    }
    for wrong in [
        "",
        "17",
        "2017-13",
        "2017-11-32",
        "2017-11-07 15:12:37",
        "2017-11-07T15:12",
        "2017-11-07T25:00:00Z",
        "2017-11-07T15:12:37.Z",
        "2017-11-07T15:12:37+5",
        "2017-11-07T15:12:37Zx",
        "20171107",
        "2017-11-07T15:12:37+25:00",
        "\u{ff12}017",
    ] {
        assert_eq!(parse_iso(wrong), None, "{wrong}");
    }
}

proptest! {
    #[test]
    fn the_compiler_refuses_what_cannot_be_written(
        picture in prop::collection::vec(
            prop::sample::select(vec![
                "[", "]", "[[", "]]", "Y", "M", "F", "P", "Z", "z", "E", "H", "Q", "n", "N", "Nn", "1", "01", "o", "t", ",",
                "*-3", "2", "#", "-", ":", " ", "[Y]", "[MNn,*-3]", "[H01]", "[Z]", "[Q]", "[DNn]", "[QN]",
            ]),
            0..8,
        ).prop_map(|parts| parts.concat()),
    ) {
        let tree = asl_compiler::jsonata::parse(&format!("$now('{picture}')")).unwrap();
        let surroundings = asl_compiler::jsonata::Surroundings { states: &[], variables: &[], context: false };
        let told: Vec<_> = asl_compiler::jsonata::check(&tree, &surroundings).iter().map(|it| it.code).collect();
        let written = Picture::read(&picture).and_then(|picture| format(0.0, &picture, None));
        match written.map_err(|error| error.code()) {
            Ok(_) => prop_assert_eq!(told, [""; 0]),
            // There may be something else wrong before what the compiler looks for.
            Err(code @ ("D3132" | "D3133" | "D3135")) => prop_assert!(!told.is_empty(), "{}", code),
            Err(_) => {}
        }
    }
}
