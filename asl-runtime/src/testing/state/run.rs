//! Running one state: its function is called as an execution would call it.

use std::sync::Arc;

use futures_util::FutureExt;

use super::{ErrorDetails, Inspection, InspectionLevel, Refusal, StateRun, StateStatus, StateTest, context};
use crate::machine::{
    Batcher, Cx, DistributedMap, ExecutionInfo, Failure, InputItems, Inspector, Item, ItemFormat, ItemReader,
    ItemSource, MapRunStep, On, Origin, ReadItem, Run, Scene, Seed, Settings, StateId, StateInfo, StateKind,
    Step,
};
use crate::objects::{MemoryObjects, read_all};
use crate::testing::START;
use crate::value::object;
use crate::{Object, Value};

/// Runs a state that may be run.
pub(super) fn run(test: &StateTest, state: StateId) -> Result<StateRun, Refusal> {
    let now = START;
    let info = ExecutionInfo::new(
        test.program,
        false,
        Settings::standard().owner,
        None,
        Seed([0, 0]),
        now,
        test.input.clone(),
    );
    let state_info = &test.program.states[usize::from(state)];
    let mut run = Run::new(state, test.input.clone(), now);
    run.retries().push(test.retry_count);
    for (slot, name) in test.program.variables.iter().enumerate() {
        if let Some(value) = test.variables.as_ref().and_then(|variables| variables.get(name)) {
            run.variables.set(slot, value.clone());
        }
    }
    let given = test.context.clone();
    let mut one = One {
        test,
        state: state_info,
        inspector: Inspector::new(given.unwrap_or_else(|| context::default(test, &info, state_info.kind))),
        info,
        run,
        inspection: Inspection::default(),
    };
    let result = one.whole();
    Ok(one.finish(result?))
}

/// How a state ended, but for what was seen on the way.
enum End {
    Left {
        output: Value,
        next: Option<StateId>,
    },
    Retriable(Failure),
    Caught {
        failure: Failure,
        output: Value,
        next: Option<StateId>,
    },
    Failed(Failure),
}

/// A state and all that it runs with.
struct One<'t> {
    test: &'t StateTest,
    state: &'static StateInfo,
    info: ExecutionInfo,
    run: Run,
    inspector: Inspector,
    inspection: Inspection,
}

impl One<'_> {
    fn whole(&mut self) -> Result<End, Refusal> {
        let step = match self.call(On::Enter, None) {
            Ok(step) => step,
            Err(failure) => return Ok(self.recover(failure)),
        };
        let result = match step {
            Step::Exit { .. } => return Ok(self.exit(step)),
            Step::Fail { error, cause } => return Ok(End::Failed(Failure::given(error, cause))),
            Step::Wait(_) => self.call(On::Woke, None),
            Step::Task(task) => {
                let input = task.input.into_value();
                self.inspection.after_parameters = Some(input.clone());
                self.inspection.after_arguments = self.state.jsonata.then_some(input);
                self.inspection.after_input_path = Some(self.effective_input());
                self.answer()
            }
            Step::Map {
                items,
                max_concurrency,
                ..
            } => {
                self.inspection.max_concurrency = Some(max_concurrency);
                self.inspection.after_input_path = Some(self.effective_input());
                self.inspection.after_items_path = Some(items.clone());
                let items = items_in(&items, true);
                self.check_failure_count(items.len())?;
                self.select_items(items).and_then(|_| self.answer())
            }
            Step::DistributedMap { items } => match self.map_run(items.as_ref())? {
                Ok(()) => self.answer(),
                Err(failure) => Err(failure),
            },
            _ => self.answer(),
        };
        Ok(match result {
            Ok(step) => self.exit(step),
            Err(failure) => self.recover(failure),
        })
    }

    /// A distributed Map up to its children. Items that a reader would read are there if they have been given.
    fn map_run(&mut self, items: Option<&Value>) -> Result<Result<(), Failure>, Refusal> {
        let settings = match self.call(On::MapRun, None) {
            Ok(Step::MapRun(settings)) => *settings,
            Ok(_) => return Ok(Err(Failure::runtime("the state gave no Map Run"))),
            Err(failure) => return Ok(Err(failure)),
        };
        self.inspection.max_concurrency = Some(settings.max_concurrency);
        self.inspection.tolerated_failure_count = settings.tolerated_failure_count;
        self.inspection.tolerated_failure_percentage = settings.tolerated_failure_percentage;
        self.inspection.after_input_path = Some(self.effective_input());
        let items = match items {
            Some(items) => {
                self.inspection.after_items_path = Some(items.clone());
                items_in(items, false)
            }
            None => match self.read_items(&settings) {
                Some(Ok(items)) => items,
                Some(Err(cause)) => return Ok(Err(Failure::item_reader(cause))),
                None => return Ok(Ok(())),
            },
        };
        self.check_failure_count(items.len())?;
        let failed = u64::from(self.test.map_iteration_failure_count.unwrap_or(0));
        let tolerance = settings.tolerance();
        // Without a threshold the service lets the mock say what came of failures.
        if tolerance.has_threshold() && tolerance.is_exceeded(failed, Some(items.len() as u64)) {
            return Ok(Err(Failure::threshold()));
        }
        Ok(self
            .select_items(items)
            .and_then(|inputs| self.batch(inputs, settings)))
    }

    /// The inputs of the children, if items are batched.
    fn batch(&mut self, inputs: Vec<Value>, settings: MapRunStep) -> Result<(), Failure> {
        if !matches!(self.state.kind, StateKind::DistributedMap(map) if map.batches) {
            return Ok(());
        }
        let mut batcher = Batcher::new(
            settings.max_items_per_batch,
            settings.max_input_bytes_per_batch,
            settings.batch_input,
            Settings::PAYLOAD_LIMIT,
        );
        let mut batches = Vec::new();
        for input in inputs {
            batches.extend(batcher.add(input).map_err(Failure::item_too_large)?);
        }
        batches.extend(batcher.close());
        let batches = batches.into_iter().map(|batch| batch.input);
        self.inspection.after_item_batcher = Some(Value::from(batches.collect::<Vec<_>>()));
        Ok(())
    }

    /// What the `ItemReader` would read, if its data have been given.
    fn read_items(&mut self, settings: &MapRunStep) -> Option<Result<Vec<Item>, String>> {
        let StateKind::DistributedMap(DistributedMap {
            reader: Some(reader), ..
        }) = self.state.kind
        else {
            return None;
        };
        let data = self.test.map_item_reader_data.as_ref()?;
        let most = settings
            .max_items
            .and_then(|items| usize::try_from(items).ok())
            .filter(|items| *items > 0)
            .unwrap_or(usize::MAX);
        let format = match *reader {
            ItemReader::Object(format)
            | ItemReader::ListedObjects(format)
            | ItemReader::AthenaData(format) => format,
            ItemReader::Listing | ItemReader::Inventory => ItemFormat::Json { pointer: None },
        };
        let parameter = |name: &str| {
            let value = settings
                .reader
                .as_ref()
                .and_then(|parameters| parameters.get(name));
            value.and_then(Value::as_str).unwrap_or_default()
        };
        let (bucket, key) = (parameter("Bucket"), parameter("Key"));
        let store = MemoryObjects::new().object(bucket, key, data.as_str());
        let source = ItemSource {
            reader: ItemReader::Object(format),
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            // The data are given, whatever their version.
            version: None,
            jsonata: self.state.jsonata,
        };
        // Nothing is waited for: the data are in memory.
        let read = read_all(&store, &source).now_or_never()?;
        let item = |(index, item): (usize, ReadItem)| {
            let origin = Origin {
                key: item.key,
                source: match reader {
                    ItemReader::Listing => Arc::from(format!("S3://{bucket}")),
                    _ => item.source,
                },
            };
            Item::from_origin(index, item.value, origin)
        };
        let read = match read {
            Ok(read) => read,
            Err(cause) => return Some(Err(cause)),
        };
        if let ItemFormat::Json { pointer: Some(_) } = format {
            self.inspection.after_items_pointer = Some(container(&read));
        }
        Some(Ok(read.into_iter().take(most).enumerate().map(item).collect()))
    }

    /// Calls the state's function.
    fn call(&mut self, on: On, item: Option<&Item>) -> Result<Step, Failure> {
        let random = self.info.random();
        let mut input = std::mem::take(&mut self.run.input);
        let scene = Scene {
            info: &self.info,
            random: &random,
            now: START,
        };
        let mut cx = Cx::new(&scene, self.state, &self.run, &mut input, item).inspected(&self.inspector);
        let result = (self.state.run)(&mut cx, on);
        self.run.input = input;
        result.map(|step| step.with_input(|| self.run.input.clone()))
    }

    /// Gives the state what its task, its branches or its iterations are mocked to come to.
    fn answer(&mut self) -> Result<Step, Failure> {
        if let Some((error, cause)) = &self.test.mocked.failure {
            return Err(Failure::given(error.clone(), cause.clone()));
        }
        let Some(Ok(result)) = &self.test.mocked.result else {
            return Err(Failure::runtime("There is no mock for what the state calls."));
        };
        if self.state.kind.is_task() {
            self.inspection.result = Some(result.clone());
        }
        self.inspection.after_result_selector = Some(result.clone());
        self.call(On::Result(result.clone()), None)
    }

    /// The inputs of a Map's iterations.
    fn select_items(&mut self, items: Vec<Item>) -> Result<Vec<Value>, Failure> {
        let mut inputs = Vec::new();
        let mut selects = false;
        for item in items {
            match self.call(On::Item, Some(&item))? {
                Step::Item(input) => {
                    selects = true;
                    inputs.push(input);
                }
                Step::PlainItem => inputs.push(item.input()),
                _ => return Err(Failure::runtime("the state gave no item")),
            }
        }
        if selects {
            self.inspection.after_item_selector = Some(Value::from(inputs.clone()));
        }
        Ok(inputs)
    }

    fn check_failure_count(&self, items: usize) -> Result<(), Refusal> {
        let failing = self.test.map_iteration_failure_count.unwrap_or(0);
        if usize::try_from(failing).is_ok_and(|failing| failing <= items) {
            return Ok(());
        }
        Err(Refusal::validation(
            "Map iteration failure count must be less than or equal to the number of Map iterations",
        ))
    }

    /// The state is left.
    fn exit(&mut self, step: Step) -> End {
        let Step::Exit { output, assign, next } = step else {
            return End::Failed(Failure::runtime("the state did not come to an end"));
        };
        if let Some(failure) = self.too_large(&output, assign.as_deref()) {
            return End::Failed(failure);
        }
        let seen = self.inspector.seen();
        let inspection = &mut self.inspection;
        if matches!(self.state.kind, StateKind::Pass) {
            inspection.result = seen.result.clone();
            if seen.result.is_none() {
                let input = seen.input.clone().unwrap_or_else(|| self.test.input.clone());
                inspection.after_parameters = Some(seen.parameters.unwrap_or_else(|| input.clone()));
                inspection.after_input_path = Some(input);
            }
            inspection.after_result_selector = seen.result.or(inspection.after_parameters.clone());
        }
        if let Some(selected) = seen.selected {
            inspection.after_result_selector = Some(selected);
        }
        if inspection.after_result_selector.is_some() {
            inspection.after_result_path = Some(seen.document.unwrap_or_else(|| output.clone()));
        }
        for (slot, value) in assign.into_iter().flatten() {
            self.run.variables.set(slot, value);
        }
        End::Left { output, next }
    }

    /// Asks the retriers, then the catchers.
    fn recover(&mut self, failure: Failure) -> End {
        // What came of the result is no part of a failure.
        self.inspection.result = None;
        self.inspection.after_result_selector = None;
        if failure.is_fatal() {
            return End::Failed(failure);
        }
        let mut details = ErrorDetails::default();
        let mut retriers = self.state.retry.iter();
        details.retry_index = retriers.position(|retrier| failure.matches(retrier.error_equals));
        if let Some(retrier) = details.retry_index.and_then(|index| self.state.retry.get(index))
            && self.test.retry_count < retrier.max_attempts
        {
            let random = self.info.random();
            let delay = retrier.delay_millis(self.test.retry_count + 1, || random.uniform());
            details.retry_backoff_interval_seconds = Some(u32::try_from(delay / 1000).unwrap_or(u32::MAX));
            self.inspection.error_details = Some(details);
            return End::Retriable(failure);
        }
        let mut catchers = self.state.catch.iter();
        details.catch_index = catchers.position(|names| failure.matches(names));
        if details != ErrorDetails::default() {
            self.inspection.error_details = Some(details);
        }
        let Some(index) = details.catch_index else {
            return End::Failed(failure);
        };
        // There are fewer catchers than the definition has bytes.
        match self.call(On::Caught(index as u32, failure.error_output()), None) {
            Ok(Step::Exit { output, assign, next }) => {
                if let Some(failure) = self.too_large(&output, assign.as_deref()) {
                    return End::Failed(failure);
                }
                for (slot, value) in assign.into_iter().flatten() {
                    self.run.variables.set(slot, value);
                }
                End::Caught {
                    failure,
                    output,
                    next,
                }
            }
            Ok(_) => End::Failed(Failure::runtime("the catcher led nowhere")),
            Err(failure) => End::Failed(failure),
        }
    }

    /// What an output that no state may have, or variables that none may assign, come to.
    fn too_large(&self, output: &Value, assign: Option<&[(usize, Value)]>) -> Option<Failure> {
        let assigned = assign.into_iter().flatten();
        let bytes = assigned.map(|(_, value)| value.measure().bytes).sum::<usize>();
        let largest = bytes.max(output.measure().bytes);
        (largest > Settings::PAYLOAD_LIMIT).then(|| Failure::data_limit(self.state.name))
    }

    fn effective_input(&self) -> Value {
        self.inspector
            .seen()
            .input
            .unwrap_or_else(|| self.test.input.clone())
    }

    fn finish(mut self, end: End) -> StateRun {
        let (status, output, next, failure) = match end {
            End::Left { output, next } => (StateStatus::Succeeded, Some(output), next, None),
            End::Retriable(failure) => (StateStatus::Retriable, None, None, Some(failure)),
            End::Caught {
                failure,
                output,
                next,
            } => (StateStatus::CaughtError, Some(output), next, Some(failure)),
            End::Failed(failure) => (StateStatus::Failed, None, None, Some(failure)),
        };
        let (error, cause) = failure.map(Failure::into_parts).unwrap_or_default();
        let inspection = (self.test.level > InspectionLevel::Info).then(|| {
            self.inspection.input = Some(self.test.input.clone());
            if matches!(
                self.state.kind,
                StateKind::Choice | StateKind::Wait | StateKind::Succeed | StateKind::Fail
            ) {
                self.inspection.after_input_path = Some(self.effective_input());
            }
            self.inspection.variables = self.variables();
            let inspection = std::mem::take(&mut self.inspection);
            Box::new(if self.state.jsonata {
                inspection.of_jsonata()
            } else {
                inspection
            })
        });
        StateRun {
            status,
            output,
            error,
            cause,
            next_state: next.map(|next| self.test.program.states[usize::from(next)].name),
            inspection,
        }
    }

    /// The variables that were given and those that the state assigned.
    fn variables(&self) -> Option<Value> {
        let mut variables = self.test.variables.clone().unwrap_or_else(|| object([]));
        let Value::Object(members) = &mut variables else {
            return None;
        };
        for (slot, name) in self.test.program.variables.iter().enumerate() {
            if let Some(value) = self.run.variables.get(slot) {
                members.insert(*name, value.clone());
            }
        }
        let none = members.is_empty();
        (!none).then_some(variables)
    }
}

/// The items of a Map, from its input.
fn items_in(items: &Value, is_inline: bool) -> Vec<Item> {
    if let (Value::Array(items), true) = (items, is_inline) {
        return (0..items.len())
            .map(|index| Item::among(items.clone(), index))
            .collect();
    }
    let mut items = InputItems::new(items.clone());
    let mut found = Vec::new();
    while let Some(item) = items.next(found.len()) {
        found.push(item);
    }
    found
}

/// The array or object that items were read from.
fn container(items: &[ReadItem]) -> Value {
    let values = items.iter().map(|item| item.value.clone());
    let keys = items.iter().map(|item| item.key.as_deref());
    match keys.collect::<Option<Vec<_>>>() {
        Some(keys) if !keys.is_empty() => {
            let mut members = Object::with_capacity(items.len());
            for (key, value) in keys.into_iter().zip(values) {
                members.insert(key, value);
            }
            Value::Object(members)
        }
        _ => Value::from(values.collect::<Vec<_>>()),
    }
}
