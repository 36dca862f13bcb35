//! What a state's function works with: its input, variables, context object and the lookups in them.

use std::borrow::Cow;

use super::context::{ExecutionInfo, Item, Random, StateContext, context_object};
use super::inspect::{Inspector, Seen};
use super::run::Run;
use super::{Failure, StateInfo, StateKind, States, failure::names};
use crate::intrinsic::{self, Call, IntrinsicError};
use crate::native::Look;
use crate::path::{self, Missing, Path, ReferencePath, Root, Step as PathStep};
use crate::time::Timestamp;
use crate::{Value, value};

/// What a state's function works with. Made anew for each call.
#[derive(Debug)]
pub struct Cx<'a> {
    /// The state's raw input.
    pub input: &'a mut Value,
    /// Where the state's output may be put, until it is.
    pub(super) output: Option<&'a mut Value>,
    scene: &'a Scene<'a>,
    state: &'static StateInfo,
    run: &'a Run,
    /// The item of an iteration about to start, when it is not yet the run's own.
    next_item: Option<&'a Item>,
    inspector: Option<&'a Inspector>,
}

/// What is the same for all states that are called in an instant.
#[derive(Debug)]
pub(crate) struct Scene<'a> {
    pub info: &'a ExecutionInfo,
    pub random: &'a Random,
    pub now: Timestamp,
}

impl<'a> Cx<'a> {
    /// `item` is the item of an iteration about to start, when it is not yet the run's own.
    #[inline]
    pub(crate) fn new(
        scene: &'a Scene<'a>,
        state: &'static StateInfo,
        run: &'a Run,
        input: &'a mut Value,
        item: Option<&'a Item>,
    ) -> Self {
        Self {
            input,
            output: None,
            scene,
            state,
            run,
            next_item: item,
            inspector: None,
        }
    }

    /// Has the state put its output here, if it can: it need not be moved then.
    #[inline]
    pub(crate) fn with_output(mut self, place: &'a mut Value) -> Self {
        self.output = Some(place);
        self
    }

    /// Takes note of what the state's function computes.
    pub(crate) fn inspected(mut self, inspector: &'a Inspector) -> Self {
        self.inspector = Some(inspector);
        self
    }

    /// Moves the input out, for its last use: what is changed in it then need not be copied.
    pub fn take_input(&mut self) -> Value {
        std::mem::take(self.input)
    }

    /// What JSONata expressions can refer to.
    pub fn states(&self) -> States<'_> {
        States::new(self)
    }

    /// Whether the state's query language is JSONata.
    pub(super) fn is_jsonata(&self) -> bool {
        self.state.jsonata
    }

    fn run_item(&self) -> Option<&Item> {
        self.next_item.or(self.run.item.as_ref())
    }

    /// A `null` InputPath: an empty object.
    pub fn no_input(&self) -> Value {
        let input = value::object([]);
        self.note(|seen| seen.input = Some(input.clone()));
        input
    }

    /// A `null` OutputPath: an empty object, whatever the document.
    pub fn no_output(&self, document: &Value) -> Value {
        self.note(|seen| seen.document = Some(document.clone()));
        value::object([])
    }

    /// `InputPath`.
    ///
    /// # Errors
    /// `States.Runtime` when the path finds nothing.
    pub fn input_path(&self, path: &'static Path) -> Result<Value, Failure> {
        let input = self.select(self.input, path)?;
        self.note(|seen| seen.input = Some(input.clone()));
        Ok(input)
    }

    /// `OutputPath`.
    ///
    /// # Errors
    /// `States.Runtime` when the path finds nothing.
    pub fn output_path(&self, document: &Value, path: &'static Path) -> Result<Value, Failure> {
        self.note(|seen| seen.document = Some(document.clone()));
        self.select(document, path)
    }

    fn select(&self, document: &Value, path: &'static Path) -> Result<Value, Failure> {
        if let Some(found) = look(document, path) {
            return Ok(found.to_value());
        }
        match self.find(document, path) {
            Ok(found) => Ok(found.into_owned()),
            Err(_) if is_null(document, path) => Err(Failure::null_document()),
            Err(missing) => Err(invalid_path(path, &missing)),
        }
    }

    /// A member `"field": "$.path"` of a payload template; `field` is the key as written, with `.$`.
    ///
    /// # Errors
    /// `States.Runtime` when the path finds nothing.
    #[inline]
    pub fn member(&self, document: &Value, path: &'static Path, field: &str) -> Result<Value, Failure> {
        match at_once(document, path) {
            Some(found) => Ok(found.clone()),
            None => self.search(document, path, field),
        }
    }

    #[inline(never)]
    pub(super) fn search(
        &self,
        document: &Value,
        path: &'static Path,
        field: &str,
    ) -> Result<Value, Failure> {
        if let Some(found) = look(document, path) {
            return Ok(found.to_value());
        }
        if is_null(document, path) {
            return Err(Failure::null_document());
        }
        match self.find(document, path) {
            Ok(found) => Ok(found.into_owned()),
            Err(_) => Err(self.not_found(document, path, field)),
        }
    }

    /// An intrinsic function call: `"field": "States.Format(...)"`.
    ///
    /// # Errors
    /// `States.Runtime` when a path among the arguments finds nothing, `States.IntrinsicFailure` when the
    /// function fails.
    pub fn call(&self, document: &Value, call: &'static Call) -> Result<Value, Failure> {
        let mut result = Value::Null;
        self.call_into(document, call, &mut result)?;
        Ok(result)
    }

    /// The same, its result written to its place.
    pub(super) fn call_into(
        &self,
        document: &Value,
        call: &'static Call,
        place: &mut Value,
    ) -> Result<(), Failure> {
        let environment = Environment { cx: self, document };
        intrinsic::evaluate_into(call, &environment, place).map_err(intrinsic_failure)
    }

    /// `Variable` and the `...Path` operands of a Choice rule.
    ///
    /// # Errors
    /// `States.Runtime` when the path finds nothing.
    #[inline]
    pub fn operand<'v>(
        &'v self,
        document: &'v Value,
        path: &'static Path,
    ) -> Result<Cow<'v, Value>, Failure> {
        match operand(document, path) {
            Some(found) => Ok(found),
            None => self.search_operand(document, path),
        }
    }

    #[inline(never)]
    fn search_operand<'v>(
        &'v self,
        document: &'v Value,
        path: &'static Path,
    ) -> Result<Cow<'v, Value>, Failure> {
        if is_null(document, path) {
            return Err(Failure::null_document());
        }
        self.find(document, path).map_err(|_| {
            let text = path.text;
            Failure::runtime(format!(
                "Invalid path '{text}': The choice state's condition path references an invalid value."
            ))
        })
    }

    /// `IsPresent`.
    pub fn is_present(&self, document: &Value, path: &'static Path) -> bool {
        self.find(document, path).is_ok()
    }

    /// No rule of a Choice matched, and it has no `Default`.
    pub fn no_choice(&self) -> Failure {
        Failure::runtime("Failed to transition out of the state. The state does not point to a next state.")
    }

    /// `ErrorPath`, `CausePath` with a path: a string.
    ///
    /// # Errors
    /// `States.Runtime` when the path finds nothing, or no string.
    pub fn text(&self, document: &Value, path: &'static Path, field: &str) -> Result<String, Failure> {
        let found = self
            .find(document, path)
            .map_err(|_| self.not_found(document, path, field))?;
        string(&found).ok_or_else(|| {
            let (text, kind) = (path.text, found.kind_name());
            Failure::runtime(format!(
                "The {field} parameter must reference a string, but '{text}' is: {kind}"
            ))
        })
    }

    /// `ErrorPath`, `CausePath` with an intrinsic function: a string.
    ///
    /// # Errors
    /// As [`call`](Self::call), and `States.Runtime` when the result is no string.
    pub fn text_call(&self, document: &Value, call: &'static Call, field: &str) -> Result<String, Failure> {
        let result = self.call(document, call)?;
        string(&result).ok_or_else(|| {
            let (text, kind) = (call.text, result.kind_name());
            Failure::runtime(format!(
                "The {field} parameter must give a string, but '{text}' gave: {kind}"
            ))
        })
    }

    /// `ItemsPath`: the items of a Map, an array, or for a distributed Map also an object whose members are the items.
    ///
    /// # Errors
    /// `States.Runtime` when the path finds nothing, or nothing of this kind.
    pub fn items(&self, document: &Value, path: Option<&'static Path>) -> Result<Value, Failure> {
        let items = match path {
            Some(path) => self.select(document, path)?,
            None => document.clone(),
        };
        if self.can_be_items(&items) {
            return Ok(items);
        }
        let text = path.map_or("$", |path| path.text);
        Err(Failure::runtime(format!(
            "Reference path \"{text}\" must point to array."
        )))
    }

    /// Whether the Map can go through this.
    pub(super) fn can_be_items(&self, items: &Value) -> bool {
        let takes_objects = matches!(self.state.kind, StateKind::DistributedMap(_));
        items.is_array() || (takes_objects && items.is_object())
    }

    /// `ResultPath`: puts the result into the document.
    ///
    /// # Errors
    /// `States.Runtime` when the path leads through something that is not an object.
    pub fn put(&self, mut document: Value, path: &ReferencePath, result: Value) -> Result<Value, Failure> {
        path::put_into(&mut document, path, result)
            .map_err(|conflict| Failure::runtime(conflict.to_string()))?;
        self.note(|seen| seen.document = Some(document.clone()));
        Ok(document)
    }

    pub(super) fn find<'v>(&'v self, document: &'v Value, path: &Path) -> Result<Cow<'v, Value>, Missing> {
        match path.root {
            Root::Document => path::find(document, path),
            Root::Variable(slot) => match self.run.variables.get(slot) {
                Some(value) => path::find(value, path),
                None => Err(Missing::variable(
                    self.scene
                        .info
                        .program
                        .variables
                        .get(slot)
                        .copied()
                        .unwrap_or_default(),
                )),
            },
            Root::Context => {
                // Most paths name something in one of its members, and the others take long to make.
                let context = match path.steps.first() {
                    Some(PathStep::Key(member)) => self.context_of(Some(member)),
                    _ => self.context_of(None),
                };
                path::find(&context, path).map(|found| Cow::Owned(found.into_owned()))
            }
        }
    }

    pub(super) fn variable(&self, slot: usize) -> Option<&Value> {
        self.run.variables.get(slot)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.scene.now
    }

    pub(super) fn random(&self) -> u64 {
        self.scene.random.next()
    }

    pub(super) fn context(&self) -> Value {
        self.context_of(None)
    }

    /// The context object, of which one member may be all that is asked for.
    fn context_of(&self, only: Option<&str>) -> Value {
        if let Some(inspector) = self.inspector {
            let mut context = inspector.context.clone();
            if let (Some(item), Value::Object(members)) = (self.run_item(), &mut context) {
                members.insert("Map", item.context());
            }
            return context;
        }
        let can_retry = matches!(
            self.state.kind,
            StateKind::Task(_) | StateKind::Parallel(_) | StateKind::Map(_) | StateKind::DistributedMap(_)
        );
        let state = StateContext {
            name: self.state.name,
            entered_time: self.run.entered_time,
            retry_count: can_retry.then(|| self.run.retry_count()),
            token: self.run.token().map(|token| &**token),
            item: self.run_item(),
        };
        context_object(self.scene.info, &state, only)
    }

    /// The document that a path starts from, for messages.
    fn document_of(&self, document: &Value, path: &Path) -> Value {
        match path.root {
            Root::Document => document.clone(),
            Root::Context => self.context(),
            Root::Variable(slot) => self.run.variables.get(slot).cloned().unwrap_or_default(),
        }
    }

    fn not_found(&self, document: &Value, path: &Path, field: &str) -> Failure {
        let input = self.document_of(document, path);
        let text = path.text;
        Failure::runtime(format!(
            "The JSONPath '{text}' specified for the field '{field}' could not be found in the input '{input}'"
        ))
    }
}

/// What nothing but a test of the state alone wants to know.
impl Cx<'_> {
    /// Shows the evaluated `Parameters` of a Pass state.
    pub(super) fn inspect_parameters(&self, parameters: &Value) {
        self.note(|seen| seen.parameters = Some(parameters.clone()));
    }

    /// Shows the `Result` of a Pass state.
    pub fn inspect_result(&self, result: &Value) {
        self.note(|seen| seen.result = Some(result.clone()));
    }

    /// Shows the evaluated `ResultSelector`.
    pub(super) fn inspect_result_selector(&self, result: &Value) {
        self.note(|seen| seen.selected = Some(result.clone()));
    }

    /// Whether somebody wants to know.
    #[inline]
    pub(super) fn is_inspected(&self) -> bool {
        self.inspector.is_some()
    }

    fn note(&self, note: impl FnOnce(&mut Seen)) {
        if let Some(inspector) = self.inspector {
            inspector.note(note);
        }
    }
}

/// What most paths name: a member of the document that is there, and is a value there.
///
/// It and no more is called from generated code: what a larger function gives through memory, the caller would have to
/// wait for.
#[inline(never)]
pub(super) fn at_once<'v>(document: &'v Value, path: &Path) -> Option<&'v Value> {
    match (path.root, path.steps) {
        (Root::Document, [PathStep::Key(name)]) => document.as_object()?.plain_member(name),
        (Root::Document, []) if document.is_null() => None,
        (Root::Document, steps) => path::plain_member(document, steps),
        (Root::Variable(_) | Root::Context, _) => None,
    }
}

/// The same of what need not be a value.
#[inline(never)]
pub(super) fn look<'v>(document: &'v Value, path: &Path) -> Option<Look<'v>> {
    match (path.root, path.steps, document) {
        // Most name a member.
        (Root::Document, [PathStep::Key(name)], Value::Object(object)) => object.look(name),
        (Root::Document, [], Value::Null) => None,
        (Root::Document, [], _) => Some(Look::of(document)),
        (Root::Document, steps, Value::Object(object)) => path::look(object, steps),
        _ => None,
    }
}

/// Whether there is such a member.
#[inline(never)]
pub(super) fn has(document: &Value, path: &Path) -> bool {
    match (path.root, path.steps, document) {
        (Root::Document, [PathStep::Key(name)], Value::Object(object)) => object.has(name),
        _ => look(document, path).is_some(),
    }
}

/// The same as a value.
#[inline]
fn operand<'v>(document: &'v Value, path: &Path) -> Option<Cow<'v, Value>> {
    if let (Root::Document, [PathStep::Key(name)], Value::Object(object)) = (path.root, path.steps, document)
        && let Some(found) = object.plain_member(name)
    {
        return Some(Cow::Borrowed(found));
    }
    looked_up(document, path)
}

#[inline(never)]
fn looked_up<'v>(document: &'v Value, path: &Path) -> Option<Cow<'v, Value>> {
    if path.root != Root::Document || document.is_null() {
        return None;
    }
    let mut node = document;
    let mut steps = path.steps;
    while let [step, rest @ ..] = steps {
        let (PathStep::Key(name), Value::Object(object)) = (step, node) else {
            return None;
        };
        if let Some(member) = object.plain_member(name) {
            (node, steps) = (member, rest);
            continue;
        }
        return Some(match path::look(object, steps)? {
            Look::Value(value) => Cow::Borrowed(value),
            other => Cow::Owned(other.to_value()),
        });
    }
    Some(Cow::Borrowed(node))
}

struct Environment<'a> {
    cx: &'a Cx<'a>,
    document: &'a Value,
}

impl intrinsic::Environment for Environment<'_> {
    fn path(&self, path: &'static Path) -> Result<Cow<'_, Value>, Missing> {
        self.cx.find(self.document, path)
    }

    fn member(&self, path: &'static Path) -> Option<&Value> {
        at_once(self.document, path)
    }

    fn document(&self, path: &'static Path) -> Value {
        self.cx.document_of(self.document, path)
    }

    fn random(&self) -> u64 {
        self.cx.scene.random.next()
    }

    fn uuid(&self) -> String {
        self.cx.scene.random.uuid()
    }
}

#[cold]
fn intrinsic_failure(error: IntrinsicError) -> Failure {
    let name = if error.is_missing_argument() {
        names::RUNTIME
    } else {
        names::INTRINSIC_FAILURE
    };
    Failure::raised(name, error.to_string())
}

pub(super) fn invalid_path(path: &Path, missing: &Missing) -> Failure {
    Failure::runtime(format!("Invalid path '{}' : {missing}", path.text))
}

/// Whether the path starts from a document that is null: the service applies no path to it, not even `$`.
fn is_null(document: &Value, path: &Path) -> bool {
    path.root == Root::Document && document.is_null()
}

fn string(value: &Value) -> Option<String> {
    value.as_str().map(str::to_owned)
}
