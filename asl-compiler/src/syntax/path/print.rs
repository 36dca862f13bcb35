//! Path to text: the shortest form that parses to the same path.

use super::{Condition, Operand, Operator, Path, ReferencePath, ReferenceStep, Root, Step, Test};
use std::fmt::{Display, Formatter, Result};

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.root {
            Root::Document => f.write_str("$")?,
            Root::Context => f.write_str("$$")?,
            Root::Variable(name) => write!(f, "${name}")?,
        }
        steps(&self.steps, f)
    }
}

impl Display for ReferencePath {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str("$")?;
        for step in &self.steps {
            match step {
                ReferenceStep::Key(name) => key(name, f)?,
                ReferenceStep::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

impl Display for Operator {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(match self {
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        })
    }
}

fn steps(steps: &[Step], f: &mut Formatter<'_>) -> Result {
    let mut descends = false;
    for step in steps {
        match step {
            Step::Key(name) => {
                if descends && is_plain(name) {
                    f.write_str(name)?;
                } else {
                    key(name, f)?;
                }
            }
            Step::Keys(names) if names.is_empty() => f.write_str("[']")?,
            Step::Keys(names) => {
                for (i, name) in names.iter().enumerate() {
                    write!(f, "{}'{name}'", if i == 0 { "[" } else { "," })?;
                }
                f.write_str("]")?;
            }
            Step::Index(index) => write!(f, "[{index}]")?,
            Step::Indices(indices) => {
                for (i, index) in indices.iter().enumerate() {
                    write!(f, "{}{index}", if i == 0 { "[" } else { "," })?;
                }
                // A comma after a single index is what makes it a list of one.
                f.write_str(if indices.len() == 1 { ",]" } else { "]" })?;
            }
            Step::SliceFrom(from) => write!(f, "[{from}:]")?,
            Step::SliceTo(to) => write!(f, "[:{to}]")?,
            Step::Slice(from, to) => write!(f, "[{from}:{to}]")?,
            Step::FromEnd(offset) => write!(f, "[(@.length{offset})]")?,
            Step::Wildcard => f.write_str(if descends { "*" } else { "[*]" })?,
            Step::Descend => f.write_str("..")?,
            Step::Filter(conditions) => {
                f.write_str("[?(")?;
                for (i, item) in conditions.iter().enumerate() {
                    if i > 0 {
                        f.write_str(" && ")?;
                    }
                    condition(item, f)?;
                }
                f.write_str(")]")?;
            }
        }
        descends = *step == Step::Descend;
    }
    Ok(())
}

fn condition(condition: &Condition, f: &mut Formatter<'_>) -> Result {
    f.write_str("@")?;
    steps(&condition.left, f)?;
    let Test::Compare(operator, operand) = &condition.test else {
        return Ok(());
    };
    write!(f, " {operator} ")?;
    match operand {
        Operand::Text { text, quoted: true } => write!(f, "'{text}'"),
        Operand::Text { text, quoted: false } => f.write_str(text),
        Operand::Current(path) => {
            f.write_str("@")?;
            steps(path, f)
        }
        Operand::Document(path) => {
            f.write_str("$")?;
            steps(path, f)
        }
    }
}

fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

fn key(name: &str, f: &mut Formatter<'_>) -> Result {
    if is_plain(name) {
        write!(f, ".{name}")
    } else if !name.contains(['\'', '[', ']']) {
        write!(f, "['{name}']")
    } else {
        f.write_str(".")?;
        for c in name.chars() {
            if c.is_alphanumeric() {
                write!(f, "{c}")?;
            } else {
                write!(f, "\\{c}")?;
            }
        }
        Ok(())
    }
}
