//! The list of known failures, which may only shrink.

use std::collections::BTreeSet;

use crate::report::Verdict;

/// The list: a name a line, or a prefix that ends in `*`; `#` begins a comment.
#[derive(Debug, Default)]
pub struct KnownFailures {
    lines: Vec<String>,
}

impl KnownFailures {
    /// Reads the list.
    pub fn parse(text: &str) -> Self {
        Self {
            lines: text.lines().map(str::to_owned).collect(),
        }
    }

    /// The prefix of the list that covers the case.
    pub fn prefix_of(&self, name: &str) -> Option<&str> {
        self.entries()
            .find(|entry| entry.ends_with('*') && covers(entry, name))
    }

    /// Whether the list has the case.
    pub fn contains(&self, name: &str) -> bool {
        self.entries().any(|entry| covers(entry, name))
    }

    /// What is wrong between the list and the verdicts: a failing case that is not listed, a listed one that passes
    /// or does not exist.
    pub fn problems(&self, verdicts: &[Verdict]) -> Vec<String> {
        let mut problems = Vec::new();
        for verdict in verdicts {
            let name = verdict.full_name();
            if verdict.result.is_err() && !self.contains(&name) {
                problems.push(format!("{name} fails and is not in the list of known failures"));
            }
        }
        for entry in self.entries() {
            let mut covered = verdicts
                .iter()
                .filter(|verdict| covers(entry, &verdict.full_name()))
                .peekable();
            if covered.peek().is_none() {
                problems.push(format!(
                    "{entry} is in the list of known failures, but there is no such case"
                ));
            }
            for passing in covered.filter(|verdict| verdict.result.is_ok()) {
                problems.push(format!(
                    "{} passes: take `{entry}` off the list of known failures",
                    passing.full_name()
                ));
            }
        }
        problems
    }

    /// The list as it should be: entries that no longer hold are left out, new failures added at the end.
    pub fn updated(&self, verdicts: &[Verdict]) -> String {
        let holds = |entry: &str| {
            let mut covered = verdicts
                .iter()
                .filter(|verdict| covers(entry, &verdict.full_name()))
                .peekable();
            covered.peek().is_some() && covered.all(|verdict| verdict.result.is_err())
        };
        let mut kept: Vec<&str> = Vec::new();
        for line in &self.lines {
            if entry_of(line).is_none_or(holds) {
                kept.push(line);
            }
        }
        let is_kept = |name: &str| {
            kept.iter()
                .filter_map(|line| entry_of(line))
                .any(|entry| covers(entry, name))
        };
        let new: BTreeSet<String> = verdicts
            .iter()
            .filter(|verdict| verdict.result.is_err())
            .map(Verdict::full_name)
            .filter(|name| !is_kept(name))
            .collect();
        let mut text = kept.join("\n");
        if !new.is_empty() {
            text.push_str("\n\n# New, to be explained:\n");
            text.push_str(&new.into_iter().collect::<Vec<_>>().join("\n"));
        }
        text.push('\n');
        text
    }

    fn entries(&self) -> impl Iterator<Item = &str> {
        self.lines.iter().filter_map(|line| entry_of(line))
    }
}

/// Names may have a `#` of their own, so a comment behind one is set off by two spaces.
fn entry_of(line: &str) -> Option<&str> {
    let entry = line.split("  #").next().unwrap_or_default().trim();
    (!entry.is_empty() && !entry.starts_with('#')).then_some(entry)
}

fn covers(entry: &str, name: &str) -> bool {
    match entry.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => entry == name,
    }
}

#[cfg(test)]
mod tests {
    use super::KnownFailures;
    use crate::report::Verdict;

    const LIST: &str = "# why\naws/a/failing  # as said\n\njsonata/*\n";

    fn verdict(set: &'static str, name: &str, passes: bool) -> Verdict {
        Verdict {
            set,
            group: "a".to_owned(),
            name: name.to_owned(),
            jsonata: false,
            result: if passes { Ok(()) } else { Err("no".to_owned()) },
        }
    }

    #[test]
    fn listed_failures_are_no_problem() {
        let verdicts = [
            verdict("aws", "failing", false),
            verdict("aws", "passing", true),
            verdict("jsonata", "x", false),
        ];
        let known = KnownFailures::parse(LIST);
        assert!(known.problems(&verdicts).is_empty());
        assert_eq!(known.updated(&verdicts), LIST);
    }

    #[test]
    fn changes_are_problems() {
        let verdicts = [
            verdict("aws", "failing", true),
            verdict("aws", "passing", false),
            verdict("jsonata", "x", true),
        ];
        let known = KnownFailures::parse(LIST);
        assert_eq!(known.problems(&verdicts).len(), 3);
        let updated = known.updated(&verdicts);
        assert_eq!(updated, "# why\n\n\n# New, to be explained:\naws/a/passing\n");
        assert!(KnownFailures::parse(&updated).problems(&verdicts).is_empty());
    }

    #[test]
    fn an_entry_without_a_case_is_a_problem() {
        assert_eq!(KnownFailures::parse("aws/a/gone\n").problems(&[]).len(), 1);
    }
}
