//! Names that may have been meant.

use super::form::Form;

/// The best of the names seen so far.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Nearest {
    wrong: &'static str,
    pub name: Option<&'static str>,
    edits: usize,
}

/// Longer names are not mistyped ones.
const LONGEST: usize = 48;

impl Nearest {
    pub const fn to(wrong: &'static str) -> Self {
        let allowed = match wrong.len() {
            0..=2 => 0,
            3..=5 => 1,
            6..=9 => 2,
            _ => 3,
        };
        Self {
            wrong,
            name: None,
            edits: allowed + 1,
        }
    }

    /// A name that may have been meant.
    pub const fn try_name(&mut self, name: &'static str) {
        let edits = distance(self.wrong.as_bytes(), name.as_bytes());
        if edits < self.edits {
            self.edits = edits;
            self.name = Some(name);
        }
    }

    /// The names of a form's members.
    pub const fn try_members(&mut self, form: &Form) {
        match form {
            Form::Option(form) => self.try_members(form),
            Form::OneOf(forms) => {
                let mut rest = *forms;
                while let [form, others @ ..] = rest {
                    self.try_members(form);
                    rest = others;
                }
            }
            Form::Object(object) => {
                let mut rest = object.fields;
                while let [field, others @ ..] = rest {
                    self.try_name(field.name);
                    rest = others;
                }
                let mut rest = object.flattened;
                while let [form, others @ ..] = rest {
                    self.try_members(form);
                    rest = others;
                }
            }
            _ => {}
        }
    }
}

/// Edits (insert, delete, replace, swap two neighbours) that lead from one to the other, case and separators aside.
const fn distance(a: &[u8], b: &[u8]) -> usize {
    if a.len() > LONGEST || b.len() > LONGEST || a.len().abs_diff(b.len()) > 3 {
        return usize::MAX;
    }
    let mut rows = [[0; LONGEST + 1]; 3];
    let mut column = 0;
    while column <= b.len() {
        rows[0][column] = column;
        column += 1;
    }
    let mut row = 1;
    while row <= a.len() {
        let (now, last, before) = (row % 3, (row + 2) % 3, (row + 1) % 3);
        rows[now][0] = row;
        let mut column = 1;
        while column <= b.len() {
            let same = a[row - 1].eq_ignore_ascii_case(&b[column - 1]);
            let mut best = rows[last][column - 1] + !same as usize;
            best = least(best, rows[last][column] + 1);
            best = least(best, rows[now][column - 1] + 1);
            if row > 1
                && column > 1
                && a[row - 1].eq_ignore_ascii_case(&b[column - 2])
                && a[row - 2].eq_ignore_ascii_case(&b[column - 1])
            {
                best = least(best, rows[before][column - 2] + 1);
            }
            rows[now][column] = best;
            column += 1;
        }
        row += 1;
    }
    rows[a.len() % 3][b.len()]
}

const fn least(a: usize, b: usize) -> usize {
    if a < b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_name() {
        let near = |wrong, names: &[&'static str]| {
            let mut nearest = Nearest::to(wrong);
            for name in names {
                nearest.try_name(name);
            }
            nearest.name
        };
        assert_eq!(near("totl", &["token", "total"]), Some("total"));
        assert_eq!(near("custmoer", &["customer", "costs"]), Some("customer"));
        assert_eq!(near("orderID", &["orderId"]), Some("orderId"));
        assert_eq!(near("id", &["ix"]), None);
        assert_eq!(near("aproved", &["declined", "approved"]), Some("approved"));
        assert_eq!(near("email", &["address"]), None);
        assert_eq!(distance(b"kitten", b"sitting"), 3);
        assert_eq!(distance(b"ab", b"ba"), 1);
    }
}
