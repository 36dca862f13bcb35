//! `%`: finds the step whose context it means, and has that step keep it.

use super::{
    part::Part,
    problem::Problem,
    tree::{Kind, Path, Step, StepKind},
};
use std::ops::Range;

/// One `%`.
#[derive(Debug)]
struct Slot {
    /// How many steps it still has to go back; not above 0: found.
    level: isize,
    /// Where it stands.
    range: Range<usize>,
}

/// Every `%` of the expression. Its number is its place here.
#[derive(Debug, Default)]
pub(super) struct Slots(Vec<Slot>);

impl Slots {
    /// A new `%`.
    pub fn add(&mut self, range: Range<usize>) -> usize {
        self.0.push(Slot { level: 1, range });
        self.0.len() - 1
    }

    /// There is no step that `slot` could mean.
    pub fn problem(&self, slot: Option<usize>, range: &Range<usize>) -> Box<Problem> {
        let range = slot
            .and_then(|slot| self.0.get(slot))
            .map_or_else(|| range.clone(), |slot| slot.range.clone());
        Problem::new("S0217", "`%` has no parent here that the path tells of", range)
            .hint("`%` goes back over names, `*` and blocks of the same path; bind the parent with `@$name` instead")
    }

    /// For the `%` in a path's last step: goes back over the steps before. Those that go beyond the first one are left
    /// for the outside.
    pub fn resolve(&mut self, part: &mut Part) -> Result<(), Box<Problem>> {
        let Kind::Path(path) = &mut part.node.kind else {
            return Ok(());
        };
        let Some((last, before)) = path.steps.split_last_mut() else {
            return Ok(());
        };
        let mut waiting = part.last_seeking.clone();
        if let StepKind::Node(node) = &last.kind
            && let Kind::Parent(slot) = node.kind
        {
            waiting.push(slot);
        }
        for slot in waiting {
            let mut left = before.len();
            while self.0[slot].level > 0 {
                if left == 0 {
                    part.seeking.push(slot);
                    break;
                }
                left -= 1;
                // Steps that bind their item keep the context: it is the one before the first of them.
                while left > 0 && before[left].focus.is_some() && before[left - 1].focus.is_some() {
                    left -= 1;
                }
                self.seek_step(&mut before[left], slot)?;
            }
        }
        Ok(())
    }

    /// For the `%` in a filter: the filtered step is the first one that it can mean.
    pub fn seek_filtered(&mut self, part: &mut Part, predicate: &Part) -> Result<(), Box<Problem>> {
        // A `%` that is the whole filter is not seen: it stays undefined.
        for &slot in &predicate.seeking {
            if self.0[slot].level != 1 {
                self.0[slot].level -= 1;
                continue;
            }
            match &mut part.node.kind {
                Kind::Path(path) => {
                    if let Some(step) = path.steps.last_mut() {
                        self.seek_step(step, slot)?;
                    }
                }
                kind => self.seek(kind, &mut part.ancestors, &mut part.tuple, slot)?,
            }
        }
        if !predicate.seeking.is_empty() {
            let waiting = predicate.waiting();
            match part.node.kind {
                Kind::Path(_) => part.last_seeking.extend(waiting),
                _ => part.seeking.extend(waiting),
            }
        }
        Ok(())
    }

    fn seek_step(&mut self, step: &mut Step, slot: usize) -> Result<(), Box<Problem>> {
        match &mut step.kind {
            StepKind::Node(node) => self.seek(&mut node.kind, &mut step.ancestors, &mut step.tuple, slot),
            StepKind::Sort(_) => Err(self.problem(Some(slot), &(0..0))),
        }
    }

    /// One step back.
    fn seek(
        &mut self,
        kind: &mut Kind,
        ancestors: &mut Vec<usize>,
        tuple: &mut bool,
        slot: usize,
    ) -> Result<(), Box<Problem>> {
        match kind {
            Kind::Name(_) | Kind::Wildcard => {
                self.0[slot].level -= 1;
                if self.0[slot].level == 0 {
                    ancestors.push(slot);
                    *tuple = true;
                }
            }
            Kind::Parent(_) => self.0[slot].level += 1,
            Kind::Block(parts) => {
                if let Some(last) = parts.last_mut() {
                    *tuple = true;
                    // What stands alone in a block keeps nothing: only steps do.
                    self.seek(&mut last.kind, &mut Vec::new(), &mut false, slot)?;
                }
            }
            Kind::Path(path) => self.seek_path(path, slot)?,
            _ => return Err(self.problem(Some(slot), &(0..0))),
        }
        Ok(())
    }

    fn seek_path(&mut self, path: &mut Path, slot: usize) -> Result<(), Box<Problem>> {
        path.tuple = true;
        let mut steps = path.steps.iter_mut().rev();
        if let Some(last) = steps.next() {
            self.seek_step(last, slot)?;
        }
        for step in steps {
            if self.0[slot].level <= 0 {
                break;
            }
            self.seek_step(step, slot)?;
        }
        Ok(())
    }
}
