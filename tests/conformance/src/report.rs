//! The figures, and the names of the cases that fail.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::known::KnownFailures;

/// What became of one case.
#[derive(Debug)]
pub struct Verdict {
    /// `aws`, `jsonpath`, ...
    pub set: &'static str,
    /// Group within the set.
    pub group: String,
    /// Name within the group.
    pub name: String,
    /// Whether the case needs JSONata.
    pub jsonata: bool,
    /// The reason if it failed.
    pub result: Result<(), String>,
}

impl Verdict {
    /// The name by which the list of known failures and the report call the case.
    pub fn full_name(&self) -> String {
        format!("{}/{}/{}", self.set, self.group, self.name)
    }
}

/// The report: failing cases with their reasons, one line a group, one line a set.
///
/// Cases that a prefix of the list covers are named only if `verbose`; else there is one line for all of them.
pub fn report(verdicts: &[Verdict], known: &KnownFailures, verbose: bool) -> String {
    let mut text = String::new();
    let mut together: BTreeMap<&str, (usize, &str)> = BTreeMap::new();
    for verdict in verdicts {
        if let Err(reason) = &verdict.result {
            let name = verdict.full_name();
            match known.prefix_of(&name) {
                Some(prefix) if !verbose => together.entry(prefix).or_insert((0, reason)).0 += 1,
                _ => {
                    let _ = writeln!(text, "FAILED {name}: {}", one_line(reason, verbose));
                }
            }
        }
    }
    for (prefix, (count, reason)) in together {
        let _ = writeln!(
            text,
            "FAILED {prefix}: {count} cases, the first: {}",
            one_line(reason, verbose)
        );
    }
    let mut groups: BTreeMap<(&str, &str), Count> = BTreeMap::new();
    let mut sets: BTreeMap<&str, Count> = BTreeMap::new();
    for verdict in verdicts {
        groups
            .entry((verdict.set, &verdict.group))
            .or_default()
            .add(verdict);
        sets.entry(verdict.set).or_default().add(verdict);
    }
    for ((set, group), count) in &groups {
        let _ = writeln!(text, "{set}/{group}: {} of {}", count.passed, count.all);
    }
    for (set, count) in &sets {
        let _ = writeln!(text, "{set}: {} of {}", count.passed, count.all);
        if count.plain > 0 && count.plain < count.all {
            let _ = writeln!(
                text,
                "  without JSONata: {} of {}",
                count.plain_passed, count.plain
            );
        }
    }
    text
}

#[derive(Default)]
struct Count {
    passed: usize,
    all: usize,
    plain_passed: usize,
    plain: usize,
}

impl Count {
    fn add(&mut self, verdict: &Verdict) {
        let passed = usize::from(verdict.result.is_ok());
        self.all += 1;
        self.passed += passed;
        if !verdict.jsonata {
            self.plain += 1;
            self.plain_passed += passed;
        }
    }
}

fn one_line(reason: &str, verbose: bool) -> String {
    const WIDTH: usize = 400;
    if verbose {
        return reason.to_owned();
    }
    let line = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(WIDTH) {
        Some((at, _)) => format!("{}...", &line[..at]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::{Verdict, report};
    use crate::known::KnownFailures;

    fn verdict(set: &'static str, group: &str, name: &str, failure: Option<&str>) -> Verdict {
        Verdict {
            set,
            group: group.to_owned(),
            name: name.to_owned(),
            jsonata: set == "jsonata",
            result: failure.map_or(Ok(()), |reason| Err(reason.to_owned())),
        }
    }

    #[test]
    fn groups_sets_and_failures_are_told() {
        let verdicts = [
            verdict("aws", "choice", "a", None),
            verdict("aws", "choice", "b", Some("no\nway")),
            verdict("aws", "map", "c", None),
            verdict("jsonata", "x", "d", Some("not there")),
        ];
        let text = report(&verdicts, &KnownFailures::parse("jsonata/*\n"), false);
        let expected = "FAILED aws/choice/b: no way\n\
            FAILED jsonata/*: 1 cases, the first: not there\n\
            aws/choice: 1 of 2\naws/map: 1 of 1\njsonata/x: 0 of 1\n\
            aws: 2 of 3\njsonata: 0 of 1\n";
        assert_eq!(text, expected);
    }
}
