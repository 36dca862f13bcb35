//! The tree of a JSONata expression, after the pass that gathers steps into paths.
//!
//! It follows the tree of the reference implementation, release 2.0.6, in the shape that the generator wants: a path is
//! one node with its steps, each step has its filters, bindings and ancestors beside it, and what is only legal in one
//! place can only stand there.

use std::ops::Range;

/// A part of an expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// Where it stands, in bytes of the expression's text.
    pub range: Range<usize>,
    /// Filters on something that is no path: `(…)[0]`, `$f(x)[a=1]`. A path has them on its steps.
    pub predicates: Vec<Node>,
    /// Grouping of something that is no path: `$x{key: value}`. A path has its own.
    pub group: Option<Box<Group>>,
    /// `[]` after it: one item stays an array. On a path it comes beside [`Path::keep_singleton`].
    pub keep_array: bool,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A string literal.
    String(String),
    /// A number literal.
    Number(f64),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
    /// A regular expression.
    Regex(Regex),
    /// A field of the context: always a step of a path.
    Name(String),
    /// `*`
    Wildcard,
    /// `**`
    Descendants,
    /// `%`: the tuple's ancestor with this number; undefined where no step of the path keeps one under it.
    Parent(usize),
    /// `$name`; the empty name is `$` (the context) and the name `$` is `$$` (the root).
    Variable(String),
    /// `a.b[c].d`, also for a single name.
    Path(Path),
    /// `-x`
    Negate(Box<Node>),
    /// `[a, b, 1..3]`
    Array(Array),
    /// `{key: value}`
    Object(Vec<Pair>),
    /// Two operands.
    Binary(Operator, Box<Node>, Box<Node>),
    /// `$name := value`
    Bind(String, Box<Node>),
    /// `condition ? then : otherwise`
    Condition {
        /// What decides.
        condition: Box<Node>,
        /// The value when it holds.
        then: Box<Node>,
        /// The value when it does not; nothing when absent.
        otherwise: Option<Box<Node>>,
    },
    /// `(a; b; c)`
    Block(Vec<Node>),
    /// `function($a, $b)<sig>{ body }`
    Lambda(Lambda),
    /// `$f(a, b)`
    Call(Call),
    /// `$f(?, b)`: `None` is a `?`.
    Partial {
        /// The function.
        procedure: Box<Node>,
        /// The arguments; `None` is a `?`.
        arguments: Vec<Option<Node>>,
    },
    /// `x ~> f`. When the right side is a call, the left one becomes its first argument.
    Apply(Box<Node>, Box<Node>),
    /// `|pattern|update,delete|`: a function.
    Transform {
        /// Selects the objects to change.
        pattern: Box<Node>,
        /// The object merged into each.
        update: Box<Node>,
        /// Names of the members to delete.
        delete: Option<Box<Node>>,
    },
}

/// A path: each step is evaluated for each item that the step before gave.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// At least one.
    pub steps: Vec<Step>,
    /// `[]` somewhere in the path: one item stays an array.
    pub keep_singleton: bool,
    /// The path is itself a step whose tuples the surrounding path needs: it gives its tuples, not their items.
    pub tuple: bool,
    /// `{key: value}` at its end.
    pub group: Option<Box<Group>>,
}

/// A step of a path.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What is evaluated.
    pub kind: StepKind,
    /// Filters and positions, in the order written.
    pub stages: Vec<Stage>,
    /// `@$name`: binds the item and keeps the context.
    pub focus: Option<String>,
    /// `#$name` directly at the step: binds the item's position.
    pub index: Option<String>,
    /// The numbers under which the step's context is kept for a `%` further on.
    pub ancestors: Vec<usize>,
    /// From here on the path carries tuples (bindings and ancestors), not bare items.
    pub tuple: bool,
    /// An array constructor, or a block that ends in one: as the first step it is evaluated once, for the input as a
    /// whole, and what it gives is taken as it is.
    pub constructed: bool,
}

/// What a step evaluates.
#[derive(Debug, Clone, PartialEq)]
pub enum StepKind {
    /// An expression, with the item as its context. A string literal as step has become a [`Kind::Name`].
    Node(Node),
    /// `^(>a, b)`: sorts all items at once.
    Sort(Vec<SortTerm>),
}

/// What follows a step's expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Stage {
    /// `[predicate]`
    Filter(Node),
    /// `#$name`
    Index(String),
}

/// A key to sort by.
#[derive(Debug, Clone, PartialEq)]
pub struct SortTerm {
    /// `>`: the largest first.
    pub descending: bool,
    /// The key, with the item as its context.
    pub expression: Node,
}

/// `{key: value}` after a path or another expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The keys with their values.
    pub pairs: Vec<Pair>,
    /// Where the brace stands.
    pub range: Range<usize>,
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Must give a string.
    pub key: Node,
    /// The value.
    pub value: Node,
}

/// An array constructor.
#[derive(Debug, Clone, PartialEq)]
pub struct Array {
    /// The elements, as written.
    pub elements: Vec<Element>,
    /// The first or last step of a path: the arrays that it makes are not flattened into the path's result.
    pub keep: bool,
}

/// An element of an array constructor.
#[derive(Debug, Clone, PartialEq)]
pub enum Element {
    /// An expression whose items are appended; one that is itself an array constructor is appended as one element.
    Item(Node),
    /// `first..last`
    Range(Node, Node, Range<usize>),
}

/// An operator with two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
    /// `&`
    Concatenate,
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `and`
    And,
    /// `or`
    Or,
    /// `in`
    In,
}

/// A regular expression, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regex {
    /// Between the slashes.
    pub pattern: String,
    /// `i`: letters of either case.
    pub ignore_case: bool,
    /// `m`: `^` and `$` at each line.
    pub multiline: bool,
}

/// `function($a, $b)<sig>{ body }`
#[derive(Debug, Clone, PartialEq)]
pub struct Lambda {
    /// Names of its parameters, without `$`.
    pub parameters: Vec<String>,
    /// Its signature, checked.
    pub signature: Option<Signature>,
    /// What it computes.
    pub body: Box<Node>,
}

/// `$f(a, b)`
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The function: most often a [`Kind::Variable`].
    pub procedure: Box<Node>,
    /// Its arguments.
    pub arguments: Vec<Node>,
}

/// The signature of a function: `<a<s>n?:s>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// As written, with its angle brackets.
    pub text: String,
    /// Its parameters.
    pub parameters: Vec<Parameter>,
}

/// A parameter in a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The types that it takes, one letter each of `bnslaof`, with `j` (`asnblo`), `u` (`bnsl`) and `x` (all) resolved.
    /// Undefined fits every parameter but a plain `f`; an array parameter (`a` alone) takes any value as its one element.
    pub types: String,
    /// As written: `s`, `(sf)`, `a<s>`: for messages.
    pub text: String,
    /// `?`: may be left out.
    pub optional: bool,
    /// `-`: the context when left out.
    pub context: bool,
    /// `+`: one or more.
    pub repeated: bool,
    /// `a<s>`: the type letter of the elements. A function's own types (`f<s:o>`) are not kept: nobody checks them.
    pub elements: Option<char>,
}
