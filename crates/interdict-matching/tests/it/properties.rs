//! What must hold for any two names.

use interdict_evidence::{
    BETA, Fact, FactKind, NameClass, SCALE, Side, joined, pair_kind, ratio, similarity,
};
use interdict_matching::{
    Explanation, Options, Subject, WeakAliases, explain, score_entity, score_name,
};
use interdict_text::{NameKind, analyse};
use proptest::prelude::*;

const WORDS: &[&str] = &[
    "Vladimir",
    "Putin",
    "Poutine",
    "Sergei",
    "Sergey",
    "Lavrov",
    "Viktorovich",
    "bin",
    "al",
    "Mohammed",
    "Muhammad",
    "Ahmed",
    "Ali",
    "Hassan",
    "Khan",
    "Abdul",
    "Aziz",
    "Abdulaziz",
    "Maria",
    "Mario",
    "Garcia",
    "Lopez",
    "Kim",
    "Jong",
    "un",
    "Xi",
    "Jinping",
    "V.",
    "J.",
    "Dr",
    "the",
    "Bank",
    "of",
    "China",
    "Chile",
    "Trading",
    "LLC",
    "Ltd",
    "OOO",
    "Gazprom",
    "Neft",
    "Good",
    "Will",
    "Goodwill",
    "No",
    "3",
    "30",
    "III",
    "Plant",
    "Victory",
    "2004",
    "Путин",
    "Владимир",
    "فلاديمير",
    "بوتين",
    "普京",
    "习近平",
    "김정은",
    "Salman",
    "Saudi",
    "x",
    "Vanderbilt",
    "van",
    "der",
    "bilt",
];

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => prop::collection::vec(prop::sample::select(WORDS), 1..6).prop_map(|w| w.join(" ")),
        1 => ".{0,30}",
        1 => "[a-zA-Z ,.-]{0,40}",
    ]
}

fn kind() -> impl Strategy<Value = NameKind> {
    prop::sample::select(vec![
        NameKind::Person,
        NameKind::Organization,
        NameKind::Object,
        NameKind::Any,
    ])
}

fn facts() -> impl Strategy<Value = Vec<Fact>> {
    let fact = prop_oneof![
        (1950u16..1960, 1u8..13, 1u8..13)
            .prop_map(|(y, m, d)| (FactKind::StartDate, format!("{y}-{m:02}-{d:02}"))),
        (1950u16..1960).prop_map(|y| (FactKind::StartDate, y.to_string())),
        prop::sample::select(vec!["ru", "us", "sy"])
            .prop_map(|c| (FactKind::Country, c.to_owned())),
        prop::sample::select(vec!["male", "female"]).prop_map(|c| (FactKind::Gender, c.to_owned())),
        prop::sample::select(vec![
            "imo:9074729",
            "imo:9126819",
            "passport:1234567",
            "inn:7707083893"
        ])
        .prop_map(|c| (FactKind::Identifier, c.to_owned())),
    ];
    prop::collection::vec(
        fact.prop_map(|(kind, value)| Fact {
            kind,
            value: value.into(),
        }),
        0..4,
    )
}

fn subject(names: &[String], kind: NameKind, facts: &[Fact]) -> Subject {
    let mut all = Subject {
        kind,
        names: Vec::new(),
        facts: facts.to_vec(),
    };
    for (i, name) in names.iter().enumerate() {
        let mut one = Subject::of_name(name, kind, analyse).names;
        for n in &mut one {
            n.class = [NameClass::Primary, NameClass::Alias, NameClass::Weak][i % 3];
        }
        all.names.extend(one);
    }
    all
}

fn explained(query: &Subject, list: &Subject, options: &Options) -> Explanation {
    let account = explain(query, list, options);
    let fast = score_entity(
        &query.view(Side::Query).as_ref(),
        &list.view(Side::List).as_ref(),
        options,
    );
    assert_eq!(account.scored, fast);
    account
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn the_score_is_rebuilt_from_its_terms(
        q in prop::collection::vec(name(), 1..3),
        l in prop::collection::vec(name(), 1..4),
        qk in kind(), lk in kind(), qf in facts(), lf in facts(), weak in 0u8..3,
    ) {
        let options = Options {
            weak_aliases: match weak {
                0 => WeakAliases::Full,
                1 => WeakAliases::Lowered(9_500),
                _ => WeakAliases::Supported(9_000),
            },
            ..Options::default()
        };
        let account = explained(&subject(&q, qk, &qf), &subject(&l, lk, &lf), &options);
        prop_assert!(account.scored.score <= 10_000);
        prop_assert_eq!(account.rebuild(&options), account.scored.score);
        if let (Some(name), Some(met)) = (&account.name, account.scored.name) {
            prop_assert_eq!(name.rebuild(), met.raw.score);
        }
        prop_assert!(!account.sentence.is_empty());
    }

    /// The additive bound of decision 0001: each query token is credited with the best that any
    /// list token, or run, can give it, and nothing on the list is charged.
    #[test]
    fn no_alignment_exceeds_the_additive_bound(q in name(), l in name(), k in kind()) {
        let (q, l) = (Subject::of_name(&q, k, analyse), Subject::of_name(&l, k, analyse));
        let (q, l) = (q.view(Side::Query), l.view(Side::List));
        for x in q.as_ref().names {
            for y in l.as_ref().names {
                let (x, y) = (&x.tokens.tokens, &y.tokens.tokens);
                let mut credit: Vec<u64> = x.iter().map(|t| {
                    let single = y.iter().filter_map(|o| similarity(t, o)).map(|s| s.score).max();
                    let apart = (2..=3).flat_map(|n| y.windows(n)).filter_map(|run| {
                        joined(&run.iter().collect::<Vec<_>>(), t).map(|s| s.score)
                    }).max();
                    u64::from(single.max(apart).unwrap_or(0))
                }).collect();
                for n in 2..=3 {
                    for (at, run) in x.windows(n).enumerate() {
                        let parts: Vec<_> = run.iter().collect();
                        for o in y {
                            if let Some(s) = joined(&parts, o) {
                                for c in credit.iter_mut().skip(at).take(n) {
                                    *c = (*c).max(u64::from(s.score));
                                }
                            }
                        }
                    }
                }
                let sum = x.iter().zip(&credit).map(|(t, c)| u64::from(t.weight) * c).sum();
                let whole = x.iter().map(|t| u32::from(t.weight)).sum();
                let bound = ratio(sum, whole, 0);
                let reading = |tokens: &[interdict_evidence::TokenRef<'_>]| tokens.len();
                prop_assert!(reading(x) <= 32 && BETA <= SCALE);
            let got = score_name(
                    &interdict_evidence::ReadingRef { tokens: x.clone() },
                    &interdict_evidence::ReadingRef { tokens: y.clone() },
                    pair_kind(k, k),
                );
                prop_assert!(got.found <= bound, "{} > {}", got.found, bound);
            }
        }
    }

    #[test]
    fn similarity_is_symmetric_and_in_range(a in name(), b in name(), k in kind()) {
        let (a, b) = (Subject::of_name(&a, k, analyse), Subject::of_name(&b, k, analyse));
        let (a, b) = (a.view(Side::Query), b.view(Side::Query));
        for x in a.as_ref().names.iter().flat_map(|n| &n.tokens.tokens) {
            for y in b.as_ref().names.iter().flat_map(|n| &n.tokens.tokens) {
                let score = similarity(x, y).map(|s| s.score);
                prop_assert_eq!(score, similarity(y, x).map(|s| s.score));
                prop_assert!(score.is_none_or(|s| (interdict_evidence::S_MIN..=10_000).contains(&s)));
            }
        }
    }

    #[test]
    fn a_name_is_itself(n in prop::collection::vec(prop::sample::select(WORDS), 1..6), k in kind()) {
        let text = n.join(" ");
        let (q, l) = (Subject::of_name(&text, k, analyse), Subject::of_name(&text, k, analyse));
        let whole = n.iter().any(|w| w.chars().count() > 3 && *w != "Bank");
        let score = explained(&q, &l, &Options::default()).scored.score;
        prop_assert!(!whole || score >= 9_500, "{} {}", text, score);
    }

    /// A field that agrees better never lowers a score.
    #[test]
    fn nearer_dates_never_score_less(n in name(), m in name(), year in 1950u16..1960, off in 0u16..12) {
        let date = |y: u16| vec![Fact { kind: FactKind::StartDate, value: format!("{y}-03-17").into() }];
        let query = subject(std::slice::from_ref(&n), NameKind::Person, &date(year));
        let score = |y: u16| {
            let list = subject(std::slice::from_ref(&m), NameKind::Person, &date(y));
            explained(&query, &list, &Options::default()).scored
        };
        let (near, far) = (score(year + off), score(year + off + 1));
        prop_assert!(near.score >= far.score);
        prop_assert!(near.rank >= far.rank);
    }
}

#[test]
fn hostile_names_are_bounded() {
    let long = "Mohammed ".repeat(50);
    let letters = "a b c d e f g h i j k l m n o p q r s t u v w x y z ".repeat(4);
    let huge = "x".repeat(10_000);
    for a in [&long, &letters, &huge] {
        for b in [&long, &letters, &huge] {
            let q = Subject::of_name(a, NameKind::Person, analyse);
            let l = Subject::of_name(b, NameKind::Person, analyse);
            let _ = explained(&q, &l, &Options::default());
        }
    }
}
