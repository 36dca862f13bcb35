//! The functions that every expression can call.

use super::{kinds, signature, tree::Signature};
use std::sync::OnceLock;

/// A built-in function.
#[derive(Debug)]
pub struct Builtin {
    /// Its name, without `$`.
    pub name: &'static str,
    /// Its parameters' names, as a hint shows them: `?` may be left out.
    pub usage: &'static str,
    /// Its signature, as [JSONata's documentation](https://docs.jsonata.org/embedding-extending#function-signature-syntax)
    /// writes them.
    pub signature: &'static str,
    /// It is one of those that
    /// [Step Functions adds](https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sf).
    pub added: bool,
}

/// The built-in function with this name (without `$`).
///
/// ```
/// use asl_compiler::jsonata::builtin;
///
/// assert_eq!(builtin("sum").unwrap().signature, "<a<n>:n>");
/// assert!(builtin("eval").is_none());
/// ```
pub fn builtin(name: &str) -> Option<&'static Builtin> {
    BUILTINS.iter().find(|builtin| builtin.name == name)
}

/// All built-in functions, by name.
pub fn builtins() -> impl Iterator<Item = &'static Builtin> {
    BUILTINS.iter()
}

impl Builtin {
    /// Its signature, taken apart.
    pub fn parameters(&self) -> Signature {
        // The table's signatures are right: a test reads them all.
        signature::parse(self.signature, 0..0).unwrap_or(Signature {
            text: self.signature.to_owned(),
            parameters: Vec::new(),
        })
    }
}

impl Builtin {
    /// The kinds of values that it gives.
    pub(super) fn gives(&self) -> &'static str {
        match self.signature.rsplit_once(':').map(|(_, given)| given) {
            // These are never undefined.
            _ if matches!(self.name, "now" | "uuid") => "s",
            _ if matches!(self.name, "count" | "millis" | "random") => "n",
            _ if self.name == "exists" => "b",
            // It clones arrays as well.
            _ if self.name == "clone" => kinds::ANY,
            Some("s>") => "sm",
            Some("n>") => "nm",
            Some("b>") => "bm",
            Some("o>") => "om",
            // An array of one is given as its element.
            _ => kinds::ANY,
        }
    }
}

/// The names of all built-in functions.
pub(super) fn names<'n>() -> impl Iterator<Item = &'n str> {
    BUILTINS.iter().map(|builtin| builtin.name)
}

/// What people call functions that have another name here, or none.
pub(super) fn meant(name: &str) -> Option<&'static str> {
    static SAME: OnceLock<std::collections::HashMap<&str, &str>> = OnceLock::new();
    let same = SAME.get_or_init(|| {
        [
            ("eval", "Step Functions has no `$eval`; `$parse` reads JSON text"),
            ("parseJson", "JSON text is read by `$parse`"),
            ("jsonParse", "JSON text is read by `$parse`"),
            ("stringToJson", "JSON text is read by `$parse`"),
            ("stringify", "a value's text is given by `$string`"),
            ("toString", "a value's text is given by `$string`"),
            ("jsonToString", "a value's text is given by `$string`"),
            ("concat", "texts are joined with `&`, arrays with `$append`"),
            ("format", "texts are joined with `&`"),
            (
                "len",
                "the length of a text is `$length`, that of an array `$count`",
            ),
            (
                "size",
                "the length of a text is `$length`, that of an array `$count`",
            ),
            ("upper", "did you mean `$uppercase`?"),
            ("lower", "did you mean `$lowercase`?"),
            ("avg", "did you mean `$average`?"),
            ("if", "a condition is written `condition ? value : other`"),
            ("forEach", "did you mean `$map`?"),
            ("unique", "did you mean `$distinct`?"),
            ("mod", "the remainder is `a % b`"),
            ("indexOf", "`$contains` finds a text, `$match` gives its position"),
            ("values", "the values of an object are `object.*`"),
            (
                "entries",
                "the members of an object are given by `$spread` and `$each`",
            ),
            ("arrayContains", "membership is `value in array`"),
            (
                "includes",
                "membership is `value in array`, and `$contains` finds a text",
            ),
        ]
        .into()
    });
    same.get(name).copied()
}

const fn builtin_of(name: &'static str, usage: &'static str, signature: &'static str) -> Builtin {
    Builtin {
        name,
        usage,
        signature,
        added: false,
    }
}

const fn added(name: &'static str, usage: &'static str, signature: &'static str) -> Builtin {
    Builtin {
        name,
        usage,
        signature,
        added: true,
    }
}

static BUILTINS: [Builtin; 69] = [
    builtin_of("abs", "number", "<n-:n>"),
    builtin_of("append", "array, array", "<xx:a>"),
    builtin_of("assert", "condition, message?", "<bs?:x>"),
    builtin_of("average", "numbers", "<a<n>:n>"),
    builtin_of("base64decode", "text", "<s-:s>"),
    builtin_of("base64encode", "text", "<s-:s>"),
    builtin_of("boolean", "value", "<x-:b>"),
    builtin_of("ceil", "number", "<n-:n>"),
    builtin_of("clone", "value", "<(oa)-:o>"),
    builtin_of("contains", "text, pattern", "<s-(sf):b>"),
    builtin_of("count", "array", "<a:n>"),
    builtin_of("decodeUrl", "text", "<s-:s>"),
    builtin_of("decodeUrlComponent", "text", "<s-:s>"),
    builtin_of("distinct", "array", "<x:x>"),
    builtin_of("each", "object, function", "<o-f:a>"),
    builtin_of("encodeUrl", "text", "<s-:s>"),
    builtin_of("encodeUrlComponent", "text", "<s-:s>"),
    builtin_of("error", "message?", "<s?:x>"),
    builtin_of("exists", "value", "<x:b>"),
    builtin_of("filter", "array, function", "<af>"),
    builtin_of("floor", "number", "<n-:n>"),
    builtin_of("formatBase", "number, radix?", "<n-n?:s>"),
    builtin_of("formatInteger", "number, picture", "<n-s:s>"),
    builtin_of("formatNumber", "number, picture, options?", "<n-so?:s>"),
    builtin_of("fromMillis", "number, picture?, timezone?", "<n-s?s?:s>"),
    added("hash", "text, algorithm?", "<xs?:s>"),
    builtin_of("join", "texts, separator?", "<a<s>s?:s>"),
    builtin_of("keys", "object", "<x-:a<s>>"),
    builtin_of("length", "text", "<s-:n>"),
    builtin_of("lookup", "object, key", "<x-s:x>"),
    builtin_of("lowercase", "text", "<s-:s>"),
    builtin_of("map", "array, function", "<af>"),
    builtin_of("match", "text, regex, limit?", "<s-f<s:o>n?:a<o>>"),
    builtin_of("max", "numbers", "<a<n>:n>"),
    builtin_of("merge", "objects", "<a<o>:o>"),
    builtin_of("millis", "", "<:n>"),
    builtin_of("min", "numbers", "<a<n>:n>"),
    builtin_of("not", "value", "<x-:b>"),
    builtin_of("now", "picture?, timezone?", "<s?s?:s>"),
    builtin_of("number", "value", "<(nsb)-:n>"),
    builtin_of("pad", "text, width, character?", "<s-ns?:s>"),
    added("parse", "text", "<s-:x>"),
    builtin_of("parseInteger", "text, picture", "<s-s:n>"),
    added("partition", "array, size", "<an:a>"),
    builtin_of("power", "base, exponent", "<n-n:n>"),
    added("random", "seed?", "<n?:n>"),
    added("range", "start, end, step?", "<nnn?:a>"),
    builtin_of("reduce", "array, function, initial?", "<afj?:j>"),
    builtin_of(
        "replace",
        "text, pattern, replacement, limit?",
        "<s-(sf)(sf)n?:s>",
    ),
    builtin_of("reverse", "array", "<a:a>"),
    builtin_of("round", "number, places?", "<n-n?:n>"),
    builtin_of("shuffle", "array", "<a:a>"),
    builtin_of("sift", "object, function?", "<o-f?:o>"),
    builtin_of("single", "array, function?", "<af?>"),
    builtin_of("sort", "array, function?", "<af?:a>"),
    builtin_of("split", "text, separator, limit?", "<s-(sf)n?:a<s>>"),
    builtin_of("spread", "object", "<x-:a<o>>"),
    builtin_of("sqrt", "number", "<n-:n>"),
    builtin_of("string", "value, prettify?", "<x-b?:s>"),
    builtin_of("substring", "text, start, length?", "<s-nn?:s>"),
    builtin_of("substringAfter", "text, separator", "<s-s:s>"),
    builtin_of("substringBefore", "text, separator", "<s-s:s>"),
    builtin_of("sum", "numbers", "<a<n>:n>"),
    builtin_of("toMillis", "text, picture?", "<s-s?:n>"),
    builtin_of("trim", "text", "<s-:s>"),
    builtin_of("type", "value", "<x:s>"),
    builtin_of("uppercase", "text", "<s-:s>"),
    added("uuid", "", "<:s>"),
    builtin_of("zip", "array…", "<a+>"),
];
