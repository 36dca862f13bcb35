//! The tree of each form of the language, by its short form (see `Short`).

use super::{MAX_DEPTH, parse};

mod checks;
mod properties;
mod refused;
mod regexes;
mod short;

fn short(text: &str) -> String {
    match parse(text) {
        Ok(tree) => short::node(&tree),
        Err(problem) => format!("{} {:?} {}", problem.code, problem.range, problem.message),
    }
}

#[track_caller]
fn assert_tree(text: &str, expected: &str) {
    assert_eq!(short(text), expected, "{text}");
}

#[test]
fn operators_bind_as_tightly_as_they_should() {
    assert_tree("1 + 2 * 3 - 4", "(- (+ 1 (* 2 3)) 4)");
    assert_tree("a = b and c or d", "(or (and (= a b) c) d)");
    assert_tree("$a := $b := 1", "(:= a (:= b 1))");
    assert_tree("a ? b : c ? d : e", "(? a b (? c d e))");
    assert_tree("a ? b", "(? a b)");
    assert_tree("a & b & c", "(& (& a b) c)");
    assert_tree("-a.b", "(neg a.b)");
    assert_tree("-5[0]", "-5[0]");
    assert_tree("1 in [1..3]", "(in 1 [1..3])");
    assert_tree("and.or.in", "and.or.in");
    assert_tree("and and and", "(and and and)");
    assert_tree("x ~> $f(1) ~> $g", "(~> (~> x $f(1)) $g)");
    assert_tree("function($x){$x}(1)", "(λ($x) $x)(1)");
    assert_tree("λ($x, $y)<s-(nb)?a<s>:x>{$x}", "(λ($x,$y)<s-(nb)?a<s>:x> $x)");
    assert_tree("$f(?, 1)", "$f(?,1)");
    assert_tree("/a[/]b\\/c/im", "/a[/]b\\/c/im");
    assert_tree("1 /* one */ / /* two */ 2", "(/ 1 2)");
    assert_tree("|a|{'b':1},'c'|", "|a|{\"b\":1}|\"c\"|");
    assert_tree("(1;2;)", "(1;2)");
}

#[test]
fn names_and_literals_are_read_whole() {
    assert_tree("`a b`.\"c d\"", "a b.c d");
    assert_tree(r#""\u00e9\ud83d\ude00\n\/""#, "\"é😀\\n/\"");
    assert_tree("'it\"s'", "\"it\\\"s\"");
    assert_tree("1.5e-3", "0.0015");
    assert_tree("$$ & $", "(& $$ $)");
    assert_tree("[true, false, null]", "[true,false,null]");
    assert_tree("élan", "élan");
}

#[test]
fn steps_gather_in_one_path() {
    assert_tree("a.b[0][c].d", "a.b:[0]:[c].d");
    assert_tree("$x[0].a", "$x[0].a");
    assert_tree("a.$x[0]", "a.$x:[0]");
    assert_tree("a.b^(>c, d).e", "a.b.^(>c,d).e");
    assert_tree("a{b: c}", "a{b:c}");
    assert_tree("$x{b: c}", "$x{b:c}");
    assert_tree("a{b: c}.d", "a.d{b:c}");
    assert_tree("a.*.**", "a.*.**");
}

#[test]
fn brackets_without_a_filter_keep_arrays() {
    assert_tree("a[]", "a[]![]");
    assert_tree("a[].b", "a[].b![]");
    assert_tree("a.b[0][]", "a.b[]:[0]!");
    assert_tree("$x[]", "$x[]");
    assert_tree("$x[].a", "$x[].a!");
    assert_tree("(a.b)[]", "(a.b)[]");
    assert_tree("a^(b)[]", "a.^(b)[]");
}

#[test]
fn constructors_at_the_ends_of_a_path_keep_their_arrays() {
    assert_tree("[1].a", "keep[1]once.a");
    assert_tree("a.[b]", "a.keep[b]once");
    assert_tree("a.[b].c", "a.keep[b]once.c");
    assert_tree("([1].a).b", "(keep[1]once.a)once.b");
    assert_tree("[1][0]", "[1][0]");
    assert_tree("[1]^($)", "[1].^($)");
}

#[test]
fn bindings_start_tuples() {
    assert_tree("a@$v.b", "a@v~.b");
    assert_tree("a#$i[b].c", "a#i~:[b].c");
    assert_tree("a[b]#$i.c", "a~:[b]:#i.c");
    assert_tree("$x[0]#$i", "$x~:[0]:#i");
    assert_tree("$x@$v.b", "$x@v~.b");
    assert_tree("a^(b)#$i", "a.^(b)#i~");
    assert_tree("a@$v[].b", "a[]@v~.b![]");
}

#[test]
fn a_percent_finds_the_step_that_keeps_its_context() {
    assert_tree("a.b.%.c", "a.b!0~.%0.c");
    assert_tree("a.b.c.%.%.d", "a.b!1~.c!0~.%0.%1.d");
    assert_tree("a.b[%.c = 1]", "a.b!0~:[(= %0.c 1)]");
    assert_tree("a.b.(%.c)", "a.b!0~.(%0.c)");
    assert_tree("a.(b.c).%", "a.(tuple:b.c!0~)~.%0");
    assert_tree("a.b.{'x': %.c, 'y': %.d}", "a.b!0!1~.{\"x\":%0.c,\"y\":%1.d}");
    assert_tree("a.b.c[%.%.x].d", "a.b!1~.c!0~:[%0.%1.x].d");
    assert_tree("a.b^(%.c)", "a.b!0~.^(%0.c)");
    assert_tree("a.b@$v.c@$w.%", "a.b@v!0~.c@w~.%0");
}
