//! What JSONata expressions give.
//!
//! An expression is gone through once, with the types of what it refers to. Each part gives a value of some type, or
//! undefined, or either. What cannot be known is any JSON.
//!
//! In JSONata little fails: what is not there is undefined, and is left out or false where it is used. But a field whose
//! expression gives undefined fails. So a part is *needed* where undefined would make the whole undefined: there a path has
//! to exist, and the operands of operators have to be of the right kinds. What only one branch of a condition evaluates is
//! not needed.

mod asked;
mod functions;
mod operators;
mod own;
mod path;
mod sequence;
mod state;
mod variables;

use super::{
    Rule,
    field::{Scope, Site, Wanted},
    solve::Analysis,
    types::{Base, Object, Type, kind},
};
use crate::{
    ir::{Expression, Place},
    jsonata::tree::{Array, Element, Group, Kind, Node, Pair},
};

use own::Calls;
use sequence::Given;
use variables::Frame;

/// What the expressions of a field refer to besides the state's input, the context object and the variables.
#[derive(Clone, Copy, Default)]
pub(super) struct Reserved<'a> {
    /// `$states.result`
    pub result: Option<&'a Type>,
    /// `$states.errorOutput`
    pub error_output: Option<&'a Type>,
    /// Paths of which an expression of the state asks what kind they are.
    pub kinds_asked: &'a [String],
}

/// Elements of longer arrays are not told apart.
const TUPLE: usize = 16;

/// What a field takes.
pub(super) const ARRAY: (u8, &str) = (kind::ARRAY, "an array");
/// What a field takes.
pub(super) const NUMBER: (u8, &str) = (kind::NUMBER, "a number");
/// What a field takes.
pub(super) const STRING: (u8, &str) = (kind::STRING, "a string");
/// What a field takes.
pub(super) const BOOLEAN: (u8, &str) = (kind::BOOLEAN, "a boolean");

impl Analysis<'_> {
    /// What an expression gives. That it gives anything is asked.
    pub fn expression(&mut self, expression: &Expression, scope: Scope<'_>, site: Site<'_>) -> Type {
        let mut query = Query::new(self, expression, scope, site);
        let given = query.node(&expression.tree, true);
        if given.value.is_never() {
            Type::any()
        } else {
            given.value
        }
    }

    /// As [`Self::expression`], for a field that takes values of certain kinds.
    pub fn expression_of(
        &mut self,
        expression: &Expression,
        (kinds, words): (u8, &'static str),
        otherwise: &str,
        scope: Scope<'_>,
        site: Site<'_>,
    ) -> Type {
        let mut query = Query::new(self, expression, scope, site);
        let given = query.node(&expression.tree, true);
        let wanted = Wanted {
            kinds,
            words,
            otherwise,
        };
        query.kind(&expression.tree, &given, &wanted);
        given.value
    }
}

impl Analysis<'_> {
    /// The condition of a Choice.
    fn condition(&mut self, expression: &Expression, scope: Scope<'_>, site: Site<'_>) {
        let mut query = Query::new(self, expression, scope, site);
        query.is_condition = true;
        let given = query.node(&expression.tree, true);
        let (kinds, words) = BOOLEAN;
        let wanted = Wanted {
            kinds,
            words,
            otherwise: ", so that the Choice state fails",
        };
        query.kind(&expression.tree, &given, &wanted);
    }
}

/// An expression that is gone through.
struct Query<'q, 'm> {
    analysis: &'q mut Analysis<'m>,
    expression: &'q Expression,
    scope: Scope<'q>,
    site: Site<'q>,
    /// `$states`
    states: Type,
    /// Variables of the expression, the innermost last.
    frames: Vec<Frame<'q>>,
    /// What `$` and names start from, the innermost last.
    contexts: Vec<Type>,
    /// It is the condition of a Choice: what is never true there is a mistake.
    is_condition: bool,
    /// Paths of which the expression asks what kind they are.
    kinds_asked: Vec<String>,
    /// Calls of the expression's own functions under way.
    calls: Calls<'q>,
}

impl<'q, 'm> Query<'q, 'm> {
    fn new(
        analysis: &'q mut Analysis<'m>,
        expression: &'q Expression,
        scope: Scope<'q>,
        site: Site<'q>,
    ) -> Self {
        let Reserved {
            result,
            error_output,
            kinds_asked,
        } = scope.reserved;
        let members = [
            ("input", Some(scope.document)),
            ("context", Some(scope.context)),
            ("result", result),
            ("errorOutput", error_output),
        ];
        let members = members
            .into_iter()
            .filter_map(|(name, value)| Some((name, value?.clone())));
        let mut asked = kinds_asked.to_vec();
        asked.extend(asked::kinds(&expression.tree));
        let mut query = Self {
            analysis,
            expression,
            scope,
            site,
            states: Type::object(members),
            frames: Vec::new(),
            contexts: Vec::new(),
            is_condition: false,
            kinds_asked: asked,
            calls: Calls::default(),
        };
        query.enter([&expression.tree]);
        query
    }

    /// What a part gives. `needed`: undefined would make the expression undefined.
    fn node(&mut self, node: &'q Node, needed: bool) -> Given {
        let mut given = self.kind_of(node, needed && node.group.is_none());
        for predicate in &node.predicates {
            given = self.filtered(&given, predicate);
        }
        if let Some(group) = &node.group {
            given = self.group(group, &given.value);
        }
        if node.keep_array && !matches!(node.kind, Kind::Path(_)) {
            let array = Type::array_of(given.value.item(&self.analysis.symbols));
            given.value = given.value.or(&array);
        }
        given
    }

    fn kind_of(&mut self, node: &'q Node, needed: bool) -> Given {
        match &node.kind {
            Kind::String(_) => Given::always(Type::string()),
            Kind::Number(_) => Given::always(Type::number()),
            Kind::Bool(_) => Given::always(Type::scalar(kind::BOOLEAN)),
            Kind::Null => Given::always(Type::scalar(kind::NULL)),
            // Functions are no JSON, so whatever is said of them does not matter.
            Kind::Regex(_) | Kind::Lambda(_) | Kind::Partial { .. } | Kind::Transform { .. } => {
                Given::always(Type::any())
            }
            Kind::Name(_) | Kind::Wildcard | Kind::Descendants | Kind::Parent(_) => Given::unknown(),
            Kind::Variable(name) => self.variable(name),
            Kind::Path(path) => self.path(node, path, needed),
            Kind::Negate(inner) => {
                let given = self.operand(inner, NUMBER, "-", needed);
                Given {
                    value: Type::number(),
                    ..given
                }
            }
            Kind::Array(array) => Given::always(self.array(array)),
            Kind::Object(pairs) => Given::always(self.object(pairs)),
            Kind::Binary(operator, left, right) => self.binary(*operator, left, right, needed),
            Kind::Bind(name, value) => {
                let given = self.node(value, needed);
                self.bind(name, &given, value);
                given
            }
            Kind::Condition {
                condition,
                then,
                otherwise,
            } => {
                self.node(condition, false);
                let then = self.node(then, false);
                match otherwise {
                    Some(otherwise) => then.or(&self.node(otherwise, false)),
                    None => then.or(&Given::undefined()),
                }
            }
            Kind::Block(parts) => {
                self.enter(parts);
                let mut given = Given::undefined();
                for (number, part) in parts.iter().enumerate() {
                    given = self.node(part, needed && number + 1 == parts.len());
                }
                self.frames.pop();
                given
            }
            Kind::Call(call) => {
                let arguments: Vec<&Node> = call.arguments.iter().collect();
                self.call(&call.procedure, &arguments, needed)
            }
            Kind::Apply(left, right) => self.apply(left, right, needed),
        }
    }

    /// `[a, b, 1..3]`
    fn array(&mut self, array: &'q Array) -> Type {
        let mut elements = Vec::new();
        // Whether each element is one element of the array.
        let mut is_tuple = true;
        for element in &array.elements {
            match element {
                Element::Item(item) => {
                    let given = self.node(item, false);
                    let is_constructed = matches!(item.kind, Kind::Array(_)) && item.predicates.is_empty();
                    if is_constructed || (given.value.is_no_array() && !given.missing) {
                        elements.push(given.value);
                    } else {
                        is_tuple = false;
                        elements.push(given.value.item(&self.analysis.symbols));
                    }
                }
                Element::Range(first, last, _) => {
                    self.node(first, false);
                    self.node(last, false);
                    is_tuple = false;
                    elements.push(Type::number());
                }
            }
        }
        if is_tuple && elements.len() <= TUPLE {
            Type::tuple(elements)
        } else {
            Type::array_of(elements.iter().fold(Type::never(), |all, one| all.or(one)))
        }
    }

    /// `{key: value}`
    fn object(&mut self, pairs: &'q [Pair]) -> Type {
        let mut object = Object::new(Base::Nothing, [].into());
        let mut base = Base::Nothing;
        for pair in pairs {
            self.node(&pair.key, false);
            let Given { value, missing } = self.node(&pair.value, false);
            match &pair.key.kind {
                Kind::String(key) if pair.key.predicates.is_empty() => {
                    if !value.is_never() {
                        object.set(key, value, missing);
                    }
                }
                _ => base = Base::Any,
            }
        }
        object.base = base;
        Type::of_object(object)
    }

    /// `value{key: value}`: each value is computed of all items that have its key. Of nothing too it makes an object.
    fn group(&mut self, group: &'q Group, value: &Type) -> Given {
        let symbols = &self.analysis.symbols;
        let item = value.item(symbols);
        // Items that are arrays become one.
        let items = value.items(symbols).or(&item.items(symbols));
        let mut object = Object::new(Base::Nothing, [].into());
        let mut base = Base::Nothing;
        for pair in &group.pairs {
            self.contexts.push(item.clone());
            self.node(&pair.key, false);
            self.contexts.pop();
            self.contexts.push(items.clone());
            let Given { value, .. } = self.node(&pair.value, false);
            self.contexts.pop();
            match &pair.key.kind {
                Kind::String(key) if pair.key.predicates.is_empty() => {
                    if !value.is_never() {
                        object.set(key, value, true);
                    }
                }
                _ => base = Base::Any,
            }
        }
        object.base = base;
        Given::always(Type::of_object(object))
    }

    /// Asks that a part can be of certain kinds.
    fn kind(&mut self, node: &Node, given: &Given, wanted: &Wanted<'_>) {
        let text = self.text(node);
        if self.kinds_asked.contains(&text) {
            return;
        }
        let site = self.at(node);
        if !self.calls.are_under_way() {
            self.analysis.kind(&given.value, &text, site, wanted);
        }
    }

    /// Asks something of a part. Not of the body of a function that is called: another call may be right.
    fn ask(&mut self, text: &str, site: Site<'_>, rule: Rule) {
        if !self.calls.are_under_way() {
            self.analysis.ask(text, site, rule);
        }
    }

    /// The text of a part, as messages show it.
    fn text(&self, node: &Node) -> String {
        const WIDTH: usize = 60;
        let text = self.expression.text.get(node.range.clone());
        let text = text.unwrap_or_default().trim();
        let line = text.lines().next().unwrap_or_default();
        if line.len() < text.len() || line.chars().count() > WIDTH {
            let short: String = line.chars().take(WIDTH).collect();
            return format!("{} …", short.trim_end());
        }
        match &node.kind {
            // The brackets that keep an array stand after the node.
            Kind::Path(path) if path.keep_singleton && !text.contains("[]") => format!("{text}[]"),
            _ => text.to_owned(),
        }
    }

    /// Where a part stands: a path as such, of anything else the string.
    fn at(&self, node: &Node) -> Site<'q> {
        let is_path = matches!(node.kind, Kind::Path(_) | Kind::Variable(_));
        let written = &self.expression.written;
        let place: Place = if is_path {
            written.place_of(node.range.start)
        } else {
            written.place
        };
        Site {
            place: Some(place),
            ..self.site
        }
    }
}
