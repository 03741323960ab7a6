//! No match is lost: bounds hold, enumeration is complete, and candidates hold everything that
//! scores.

use interdict_evidence::{ReadingRef, Side, prepare};
use interdict_index::{Needed, Searcher, Segment};
use interdict_model::Entity;
use interdict_text::NameKind;
use proptest::prelude::*;

use crate::world::{analyse, entity, segment};

/// Words that meet each other in every way there is.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-d]{1,4}",
        3 => "(al|bin|de|llc|ltd|trade|bank|bill|will|william|3|12)",
        4 => "(vlad|vladi|vladimir|wladimir|putin|puttin|poutine|alputin|alfabank|alfatrade|hussein|husain|m'hammad|mo'hammed|al'fa|банк)",
        2 => "[a-d]{5,12}",
        1 => "[a-e]{1,3}[0-9]",
    ]
}

fn name() -> impl Strategy<Value = String> {
    prop::collection::vec(word(), 1..5).prop_map(|w| w.join(" "))
}

/// A name, or a slip of the keys in one of the listed.
fn query(listed: Vec<String>) -> impl Strategy<Value = String> {
    let slip = (
        prop::sample::select(listed),
        any::<prop::sample::Index>(),
        0u8..4,
        "[a-d ]",
    );
    prop_oneof![
        2 => slip.prop_map(|(name, place, what, letter)| {
            let mut letters: Vec<char> = name.chars().collect();
            let at = place.index(letters.len());
            let letter = letter.chars().next().unwrap_or('a');
            match what {
                0 => { letters.remove(at); }
                1 => letters.insert(at, letter),
                2 => letters[at] = letter,
                _ => if at > 0 { letters.swap(at - 1, at) },
            }
            letters.into_iter().collect()
        }),
        1 => name(),
    ]
}

fn kinds() -> impl Strategy<Value = (NameKind, &'static str)> {
    prop_oneof![
        Just((NameKind::Person, "Person")),
        Just((NameKind::Organization, "Company")),
        Just((NameKind::Object, "Vessel")),
        Just((NameKind::Any, "LegalEntity")),
    ]
}

fn list(names: &[String], schema: &str) -> Vec<Entity> {
    names
        .iter()
        .enumerate()
        .map(|(i, name)| entity(&format!("e-{i}"), schema, &[("name", name)]))
        .collect()
}

/// Pruned even where the engine would score everything. Readings of the segment that reach `needed` by the score itself, and those that are candidates.
fn both(
    segment: &Segment,
    query: &ReadingRef<'_>,
    needed: &Needed,
    searcher: &mut Searcher,
    reaches: impl Fn(&ReadingRef<'_>, &ReadingRef<'_>) -> bool,
) -> (Vec<u32>, Vec<u32>) {
    let view = segment.view();
    let want = (0..view.reading_count())
        .filter(|r| reaches(query, &view.reading(*r).expect("a reading")))
        .collect();
    let mut got = Vec::new();
    searcher
        .candidates(&view, query, needed, Searcher::plan(5_000), &mut got)
        .expect("a good segment");
    got.sort_unstable();
    (want, got)
}

/// `N` of decision 0001, found by trying every alignment.
fn share(query: &ReadingRef<'_>, list: &ReadingRef<'_>) -> impl Fn(u16) -> bool {
    let mut best: Vec<(u64, u32)> = Vec::new();
    align(query, list, 0, 0, 0, &mut best);
    let whole: u32 = query.tokens.iter().map(|t| u32::from(t.weight)).sum();
    let weights: Vec<u32> = list.tokens.iter().map(|t| u32::from(t.weight)).collect();
    move |needed| {
        best.iter().any(|(sum, used)| {
            let left = (0..).zip(&weights).filter(|(i, _)| used >> i & 1 == 0);
            let unmatched = left.map(|(_, w)| *w).sum();
            *sum > 0 && interdict_evidence::reaches(*sum, whole, unmatched, needed)
        })
    }
}

fn align(
    query: &ReadingRef<'_>,
    list: &ReadingRef<'_>,
    at: usize,
    used: u32,
    sum: u64,
    out: &mut Vec<(u64, u32)>,
) {
    let Some(token) = query.tokens.get(at) else {
        out.push((sum, used));
        return;
    };
    align(query, list, at + 1, used, sum, out);
    let weight = u64::from(token.weight);
    for first in 0..list.tokens.len() {
        let bit = 1u32 << first;
        if used & bit == 0 {
            if let Some(s) = interdict_evidence::similarity(token, &list.tokens[first]) {
                let sum = sum + weight * u64::from(s.score);
                align(query, list, at + 1, used | bit, sum, out);
            }
            for count in 2..=3 {
                let parts: Vec<_> = query.tokens.iter().skip(at).take(count).collect();
                if parts.len() == count
                    && let Some(s) = interdict_evidence::joined(&parts, &list.tokens[first])
                {
                    let weight: u64 = parts.iter().map(|p| u64::from(p.weight)).sum();
                    let sum = sum + weight * u64::from(s.score);
                    align(query, list, at + count, used | bit, sum, out);
                }
            }
        }
        for count in 2..=3 {
            let bits = ((1u32 << count) - 1) << first;
            let parts: Vec<_> = list.tokens.iter().skip(first).take(count).collect();
            if parts.len() == count
                && used & bits == 0
                && let Some(s) = interdict_evidence::joined(&parts, token)
            {
                let sum = sum + weight * u64::from(s.score);
                align(query, list, at + 1, used | bits, sum, out);
            }
        }
    }
}

fn world() -> impl Strategy<Value = (Vec<String>, String, (NameKind, &'static str), u16)> {
    prop::collection::vec(name(), 1..16)
        .prop_flat_map(|names| (Just(names.clone()), query(names), kinds(), 4_500u16..9_900))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn candidates_hold_what_scores((names, query, (kind, schema), threshold) in world(), patience in 0usize..8) {
        let segment = segment(list(&names, schema));
        let needed = Needed::new(threshold, kind, 0);
        let least = interdict_evidence::required(threshold, kind, 0);
        let prepared = prepare(&analyse(&query, kind), kind);
        let mut searcher = Searcher::new().with_patience(patience);
        for reading in &prepared.readings {
            let reading = reading.as_ref(Side::Query);
            let (want, got) = both(&segment, &reading, &needed, &mut searcher, |q, l| share(q, l)(least));
            for reading in want {
                prop_assert!(got.contains(&reading), "{query:?} lost {:?} at {threshold}", segment.view().name(segment.view().name_of(reading).expect("a name")));
            }
        }
    }
}

#[test]
fn a_lowered_bound_is_noticed() {
    let names = ["vladimir putin".to_owned(), "alfa trade bank".to_owned()];
    let segment = segment(list(&names, "Person"));
    let prepared = prepare(
        &analyse("vladimir puttin", NameKind::Person),
        NameKind::Person,
    );
    let query = prepared.readings[0].as_ref(Side::Query);
    let needed = Needed::new(9_000, NameKind::Person, 0);
    let least = interdict_evidence::required(9_000, NameKind::Person, 0);
    let lost = |handicap| {
        let mut searcher = Searcher::new().with_handicap(handicap);
        let (want, got) = both(&segment, &query, &needed, &mut searcher, |q, l| {
            share(q, l)(least)
        });
        assert!(!want.is_empty());
        want.iter().any(|r| !got.contains(r))
    };
    assert!(!lost(10_000));
    assert!(lost(8_000));
}

/// Initials that were looked up in the dictionary once lost what they abbreviate.
#[test]
fn initials_of_the_query_keep_their_credit() {
    let segment = segment(list(&["daacdd ltd alfabank bb".to_owned()], "Person"));
    let prepared = prepare(&analyse("b a", NameKind::Person), NameKind::Person);
    let query = prepared.readings[0].as_ref(Side::Query);
    let needed = Needed::new(4_500, NameKind::Person, 0);
    let mut searcher = Searcher::new();
    let (_, got) = both(&segment, &query, &needed, &mut searcher, |_, _| true);
    assert_eq!(got, [0]);
}
