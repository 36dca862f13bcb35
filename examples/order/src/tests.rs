//! Tests of the workflow: mocks stand in for its tasks, and no time passes.

use std::time::Duration;

use asl_runtime::testing::{Mock, Test, TestError};
use asl_runtime::{Value, json};

use crate::order::{self, State};
use crate::shop::Shop;

fn input() -> Value {
    json!({
        "id": "o-1",
        "customer": { "name": "Ada", "email": "ada@example.com", "address": "12 St James's Square", "country": "GB" },
        "lines": [{ "shoe": "city-boot-44", "quantity": 1 }],
        "card": "visa-1111",
        "total": 18_900,
    })
}

fn approved() -> Mock {
    Mock::output(json!({ "status": "approved" }))
}

/// `ReserveInventory` and `ArrangeShipping` use `lambda:invoke`: these mocks are the payload of its response.
fn reserved() -> Mock {
    Mock::payload(json!({ "available": true, "missing": [] }))
}

fn shipped() -> Mock {
    Mock::payload(json!({ "carrier": "Royal Parcel", "parcel": "p-7" }))
}

fn done() -> Mock {
    Mock::output(())
}

#[test]
fn an_order_is_confirmed() -> Result<(), TestError> {
    let run = Test::new(&order::MACHINE)
        .mock(State::CheckPayment, [approved()])
        .mock(State::ReserveInventory, [reserved()])
        .mock(State::ArrangeShipping, [shipped()])
        .mock(State::SendConfirmation, [done()])
        .run(&input())?;

    assert_eq!(
        run.output(),
        Some(&json!({ "outcome": "confirmed", "parcel": "p-7" }))
    );
    assert_eq!(
        run.states(),
        [
            "CheckPayment",
            "PaymentApproved",
            "ReserveInventory",
            "InventoryAvailable",
            "ArrangeShipping",
            "SendConfirmation",
            "Confirmed",
        ]
    );
    assert_eq!(
        run.calls_of(State::CheckPayment),
        [json!({ "order": "o-1", "card": "visa-1111", "amount": 18_900 })]
    );
    Ok(())
}

#[test]
fn a_busy_bank_is_asked_again() -> Result<(), TestError> {
    let busy = || Mock::error("BankBusy", "try later");
    let run = Test::new(&order::MACHINE)
        .mock(State::CheckPayment, [busy(), busy(), approved()])
        .mock(State::ReserveInventory, [reserved()])
        .mock(State::ArrangeShipping, [shipped()])
        .mock(State::SendConfirmation, [done()])
        .run(&input())?;

    assert_eq!(run.status(), "SUCCEEDED");
    assert_eq!(run.calls_of(State::CheckPayment).len(), 3);
    // Two pauses of at most 1 and 2 seconds; full jitter makes them shorter.
    assert!(run.duration > Duration::ZERO && run.duration <= Duration::from_secs(3));
    Ok(())
}

#[test]
fn a_declined_card_ends_the_order() -> Result<(), TestError> {
    let run = Test::new(&order::MACHINE)
        .mock(
            "CheckPayment",
            [Mock::output(json!({ "status": "declined", "reason": "expired" }))],
        )
        .run(&input())?;

    assert_eq!(
        run.output(),
        Some(&json!({ "outcome": "declined", "reason": "expired" }))
    );
    Ok(())
}

#[test]
fn an_empty_shelf_returns_the_payment() -> Result<(), TestError> {
    let run = Test::new(&order::MACHINE)
        .mock(State::CheckPayment, [approved()])
        .mock(
            "ReserveInventory",
            [Mock::payload(
                json!({ "available": false, "missing": ["city-boot-44"] }),
            )],
        )
        .mock(State::ReturnPayment, [done()])
        .run(&input())?;

    assert_eq!(
        run.output(),
        Some(&json!({ "outcome": "outOfStock", "missing": ["city-boot-44"] }))
    );
    assert_eq!(run.calls_of(State::ReturnPayment), [json!({ "order": "o-1" })]);
    Ok(())
}

#[test]
fn anything_unexpected_refunds_the_payment_and_alerts_support() -> Result<(), TestError> {
    let run = Test::new(&order::MACHINE)
        .name("execution-1")
        .mock(State::CheckPayment, [approved()])
        .mock(State::ReserveInventory, [reserved()])
        .mock(
            "ArrangeShipping",
            [Mock::error("NoCarrier", "Nobody goes there.")],
        )
        .mock(State::RefundPayment, [done()])
        .mock(State::AlertSupport, [done()])
        .run(&input())?;

    assert_eq!(run.error(), Some("NeedsSupport"));
    assert_eq!(run.cause(), Some("NoCarrier: Nobody goes there."));
    let alert = json!({
        "to": "support@shoes.example",
        "subject": "Order o-1 needs you: NoCarrier",
        "text": "Nobody goes there. See execution execution-1.",
    });
    assert_eq!(run.calls_of(State::AlertSupport), [alert]);
    Ok(())
}

#[test]
fn a_bank_that_hangs_is_given_up_after_four_attempts() -> Result<(), TestError> {
    let run = Test::new(&order::MACHINE)
        .mock(
            "CheckPayment",
            [Mock::hang(), Mock::hang(), Mock::hang(), Mock::hang()],
        )
        .mock(State::RefundPayment, [done()])
        .mock(State::AlertSupport, [done()])
        .run(&input())?;

    assert_eq!(run.cause(), Some("States.Timeout: "));
    assert!(run.duration >= Duration::from_secs(40)); // four time-outs of 10 seconds, and pauses
    Ok(())
}

/// The real tasks on a database in memory; only the bank is mocked.
#[tokio::test]
async fn the_shelf_is_empty_after_the_last_pair() -> Result<(), TestError> {
    let shop = Shop::in_memory().unwrap();
    let machine = order::machine(shop.clone());
    let test = || Test::new(&order::MACHINE).mock(State::CheckPayment, [approved()]);

    let first = test().run_with(&machine, &input()).await?;
    assert_eq!(
        first.output(),
        Some(&json!({ "outcome": "confirmed", "parcel": "parcel-o-1" }))
    );
    let second = test().run_with(&machine, &input()).await?;
    assert_eq!(
        second.output(),
        Some(&json!({ "outcome": "outOfStock", "missing": ["city-boot-44"] }))
    );
    assert_eq!(shop.stock().unwrap()[0], ("city-boot-44".to_owned(), 0));
    Ok(())
}
