//! Functions: calls, lambdas, `~>`, partial application, transforms.

use heck::ToShoutySnakeCase;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use super::{
    code::Code,
    scope::{Generator, Place},
    variables::{self, is_bare},
};
use crate::jsonata::{
    self,
    tree::{Call, Kind, Lambda, Node, Parameter, Signature, StepKind},
};

/// The runtime's built-in function of this name.
pub fn builtin(name: &str) -> Option<TokenStream> {
    jsonata::builtin(name)?;
    let constant = Ident::new(&name.to_shouty_snake_case(), Span::call_site());
    Some(quote!(&j::functions::#constant))
}

/// What is called.
enum Callee {
    /// A built-in function, by its name.
    Builtin(TokenStream),
    /// What an expression gives: of type `&Data`.
    Value(TokenStream),
}

impl Generator<'_> {
    /// `$f(a, b)`, with what is piped into it as its first argument. `raw`: a sequence is not collapsed yet.
    pub fn call(&mut self, call: &Call, piped: Option<TokenStream>, raw: bool) -> Code {
        if let Some(function) = self.takes_inline(call, piped.is_some(), raw) {
            return self.inline(function, call, piped);
        }
        let (callee, it, args) = self.parts(call, piped);
        Code::Eval(match (callee, raw) {
            (Callee::Builtin(builtin), false) => quote!(q.builtin(#builtin, #it, [#(#args),*])),
            (Callee::Builtin(builtin), true) => quote!(q.builtin_raw(#builtin, #it, [#(#args),*])),
            (Callee::Value(function), false) => quote!(q.call(#function, #it, [#(#args),*])),
            (Callee::Value(function), true) => quote!(q.call_raw(#function, #it, [#(#args),*])),
        })
    }

    /// The runtime's form of `$map`, `$filter` or `$reduce` for a function that is written out at the call, which is
    /// its second argument.
    fn takes_inline(&self, call: &Call, is_piped: bool, raw: bool) -> Option<TokenStream> {
        let Kind::Variable(name) = &call.procedure.kind else {
            return None;
        };
        let second = call.arguments.get(1 - usize::from(is_piped))?;
        let Kind::Lambda(lambda) = &second.kind else {
            return None;
        };
        let differ = match lambda.parameters.as_slice() {
            [_] => true,
            [one, other] => one != other,
            _ => false,
        };
        let count = call.arguments.len() + usize::from(is_piped);
        let function = match (name.as_str(), count, lambda.parameters.len(), raw) {
            ("map", 2, _, false) => quote!(j::map),
            ("map", 2, _, true) => quote!(j::map_raw),
            ("filter", 2, _, false) => quote!(j::select),
            ("filter", 2, _, true) => quote!(j::select_raw),
            ("reduce", 2 | 3, 2, false) => quote!(j::reduce),
            ("reduce", 2 | 3, 2, true) => quote!(j::reduce_raw),
            _ => return None,
        };
        let fits = differ && is_bare(second) && lambda.signature.is_none() && self.calls_builtin(call);
        fits.then_some(function)
    }

    fn inline(&mut self, function: TokenStream, call: &Call, piped: Option<TokenStream>) -> Code {
        let mut arguments = call.arguments.iter();
        let array = match piped {
            Some(piped) => quote!(&#piped),
            None => self.optional_item(arguments.next()),
        };
        let Some(Kind::Lambda(lambda)) = arguments.next().map(|argument| &argument.kind) else {
            return Code::Data(quote!(j::Data::Undefined));
        };
        let is_reduce = matches!(&call.procedure.kind, Kind::Variable(name) if name == "reduce");
        let second: fn(Ident) -> Place = if is_reduce { Place::Item } else { Place::Owned };
        let places = [Place::Item, second];
        let idents: Vec<Ident> = lambda.parameters.iter().map(|name| self.ident(name)).collect();
        let places = idents
            .iter()
            .zip(places)
            .map(|(ident, place)| place(ident.clone()));
        let parameters: Vec<(String, Place)> = lambda.parameters.iter().cloned().zip(places).collect();
        let body = self
            .framed(
                &parameters,
                std::slice::from_ref(&*lambda.body),
                |generator, last| generator.last(last, false),
            )
            .eval();
        if is_reduce {
            let start = self.optional_item(arguments.next());
            return Code::Eval(quote!(#function(q, #array, &|#(#idents),*| #body, #start)));
        }
        let closure = match idents.as_slice() {
            [item, place] => quote! {
                |#item, #place| { let #place = j::Data::from(#place); #body }
            },
            items => quote!(|#(#items),*, _| #body),
        };
        Code::Eval(quote!(#function(q, #array, &#closure)))
    }

    /// An argument as something that becomes an `Item`; nothing where it is left out.
    fn optional_item(&mut self, argument: Option<&Node>) -> TokenStream {
        match argument {
            Some(argument) => self.node(argument).item(),
            None => quote!(&j::Data::Undefined),
        }
    }

    fn parts(&mut self, call: &Call, piped: Option<TokenStream>) -> (Callee, TokenStream, Vec<TokenStream>) {
        let callee = self.callee(&call.procedure, false);
        let count = call.arguments.len() + usize::from(piped.is_some());
        let it = match &callee {
            Callee::Builtin(_) if !takes_context(&call.procedure, count) => quote!(&j::Data::Undefined),
            _ => self.it(),
        };
        let is_distinct = self.is_distinct(&call.procedure);
        let arguments = call.arguments.iter().map(|argument| match is_distinct {
            true => self.as_sequence(argument).data(),
            false => self.node(argument).data(),
        });
        let args = piped.into_iter().chain(arguments).collect();
        (callee, it, args)
    }

    /// The built-in function that is called by its name.
    fn called_builtin(&self, procedure: &Node) -> Option<TokenStream> {
        match &procedure.kind {
            Kind::Variable(name)
                if is_bare(procedure) && !self.is_local(name) && self.outside(name).is_none() =>
            {
                builtin(name)
            }
            _ => None,
        }
    }

    /// Whether it is the function `$distinct`, the one to which sequences make a difference.
    fn is_distinct(&self, procedure: &Node) -> bool {
        matches!(&procedure.kind, Kind::Variable(name) if name == "distinct")
            && self.called_builtin(procedure).is_some()
    }

    /// Whether the function is one that gives a result sequence.
    pub(super) fn gives_sequence(&self, call: &Call) -> bool {
        let Kind::Variable(name) = &call.procedure.kind else {
            return false;
        };
        matches!(name.as_str(), "map" | "filter" | "each") && self.calls_builtin(call)
    }

    /// The argument of a call of this built-in function, where it has one.
    pub(super) fn only_argument<'n>(&self, call: &'n Call, builtin: &str) -> Option<&'n Node> {
        let is_it = matches!(&call.procedure.kind, Kind::Variable(name) if name == builtin);
        match call.arguments.as_slice() {
            [argument] if is_it && self.calls_builtin(call) => Some(argument),
            _ => None,
        }
    }

    fn calls_builtin(&self, call: &Call) -> bool {
        self.called_builtin(&call.procedure).is_some()
    }

    fn callee(&mut self, procedure: &Node, partially: bool) -> Callee {
        if let Some(builtin) = self.called_builtin(procedure) {
            return Callee::Builtin(builtin);
        }
        let value = self.node(procedure);
        match forgotten_dollar(procedure) {
            Some(name) if self.is_known(name) => {
                let value = value.data();
                Callee::Value(quote!(&j::hint(#value, #name, #partially)?))
            }
            _ => Callee::Value(value.reference()),
        }
    }

    fn is_known(&self, name: &str) -> bool {
        self.is_local(name) || self.outside(name).is_some() || jsonata::builtin(name).is_some()
    }

    /// `left ~> right`
    pub fn apply(&mut self, left: &Node, right: &Node) -> Code {
        let procedure = match &right.kind {
            Kind::Call(call) => &call.procedure,
            _ => right,
        };
        let left = match self.is_distinct(procedure) {
            true => self.as_sequence(left),
            false => self.node(left),
        };
        if let Kind::Call(call) = &right.kind {
            let simple = matches!(&call.procedure.kind, Kind::Variable(_)) && is_bare(&call.procedure);
            let left = left.data();
            if simple {
                return self.call(call, Some(left), right.keep_array);
            }
            let call = self.call(call, Some(quote!(piped)), false).eval();
            return Code::Eval(quote!({ let piped = #left; #call }));
        }
        let left = left.data();
        let right = self.node(right).reference();
        Code::Eval(quote!(j::pipe(q, #left, #right)))
    }

    /// `$f(?, a)`
    pub fn partial(&mut self, procedure: &Node, arguments: &[Option<Node>]) -> Code {
        let arguments: Vec<TokenStream> = arguments
            .iter()
            .map(|argument| match argument {
                Some(argument) => {
                    let data = self.node(argument).data();
                    quote!(Some(#data))
                }
                None => quote!(None),
            })
            .collect();
        let function = match self.callee(procedure, true) {
            Callee::Builtin(builtin) => quote!(&j::Function::builtin(#builtin)),
            Callee::Value(value) => value,
        };
        Code::Eval(quote!({ let given = [#(#arguments),*]; j::partial(#function, given) }))
    }

    /// `function($a, $b){ … }`
    pub fn lambda(&mut self, lambda: &Lambda) -> Code {
        self.named_lambda(lambda, "", false)
    }

    /// The same, assigned to a variable. If it `knows_itself` it calls itself by the variable's name.
    pub fn named_lambda(&mut self, lambda: &Lambda, name: &str, knows_itself: bool) -> Code {
        let itself = knows_itself && variables::reads(lambda, name);
        let (captures, body) = self.capturing(|generator| {
            let mut parameters: Vec<(String, Ident)> = Vec::new();
            for parameter in &lambda.parameters {
                // Of two parameters of one name the last one counts, as with `let`s.
                parameters.push((parameter.clone(), generator.ident(parameter)));
            }
            let idents: Vec<Ident> = unused_twice(&parameters);
            let mut unpack = match idents.is_empty() {
                true => quote!(),
                false => quote!(let [#(#idents),*] = j::arguments(args);),
            };
            if itself {
                let ident = generator.ident(name);
                unpack = quote!(let #ident = j::Data::Function(me.clone()); #unpack);
                parameters.insert(0, (name.to_owned(), ident));
            }
            let places = parameters
                .into_iter()
                .map(|(name, ident)| (name, Place::Owned(ident)));
            let body = generator.framed(
                &places.collect::<Vec<_>>(),
                std::slice::from_ref(&*lambda.body),
                |generator, body| generator.last(body, true),
            );
            let body = body.eval();
            quote!(#unpack #body)
        });
        let arity = Literal::usize_unsuffixed(lambda.parameters.len());
        let name = if name.is_empty() { "lambda" } else { name };
        let signature = match &lambda.signature {
            Some(signature) => {
                let signature = self::signature(signature);
                quote!(Some(&#signature))
            }
            None => quote!(None),
        };
        let lambda = quote!(j::lambda(#name, #arity, #signature, move |q, me, args| { #body }));
        Code::Data(match captures.is_empty() {
            true => lambda,
            false => quote!({ #captures #lambda }),
        })
    }

    /// What a function gives at its end. The sequence that a call in last position gives is given on as it is: only the
    /// expression that calls the function makes it what it comes to, and functions like `$map` do not. `tail`: a call
    /// in last position does not deepen the stack, as the function is called by `Query::apply`.
    fn last(&mut self, node: &Node, tail: bool) -> Code {
        let is_call =
            matches!(node.kind, Kind::Call(_)) && node.predicates.is_empty() && node.group.is_none();
        if !is_call && !is_bare(node) {
            return self.node(node);
        }
        match &node.kind {
            Kind::Call(call) if tail && !self.calls_builtin(call) => match self.parts(call, None) {
                (Callee::Value(function), _, args) => {
                    Code::Eval(quote!(q.tail_call(#function, [#(#args),*])))
                }
                (Callee::Builtin(_), ..) => self.node(node),
            },
            Kind::Call(call) => self.call(call, None, true),
            Kind::Condition {
                condition,
                then,
                otherwise,
            } => {
                let condition = self.node(condition).condition();
                let then = self.last(then, tail).eval();
                let otherwise = match otherwise {
                    Some(otherwise) => self.last(otherwise, tail).eval(),
                    None => quote!(Ok(j::Data::Undefined)),
                };
                Code::Eval(quote!(if #condition { #then } else { #otherwise }))
            }
            Kind::Block(parts) => self.framed(&[], parts, |generator, last| generator.last(last, tail)),
            _ => self.node(node),
        }
    }

    /// The node where what it gives is given on by an expression around it: a block, a condition, an assignment. Of a
    /// sequence in a sequence, both are made what they come to then.
    pub fn again(&mut self, node: &Node) -> Code {
        let code = self.node(node);
        if !self.gives_nested(node) {
            return code;
        }
        let data = code.data();
        Code::Data(quote!(#data.collapse()))
    }

    /// Whether it can give a sequence of sequences, which functions have given at their end.
    fn gives_nested(&self, node: &Node) -> bool {
        let call = match &node.kind {
            Kind::Call(call) => call,
            Kind::Apply(_, right) => return is_bare(node) && self.gives_nested(right),
            _ => return false,
        };
        let Kind::Variable(name) = &call.procedure.kind else {
            return false;
        };
        matches!(name.as_str(), "map" | "each" | "reduce")
            && is_bare(node)
            && self.calls_builtin(call)
            && call.arguments.iter().any(|argument| match &argument.kind {
                Kind::Lambda(lambda) => ends_in_call(&lambda.body),
                Kind::Variable(name) => self.is_local(name),
                _ => false,
            })
    }

    /// `|pattern|update,delete|`
    pub fn transform(&mut self, pattern: &Node, update: &Node, delete: Option<&Node>) -> Code {
        let (captures, body) = self.capturing(|generator| {
            let part = |generator: &mut Self, node| generator.within(|generator| generator.node(node)).eval();
            let pattern = part(generator, pattern);
            let update = part(generator, update);
            let delete = match delete {
                Some(delete) => part(generator, delete),
                None => quote!(Ok(j::Data::Undefined)),
            };
            quote! {
                match part {
                    j::Part::Pattern => #pattern,
                    j::Part::Update => #update,
                    j::Part::Delete => #delete,
                }
            }
        });
        let transform = quote!(j::transform(move |q, part, it| #body));
        Code::Data(match captures.is_empty() {
            true => transform,
            false => quote!({ #captures #transform }),
        })
    }

    /// Whether there is a variable of the expression with this name.
    pub fn is_local(&self, name: &str) -> bool {
        !name.is_empty() && self.locals.iter().any(|local| local.name == name)
    }
}

/// Whether the last thing that is done is a call.
fn ends_in_call(node: &Node) -> bool {
    match &node.kind {
        Kind::Call(_) => true,
        Kind::Condition { then, otherwise, .. } => {
            ends_in_call(then) || otherwise.as_deref().is_some_and(ends_in_call)
        }
        Kind::Block(parts) => parts.last().is_some_and(ends_in_call),
        _ => false,
    }
}

/// Parameters of which two have one name: the first of them cannot be seen.
fn unused_twice(parameters: &[(String, Ident)]) -> Vec<Ident> {
    let names: Vec<&String> = parameters.iter().map(|(name, _)| name).collect();
    parameters
        .iter()
        .enumerate()
        .map(
            |(index, (name, ident))| match names[index + 1..].contains(&name) {
                true => Ident::new("_", Span::call_site()),
                false => ident.clone(),
            },
        )
        .collect()
}

/// Whether the context could stand for an argument that the call leaves out.
fn takes_context(procedure: &Node, count: usize) -> bool {
    let Kind::Variable(name) = &procedure.kind else {
        return true;
    };
    let Some(builtin) = jsonata::builtin(name) else {
        return true;
    };
    let parameters = builtin.signature.split(':').next().unwrap_or_default();
    parameters.contains('-') && count < builtin.usage.split(',').count().max(1)
}

/// `sum` in `sum(x)`, where `$sum` may be meant.
fn forgotten_dollar(procedure: &Node) -> Option<&str> {
    let Kind::Path(path) = &procedure.kind else {
        return None;
    };
    match &path.steps.first()?.kind {
        StepKind::Node(Node {
            kind: Kind::Name(name),
            ..
        }) => Some(name),
        _ => None,
    }
}

fn signature(signature: &Signature) -> TokenStream {
    let parameters = signature.parameters.iter().map(|parameter| {
        let Parameter {
            types,
            text,
            optional,
            context,
            repeated,
            elements,
        } = parameter;
        let elements = match elements {
            Some(letter) => quote!(Some(#letter)),
            None => quote!(None),
        };
        quote!(j::signature::Parameter {
            types: #types,
            text: #text,
            optional: #optional,
            context: #context,
            repeated: #repeated,
            elements: #elements,
        })
    });
    quote!(j::signature::Signature { parameters: &[#(#parameters),*] })
}
