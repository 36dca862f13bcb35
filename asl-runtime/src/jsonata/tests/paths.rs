//! Paths, in the form in which the compiler writes them.

use super::support::{Fixed, error, print};
use crate::{
    json,
    jsonata::{
        Binds, Data, Elements, Pair, Query, Step, Steps, Term, add, descendants, equal, filter, greater,
        group_by, integer, multiply, name, names, nth, outermost, text, wildcard,
    },
};

fn orders() -> Data {
    Data::Value(json!([
        { "id": "a", "items": [{ "price": 2, "n": 1 }, { "price": 3, "n": 2 }] },
        { "id": "b", "items": [{ "price": 10, "n": 3 }] },
    ]))
}

#[test]
fn arrays_on_the_way_stand_for_their_items() {
    let it = orders();
    assert_eq!(print(names(&it, &["items", "price"])), "[2,3,10]");
    assert_eq!(print(names(&it, &["id"])), r#"["a","b"]"#);
    assert_eq!(print(names(&it, &["none", "price"])), "undefined");
    let one = Data::Value(json!({ "a": [{ "b": [1] }] }));
    assert_eq!(print(names(&one, &["a", "b"])), "[1]");
    assert_eq!(
        print(names(&Data::Value(json!({ "a": [] })), &["a", "b"])),
        "undefined"
    );
    assert_eq!(
        print(names(&Data::Value(json!([[{ "a": 1 }], { "a": 2 }])), &["a"])),
        "[1,2]"
    );
}

#[test]
fn a_single_result_is_no_array_unless_it_is_kept() -> Result<(), crate::jsonata::Error> {
    let environment = Fixed::default();
    let q = Query::new(&environment);
    let it = orders();
    let path = |index: i64| Steps::new(&q, &it).last(&|it| Ok(nth(&name(it, "items"), index)));
    assert_eq!(print(name(&path(1)?.end(), "n")), "2");
    assert_eq!(print(names(&path(1)?.end_keep(), &["n"])), "2");
    assert_eq!(print(path(1)?.end_keep()), r#"[{"price":3,"n":2}]"#);
    assert_eq!(print(path(5)?.end_keep()), "undefined");
    Ok(())
}

#[test]
fn filters_take_conditions_and_positions() -> Result<(), crate::jsonata::Error> {
    let environment = Fixed::default();
    let q = Query::new(&environment);
    let list = Data::Value(json!([5, 6, 7, 8]));
    let select = |predicate: Data| print(filter(&q, &list, &|_| Ok(predicate.clone())).unwrap_or_default());
    assert_eq!(select(integer(1)), "6");
    assert_eq!(select(Data::number(-1.5)), "7");
    assert_eq!(select(Data::Value(json!([0, -1]))), "[5,8]");
    assert_eq!(select(Data::Value(json!([]))), "undefined");
    assert_eq!(select(text("x")), "[5,6,7,8]");
    assert_eq!(print(filter(&q, &list, &|it| greater(it, &integer(6)))?), "[7,8]");
    assert_eq!(
        error(filter(&q, &list, &|it| greater(it, &text("a")))),
        "T2009: The values 5 and \"a\" either side of operator \">\" must be of the same data type"
    );
    Ok(())
}

#[test]
fn arrays_of_constructors_stay() -> Result<(), crate::jsonata::Error> {
    let environment = Fixed::default();
    let q = Query::new(&environment);
    let it = orders();
    let ids = Steps::new(&q, &it)
        .last(&|it| Ok(Elements::new().all(name(it, "id")).constructed()))?
        .end();
    assert_eq!(print(ids.clone()), r#"[["a"],["b"]]"#);
    // They stay in a path that goes over them, too.
    let again = Steps::from(&q, ids).last(&|it| Ok(it.to_data()))?.end();
    assert_eq!(print(again), r#"[["a"],["b"]]"#);
    Ok(())
}

#[test]
fn sorts_by_more_than_one_key() -> Result<(), crate::jsonata::Error> {
    let environment = Fixed::default();
    let q = Query::new(&environment);
    let it =
        Data::Value(json!([{ "a": 1, "b": "y" }, { "b": "z" }, { "a": 2, "b": "x" }, { "a": 1, "b": "x" }]));
    let terms: [Term<Step<'_>>; 2] = [
        Term {
            descending: true,
            key: &|it| Ok(name(it, "a")),
        },
        Term {
            descending: false,
            key: &|it| Ok(name(it, "b")),
        },
    ];
    let sorted = Steps::new(&q, &it).sort(&terms)?.last_names(&["b"]).end();
    assert_eq!(print(sorted), r#"["x","x","y","z"]"#);
    let mixed = Data::Value(json!([1, "a"]));
    let terms: [Term<Step<'_>>; 1] = [Term {
        descending: false,
        key: &|it| Ok(it.to_data()),
    }];
    let failed = Steps::new(&q, &mixed).sort(&terms).map(Steps::end);
    assert_eq!(
        error(failed),
        "T2007: Type mismatch when comparing values 1 and \"a\" in order-by clause"
    );
    Ok(())
}

#[test]
fn groups_gather_the_items_of_a_key() {
    let environment = Fixed::default();
    let q = Query::new(&environment);
    let it =
        Data::Value(json!([{ "k": "p", "v": 1 }, { "k": "q", "v": 3 }, { "k": "p", "v": 2 }, { "v": 9 }]));
    let by = |key: Step<'_>| {
        group_by(
            &q,
            &it,
            &[Pair {
                key,
                value: &|it| Ok(name(it, "v")),
            }],
        )
    };
    assert_eq!(
        print(by(&|it| Ok(name(it, "k"))).unwrap_or_default()),
        r#"{"p":[1,2],"q":3}"#
    );
    assert_eq!(
        error(by(&|it| Ok(name(it, "v")))),
        "T1003: Key in object structure must evaluate to a string; got: 1"
    );
    let twice: [Pair<Step<'_>>; 2] = [
        Pair {
            key: &|_| Ok(text("a")),
            value: &|it| Ok(it.to_data()),
        },
        Pair {
            key: &|_| Ok(text("a")),
            value: &|it| Ok(it.to_data()),
        },
    ];
    assert_eq!(
        error(group_by(&q, &it, &twice)),
        "D1009: Multiple key definitions evaluate to same key: \"a\""
    );
}

#[test]
fn tuples_join() -> Result<(), crate::jsonata::Error> {
    let environment = Fixed::default();
    let q = Query::new(&environment);
    let it = Data::Value(json!({
        "loans": [{ "book": 1, "who": "x" }, { "book": 2, "who": "y" }, { "book": 1, "who": "z" }],
        "books": [{ "id": 1, "title": "one" }, { "id": 2, "title": "two" }],
    }));
    let found = Steps::new(&q, &it)
        .tuples(3, &[])
        .step(
            Binds {
                focus: Some(0),
                ..Binds::NONE
            },
            &|it, _| Ok(name(it, "loans")),
        )?
        .step(
            Binds {
                focus: Some(1),
                index: Some(2),
                ..Binds::NONE
            },
            &|it, _| Ok(name(it, "books")),
        )?
        .filter(&|_, b| Ok(equal(&name(&b[0], "book"), &name(&b[1], "id")).into()))?
        .step(Binds::NONE, &|_, b| {
            Ok(Elements::new()
                .all(name(&b[0], "who"))
                .all(name(&b[1], "title"))
                .all(b[2].clone())
                .constructed())
        })?
        .end();
    // The results of a step are its items, so the constructor's array is spread here.
    assert_eq!(print(found), r#"["x","one",0,"y","two",1,"z","one",0]"#);
    Ok(())
}

#[test]
fn wildcards_spread_arrays() -> Result<(), crate::jsonata::Error> {
    let environment = Fixed::default();
    let q = Query::new(&environment);
    let it = Data::Value(json!({ "a": [1, [2]], "b": { "c": 3 } }));
    assert_eq!(print(wildcard(&it)), r#"[1,2,{"c":3}]"#);
    assert_eq!(print(wildcard(&Data::Value(json!({ "a": [1] })))), "[1]");
    assert_eq!(print(wildcard(&Data::Value(json!({ "a": 1 })))), "1");
    assert_eq!(
        print(descendants(&q, &Data::Value(json!({ "a": [1, { "b": 2 }] })))?),
        r#"[{"a":[1,{"b":2}]},1,{"b":2},2]"#
    );
    Ok(())
}

#[test]
fn the_document_is_one_item_at_first() -> Result<(), crate::jsonata::Error> {
    let environment = Fixed::default();
    let q = Query::new(&environment);
    let root = outermost(Data::Value(json!([1, 2])));
    assert_eq!(
        print(Steps::one(&q, &root).last(&|it| Ok(nth(it, 1)))?.end()),
        "2"
    );
    let sum = Steps::new(&q, &Data::Undefined)
        .last(&|it| add(&integer(1), &multiply(it, it)?))?
        .end();
    assert_eq!(print(sum), "undefined");
    Ok(())
}
