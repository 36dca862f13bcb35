//! What executions leave behind, and what they hold while they wait, by the bytes that this thread has allocated and not
//! freed.

use std::convert::Infallible;
use std::future;
use std::sync::Mutex;

use allocation_counter::measure;
use asl_runtime::{
    Callback, Callbacks, ExecutionError, Machine, TaskContext, TaskError, Value, asl, json, tasks,
};
use tokio::runtime::{Builder, Runtime};

asl!("../workloads/choice_loop_jsonata.asl.json");
asl!("../workloads/in_flight.asl.json");
asl!("../workloads/map1000.asl.json");
asl!("../workloads/map1000_jsonata.asl.json");
asl!("../workloads/order.asl.json");
asl!("../workloads/parallel10.asl.json");

/// Tasks that answer at once, or fail.
struct Shop {
    fails: bool,
}

#[tasks]
impl choice_loop_jsonata::Tasks for Shop {}
#[tasks]
impl map1000::Tasks for Shop {}
#[tasks]
impl map1000_jsonata::Tasks for Shop {}
#[tasks]
impl parallel10::Tasks for Shop {}

#[tasks]
impl order::Tasks for Shop {
    async fn check_payment(&self, input: Value) -> Result<Value, TaskError> {
        Ok(input)
    }
    async fn reserve_inventory(&self, input: Value) -> Result<Value, TaskError> {
        if self.fails {
            return Err(TaskError::new("InventoryBusy", "all hands are full"));
        }
        Ok(input)
    }
    async fn arrange_shipping(&self, input: Value) -> Result<Value, TaskError> {
        Ok(input)
    }
    async fn send_confirmation(&self, input: Value) -> Result<Value, TaskError> {
        Ok(input)
    }
    async fn notify_failure(&self, input: Value) -> Result<Value, TaskError> {
        Ok(input)
    }
}

/// Tasks that never answer, and one whose answer comes by its token.
#[derive(Default)]
struct Never {
    asked: Mutex<Option<Callback>>,
}

#[tasks]
impl in_flight::Tasks for Never {
    async fn call(&self, _: Value) -> Result<Value, Infallible> {
        future::pending().await
    }
    async fn call_in_time(&self, _: Value) -> Result<Value, Infallible> {
        future::pending().await
    }
    async fn ask(&self, _: Value, context: &TaskContext) -> Result<Value, Infallible> {
        *self.asked.lock().expect("nobody panics") = Some(context.callback());
        Ok(Value::Null)
    }
}

/// A runtime with simulated time.
fn runtime() -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime starts")
}

/// Bytes that are left of running this once more. The first times make what is made once for the whole thread.
fn left_behind(mut run: impl FnMut()) -> i64 {
    run();
    run();
    measure(run).bytes_current
}

fn left_by_machine<C: asl_runtime::Caller>(machine: &Machine<C>, input: &Value, is_well: bool) -> i64 {
    let runtime = runtime();
    left_behind(|| {
        let output: Result<Value, ExecutionError> = runtime.block_on(machine.run(input));
        assert_eq!(output.is_ok(), is_well);
    })
}

#[test]
fn a_finished_execution_leaves_nothing_behind() {
    let shop = || Shop { fails: false };
    let order: Value = include_str!("../workloads/order.input.json")
        .parse()
        .expect("it is JSON");
    let items: Value = include_str!("../workloads/map1000.input.json")
        .parse()
        .expect("it is JSON");
    assert_eq!(left_by_machine(&order::machine(shop()), &order, true), 0, "order");
    assert_eq!(
        left_by_machine(&order::machine(Shop { fails: true }), &order, false),
        0,
        "failed order"
    );
    assert_eq!(
        left_by_machine(&map1000::machine(shop()), &items, true),
        0,
        "map1000"
    );
    assert_eq!(
        left_by_machine(&map1000_jsonata::machine(shop()), &items, true),
        0,
        "map1000 in JSONata"
    );
    assert_eq!(
        left_by_machine(&choice_loop_jsonata::machine(shop()), &json!({}), true),
        0,
        "variables"
    );
    assert_eq!(
        left_by_machine(&parallel10::machine(shop()), &order, true),
        0,
        "parallel10"
    );
}

#[test]
fn an_execution_that_waited_leaves_nothing_behind() {
    let machine = |callbacks: &Callbacks| in_flight::machine(Never::default()).with_callbacks(callbacks);
    let callbacks = Callbacks::new();
    for (waits, is_well) in [
        ("for time", true),
        ("for branches", true),
        // Until the execution has taken too long.
        ("for a task", false),
        ("for a task with a time limit", false),
        ("for a task token", false),
    ] {
        let left = left_by_machine(&machine(&callbacks), &json!({ "waits": waits }), is_well);
        assert_eq!(left, 0, "{waits}");
    }
}

#[test]
fn an_answer_by_token_leaves_nothing_behind() {
    let tasks = Never::default();
    let machine = in_flight::shared_machine(&tasks).with_callbacks(&Callbacks::new());
    let runtime = runtime();
    let left = left_behind(|| {
        runtime.block_on(async {
            let input = json!({ "waits": "for a task token" });
            let answer = async {
                tokio::time::sleep(std::time::Duration::from_secs(1)).await;
                let callback = tasks.asked.lock().expect("nobody panics").take();
                callback.expect("it was asked").success(&7).expect("it is open");
            };
            let (output, ()) = tokio::join!(machine.run::<_, i64>(&input), answer);
            assert_eq!(output.expect("it is answered"), 7);
        });
    });
    assert_eq!(left, 0);
}

#[test]
fn an_execution_that_is_dropped_leaves_nothing_behind() {
    let machine = in_flight::machine(Never::default()).with_callbacks(&Callbacks::new());
    let runtime = runtime();
    for waits in ["for time", "for a task", "for a task token", "for branches"] {
        let left = left_behind(|| {
            runtime.block_on(async {
                let input = json!({ "waits": waits });
                let execution = machine.run::<_, Value>(&input);
                let second = std::time::Duration::from_secs(1);
                assert!(tokio::time::timeout(second, execution).await.is_err(), "{waits}");
            });
        });
        assert_eq!(left, 0, "{waits}");
    }
}

/// Without what the allocator and tokio's tasks add.
#[test]
fn an_execution_in_flight_is_small() {
    const COUNT: usize = 1000;
    let machine = in_flight::machine(Never::default()).with_callbacks(&Callbacks::new());
    let runtime = runtime();
    for (waits, most) in [
        ("for time", 1150),
        ("for a task", 1550),
        ("for a task with a time limit", 1550),
        ("for a task token", 1600),
        ("for branches", 1700),
    ] {
        let input = json!({ "waits": waits });
        let mut executions: Vec<_> = (0..COUNT)
            .map(|_| Box::pin(machine.run::<_, Value>(&input)))
            .collect();
        let future = size_of_val(&*executions[0]);
        let held = measure(|| {
            runtime.block_on(async {
                let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
                for execution in &mut executions {
                    assert!(execution.as_mut().poll(&mut cx).is_pending());
                }
            });
        });
        let bytes = future + usize::try_from(held.bytes_current).expect("more than nothing") / COUNT;
        assert!(bytes <= most, "{waits}: {bytes} bytes");
    }
}
