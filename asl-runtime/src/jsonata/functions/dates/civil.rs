//! The calendar.

/// Milliseconds of a day.
pub(super) const DAY: i64 = 24 * 60 * 60 * 1000;

/// The farthest point in time that ECMAScript has, before and after 1970.
pub(super) const MAX_MILLIS: i64 = 100_000_000 * DAY;

/// A point in time as calendars and clocks show it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Civil {
    /// Days since 1970-01-01.
    days: i64,
    pub year: i64,
    /// 1–12
    pub month: i64,
    /// 1–31
    pub day: i64,
    /// Of the day.
    millis: i64,
}

impl Civil {
    /// What clocks of UTC show so many milliseconds after 1970-01-01T00:00:00Z.
    pub fn of_millis(millis: i64) -> Self {
        let days = millis.div_euclid(DAY);
        // Years that begin in March have their odd day at the end. Day 0 is 0000-03-01.
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let months = (5 * day_of_year + 2) / 153;
        let month = if months < 10 { months + 3 } else { months - 9 };
        Self {
            days,
            year: era * 400 + year_of_era + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * months + 2) / 5 + 1,
            millis: millis.rem_euclid(DAY),
        }
    }

    /// 0–23
    pub fn hour(self) -> i64 {
        self.millis / 3_600_000
    }

    /// 0–59
    pub fn minute(self) -> i64 {
        self.millis / 60_000 % 60
    }

    /// 0–59
    pub fn second(self) -> i64 {
        self.millis / 1000 % 60
    }

    /// 0–999
    pub fn millisecond(self) -> i64 {
        self.millis % 1000
    }

    /// 1–366
    pub fn day_of_year(self) -> i64 {
        self.days - days(self.year, 1, 1) + 1
    }

    /// Monday is 1.
    pub fn weekday(self) -> i64 {
        weekday(self.days)
    }

    /// The year that the week belongs to, and the number of the week in it: the first one has the first Thursday.
    pub fn week_of_year(self) -> (i64, i64) {
        let starts = [-1, 0, 1].map(|years| (self.year + years, first_week(self.year + years, 1)));
        week(self.days, starts)
    }

    /// The month that the week belongs to, and the number of the week in it: the first one has the first Thursday.
    pub fn week_of_month(self) -> (i64, i64) {
        let starts = [-1, 0, 1].map(|months| {
            let month = (self.month - 1 + months).rem_euclid(12) + 1;
            let year = self.year + (self.month - 1 + months).div_euclid(12);
            (month, first_week(year, month))
        });
        week(self.days, starts)
    }
}

/// Which of the three has begun last, and how many weeks ago.
fn week(today: i64, starts: [(i64, i64); 3]) -> (i64, i64) {
    let [before, this, _] = starts;
    let latest = starts.into_iter().rev().find(|(_, start)| *start <= today);
    let (name, start) = latest.unwrap_or(if today < this.1 { before } else { this });
    (name, (today - start).div_euclid(7) + 1)
}

/// The Monday of the week with the first Thursday of a month.
fn first_week(year: i64, month: i64) -> i64 {
    let first = days(year, month, 1);
    match weekday(first) {
        early @ 1..=4 => first - (early - 1),
        late => first + (8 - late),
    }
}

fn weekday(days: i64) -> i64 {
    // 1970-01-01 was a Thursday.
    (days + 3).rem_euclid(7) + 1
}

/// Days since 1970-01-01 of a date. Its day may be beyond the end of the month.
pub(super) fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let months = (month + 9) % 12;
    let day_of_year = (153 * months + 2) / 5;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468 + day - 1
}
