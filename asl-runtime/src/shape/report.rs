//! What is said of mistakes, in the look of the definition's other diagnostics.

use super::{
    fits::contains,
    flow::{self, Node, NodeId, Place, Rule},
    judge::Judge,
    nearest::Nearest,
    quote,
    text::Text,
};

/// Stops the compilation with the report.
#[track_caller]
pub const fn fail(report: &Text) -> ! {
    panic!("{}", report.as_str())
}

impl Judge<'_> {
    /// All mistakes in words.
    pub const fn report(&self) -> Text {
        let mut text = Text::new();
        let mistakes = self.mistakes();
        text.add_all(&["the data flow of `", self.flow.file, "` has "]);
        if mistakes == 1 {
            text.add("a mistake\n");
        } else {
            text.number(mistakes);
            text.add(" mistakes\n");
        }
        let mut told = 0;
        let mut index = 0;
        while index < self.flow.places.len() && !text.is_full() {
            let place = self.flow.place(index);
            if self.is_mistake(&place) {
                self.tell(&self.flow.rules[place.rule], &place, &mut text);
                told += 1;
            }
            index += 1;
        }
        let unchecked = self.types.unchecked;
        let mut index = 0;
        while index < unchecked.len() && !text.is_full() {
            let (state, _) = unchecked[index];
            if !contains(self.flow.states, state) {
                self.tell_of_unknown_state(state, &mut text);
                told += 1;
            }
            index += 1;
        }
        if told < mistakes {
            text.add("\n... and ");
            text.number(mistakes - told);
            text.add(" more\n");
        }
        text
    }

    const fn tell_of_unknown_state(&self, state: &'static str, text: &mut Text) {
        text.add_all(&[
            "\nerror: `unchecked` names the state \"",
            state,
            "\", which does not exist\n",
        ]);
        let mut nearest = Nearest::to(state);
        let mut index = 0;
        while index < self.flow.states.len() {
            nearest.try_name(self.flow.states[index]);
            index += 1;
        }
        if let Some(name) = nearest.name {
            text.add_all(&[" = help: did you mean \"", name, "\"?\n"]);
        }
    }

    const fn tell(&self, rule: &Rule, place: &Place, text: &mut Text) {
        text.add("\nerror: ");
        self.title(rule, place, text);
        text.add("\n");
        let margin = quote::quote(self.flow.file, self.flow.source, place, text);
        match *rule {
            Rule::Exists(node, written) => self.notes_of_path(place, node, written, margin, text),
            Rule::ExistsAny(values) => {
                let (node, written) = values[0];
                self.notes_of_path(place, node, written, margin, text);
            }
            Rule::Is(node, _) => self.note_of_value(place, node, margin, text),
            Rule::Word(node, word) => {
                self.note_of_value(place, node, margin, text);
                self.help_with_word(self.found(node).forms(), word, margin, text);
            }
            Rule::Fits(node, task) => {
                self.notes_of_misfit(node, self.types.tasks[task as usize].input, margin, text);
            }
            Rule::Never => {
                let [_, note, help] = place.more;
                if !note.is_empty() {
                    quote::note(margin, text);
                    text.add_all(&[note, "\n"]);
                }
                if !help.is_empty() {
                    quote::help(margin, text);
                    text.add_all(&[help, "\n"]);
                }
            }
        }
    }

    const fn title(&self, rule: &Rule, place: &Place, text: &mut Text) {
        match *rule {
            Rule::Exists(..) | Rule::ExistsAny(_) => {
                text.code(place.path);
                text.add(" cannot exist here");
            }
            Rule::Is(..) => {
                text.code(called(place));
                text.add_all(&[" is never ", place.more[0], place.more[1]]);
            }
            Rule::Word(_, word) => {
                text.code(place.path);
                text.add_all(&[" is never \"", word, "\", so that this is never true"]);
            }
            Rule::Fits(_, task) => {
                text.add("this can never be the input of ");
                text.code(self.types.tasks[task as usize].name);
            }
            Rule::Never => text.add(place.more[0]),
        }
    }

    const fn note_of_value(&self, place: &Place, node: NodeId, margin: usize, text: &mut Text) {
        quote::note(margin, text);
        text.code(called(place));
        text.add(" is ");
        self.describe_found(self.found(node), text);
        text.add("\n");
    }

    /// What there is where a path ends too early, and what was perhaps meant.
    const fn notes_of_path(&self, place: &Place, node: NodeId, written: u8, margin: usize, text: &mut Text) {
        let Some(after) = self.steps_lost(node, written) else {
            return;
        };
        let mut lost = node;
        let mut steps = 0;
        while steps < after {
            match self.flow.parent(lost) {
                Some(parent) => lost = parent,
                None => return,
            }
            steps += 1;
        }
        lost = self.flow.step(lost);
        let Some(parent) = self.flow.parent(lost) else {
            return;
        };
        let found = self.found(parent);
        let (before, rest) = quote::split(place.path, after as usize);
        quote::note(margin, text);
        text.code(before);
        text.add(" is ");
        match self.flow.nodes[lost as usize] {
            Node::Member(_, key) => {
                self.describe_found(found, text);
                text.add("\n");
                if !hint(place, after, margin, text) {
                    self.help_with_member(found, &key, before, rest, margin, text);
                }
            }
            Node::Field(_, key) => {
                self.describe_with_elements(found, text);
                text.add("\n");
                if !hint(place, after, margin, text) {
                    self.help_with_member(&found.item(), &key, before, rest, margin, text);
                }
            }
            _ => {
                self.describe_found(found, text);
                text.add("\n");
            }
        }
    }
}

/// What messages call the value that a field asks about: the path that leads to it, unless there is another name.
const fn called(place: &Place) -> &'static str {
    let [.., called] = place.more;
    if called.is_empty() { place.path } else { called }
}

/// Tells of a key that a state has written and that was perhaps meant, if it is for the step that finds nothing.
const fn hint(place: &Place, after: u8, margin: usize, text: &mut Text) -> bool {
    let [number, help, _] = place.more;
    if help.is_empty() || flow::number(number) != after as usize {
        return false;
    }
    quote::help(margin, text);
    text.add_all(&[help, "\n"]);
    true
}

/// What `#[tasks]` calls under the name of a machine's trait.
#[doc(hidden)]
#[macro_export]
macro_rules! __check_tasks {
    (@natively $signature:ty) => {
        $crate::__natively!($signature)
    };
    (
        $flow:expr;
        input: [$($input:ty)?];
        unchecked: $all:literal [$($unchecked:expr),*];
        tasks: [$($(#[$condition:meta])* $name:literal: [$($from:ty)?] [$($to:ty)?];)*]
    ) => {
        const _: () = {
            #[allow(unused_imports)]
            use $crate::__private::shape::{AnyForm as _, AnyReturned as _};
            const TYPES: $crate::__private::shape::Known = $crate::__private::shape::Known {
                input: $crate::__form!(Probe INPUT_OF_MACHINE [$($input)?]),
                tasks: &[$(
                    $(#[$condition])*
                    $crate::__private::shape::TaskForms {
                        name: $name,
                        input: $crate::__form!(Probe INPUT [$($from)?]),
                        output: $crate::__form!(Returned OUTPUT [$($to)?]),
                    },
                )*],
                unchecked: &[$($unchecked),*],
                all_unchecked: $all,
            };
            let mut found = [$crate::__private::shape::Found::NOTHING; $flow.nodes.len()];
            let judge = $crate::__private::shape::Judge::new($flow, &TYPES, &mut found);
            if judge.mistakes() > 0 {
                $crate::__private::shape::fail(&judge.report());
            }
        };
    };
}

/// The form of a type, or any JSON where it is not known.
#[doc(hidden)]
#[macro_export]
macro_rules! __form {
    ($probe:ident $side:ident []) => {
        &$crate::__private::shape::Form::Any
    };
    (Probe INPUT_OF_MACHINE [$named:ty]) => {
        $crate::__private::shape::Probe::<$named>::OUTPUT
    };
    ($probe:ident $side:ident [$named:ty]) => {
        $crate::__private::shape::$probe::<$named>::$side
    };
}
