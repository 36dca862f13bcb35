//! An expression's node.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use super::{
    code::{Code, operand},
    regex,
    scope::{Generator, Place},
    variables::is_bare,
};
use crate::jsonata::{
    literal,
    tree::{Kind, Node, Operator},
};

impl Generator<'_> {
    /// The node's value.
    pub fn node(&mut self, node: &Node) -> Code {
        if matches!(node.kind, Kind::Array(_) | Kind::Object(_))
            && !self.in_constant
            && literal(node).is_some()
        {
            return self.constant(&node.kind);
        }
        if let Kind::Path(path) = &node.kind {
            return self.path(path, node.keep_array);
        }
        if is_bare(node) {
            return self.kind(&node.kind);
        }
        let mut code = self.raw(&node.kind);
        for predicate in &node.predicates {
            code = self.filtered(code, predicate);
        }
        if let Some(group) = &node.group {
            let pairs = self.pairs(&group.pairs);
            let input = code.item();
            code = Code::Eval(quote!(j::group_by(q, #input, &[#pairs])));
        }
        let data = operand(code.data());
        Code::Data(match (node.keep_array, node.predicates.is_empty()) {
            (true, true) => quote!(#data.collapse_keep()),
            (true, false) => quote!(#data.kept()),
            (false, _) => quote!(#data.collapse()),
        })
    }

    /// An array or object without anything to evaluate, which is built once.
    fn constant(&mut self, literal: &Kind) -> Code {
        self.in_constant = true;
        let data = self.kind(literal).data();
        self.in_constant = false;
        let constant = quote!(static CONSTANT: j::Constant = j::Constant::new(|| #data););
        Code::Field {
            data: quote!({ #constant CONSTANT.data() }),
            operand: quote!({ #constant CONSTANT.operand() }),
        }
    }

    /// `input[predicate]`
    pub fn filtered(&mut self, input: Code, predicate: &Node) -> Code {
        let input = input.item();
        if let Some(index) = literal_index(predicate) {
            return Code::Data(quote!(j::nth(#input, #index)));
        }
        let predicate = self.step(predicate);
        Code::Eval(quote!(j::filter(q, #input, #predicate)))
    }

    /// A closure over an item: `&|it| …`.
    pub fn step(&mut self, node: &Node) -> TokenStream {
        let body = self.within(|generator| generator.node(node)).eval();
        quote!(&|it| #body)
    }

    /// The value before it is collapsed, where something follows it.
    fn raw(&mut self, kind: &Kind) -> Code {
        match kind {
            Kind::Call(call) => self.call(call, None, true),
            other => self.kind(other),
        }
    }

    fn kind(&mut self, kind: &Kind) -> Code {
        match kind {
            Kind::String(text) => Code::Data(quote!(j::text(#text))),
            Kind::Number(number) => Code::Data(self::number(*number)),
            Kind::Bool(true) => Code::Data(quote!(j::Data::TRUE)),
            Kind::Bool(false) => Code::Data(quote!(j::Data::FALSE)),
            Kind::Null => Code::Data(quote!(j::Data::NULL)),
            Kind::Regex(regex) => Code::Data(regex::value(regex)),
            Kind::Name(name) => self.field(name),
            Kind::Wildcard => {
                let it = self.it();
                Code::Data(quote!(j::wildcard(#it)))
            }
            Kind::Descendants => {
                let it = self.it();
                Code::Eval(quote!(j::descendants(q, #it)))
            }
            Kind::Parent(number) => self.ancestor(*number),
            Kind::Variable(name) => self.variable(name),
            Kind::Path(path) => self.path(path, false),
            Kind::Negate(operand) => {
                let operand = self.node(operand).reference();
                Code::Eval(quote!(j::negate(#operand)))
            }
            Kind::Array(array) => self.array(array),
            Kind::Object(pairs) => self.object(pairs),
            Kind::Binary(operator, left, right) => self.binary(*operator, left, right),
            Kind::Bind(name, value) => self.nested_bind(name, value),
            Kind::Condition {
                condition,
                then,
                otherwise,
            } => {
                let condition = self.node(condition).condition();
                let then = self.again(then).data();
                let otherwise = match otherwise {
                    Some(otherwise) => self.again(otherwise).data(),
                    None => quote!(j::Data::Undefined),
                };
                Code::Data(quote!(if #condition { #then } else { #otherwise }))
            }
            Kind::Block(parts) => self.block(parts),
            Kind::Lambda(lambda) => self.lambda(lambda),
            Kind::Call(call) => self.call(call, None, false),
            Kind::Partial { procedure, arguments } => self.partial(procedure, arguments),
            Kind::Apply(left, right) => self.apply(left, right),
            Kind::Transform {
                pattern,
                update,
                delete,
            } => self.transform(pattern, update, delete.as_deref()),
        }
    }

    /// A field of the context.
    pub fn field(&mut self, name: &str) -> Code {
        let it = self.it();
        Code::Field {
            data: quote!(j::name(#it, #name)),
            operand: quote!(j::field(#it, #name)),
        }
    }

    fn variable(&mut self, name: &str) -> Code {
        match name {
            "" if self.is_outermost() && !self.names.states => {
                let it = self.it();
                Code::Item(quote!(j::context(#it)))
            }
            "" if self.has_nothing() => Code::Place(self.it()),
            "" => Code::Item(self.it()),
            "$" => Code::Data(quote!(q.root())),
            name => self.named(name),
        }
    }

    /// `$name`: a variable of the expression, of the workflow, or a built-in function.
    pub fn named(&mut self, name: &str) -> Code {
        if let Some(local) = self.local(name) {
            return local;
        }
        if let Some(value) = self.outside(name) {
            return match super::call::builtin(name) {
                // It hides the function once it is assigned.
                Some(builtin) => Code::Data(quote! {
                    match #value {
                        Some(value) => j::Data::from(Some(value)),
                        None => j::Function::builtin(#builtin),
                    }
                }),
                None => Code::option(value),
            };
        }
        if name == "states" && self.names.states {
            return Code::Data(quote!(q.states()));
        }
        match super::call::builtin(name) {
            Some(builtin) => Code::Data(quote!(j::Function::builtin(#builtin))),
            None => Code::Data(quote!(j::Data::Undefined)),
        }
    }

    /// A workflow variable: of type `Option<&Value>`.
    pub fn outside(&self, name: &str) -> Option<TokenStream> {
        let slot = self.names.slot(name)?;
        let slot = Literal::usize_unsuffixed(slot);
        Some(quote!(q.variable(#slot)))
    }

    fn nested_bind(&mut self, name: &str, value: &Node) -> Code {
        let value = self.node(value).data();
        let index = self.locals.iter().rposition(|local| local.name == name);
        match index.map(|index| (self.locals[index].place.clone(), index)) {
            Some((place @ Place::Shared(_), index)) => {
                self.place(&place, index);
                let ident = self.ident(name);
                Code::Data(quote!(j::assign(&#ident, #value)))
            }
            _ => Code::Data(value),
        }
    }

    fn binary(&mut self, operator: Operator, left: &Node, right: &Node) -> Code {
        let function = match operator {
            Operator::And => {
                let [left, right] = [left, right].map(|operand| self.side(operand));
                return Code::Bool(quote!(#left && #right));
            }
            Operator::Or => {
                let [left, right] = [left, right].map(|operand| self.side(operand));
                return Code::Bool(quote!(#left || #right));
            }
            Operator::Concatenate => {
                let mut parts = Vec::new();
                self.concatenated(left, &mut parts);
                parts.push(self.part(right));
                return Code::Eval(quote!(j::concatenate(&[#(#parts),*])));
            }
            Operator::Equal => quote!(j::equal),
            Operator::NotEqual => quote!(j::not_equal),
            Operator::In => quote!(j::is_in),
            Operator::Add => quote!(j::add),
            Operator::Subtract => quote!(j::subtract),
            Operator::Multiply => quote!(j::multiply),
            Operator::Divide => quote!(j::divide),
            Operator::Modulo => quote!(j::modulo),
            Operator::Less => quote!(j::less),
            Operator::LessOrEqual => quote!(j::less_or_equal),
            Operator::Greater => quote!(j::greater),
            Operator::GreaterOrEqual => quote!(j::greater_or_equal),
        };
        let [left, right] = [left, right].map(|operand| {
            let operand = self.node(operand);
            match operator {
                Operator::In => operand.item(),
                _ => operand.operand(),
            }
        });
        let call = quote!(#function(#left, #right));
        match operator {
            Operator::Equal | Operator::NotEqual | Operator::In => Code::Bool(call),
            _ => Code::Eval(call),
        }
    }

    /// An operand of `and` or `or`, as a condition.
    fn side(&mut self, operand: &Node) -> TokenStream {
        let condition = self.node(operand).condition();
        // Parentheses of the expression are none in Rust.
        let mut inner = operand;
        while let Kind::Block(parts) = &inner.kind
            && let [only] = parts.as_slice()
        {
            inner = only;
        }
        match inner.kind {
            Kind::Binary(Operator::And | Operator::Or, ..) => quote!((#condition)),
            _ => condition,
        }
    }

    /// The parts of `a & b & c`, of which this is the left side.
    fn concatenated(&mut self, node: &Node, parts: &mut Vec<TokenStream>) {
        match &node.kind {
            Kind::Binary(Operator::Concatenate, left, right) if is_bare(node) => {
                self.concatenated(left, parts);
                parts.push(self.part(right));
            }
            _ => parts.push(self.part(node)),
        }
    }

    /// A part of `a & b`. Of `$string(a)` it is `a`: `&` makes the text.
    fn part(&mut self, node: &Node) -> TokenStream {
        let made_text = match &node.kind {
            Kind::Call(call) if is_bare(node) => self.only_argument(call, "string"),
            _ => None,
        };
        self.node(made_text.unwrap_or(node)).part()
    }
}

/// The position, when the predicate is a number that is written out.
pub fn literal_index(predicate: &Node) -> Option<TokenStream> {
    match predicate.kind {
        Kind::Number(number) if is_bare(predicate) => {
            let index = Literal::i64_unsuffixed(number.floor() as i64);
            Some(quote!(#index))
        }
        _ => None,
    }
}

fn number(number: f64) -> TokenStream {
    /// 2⁵³: up to here every integer is a float of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.trunc() == number && number.abs() <= EXACT {
        let integer = Literal::i64_unsuffixed(number as i64);
        return quote!(j::integer(#integer));
    }
    let float = Literal::f64_unsuffixed(number);
    quote!(j::float(#float))
}
