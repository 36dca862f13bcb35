//! How JSON values of a type look, as constant data.

/// How a JSON value can look.
///
/// A form says what is certain. Where it says less than there is to know (`Any`), less is checked.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Form {
    /// Any JSON, or nothing is known.
    Any,
    /// `null`
    Null,
    /// `true`, `false`
    Boolean,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// Any string.
    String,
    /// A string that is a moment in time, as RFC 3339 writes it.
    Timestamp,
    /// One of these strings: an enum whose variants hold nothing.
    Words(&'static [&'static str]),
    /// An array of any length, with the form of its elements.
    Array(&'static Form),
    /// An array of these elements.
    Tuple(&'static [&'static Form]),
    /// An object with any keys, with the form of its values.
    Map(&'static Form),
    /// An object with known members.
    Object(Object),
    /// `null` or this. As a field of an input it may be left out.
    Option(&'static Form),
    /// One of these, for instance of the variants of an enum.
    OneOf(&'static [&'static Form]),
}

/// An object with known members.
#[derive(Debug, Clone, Copy)]
pub struct Object {
    /// What messages call it: the name of the type.
    pub name: &'static str,
    /// Its members.
    pub fields: &'static [Field],
    /// Forms whose members it has as its own.
    pub flattened: &'static [&'static Form],
    /// Of an input: it is not read from an object with other members than these.
    pub denies_unknown: bool,
}

impl Object {
    /// An object with these members.
    pub const fn new(name: &'static str, fields: &'static [Field]) -> Self {
        Self {
            name,
            fields,
            flattened: &[],
            denies_unknown: false,
        }
    }

    /// The same, but not read from an object with other members (`#[serde(deny_unknown_fields)]`).
    #[must_use]
    pub const fn deny_unknown_fields(mut self) -> Self {
        self.denies_unknown = true;
        self
    }

    /// The same with the members of other forms.
    #[must_use]
    pub const fn flatten(mut self, forms: &'static [&'static Form]) -> Self {
        self.flattened = forms;
        self
    }
}

/// A member of an object.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// Its key.
    pub name: &'static str,
    /// Hash of the key: it is cheaper to compare where constants are evaluated.
    pub(crate) hash: u64,
    /// How its value looks.
    pub form: &'static Form,
    /// The kinds of JSON that its value can be.
    pub(crate) kinds: u8,
    /// Whether its value has no parts, and only its kind counts.
    pub(crate) is_scalar: bool,
    /// Of an output: it may be left out. Of an input: it need not be there.
    pub optional: bool,
    /// Other keys that an input may have for it.
    pub aliases: &'static [&'static str],
}

impl Field {
    /// A member that is always there, or has to be there.
    pub const fn new(name: &'static str, form: &'static Form) -> Self {
        Self {
            name,
            hash: hash(name),
            form,
            kinds: form.kinds(),
            is_scalar: matches!(
                form,
                Form::Boolean | Form::Integer | Form::Number | Form::String | Form::Timestamp
            ),
            optional: false,
            aliases: &[],
        }
    }

    /// A member of an input: it has to be there, unless it is an `Option` or any JSON. (`serde` takes an `Option` that is
    /// not there for `None`, and who reads any JSON may do so too.)
    pub const fn read(name: &'static str, form: &'static Form) -> Self {
        let mut field = Self::new(name, form);
        field.optional = matches!(form, Form::Option(_) | Form::Any);
        field
    }

    /// The same, but it may be left out.
    #[must_use]
    pub const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    /// The same with other keys that an input may have for it.
    #[must_use]
    pub const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    /// Whether it is read from this key.
    pub(crate) const fn is_called(&self, key: &Key) -> bool {
        if self.hash == key.hash {
            return true;
        }
        let mut rest = self.aliases;
        while let [alias, others @ ..] = rest {
            if hash(alias) == key.hash {
                return true;
            }
            rest = others;
        }
        false
    }
}

/// A key with its hash.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    pub(crate) hash: u64,
}

impl Key {
    /// The key of this name.
    pub const fn new(name: &'static str) -> Self {
        Self {
            name,
            hash: hash(name),
        }
    }
}

/// FNV-1a over 64 bits. Two keys of one program with the same hash are not to be expected, and would only be taken for
/// one another in a check.
const fn hash(text: &str) -> u64 {
    let bytes = text.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut rest = bytes;
    while let [byte, others @ ..] = rest {
        // Wide enough not to overflow. A call of `wrapping_mul` for each byte takes longer where constants are evaluated.
        hash = ((hash ^ *byte as u64) as u128 * 0x0100_0000_01b3) as u64;
        rest = others;
    }
    hash
}

/// The kinds of JSON values, each a bit.
pub(crate) mod kind {
    pub const NULL: u8 = 1;
    pub const BOOLEAN: u8 = 2;
    pub const NUMBER: u8 = 4;
    pub const STRING: u8 = 8;
    pub const ARRAY: u8 = 16;
    pub const OBJECT: u8 = 32;
    pub const ALL: u8 = 63;
}

impl Form {
    /// The kinds of values that look so.
    pub(crate) const fn kinds(&self) -> u8 {
        match self {
            Self::Any => kind::ALL,
            Self::Null => kind::NULL,
            Self::Boolean => kind::BOOLEAN,
            Self::Integer | Self::Number => kind::NUMBER,
            Self::String | Self::Timestamp | Self::Words(_) => kind::STRING,
            Self::Array(_) | Self::Tuple(_) => kind::ARRAY,
            Self::Map(_) | Self::Object(_) => kind::OBJECT,
            Self::Option(form) => kind::NULL | form.kinds(),
            Self::OneOf(forms) => {
                let mut kinds = 0;
                let mut rest = *forms;
                while let [form, others @ ..] = rest {
                    kinds |= form.kinds();
                    rest = others;
                }
                kinds
            }
        }
    }
}
