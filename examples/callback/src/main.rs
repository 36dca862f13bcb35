//! Tasks that somebody else answers: an approval by token, an activity whose worker polls for work, and a nested
//! execution of another machine. `cargo run -p callback`

use std::time::Duration;

use asl_runtime::{
    Activities, CallbackError, Callbacks, ExecutionError, TaskContext, TaskError, asl, json, tasks,
};
use serde::Deserialize;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::sleep;

asl!("refund.asl.json");
asl!("payment.asl.json");

#[derive(Deserialize)]
struct Message {
    #[serde(rename = "MessageBody")]
    body: Question,
}

/// What lies in the approver's queue. The token is all it takes to answer.
#[derive(Deserialize)]
struct Question {
    order: String,
    token: String,
}

struct Office {
    approvals: UnboundedSender<Question>,
}

#[tasks]
impl refund::Tasks for Office {
    /// Only asks: the answer comes by token.
    async fn ask_for_approval(&self, message: Message) -> Result<(), TaskError> {
        Ok(self.approvals.send(message.body)?)
    }

    async fn inspect_return(&self, _: String) -> Result<String, TaskError> {
        Err(TaskError::new("NotHere", "workers poll for it"))
    }

    async fn pay(&self, _: asl_runtime::Value) -> Result<(), TaskError> {
        Err(TaskError::new("NotHere", "another machine does it"))
    }
}

#[derive(Deserialize)]
struct Payment {
    order: String,
    by: String,
}

struct Bank;

#[tasks]
impl payment::Tasks for Bank {
    async fn transfer(&self, payment: Payment, cx: &TaskContext) -> Result<String, TaskError> {
        let Payment { order, by } = payment;
        println!("  {} pays for {order}, as {by} says", cx.execution().machine());
        Ok(format!("receipt of {order}"))
    }
}

/// Answers what is asked: in another task here, it could be in a web server's handler.
async fn approve(mut questions: UnboundedReceiver<Question>) -> Result<(), CallbackError> {
    let callbacks = Callbacks::shared();
    while let Some(Question { order, token }) = questions.recv().await {
        println!("  somebody looks at {order}");
        sleep(Duration::from_millis(200)).await;
        if order == "o-2" {
            callbacks.send_task_failure(&token, Some("Denied"), Some("the shoes were worn"))?;
        } else {
            callbacks.send_task_success(&token, &json!({ "by": "Ada" }))?;
        }
        let again = callbacks.send_task_success(&token, &json!({ "by": "Bob" }));
        println!(
            "  a second answer: {}",
            again.map_or_else(|error| error.to_string(), |()| "taken".to_owned())
        );
    }
    Ok(())
}

/// A worker: takes one task after the other, and says that it is alive while it works.
async fn inspect(activities: Activities) -> Result<(), CallbackError> {
    loop {
        let task = activities.next_task("inspect", "worker-1").await;
        println!("  worker-1 inspects {}", task.value());
        for _ in 0..3 {
            sleep(Duration::from_millis(100)).await;
            task.heartbeat()?;
        }
        task.success("as new")?;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let activities = Activities::new();
    let (approvals, questions) = unbounded_channel();
    tokio::spawn(approve(questions));
    tokio::spawn(inspect(activities.clone()));

    let refunds = refund::machine(Office { approvals })
        .with_activities(&activities)
        .with_machine("Payment", payment::machine(Bank));
    for order in ["o-1", "o-2"] {
        println!("refund of {order}");
        let refund: Result<asl_runtime::Value, ExecutionError> =
            refunds.run(&json!({ "order": order })).await;
        match refund {
            Ok(refund) => println!("  {refund}"),
            Err(error) => println!("  {error}"),
        }
    }
}
