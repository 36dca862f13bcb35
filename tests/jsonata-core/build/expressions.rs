//! Random expressions that make sense, mostly.
//!
//! Documents have the same few fields on every level (`n`, `s`, `b`, `l`, `o`, `e`; see `documents.rs`), so that a path
//! finds something wherever it starts. Each function makes an expression of one kind; now and then one of another kind
//! takes its place, so that errors are compared as well.

use super::random::Random;

/// Makes expressions.
pub struct Expressions {
    random: Random,
    /// Local variables around the place, by the kind of their value.
    numbers: Vec<String>,
    texts: Vec<String>,
    count: usize,
}

impl Expressions {
    /// The same seed makes the same expressions.
    pub fn new(seed: u64) -> Self {
        Self {
            random: Random(seed),
            numbers: Vec::new(),
            texts: Vec::new(),
            count: 0,
        }
    }

    /// An expression of any kind, with so many levels at most.
    pub fn any(&mut self, depth: usize) -> String {
        match self.random.below(10) {
            0..3 => self.number(depth),
            3..5 => self.text(depth),
            5 => self.truth(depth),
            6..9 => self.list(depth),
            _ => self.object(depth),
        }
    }

    fn strange(&mut self, depth: usize) -> Option<String> {
        (depth > 0 && self.random.one_in(40)).then(|| self.any(depth - 1))
    }

    fn name(&mut self) -> String {
        self.count += 1;
        format!("v{}", self.count)
    }

    fn number(&mut self, depth: usize) -> String {
        if let Some(strange) = self.strange(depth) {
            return format!("({strange})");
        }
        if depth == 0 {
            if let (Some(name), true) = (self.numbers.last(), self.random.one_in(2)) {
                return format!("${name}");
            }
            return match self.random.below(8) {
                0 => format!("{}", self.random.below(20)),
                1 => format!("{}.5", self.random.below(9)),
                _ => self
                    .random
                    .pick(&["n", "n", "e.n", "o[0].n", "o[-1].n", "l[1]", "e.e.n"])
                    .to_owned(),
            };
        }
        let d = depth - 1;
        match self.random.below(24) {
            0..3 => {
                let operator = self.random.pick(&["+", "-", "*"]);
                format!("({} {operator} {})", self.number(d), self.number(d))
            }
            // No zero: what comes of it is not a number, with which the other side goes on.
            3 => format!(
                "({} {} {})",
                self.number(d),
                self.random.pick(&["/", "%"]),
                self.random.pick(&["2", "4", "0.5", "-3"])
            ),
            4..6 => format!("$sum({})", self.numbers_list(d)),
            6 => format!("$count({})", self.list(d)),
            7 => format!(
                "${}({})",
                self.random.pick(&["max", "min", "average"]),
                self.numbers_list(d)
            ),
            8 => format!("$length({})", self.text(d)),
            9 => format!(
                "${}({})",
                self.random.pick(&["abs", "floor", "ceil", "round"]),
                self.number(d)
            ),
            10 => format!(
                "$round({}, {})",
                self.number(d),
                self.random.pick(&["0", "1", "-1"])
            ),
            11 => format!("({} ? {} : {})", self.truth(d), self.number(d), self.number(d)),
            12 => format!("-{}", self.number(d)),
            13 => format!("$number($string({}))", self.number(d)),
            14 => self.local(d, Self::number),
            15 => format!(
                "$reduce($append(1, {}), function($p, $q) {{ $p + $q }})",
                self.numbers_list(d)
            ),
            16 => format!(
                "$reduce({}, function($p, $q) {{ $p * $q }}, {})",
                self.numbers_list(d),
                self.random.below(9)
            ),
            17 => format!("o[n > {}][0].n", self.number(d)),
            18 => format!(
                "({})[{}]",
                self.numbers_list(d),
                self.random.pick(&["0", "1", "-1", "2.7", "9"])
            ),
            19 => {
                let inner = self.with_numbers(&["p"], |it| it.number(d));
                format!("(function($p) {{ {inner} }})({})", self.number(d))
            }
            20 => {
                let name = self.name();
                format!(
                    "(${name} := function($i, $acc) {{ $i <= 0 ? $acc : ${name}($i - 1, $acc + $i) }}; ${name}({}, 0))",
                    self.random.below(12)
                )
            }
            21 => format!(
                "$power({}, {})",
                self.number(d),
                self.random.pick(&["0", "1", "2"])
            ),
            22 => format!("({} ~> $sum())", self.numbers_list(d)),
            _ => format!("e.({})", self.number(d)),
        }
    }

    fn text(&mut self, depth: usize) -> String {
        if let Some(strange) = self.strange(depth) {
            return format!("({strange})");
        }
        if depth == 0 {
            if let (Some(name), true) = (self.texts.last(), self.random.one_in(2)) {
                return format!("${name}");
            }
            return self
                .random
                .pick(&[
                    "s",
                    "s",
                    "e.s",
                    "o[0].s",
                    "'x'",
                    "\"Ab c\"",
                    "''",
                    "'é😀'",
                    "$string(n)",
                    "o.s[1]",
                ])
                .to_owned();
        }
        let d = depth - 1;
        match self.random.below(20) {
            0..4 => format!("({} & {})", self.any_simple(d), self.text(d)),
            4 => format!(
                "${}({})",
                self.random.pick(&["uppercase", "lowercase", "trim"]),
                self.text(d)
            ),
            5 => format!(
                "$substring({}, {})",
                self.text(d),
                self.random.pick(&["0", "1", "-2", "5"])
            ),
            6 => format!(
                "$substring({}, $floor({}), {})",
                self.text(d),
                self.number(0),
                self.random.pick(&["0", "1", "2"])
            ),
            7 => format!(
                "${}({}, {})",
                self.random.pick(&["substringBefore", "substringAfter"]),
                self.text(d),
                self.text(0)
            ),
            8..10 => format!(
                "$join({}, {})",
                self.texts_list(d),
                self.random.pick(&["','", "''", "'; '"])
            ),
            10 => format!("$string({})", self.any(d)),
            11 => format!("({} ? {} : {})", self.truth(d), self.text(d), self.text(d)),
            12 => format!("$pad({}, {})", self.text(d), self.random.pick(&["4", "-4", "0"])),
            13 => format!(
                "$replace({}, 'a', {})",
                self.text(d),
                self.random.pick(&["'b'", "''", "'$0'"])
            ),
            14 => format!("$replace({}, /[aeiou](.)?/, '<$1>')", self.text(d)),
            15 => self.local(d, Self::text),
            16 => format!("$type({})", self.any(d)),
            17 => format!("({})[0]", self.texts_list(d)),
            18 => format!("$base64encode($substring('abcdef', 0, {}))", self.random.below(6)),
            _ => format!("e.({})", self.text(d)),
        }
    }

    fn truth(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self
                .random
                .pick(&["b", "true", "false", "n > 3", "s = 'ab'", "e.b", "$exists(z)"])
                .to_owned();
        }
        let d = depth - 1;
        match self.random.below(12) {
            0..3 => {
                let operator = self.random.pick(&["<", "<=", ">", ">=", "=", "!="]);
                format!("{} {operator} {}", self.number(d), self.number(d))
            }
            3 => format!(
                "{} {} {}",
                self.text(d),
                self.random.pick(&["=", "!=", "<", ">="]),
                self.text(d)
            ),
            4 => format!("({} and {})", self.truth(d), self.truth(d)),
            5 => format!("({} or {})", self.truth(d), self.truth(d)),
            6 => format!("{} in {}", self.number(d), self.numbers_list(d)),
            7 => format!(
                "$contains({}, {})",
                self.text(d),
                self.random.pick(&["'a'", "/b+/i", "'é'"])
            ),
            8 => format!("$exists({})", self.any(d)),
            9 => format!("$boolean({})", self.any(d)),
            10 => format!("$not({})", self.truth(d)),
            _ => format!("{} = {}", self.any(d), self.any(d)),
        }
    }

    fn numbers_list(&mut self, depth: usize) -> String {
        if let Some(strange) = self.strange(depth) {
            return format!("({strange})");
        }
        if depth == 0 {
            return self
                .random
                .pick(&["l", "l", "o.n", "e.l", "o.l", "o.o.n", "[1, 2]", "n"])
                .to_owned();
        }
        let d = depth - 1;
        match self.random.below(22) {
            0 => format!("[{}, {}]", self.number(d), self.number(d)),
            1 => format!("[{}..{}]", self.random.below(4), self.random.below(9)),
            2..5 => format!("o.({})", self.number(d)),
            5 => format!("o[{}].n", self.truth(d)),
            6 => format!("l[$ {} {}]", self.random.pick(&["<", ">", "!="]), self.number(0)),
            7..9 => {
                let body = self.with_numbers(&["p"], |it| it.number(d));
                format!("$map({}, function($p) {{ {body} }})", self.numbers_list(d))
            }
            9 => {
                let body = self.with_numbers(&["p", "i"], |it| it.number(d));
                format!(
                    "$map({}, function($p, $i, $a) {{ {body} + $count($a) }})",
                    self.numbers_list(d)
                )
            }
            10 => {
                let body = self.with_numbers(&["p"], |it| it.truth(d));
                format!("$filter({}, function($p) {{ {body} }})", self.numbers_list(d))
            }
            11 => format!("$sort({})", self.numbers_list(d)),
            12 => format!("$sort({}, function($p, $q) {{ $p < $q }})", self.numbers_list(d)),
            13 => format!(
                "${}({})",
                self.random.pick(&["reverse", "sort"]),
                self.numbers_list(d)
            ),
            14 => format!("$append({}, {})", self.numbers_list(d), self.numbers_list(d)),
            15 => format!("(o^({}n).n)", self.random.pick(&["", ">"])),
            16 => format!("o#$i.($i + {})", self.number(0)),
            17 => format!("o@$x.l.({} + $x.n)", self.random.pick(&["$", "1", "$x.n"])),
            18 => format!("**.{}", self.random.pick(&["n", "l", "o.n"])),
            19 => format!("({})[[0, {}]]", self.numbers_list(d), 1 + self.random.below(4)),
            20 => format!("o.o.(%.n + {})", self.number(0)),
            _ => format!(
                "({}).({})",
                self.numbers_list(d),
                self.random.pick(&["$", "$ + 1", "[$]", "-$"])
            ),
        }
    }

    fn texts_list(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self
                .random
                .pick(&["o.s", "t", "e.t", "o.t", "['a', 'b']", "o.o.s"])
                .to_owned();
        }
        let d = depth - 1;
        match self.random.below(11) {
            0 => format!("[{}, {}]", self.text(d), self.text(d)),
            1..3 => format!("o.({})", self.text(d)),
            3 => format!(
                "$split({}, {})",
                self.text(d),
                self.random.pick(&["' '", "'b'", "/[, ]/"])
            ),
            4 => format!("$keys({})", self.object(d)),
            5 => format!(
                "$map({}, {})",
                self.texts_list(d),
                self.random.pick(&["$uppercase", "$trim", "$length ~> $string"])
            ),
            6 => {
                let body = self.with_texts(&["p"], |it| it.text(d));
                format!("$map({}, function($p) {{ {body} }})", self.texts_list(d))
            }
            7 => format!("$sort({})", self.texts_list(d)),
            8 => format!("o[{}].s", self.truth(d)),
            9 => format!(
                "$each({}, function($v, $k) {{ $k & $string($v) }})",
                self.object(d)
            ),
            _ => "$distinct(t)".to_owned(),
        }
    }

    fn list(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self
                .random
                .pick(&["l", "o", "o.n", "*", "o.*", "e.*", "t", "o.l", "z", "[]", "o.e"])
                .to_owned();
        }
        let d = depth - 1;
        match self.random.below(16) {
            0..4 => self.numbers_list(d),
            4..7 => self.texts_list(d),
            7 => format!("[{}, {}, {}]", self.any(d), self.any(d), self.any(d)),
            8 => format!("o.[{}, {}]", self.any(d), self.any(d)),
            9 => format!("o.{{'k': {}, s: {}}}", self.any(d), self.any(d)),
            10 => format!("$zip({}, {})", self.numbers_list(d), self.texts_list(d)),
            11 => format!("$spread({})", self.object(d)),
            12 => format!("{}[]", self.random.pick(&["o.n", "l[0]", "e.l", "o[0].n", "z"])),
            13 => format!("(o^(>{}, s))", self.number(0)),
            14 => format!("o[{}]", self.truth(d)),
            _ => format!("$append({}, {})", self.any(d), self.any(d)),
        }
    }

    fn object(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self
                .random
                .pick(&["e", "o[0]", "{}", "{'n': 1, 's': 'x'}"])
                .to_owned();
        }
        let d = depth - 1;
        match self.random.below(9) {
            0..2 => format!(
                "{{'n': {}, 's': {}, 'x': {}}}",
                self.number(d),
                self.text(d),
                self.any(d)
            ),
            2 => format!(
                "o{{s: {}}}",
                self.random.pick(&["n", "$sum(n)", "$count($)", "l", "$.n"])
            ),
            3 => format!("o{{$string(n): {}}}", self.any(d)),
            4 => format!(
                "$merge({})",
                self.random.pick(&["o", "[e, {'q': 1}]", "[{'n': 2}, e]", "e"])
            ),
            5 => format!(
                "$sift({}, function($v, $k) {{ $k {} 'n' }})",
                self.object(d),
                self.random.pick(&["=", "!="])
            ),
            6 => format!(
                "({} ~> |o|{{'n': n * 2}}, {}|)",
                self.object(d),
                self.random.pick(&["'s'", "['s', 'l']", "[]"])
            ),
            7 => format!("({})[0]", self.list(d)),
            _ => self.local(d, Self::object),
        }
    }

    /// Something short for texts.
    fn any_simple(&mut self, depth: usize) -> String {
        match self.random.below(3) {
            0 => self.number(depth),
            1 => self.truth(depth),
            _ => self.text(depth),
        }
    }

    /// A block with a variable.
    fn local(&mut self, depth: usize, kind: fn(&mut Self, usize) -> String) -> String {
        let name = self.name();
        if self.random.one_in(2) {
            let value = self.number(depth);
            self.numbers.push(name.clone());
            let body = kind(self, depth);
            self.numbers.pop();
            format!("(${name} := {value}; {body})")
        } else {
            let value = self.text(depth);
            self.texts.push(name.clone());
            let body = kind(self, depth);
            self.texts.pop();
            format!("(${name} := {value}; {body})")
        }
    }

    fn with_numbers(&mut self, names: &[&str], body: impl FnOnce(&mut Self) -> String) -> String {
        let before = self.numbers.len();
        self.numbers.extend(names.iter().map(|name| (*name).to_owned()));
        let body = body(self);
        self.numbers.truncate(before);
        body
    }

    fn with_texts(&mut self, names: &[&str], body: impl FnOnce(&mut Self) -> String) -> String {
        let before = self.texts.len();
        self.texts.extend(names.iter().map(|name| (*name).to_owned()));
        let body = body(self);
        self.texts.truncate(before);
        body
    }
}
