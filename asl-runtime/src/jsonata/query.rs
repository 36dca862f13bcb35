//! One evaluation: what it starts from and how much it may take.

use std::{
    cell::{Cell, OnceCell, RefCell},
    rc::Rc,
};

use super::{Args, Body, Data, Error, Eval, Function, Item, depth, functions::Builtin, work};
use crate::{Timestamp, Value};

/// What expressions start from. What is not there is nothing.
pub trait Environment {
    /// The root and context at the start: nothing in Step Functions, the input in tests of the language.
    fn root(&self) -> Option<&Value> {
        None
    }
    /// A workflow variable, by its slot.
    fn variable(&self, _slot: usize) -> Option<&Value> {
        None
    }
    /// `$states.input`
    fn input(&self) -> Option<&Value> {
        None
    }
    /// `$states.result`
    fn result(&self) -> Option<&Value> {
        None
    }
    /// `$states.errorOutput`
    fn error_output(&self) -> Option<&Value> {
        None
    }
    /// `$states.context`
    fn context(&self) -> Option<&Value> {
        None
    }
    /// The time of `$now` and `$millis`.
    fn now(&self) -> Timestamp;
    /// 64 random bits, for `$random`, `$shuffle` and `$uuid`.
    fn random(&self) -> u64;
}

/// One evaluation of an expression.
pub struct Query<'a> {
    /// What it starts from.
    pub environment: &'a dyn Environment,
    /// Work that may still be done.
    left: Cell<u64>,
    /// Calls of lambdas within one another.
    depth: Cell<u32>,
    /// What few evaluations need: so there is little to make and to drop.
    rare: OnceCell<Box<Rare>>,
}

#[derive(Default)]
struct Rare {
    /// A call in last position that waits for the function around it to return.
    tail: Cell<Option<Box<(Data, Args)>>>,
    /// Shared variables, which are emptied at the end because functions that refer to each other hold each other.
    variables: RefCell<Vec<Variable>>,
}

/// A local variable that a function reads which may be called before or after it is assigned.
pub type Variable = Rc<RefCell<Data>>;

impl Query<'_> {
    /// Calls of lambdas within one another, not counting calls in last position.
    pub const MAX_DEPTH: u32 = 100;

    /// Work that one evaluation may do. A call of a function, an item that a step, filter or sort goes through, four
    /// numbers of a range, eight items that are copied or looked at, and 64 bytes of text that are made are a unit
    /// each. It stands for the second that Step Functions allows, and is the same on every machine, so that an
    /// execution can be repeated.
    pub const MAX_WORK: u64 = 6_000_000;
}

impl<'a> Query<'a> {
    /// An evaluation that starts.
    pub fn new(environment: &'a dyn Environment) -> Self {
        work::take();
        Self {
            environment,
            left: Cell::new(Self::MAX_WORK),
            depth: Cell::new(0),
            rare: OnceCell::new(),
        }
    }

    /// Takes units of [work](Self::MAX_WORK) from what is left.
    ///
    /// # Errors
    /// When nothing is left.
    #[inline]
    pub fn spend(&self, units: usize) -> Result<(), Error> {
        match self
            .left
            .get()
            .checked_sub((units as u64).saturating_add(work::take()))
        {
            Some(left) => {
                self.left.set(left);
                Ok(())
            }
            None => Err(too_long()),
        }
    }

    /// `$$`: what the expression starts from.
    pub fn root(&self) -> Data {
        self.environment.root().into()
    }

    /// `$states.input`
    pub fn input(&self) -> Option<&Value> {
        self.environment.input()
    }

    /// `$states.result`
    pub fn result(&self) -> Option<&Value> {
        self.environment.result()
    }

    /// `$states.errorOutput`
    pub fn error_output(&self) -> Option<&Value> {
        self.environment.error_output()
    }

    /// `$states.context`
    pub fn context(&self) -> Option<&Value> {
        self.environment.context()
    }

    /// `$states`: an object of what there is.
    pub fn states(&self) -> Data {
        let members = [
            ("input", self.input()),
            ("result", self.result()),
            ("errorOutput", self.error_output()),
            ("context", self.context()),
        ];
        super::object(members.map(|(name, value)| (name, value.into())))
    }

    /// A workflow variable, by its slot.
    pub fn variable(&self, slot: usize) -> Option<&Value> {
        self.environment.variable(slot)
    }

    /// A shared local variable. Until it is assigned it has the value of the variable that it hides.
    pub fn shared(&self, hidden: Data) -> Variable {
        let variable = Variable::new(RefCell::new(hidden));
        self.rare().variables.borrow_mut().push(variable.clone());
        variable
    }

    fn rare(&self) -> &Rare {
        self.rare.get_or_init(Box::default)
    }

    /// Calls a function with these arguments. `context` is what stands for an argument that is left out where the
    /// function's signature says so.
    ///
    /// A sequence that a built-in function returns is given as it is: see [`Data::collapse`].
    pub fn apply(&self, function: &Rc<Function>, mut args: Args, context: Item<'_>) -> Eval {
        let depth = self.depth.get() + 1;
        if depth > Self::MAX_DEPTH {
            return Err(too_deep(depth));
        }
        self.depth.set(depth);
        let mut result = self.run(function, &mut args, context);
        while let Some(call) = self.rare.get().and_then(|rare| rare.tail.take()) {
            let (function, mut args) = *call;
            result = match (result, &function) {
                (Err(error), _) => Err(error),
                (Ok(_), Data::Function(function)) => self.run(function, &mut args, context),
                (Ok(_), _) => Err(not_a_function()),
            };
        }
        self.depth.set(depth - 1);
        result
    }

    /// Calls what should be a function, from an expression. A sequence is given as it is.
    ///
    /// # Errors
    /// T1006 when it is none, and what the function fails with.
    pub fn call_raw<'c>(
        &self,
        function: &Data,
        context: impl Into<Item<'c>>,
        args: impl IntoIterator<Item = Data>,
    ) -> Eval {
        match function {
            Data::Function(function) => self.apply(function, gathered(args), context.into()),
            _ => Err(not_a_function()),
        }
    }

    /// [`call_raw`](Self::call_raw), with a sequence made what it comes to.
    pub fn call<'c>(
        &self,
        function: &Data,
        context: impl Into<Item<'c>>,
        args: impl IntoIterator<Item = Data>,
    ) -> Eval {
        self.call_raw(function, context, args).map(Data::collapse)
    }

    /// A call in last position of a function: it is made when the function has returned, so that the stack does not
    /// grow. What this gives is for [`apply`](Self::apply) alone.
    pub fn tail_call(&self, function: &Data, args: impl IntoIterator<Item = Data>) -> Eval {
        self.rare()
            .tail
            .set(Some(Box::new((function.clone(), gathered(args)))));
        Ok(Data::Undefined)
    }

    /// Calls a built-in function, from an expression. A sequence is given as it is.
    pub fn builtin_raw<'c>(
        &self,
        builtin: &'static Builtin,
        context: impl Into<Item<'c>>,
        args: impl IntoIterator<Item = Data>,
    ) -> Eval {
        self.run_builtin(builtin, gathered(args), context.into())
    }

    /// [`builtin_raw`](Self::builtin_raw), with a sequence made what it comes to.
    pub fn builtin<'c>(
        &self,
        builtin: &'static Builtin,
        context: impl Into<Item<'c>>,
        args: impl IntoIterator<Item = Data>,
    ) -> Eval {
        self.builtin_raw(builtin, context, args).map(Data::collapse)
    }

    fn run_builtin(&self, builtin: &'static Builtin, args: Args, context: Item<'_>) -> Eval {
        self.spend(1)?;
        let args = match builtin.signature {
            Some(signature) => signature.validate(builtin.name, args, context)?,
            None => args,
        };
        (builtin.run)(self, args)
    }

    fn run(&self, function: &Rc<Function>, args: &mut Args, context: Item<'_>) -> Eval {
        match &function.body {
            Body::Builtin(builtin) => self.run_builtin(builtin, std::mem::take(args), context),
            Body::Closure { signature, run } => {
                self.spend(1)?;
                if let Some(signature) = signature {
                    *args = signature.validate(&function.name, std::mem::take(args), context)?;
                }
                if args.len() != function.arity {
                    args.resize(function.arity, Data::Undefined);
                }
                let result = run(self, function, args)?;
                depth::check(&result)?;
                Ok(result)
            }
            Body::Released => Err(not_a_function()),
            Body::Regex(regex) => {
                self.spend(1)?;
                regex.call(self, std::mem::take(args))
            }
        }
    }
}

impl Drop for Rare {
    fn drop(&mut self) {
        for variable in std::mem::take(self.variables.get_mut()) {
            variable.take();
        }
    }
}

/// The arguments of a call. They are few, so that making sure of their space one by one is quicker than once.
#[inline]
fn gathered(args: impl IntoIterator<Item = Data>) -> Args {
    let mut gathered = Args::new();
    for argument in args {
        gathered.push(argument);
    }
    gathered
}

fn not_a_function() -> Error {
    Error::new("T1006", "Attempted to invoke a non-function")
}

#[cold]
fn too_long() -> Error {
    Error::new("U1001", "Expression evaluation timeout: Check for infinite loop")
}

#[cold]
fn too_deep(depth: u32) -> Error {
    let max = Query::MAX_DEPTH;
    Error::new(
        "U1001",
        format!(
            "Stack overflow error: Check for non-terminating recursive function.  Consider rewriting as \
            tail-recursive. Depth={depth} max={max}"
        ),
    )
}
