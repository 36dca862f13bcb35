#[path = "../build/expressions.rs"]
mod expressions;
#[path = "../build/random.rs"]
mod random;
use std::fmt::Write;
fn main() {
    let seed: u64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let count: usize = std::env::args().nth(2).unwrap().parse().unwrap();
    let mut es = expressions::Expressions::new(seed);
    let mut rnd = beside_jsonata_core::random::Random(seed + 1000);
    let mut out = String::new();
    for i in 0..count {
        let e = es.any(1 + i % 4);
        let docs: Vec<String> = (0..6)
            .map(|_| beside_jsonata_core::documents::document(&mut rnd))
            .collect();
        for d in docs {
            let t = beside_jsonata_core::theirs::evaluate(&e, &d);
            writeln!(out, "{e}\u{1}{d}\u{1}{t}").unwrap();
        }
    }
    print!("{out}");
}
