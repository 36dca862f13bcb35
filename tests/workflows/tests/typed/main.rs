//! Published workflows with typed tasks, as a service would have them: the flow of data between all states is checked
//! when this compiles, and each workflow runs to its end.

#[cfg(not(workflows))]
#[test]
fn skipped() {
    eprintln!("SKIPPED: there are no published workflows to run");
}

#[cfg(workflows)]
mod approval;
#[cfg(workflows)]
mod aws;
#[cfg(workflows)]
mod booking;
#[cfg(workflows)]
mod checkout;
#[cfg(workflows)]
mod coffee;
#[cfg(workflows)]
mod fulfillment;
#[cfg(workflows)]
mod identity;
#[cfg(workflows)]
mod messages;
#[cfg(workflows)]
mod pages;
#[cfg(workflows)]
mod saga;
#[cfg(workflows)]
mod scatter;
#[cfg(workflows)]
mod sentiment;
#[cfg(workflows)]
mod speech;
#[cfg(workflows)]
mod stocks;
#[cfg(workflows)]
mod travel;
