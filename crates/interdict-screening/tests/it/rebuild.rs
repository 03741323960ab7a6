//! Every score can be computed again from what its explanation lists: a hundred thousand pairs.

use interdict_matching::{Options, Subject, WeakAliases, explain};
use interdict_synthetic::population::{Mix, made};
use interdict_synthetic::{Kind, Random, disguise};
use interdict_text::analyse;

#[test]
fn a_hundred_thousand_scores_are_rebuilt_from_their_terms() {
    let listed: Vec<_> = (0..2_000).map(|i| made(21, i, Mix::default())).collect();
    let subjects: Vec<Subject> = listed
        .iter()
        .map(|m| Subject::of_name(&m.name, m.kind, analyse))
        .collect();
    let options = [
        Options::default(),
        Options {
            weak_aliases: WeakAliases::Supported(9_000),
            ..Options::default()
        },
    ];
    let (mut pairs, mut alike) = (0u32, 0u32);
    for i in 0..10_000u64 {
        let mut random = Random::of_item(22, i);
        let at = random.below(listed.len());
        // Of ten partners of a name one is its own, spoilt; the others are whoever comes.
        let spoilt = random
            .one(Kind::ALL)
            .and_then(|way| disguise(&listed[at].name, listed[at].kind, *way, &mut random.clone()));
        let query = match &spoilt {
            Some(text) => Subject::of_name(text, listed[at].kind, analyse),
            None => subjects[at].clone(),
        };
        for k in 0..10 {
            let partner = if k == 0 {
                at
            } else {
                random.below(listed.len())
            };
            let options = &options[k % 2];
            let account = explain(&query, &subjects[partner], options);
            assert_eq!(
                account.rebuild(options),
                account.scored.score,
                "{:?} against {:?}",
                query.names[0].text,
                listed[partner].name
            );
            pairs += 1;
            alike += u32::from(account.scored.score >= 7_000);
        }
    }
    assert_eq!(pairs, 100_000);
    assert!(alike > 5_000, "{alike} alike pairs are too few");
}
