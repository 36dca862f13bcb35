//! Fields that take one kind of value: seconds, timestamps, texts.

use super::{field::Wanted, jsonata, solve::Analysis, state::Inside, types::kind};
use crate::{
    ir::{Seconds, Text, Wait},
    syntax::path::Path,
};

impl Analysis<'_> {
    pub(super) fn wait(&mut self, wait: &Wait, inside: &Inside<'_>) {
        let (path, field, kinds, words) = match wait {
            Wait::Seconds(_)
            | Wait::Timestamp(_)
            | Wait::SecondsExpression(_)
            | Wait::TimestampExpression(_) => return,
            Wait::SecondsPath(path) => (path, "SecondsPath", kind::NUMBER, "a number"),
            Wait::TimestampPath(path) => (path, "TimestampPath", kind::STRING, "a timestamp"),
        };
        let wanted = Wanted {
            kinds,
            words,
            otherwise: ", so that the Wait state fails",
        };
        self.path_to(path, inside.scope(&inside.input), inside.at(field), &wanted);
    }

    pub(super) fn seconds(&mut self, seconds: Option<&Seconds>, field: &str, inside: &Inside<'_>) {
        match seconds {
            Some(Seconds::Path(path)) => self.number(path, field, inside),
            Some(Seconds::Expression(expression)) => {
                // The field has one name for both in JSONata.
                let field = field.trim_end_matches("Path");
                self.limit(expression, jsonata::NUMBER, field, inside);
            }
            Some(Seconds::Literal(_)) | None => {}
        }
    }

    /// A path that has to lead to a number. (The service has some of them read strings too.)
    pub(super) fn number(&mut self, path: &Path, field: &str, inside: &Inside<'_>) {
        let wanted = Wanted {
            kinds: kind::NUMBER | kind::STRING,
            words: "a number",
            otherwise: ", so that the state fails",
        };
        self.path_to(path, inside.scope(&inside.input), inside.at(field), &wanted);
    }

    pub(super) fn text(&mut self, text: Option<&Text>, field: &str, inside: &Inside<'_>) {
        let wanted = Wanted {
            kinds: kind::STRING,
            words: "a string",
            otherwise: "",
        };
        match text {
            Some(Text::Path(path)) => {
                self.path_to(path, inside.scope(inside.raw), inside.at(field), &wanted);
            }
            Some(Text::Intrinsic(call)) => {
                self.call(call, inside.scope(inside.raw), inside.at(field));
            }
            Some(Text::Literal(_) | Text::Expression(_)) | None => {}
        }
    }
}
