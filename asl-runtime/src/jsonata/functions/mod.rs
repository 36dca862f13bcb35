//! The built-in functions: those of JSONata 2.0.6 without `$eval`, which Step Functions does not have, and those that
//! Step Functions adds.

mod aggregate;
mod arguments;
mod arrays;
mod aws;
mod booleans;
mod dates;
mod format_number;
mod higher_order;
mod integers;
mod matching;
mod numbers;
mod objects;
mod pictures;
mod replacing;
mod rounding;
mod strings;
#[cfg(test)]
mod tests;
mod time;
mod urls;

use super::{Args, Eval, Query, signature::Signature};
use arguments::signature;
pub(super) use arguments::{misfit, sequence};

/// A built-in function.
pub struct Builtin {
    /// Its name, without `$`.
    pub name: &'static str,
    /// Checked before `run` is called. `None` where a function takes anything.
    pub signature: Option<&'static Signature>,
    /// How many arguments it wants from a higher-order function.
    pub arity: usize,
    /// Takes the arguments, checked; those left out at the end are not there.
    pub run: fn(&Query<'_>, Args) -> Eval,
}

impl std::fmt::Debug for Builtin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "${}", self.name)
    }
}

/// One static a function: its name, its signature, the number of parameters that higher-order functions see, and what
/// it runs.
macro_rules! builtins {
    ($($item:ident $name:literal $signature:literal $arity:literal $run:path;)*) => {
        $(
            #[doc = concat!("`$", $name, "`, `", $signature, "`")]
            pub static $item: Builtin = Builtin {
                name: $name,
                signature: Some(signature!($signature)),
                arity: $arity,
                run: $run,
            };
        )*

        /// All built-in functions.
        pub static ALL: &[&Builtin] = &[$(&$item),*];
    };
}

builtins! {
    // The numbers of parameters are those of the reference implementation, where optional ones after the first do
    // not always count.
    SUM "sum" "<a<n>:n>" 1 aggregate::sum;
    COUNT "count" "<a:n>" 1 aggregate::count;
    MAX "max" "<a<n>:n>" 1 aggregate::max;
    MIN "min" "<a<n>:n>" 1 aggregate::min;
    AVERAGE "average" "<a<n>:n>" 1 aggregate::average;
    STRING "string" "<x-b?:s>" 1 strings::string;
    SUBSTRING "substring" "<s-nn?:s>" 3 strings::substring;
    SUBSTRING_BEFORE "substringBefore" "<s-s:s>" 2 strings::substring_before;
    SUBSTRING_AFTER "substringAfter" "<s-s:s>" 2 strings::substring_after;
    LOWERCASE "lowercase" "<s-:s>" 1 strings::lowercase;
    UPPERCASE "uppercase" "<s-:s>" 1 strings::uppercase;
    LENGTH "length" "<s-:n>" 1 strings::length;
    TRIM "trim" "<s-:s>" 1 strings::trim;
    PAD "pad" "<s-ns?:s>" 3 strings::pad;
    MATCH "match" "<s-f<s:o>n?:a<o>>" 3 strings::match_;
    CONTAINS "contains" "<s-(sf):b>" 2 strings::contains;
    REPLACE "replace" "<s-(sf)(sf)n?:s>" 4 strings::replace;
    SPLIT "split" "<s-(sf)n?:a<s>>" 3 strings::split;
    JOIN "join" "<a<s>s?:s>" 2 strings::join;
    FORMAT_NUMBER "formatNumber" "<n-so?:s>" 3 numbers::format_number;
    FORMAT_BASE "formatBase" "<n-n?:s>" 2 numbers::format_base;
    FORMAT_INTEGER "formatInteger" "<n-s:s>" 2 numbers::format_integer;
    PARSE_INTEGER "parseInteger" "<s-s:n>" 2 numbers::parse_integer;
    NUMBER "number" "<(nsb)-:n>" 1 numbers::number;
    FLOOR "floor" "<n-:n>" 1 numbers::floor;
    CEIL "ceil" "<n-:n>" 1 numbers::ceil;
    ROUND "round" "<n-n?:n>" 2 numbers::round;
    ABS "abs" "<n-:n>" 1 numbers::abs;
    SQRT "sqrt" "<n-:n>" 1 numbers::sqrt;
    POWER "power" "<n-n:n>" 2 numbers::power;
    RANDOM "random" "<n?:n>" 0 aws::random;
    BOOLEAN "boolean" "<x-:b>" 1 booleans::boolean;
    NOT "not" "<x-:b>" 1 booleans::not;
    EXISTS "exists" "<x:b>" 1 booleans::exists;
    MAP "map" "<af>" 2 higher_order::map;
    FILTER "filter" "<af>" 2 higher_order::filter;
    SINGLE "single" "<af?>" 2 higher_order::single;
    REDUCE "reduce" "<afj?:j>" 3 higher_order::reduce;
    SIFT "sift" "<o-f?:o>" 2 higher_order::sift;
    EACH "each" "<o-f:a>" 2 higher_order::each;
    ZIP "zip" "<a+>" 0 arrays::zip;
    APPEND "append" "<xx:a>" 2 arrays::append;
    REVERSE "reverse" "<a:a>" 1 arrays::reverse;
    SORT "sort" "<af?:a>" 2 arrays::sort;
    SHUFFLE "shuffle" "<a:a>" 1 arrays::shuffle;
    DISTINCT "distinct" "<x:x>" 1 arrays::distinct;
    KEYS "keys" "<x-:a<s>>" 1 objects::keys;
    LOOKUP "lookup" "<x-s:x>" 2 objects::lookup;
    SPREAD "spread" "<x-:a<o>>" 1 objects::spread;
    MERGE "merge" "<a<o>:o>" 1 objects::merge;
    TYPE "type" "<x:s>" 1 objects::type_;
    CLONE "clone" "<(oa)-:o>" 1 objects::clone;
    ERROR "error" "<s?:x>" 1 objects::error;
    ASSERT "assert" "<bs?:x>" 2 objects::assert;
    BASE64ENCODE "base64encode" "<s-:s>" 1 strings::base64_encode;
    BASE64DECODE "base64decode" "<s-:s>" 1 strings::base64_decode;
    ENCODE_URL_COMPONENT "encodeUrlComponent" "<s-:s>" 1 strings::encode_url_component;
    ENCODE_URL "encodeUrl" "<s-:s>" 1 strings::encode_url;
    DECODE_URL_COMPONENT "decodeUrlComponent" "<s-:s>" 1 strings::decode_url_component;
    DECODE_URL "decodeUrl" "<s-:s>" 1 strings::decode_url;
    TO_MILLIS "toMillis" "<s-s?:n>" 2 time::to_millis;
    FROM_MILLIS "fromMillis" "<n-s?s?:s>" 3 time::from_millis;
    NOW "now" "<s?s?:s>" 2 time::now;
    MILLIS "millis" "<:n>" 0 time::millis;
    PARTITION "partition" "<an:a>" 2 aws::partition;
    RANGE "range" "<nnn?:a>" 3 aws::range;
    HASH "hash" "<xs?:s>" 2 aws::hash;
    UUID "uuid" "<:s>" 0 aws::uuid;
    PARSE "parse" "<s-:x>" 1 aws::parse;
}

/// A built-in function by its name, without `$`.
pub fn find(name: &str) -> Option<&'static Builtin> {
    ALL.iter().copied().find(|builtin| builtin.name == name)
}
