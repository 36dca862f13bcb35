//! Names that may have been meant, and lists of names in prose.

/// The one of `names` that `wrong` was probably meant to be: equal but for case, or with few letters changed.
pub(crate) fn nearest<'n>(wrong: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    // Anything longer is not a mistyped name, and comparing takes time that grows with the square of the
    // length.
    if wrong.chars().count() > 80 {
        return None;
    }
    let folded = wrong.to_lowercase();
    let length = folded.chars().count();
    let edits = |name: &str| {
        let name = name.to_lowercase();
        // Short names are near to too many others.
        let allowed = match length {
            0..=2 => 0,
            3 => usize::from(name.chars().next() == folded.chars().next()),
            4..=5 => 1,
            6..=9 => 2,
            _ => 3,
        };
        let edits = distance(&folded, &name, allowed);
        (edits <= allowed).then_some(edits)
    };
    let others = names.into_iter().filter(|name| *name != wrong);
    let near = others.filter_map(|name| Some((edits(name)?, name)));
    near.min_by_key(|(edits, _)| *edits).map(|(_, name)| name)
}

/// Fields in prose, each in backticks: `A`, `B` or `C`.
pub(crate) fn one_of<S: AsRef<str>>(names: &[S], conjunction: &str) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    list(&quoted, conjunction)
}

/// Words in prose: A, B or C.
pub(crate) fn list<S: AsRef<str>>(words: &[S], conjunction: &str) -> String {
    let words: Vec<_> = words.iter().map(AsRef::as_ref).collect();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} {conjunction} {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// Edits (insert, delete, replace, swap two neighbours) that lead from one to the other, `limit + 1` for any
/// greater number.
fn distance(from: &str, to: &str, limit: usize) -> usize {
    let from: Vec<char> = from.chars().collect();
    let to: Vec<char> = to.chars().collect();
    if from.len().abs_diff(to.len()) > limit {
        return limit + 1;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in to.iter().enumerate() {
            let replaced = last[j] + usize::from(a != b);
            let mut best = replaced.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == to[j - 1] && from[i - 1] == *b {
                best = best.min(before[j - 1] + 1);
            }
            row.push(best);
        }
        if row.iter().all(|edits| *edits > limit) {
            return limit + 1;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0).min(limit + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_name_that_was_meant() {
        let names = ["ChargeCard", "CheckPayment", "Done"];
        assert_eq!(nearest("ChargeCrad", names), Some("ChargeCard"));
        assert_eq!(nearest("chargecard", names), Some("ChargeCard"));
        assert_eq!(nearest("Doen", names), Some("Done"));
        assert_eq!(nearest("Ship", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(nearest("End", ["And"]), None);
        assert_eq!(nearest("Nxt", ["Next"]), Some("Next"));
        assert_eq!(nearest(&"x".repeat(100_000), ["x"]), None);
    }

    #[test]
    fn prefers_the_name_that_differs_in_case_only() {
        assert_eq!(nearest("done", ["dune", "Done"]), Some("Done"));
    }

    #[test]
    fn lists_names() {
        assert_eq!(one_of(&["A"], "or"), "`A`");
        assert_eq!(one_of(&["A", "B", "C"], "or"), "`A`, `B` or `C`");
        assert_eq!(one_of::<&str>(&[], "or"), "");
    }
}
