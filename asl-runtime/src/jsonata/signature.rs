//! Signatures of functions, and the check of arguments against them.

use super::{Args, Data, Error, Item};
use crate::Value;

/// The signature of a function: `<a<s>n?:s>`.
#[derive(Debug)]
pub struct Signature {
    /// Its parameters.
    pub parameters: &'static [Parameter],
}

/// A parameter of a function.
#[derive(Debug)]
pub struct Parameter {
    /// The types that it takes, one letter each of `bnslaof`; `x` for anything.
    pub types: &'static str,
    /// As written: `s`, `(sf)`, `a<s>`.
    pub text: &'static str,
    /// `?`: may be left out.
    pub optional: bool,
    /// `-`: the context when left out.
    pub context: bool,
    /// `+`: one or more.
    pub repeated: bool,
    /// `a<s>`: the type letter of the elements.
    pub elements: Option<char>,
}

impl Parameter {
    /// Whether an argument of this type fits.
    fn takes(&self, letter: char) -> bool {
        match self.types {
            // Anything else becomes the only element of an array.
            "a" | "x" => true,
            "f" => letter == 'f',
            types => letter == 'm' || types.contains(letter),
        }
    }

    /// How many arguments it takes, at least and at most.
    fn bounds(&self) -> (usize, usize) {
        let least = usize::from(!self.optional && !self.context);
        (least, if self.repeated { usize::MAX } else { 1 })
    }
}

/// Whether it is a plain array of such elements, without a look at copies of them.
fn is_array_of(argument: &Data, elements: char) -> bool {
    let Data::Value(Value::Array(array)) = argument else {
        return false;
    };
    array.iter().all(|element| match elements {
        'n' => element.is_number(),
        's' => element.is_string(),
        'o' => element.is_object(),
        _ => false,
    })
}

/// How many arguments each parameter has got.
type Shares = smallvec::SmallVec<[usize; 8]>;

impl Signature {
    /// Checks the arguments of a call and puts them in order: the context where one is left out that stands for it, an
    /// array around what has to be one.
    ///
    /// # Errors
    /// T0410 when an argument does not fit, T0411 when the context does not, T0412 for a wrong element of an array.
    pub fn validate(&self, function: &str, args: Args, context: Item<'_>) -> Result<Args, Error> {
        if self.is_plain_fit(&args) {
            return Ok(args);
        }
        let mut shares = Shares::new();
        if !share_out(self.parameters, &args, &mut shares) {
            return Err(self.misfit(function, &args));
        }
        let mut checked = Args::new();
        let mut given = args.into_iter();
        let mut index = 0;
        for (parameter, share) in self.parameters.iter().zip(shares) {
            if share == 0 {
                if parameter.context {
                    let context = super::context(context).to_data();
                    if !parameter.takes(context.letter()) {
                        return Err(wrong_context(function, index));
                    }
                    checked.push(context);
                } else {
                    checked.push(Data::Undefined);
                }
            }
            for argument in given.by_ref().take(share) {
                checked.push(parameter.adapt(function, index, argument)?);
                index += 1;
            }
        }
        // Those left out at the end are not there.
        while checked.last().is_some_and(Data::is_undefined) && checked.len() > index {
            checked.pop();
        }
        Ok(checked)
    }

    /// Whether each argument fits its parameter without further ado, and what is left out may be: the most frequent
    /// case.
    fn is_plain_fit(&self, args: &[Data]) -> bool {
        let Some(left_out) = self.parameters.get(args.len()..) else {
            return false;
        };
        left_out
            .iter()
            .all(|parameter| parameter.optional && !parameter.context)
            && self.parameters.iter().zip(args).all(|(parameter, argument)| {
                !parameter.repeated
                    && match (parameter.types, parameter.elements) {
                        ("a", None) => argument.is_array() || argument.is_undefined(),
                        ("a", Some(elements)) => is_array_of(argument, elements),
                        _ => parameter.takes(argument.letter()),
                    }
            })
    }

    /// The first argument that does not fit.
    fn misfit(&self, function: &str, args: &[Data]) -> Error {
        let mut fitting = 0;
        for known in 1..=self.parameters.len() {
            let longest = (0..=args.len()).rev().find(|count| {
                share_out(
                    &self.parameters[..known],
                    args.get(..*count).unwrap_or_default(),
                    &mut Shares::new(),
                )
            });
            match longest {
                Some(count) => fitting = count,
                None => break,
            }
        }
        Error::new(
            "T0410",
            format!(
                "Argument {} of function \"{function}\" does not match function signature",
                fitting + 1
            ),
        )
    }
}

/// Gives each parameter as many arguments as it can take, the first ones first, so that none is left over.
fn share_out(parameters: &[Parameter], args: &[Data], shares: &mut Shares) -> bool {
    let Some((parameter, others)) = parameters.split_first() else {
        return args.is_empty();
    };
    let (least, most) = parameter.bounds();
    let fitting = args
        .iter()
        .take(most)
        .take_while(|argument| parameter.takes(argument.letter()))
        .count();
    for share in (least..=fitting).rev() {
        shares.push(share);
        if share_out(others, &args[share..], shares) {
            return true;
        }
        shares.pop();
    }
    false
}

impl Parameter {
    /// The argument as the function expects it: an array where it must be one.
    fn adapt(&self, function: &str, index: usize, argument: Data) -> Result<Data, Error> {
        if self.types != "a" || argument.is_undefined() {
            return Ok(argument);
        }
        if let Some(elements) = self.elements {
            let fits = match argument.is_array() {
                true => argument.items().all(|item| item.letter() == elements),
                false => argument.letter() == elements,
            };
            if !fits {
                return Err(wrong_element(function, index, elements));
            }
        }
        Ok(if argument.is_array() {
            argument
        } else {
            Data::array(vec![argument])
        })
    }
}

fn wrong_context(function: &str, index: usize) -> Error {
    Error::new(
        "T0411",
        format!(
            "Context value is not a compatible type with argument {} of function \"{function}\"",
            index + 1
        ),
    )
}

fn wrong_element(function: &str, index: usize, elements: char) -> Error {
    let kind = match elements {
        'a' => "arrays",
        'b' => "booleans",
        'f' => "functions",
        'n' => "numbers",
        'o' => "objects",
        _ => "strings",
    };
    Error::new(
        "T0412",
        format!(
            "Argument {} of function \"{function}\" must be an array of \"{kind}\"",
            index + 1
        ),
    )
}
