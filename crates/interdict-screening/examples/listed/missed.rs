//! Names of one entity that the scorer takes for names of two.

use std::collections::BTreeMap;
use std::sync::Arc;

use interdict_evidence::NameClass;
use interdict_index::Segment;
use interdict_matching::{Conflict, Explanation, Options, Subject, explain};
use interdict_text::analyse;

use crate::{Outcome, sample};

/// Pairs that are written.
const WRITTEN: usize = 1_000;

struct Pair {
    reason: &'static str,
    id: String,
    primary: String,
    other: String,
    account: Explanation,
}

pub(crate) fn run(segments: &[Arc<Segment>], out: &str) -> Outcome<()> {
    let mut missed = Vec::new();
    let mut compared = 0_u64;
    for segment in segments {
        let view = segment.view();
        for entity in 0..view.entity_count() {
            let names = view.names_of(entity)?;
            let Some(primary) = names.clone().next() else {
                continue;
            };
            let primary = view.name(primary)?;
            for other in names.skip(1) {
                let other = view.name(other)?;
                if other.class == NameClass::Weak || other.text == primary.text {
                    continue;
                }
                compared += 1;
                let query = Subject::of_name(other.text, other.kind, analyse);
                let list = Subject::of_name(primary.text, primary.kind, analyse);
                let account = explain(&query, &list, &Options::default());
                if account.scored.score < 7_000 {
                    missed.push(Pair {
                        reason: reason(primary.text, other.text, &account),
                        id: view.id(entity)?.to_owned(),
                        primary: primary.text.to_owned(),
                        other: other.text.to_owned(),
                        account,
                    });
                }
            }
        }
    }
    println!(
        "{compared} pairs of a strong alias and the primary name, {} below 0.70 ({:.1} %)",
        missed.len(),
        missed.len() as f64 * 100.0 / compared.max(1) as f64
    );
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for pair in &missed {
        *reasons.entry(pair.reason).or_default() += 1;
    }
    let mut order: Vec<_> = reasons.into_iter().collect();
    order.sort_by_key(|(reason, n)| (std::cmp::Reverse(*n), *reason));
    for (reason, n) in order {
        println!(
            "{n:6} {:5.1} %  {reason}",
            n as f64 * 100.0 / missed.len().max(1) as f64
        );
    }
    let mut writer = csv::Writer::from_path(out)?;
    writer.write_record(["reason", "score", "entity", "primary", "alias", "account"])?;
    let mut written = sample(missed, WRITTEN);
    written.truncate(WRITTEN);
    written.sort_by(|a, b| (a.reason, &a.id).cmp(&(b.reason, &b.id)));
    for pair in written {
        let score = format!("0.{:04}", pair.account.scored.score);
        writer.write_record([
            pair.reason,
            &score,
            &pair.id,
            &pair.primary,
            &pair.other,
            &pair.account.sentence,
        ])?;
    }
    writer.flush()?;
    Ok(())
}

fn reason(primary: &str, other: &str, account: &Explanation) -> &'static str {
    let latin = |text: &str| {
        text.chars()
            .filter(|c| c.is_alphabetic())
            .all(|c| c < '\u{250}')
    };
    let words = |text: &str| text.split_whitespace().count();
    let conflicts = account.name.as_ref().map_or(&[][..], |n| &n.conflicts);
    let has = |wanted: &[Conflict]| conflicts.iter().any(|(c, _)| wanted.contains(c));
    match () {
        () if latin(primary) != latin(other) => {
            "another script: a translation, or not romanised alike"
        }
        () if account.scored.score == 0 => {
            "nothing in common: another name, an acronym or a translation"
        }
        () if words(other) == 1 || words(primary) == 1 => "one word for a longer name",
        () if has(&[Conflict::Numbers, Conflict::NumberMissing]) => "numbers differ",
        () if has(&[Conflict::Place, Conflict::Region]) => "a place on one side",
        () if has(&[Conflict::Different, Conflict::Father]) => {
            "each has a part that the other lacks"
        }
        () if has(&[Conflict::FamilyMissing]) => "the family name on one side only",
        () if has(&[
            Conflict::Loose,
            Conflict::LooseInside,
            Conflict::CommonChanged,
        ]) =>
        {
            "alike but loosely"
        }
        () if has(&[Conflict::OnlyGeneric, Conflict::CommonNames]) => {
            "only common words or names agree"
        }
        () if conflicts.is_empty() => "too much is missing on one side",
        () => "other conflicts",
    }
}
