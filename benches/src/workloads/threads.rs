//! Independent orders on one thread and on two.

use std::thread;

use super::order::{self, Completed, Order, Shop};
use super::{Must, Program, Workload, runtime};
use crate::report::OURS;

pub(super) fn workloads() -> Vec<Workload> {
    vec![workload("1 thread", 1), workload("2 threads", 2)]
}

/// Wall time of an order, when so many threads work on them.
fn workload(variant: &'static str, threads: usize) -> Workload {
    let programs = vec![Program {
        name: OURS,
        run: Box::new(move |count| {
            let machine = order::order::machine(Shop);
            let order: Order = serde_json::from_str(order::INPUT).must();
            thread::scope(|scope| {
                for _ in 0..threads {
                    scope.spawn(|| {
                        runtime().block_on(async {
                            for _ in 0..count.div_ceil(threads) {
                                let completed = machine.run::<_, Completed>(&order).await;
                                std::hint::black_box(completed.must());
                            }
                        });
                    });
                }
            });
        }),
    }];
    Workload {
        wall: true,
        ..Workload::new("threads", variant, programs)
    }
}
