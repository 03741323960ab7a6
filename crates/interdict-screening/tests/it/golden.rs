//! Whoever changes name analysis, evidence or the scorer moves its version: segments of another
//! version are built again, and scores of another version are known as such.
//!
//! `golden.tsv` holds a digest per version over what a fixed corpus gives. When a digest no longer
//! fits, either the change was not meant, or its version constant goes up by one and the new digest
//! is added: `INTERDICT_BLESS=1 cargo test -p interdict-screening --test it golden` does that once
//! the constant has moved. Lines of older versions stay.

use std::fmt::Write as _;

use interdict_evidence::{Side, joined, prepare, similarity};
use interdict_index::{ANALYSIS_VERSION, EVIDENCE_VERSION};
use interdict_matching::{Options, SCORER_VERSION, Subject, explain};
use interdict_synthetic::population::{Mix, made};
use interdict_synthetic::{Kind, Random, disguise};
use interdict_text::{NameKind, analyse};
use sha2::{Digest, Sha256};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/golden.tsv");

/// Names by hand, for what made-up names lack.
const BY_HAND: &[(&str, NameKind)] = &[
    ("PUTIN, Vladimir Vladimirovich", NameKind::Person),
    ("Владимир Владимирович Путин", NameKind::Person),
    ("فلاديمير بوتين", NameKind::Person),
    ("弗拉基米尔·普京", NameKind::Person),
    ("블라디미르 푸틴", NameKind::Person),
    ("ウラジーミル・プーチン", NameKind::Person),
    ("Βλαντιμίρ Πούτιν", NameKind::Person),
    ("ולדימיר פוטין", NameKind::Person),
    ("Usama bin Muhammad bin Awad bin Ladin", NameKind::Person),
    ("'Abd al-Rahman al-Shaykh", NameKind::Person),
    ("J. R. Smith-Jones Jr.", NameKind::Person),
    ("María de los Ángeles García Pérez", NameKind::Person),
    ("KIM Jong Un", NameKind::Person),
    ("Nguyễn Phú Trọng", NameKind::Person),
    ("Bill Clinton a.k.a. William J. Clinton", NameKind::Person),
    ("OOO Zavod No. 3", NameKind::Organization),
    ("Plant III LLC", NameKind::Organization),
    (
        "National Iranian Oil Company (NIOC)",
        NameKind::Organization,
    ),
    ("Banco Santander Chile, S.A.", NameKind::Organization),
    ("华为技术有限公司", NameKind::Organization),
    ("OCEAN STAR 3", NameKind::Object),
    ("Payment invoice 3381 Gazprombank", NameKind::Any),
];

fn corpus() -> Vec<(String, NameKind)> {
    let by_hand = BY_HAND
        .iter()
        .map(|(name, kind)| ((*name).to_owned(), *kind));
    let made_up = (0..400).flat_map(|i| {
        let made = made(3, i, Mix::default());
        let mut random = Random::of_item(4, i);
        let spoilt = random
            .one(Kind::ALL)
            .and_then(|way| disguise(&made.name, made.kind, *way, &mut random.clone()));
        [Some(made.name), spoilt]
            .into_iter()
            .flatten()
            .map(move |name| (name, made.kind))
    });
    by_hand.chain(made_up).collect()
}

fn digest(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().take(16).fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn check(what: &str, constant: &str, version: u32, found: &str) {
    let file = std::fs::read_to_string(FILE).unwrap();
    let line = |version: u32| format!("{what}\t{version}\t");
    let known = file
        .lines()
        .find_map(|l| l.strip_prefix(line(version).as_str()));
    if known == Some(found) {
        return;
    }
    if known.is_none() && std::env::var_os("INTERDICT_BLESS").is_some() {
        std::fs::write(FILE, format!("{file}{}{found}\n", line(version))).unwrap();
        return;
    }
    panic!(
        "{what} gives other results than version {version} did ({found}, not {known:?}). If that is \
         meant, raise {constant} by one, name the change in CHANGELOG.md, and run the tests once with \
         INTERDICT_BLESS=1; segments of the older version are then built again."
    );
}

#[test]
fn analysis_keeps_its_version() {
    let all = corpus()
        .iter()
        .fold(String::new(), |mut out, (name, kind)| {
            let _ = writeln!(out, "{:?}", analyse(name, *kind));
            out
        });
    check(
        "analysis",
        "interdict_index::ANALYSIS_VERSION",
        ANALYSIS_VERSION,
        &digest(&all),
    );
}

#[test]
fn evidence_keeps_its_version() {
    // Weights and folds of each token, and how alike neighbours in the sorted corpus are.
    let mut names: Vec<_> = corpus()
        .iter()
        .map(|(name, kind)| prepare(&analyse(name, *kind), *kind))
        .collect();
    names.sort_by_cached_key(|name| format!("{name:?}"));
    let mut all = String::new();
    for pair in names.windows(2) {
        let _ = writeln!(all, "{:?}", pair[0]);
        let (Some(a), Some(b)) = (pair[0].readings.first(), pair[1].readings.first()) else {
            continue;
        };
        let (a, b) = (a.as_ref(Side::Query), b.as_ref(Side::List));
        for x in &a.tokens {
            for y in &b.tokens {
                let _ = writeln!(all, "{:?}", similarity(x, y));
            }
        }
        for run in a.tokens.windows(2) {
            let parts: Vec<_> = run.iter().collect();
            for y in &b.tokens {
                let _ = writeln!(all, "{:?}", joined(&parts, y));
            }
        }
    }
    check(
        "evidence",
        "interdict_index::EVIDENCE_VERSION",
        EVIDENCE_VERSION,
        &digest(&all),
    );
}

#[test]
fn the_scorer_keeps_its_version() {
    let subjects: Vec<_> = corpus()
        .iter()
        .map(|(name, kind)| Subject::of_name(name, *kind, analyse))
        .collect();
    let mut all = String::new();
    for step in [1, 2, 7] {
        for (a, b) in subjects.iter().zip(subjects.iter().skip(step)) {
            let account = explain(a, b, &Options::default());
            let _ = writeln!(all, "{:?} {}", account.scored, account.sentence);
        }
    }
    check(
        "scorer",
        "interdict_matching::SCORER_VERSION",
        SCORER_VERSION,
        &digest(&all),
    );
}
