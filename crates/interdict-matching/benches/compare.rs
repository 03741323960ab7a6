//! Cost of comparing two names: `cargo bench -p interdict-matching`.

use interdict_evidence::Side;
use interdict_matching::{Options, Subject, explain, score_entity};
use interdict_text::{NameKind, analyse};

const PAIRS: [(&str, &str, NameKind); 5] = [
    (
        "Vladimir Putin",
        "PUTIN, Vladimir Vladimirovich",
        NameKind::Person,
    ),
    (
        "Владимир Путин",
        "PUTIN, Vladimir Vladimirovich",
        NameKind::Person,
    ),
    (
        "John Smith",
        "Usama bin Muhammad bin Awad bin Ladin",
        NameKind::Person,
    ),
    (
        "Rosneft Oil Company",
        "OJSC Rosneft Oil Co.",
        NameKind::Organization,
    ),
    ("Zavod No. 3", "Zavod No. 30", NameKind::Organization),
];

fn main() {
    divan::main();
}

fn subjects(pair: usize) -> (Subject, Subject) {
    let (query, list, kind) = PAIRS[pair];
    (
        Subject::of_name(query, kind, analyse),
        Subject::of_name(list, kind, analyse),
    )
}

/// Both names prepared before.
#[divan::bench(args = [0, 1, 2, 3, 4])]
fn prepared(bencher: divan::Bencher<'_, '_>, pair: usize) {
    let (query, list) = subjects(pair);
    let (q, l) = (query.view(Side::Query), list.view(Side::List));
    let options = Options::default();
    bencher.bench_local(|| score_entity(&divan::black_box(&q).as_ref(), &l.as_ref(), &options));
}

/// From the texts of both names.
#[divan::bench(args = [0, 1, 2, 3, 4])]
fn from_text(bencher: divan::Bencher<'_, '_>, pair: usize) {
    let options = Options::default();
    bencher.bench_local(|| {
        let (query, list) = subjects(divan::black_box(pair));
        score_entity(
            &query.view(Side::Query).as_ref(),
            &list.view(Side::List).as_ref(),
            &options,
        )
    });
}

/// With reasons.
#[divan::bench(args = [0, 1, 2, 3, 4])]
fn explained(bencher: divan::Bencher<'_, '_>, pair: usize) {
    let (query, list) = subjects(pair);
    let options = Options::default();
    bencher.bench_local(|| explain(divan::black_box(&query), &list, &options));
}
