//! Why two entities score as they do: typed terms from which the score can be computed again.

use std::fmt::Write as _;

use interdict_evidence::{FactRef, How, NameClass, PreparedToken, Side, pair_kind, ratio};
use interdict_text::{NameKind, Space};

use crate::conflict::Conflict;
use crate::entity::{Scored, score_entity};
use crate::feature::{FeatureValue, features};
use crate::name::{combine, finish, lay};
use crate::options::Options;
use crate::subject::{Subject, SubjectName};

/// Words of a name: bytes of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// First byte and the byte after the last, in the UTF-8 text of the name.
    pub span: (u32, u32),
    /// The text between them.
    pub text: String,
}

/// How a term came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meeting {
    /// The two are alike in this way.
    Alike(How),
    /// The two are one name in two scripts.
    Transliterated(How),
    /// A word of the query that the listed name lacks.
    MissingOnList,
    /// A word of the listed name that the query lacks.
    MissingInQuery,
}

/// One line of the account: query words, list words, and what they count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// Words of the query; `None` for a word that only the list has.
    pub query: Option<Words>,
    /// Words of the list; `None` for a word that only the query has.
    pub list: Option<Words>,
    /// How they meet.
    pub meeting: Meeting,
    /// Similarity in parts of 10,000; 0 where one side lacks the word.
    pub similarity: u16,
    /// Weight: of the query's words, or of the list's where the query lacks them.
    pub weight: u32,
    /// Whether the pair stands at another place of the name than in the query.
    pub reordered: bool,
}

/// The account of a pair of names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameExplanation {
    /// The query's name.
    pub query: String,
    /// The listed name.
    pub list: String,
    /// Class of the listed name.
    pub class: NameClass,
    /// Kind of names the pair was compared as.
    pub kind: NameKind,
    /// The terms, in the order of the query, then those that only the list has.
    pub terms: Vec<Term>,
    /// What speaks against, each with its factor in parts of 10,000.
    pub conflicts: Vec<(Conflict, u16)>,
    /// The score of the names, before weak-alias and one-word options.
    pub score: u16,
}

impl NameExplanation {
    /// Computes the score again from the listed terms alone.
    pub fn rebuild(&self) -> u16 {
        let mut sum = 0u64;
        let (mut query, mut unmatched) = (0u32, 0u32);
        for term in &self.terms {
            match term.query {
                Some(_) => {
                    query += term.weight;
                    sum += u64::from(term.weight) * u64::from(term.similarity);
                }
                None => unmatched += term.weight,
            }
        }
        if sum == 0 {
            return 0;
        }
        let factor = combine(self.conflicts.iter().map(|(_, f)| *f));
        finish(self.kind, ratio(sum, query, unmatched), factor)
    }
}

/// A field that took part, with its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeatureExplanation {
    /// What was found.
    pub feature: crate::Feature,
    /// The query's value.
    pub query: String,
    /// The list's value.
    pub list: String,
    /// What it adds to the score, in parts of 10,000.
    pub points: i32,
    /// What it adds to the support that orders equal scores.
    pub support: u8,
}

/// The whole account of a comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The outcome, the same as [`score_entity`] gives.
    pub scored: Scored,
    /// The account of the best pair of names.
    pub name: Option<NameExplanation>,
    /// The fields that took part.
    pub features: Vec<FeatureExplanation>,
    /// One plain sentence that names both values.
    pub sentence: String,
}

impl Explanation {
    /// Computes the score again from what is listed: terms, conflicts and features.
    pub fn rebuild(&self, options: &Options) -> u16 {
        if self.scored.identified {
            return 10_000;
        }
        let (Some(name), false, Some(matched)) =
            (&self.name, self.scored.excluded, self.scored.name)
        else {
            return 0;
        };
        let mut score = i32::from(name.rebuild());
        if name.class == NameClass::Weak {
            match options.weak_aliases {
                crate::WeakAliases::Lowered(f) | crate::WeakAliases::Supported(f) => {
                    score = score * i32::from(f.min(10_000)) / 10_000;
                }
                _ => {}
            }
        }
        score += self.features.iter().map(|f| f.points).sum::<i32>();
        score = score.clamp(0, 10_000);
        if matched.needs_support && !self.features.iter().any(|f| f.points > 0) {
            score = score.min(i32::from(options.threshold) - 1).max(0);
        }
        u16::try_from(score).unwrap_or(0)
    }
}

/// Compares two subjects and says why.
pub fn explain(query: &Subject, list: &Subject, options: &Options) -> Explanation {
    let (q, l) = (query.view(Side::Query), list.view(Side::List));
    let (qe, le) = (q.as_ref(), l.as_ref());
    let scored = score_entity(&qe, &le, options);
    let listed = scored.name.and_then(|m| list.reading(m.list));
    account(query, scored, listed, (le.kind, le.facts), options)
}

/// Says why a query and a listed entity score what is already known of them: `scored` as
/// [`score_entity`] gives it, the listed name that [`NameMatch::list`](crate::NameMatch) means with
/// the number of its reading, the kind of the listed entity and its facts.
pub fn account(
    query: &Subject,
    scored: Scored,
    listed: Option<(&SubjectName, u16)>,
    (kind, facts): (NameKind, &[FactRef<'_>]),
    options: &Options,
) -> Explanation {
    let name = scored.name.and_then(|m| {
        let asked = query.reading(m.query)?;
        explain_name(asked, listed?, pair_kind(query.kind, kind))
    });
    let features: Vec<FeatureExplanation> = features(&query.fact_refs(), facts, options)
        .iter()
        .map(owned)
        .collect();
    let sentence = sentence(&scored, name.as_ref(), &features);
    Explanation {
        scored,
        name,
        features,
        sentence,
    }
}

fn owned(value: &FeatureValue<'_>) -> FeatureExplanation {
    FeatureExplanation {
        feature: value.feature,
        query: value.query.to_owned(),
        list: value.list.to_owned(),
        points: value.points,
        support: value.support,
    }
}

fn explain_name(
    (query, qr): (&SubjectName, u16),
    (list, lr): (&SubjectName, u16),
    kind: NameKind,
) -> Option<NameExplanation> {
    let qr = query.prepared.readings.get(usize::from(qr))?;
    let lr = list.prepared.readings.get(usize::from(lr))?;
    let laid = lay(&qr.as_ref(Side::Query), &lr.as_ref(Side::List), kind);
    let mut terms = Vec::new();
    let mut at = 0;
    while let Some(token) = qr.tokens.get(at) {
        let pair = laid
            .alignment
            .pairs
            .iter()
            .find(|p| usize::from(p.query.0) == at);
        let Some(pair) = pair else {
            terms.push(Term {
                query: words(&query.text, std::slice::from_ref(token)),
                list: None,
                meeting: Meeting::MissingOnList,
                similarity: 0,
                weight: u32::from(token.query_weight),
                reordered: false,
            });
            at += 1;
            continue;
        };
        let mine = tokens(&qr.tokens, pair.query);
        let theirs = tokens(&lr.tokens, pair.list);
        let how = pair.similarity.how;
        let crossed = laid.alignment.pairs.iter().any(|other| {
            (other.query.0 < pair.query.0) != (other.list.0 < pair.list.0)
                && other.query.0 != pair.query.0
        });
        terms.push(Term {
            query: words(&query.text, mine),
            list: words(&list.text, theirs),
            meeting: if in_latin(mine) == in_latin(theirs) {
                Meeting::Alike(how)
            } else {
                Meeting::Transliterated(how)
            },
            similarity: pair.similarity.score,
            weight: pair.weight,
            reordered: crossed,
        });
        at += mine.len().max(1);
    }
    for (i, token) in lr.tokens.iter().enumerate() {
        if i >= 32 || laid.alignment.list_used >> i & 1 == 0 {
            terms.push(Term {
                query: None,
                list: words(&list.text, std::slice::from_ref(token)),
                meeting: Meeting::MissingInQuery,
                similarity: 0,
                weight: u32::from(token.list_weight),
                reordered: false,
            });
        }
    }
    Some(NameExplanation {
        query: query.text.clone(),
        list: list.text.clone(),
        class: list.class,
        kind,
        terms,
        conflicts: laid.conflicts.to_vec(),
        score: laid.score.score,
    })
}

fn tokens(all: &[PreparedToken], (first, count): (u8, u8)) -> &[PreparedToken] {
    let first = usize::from(first);
    all.get(first..first + usize::from(count))
        .unwrap_or_default()
}

/// Whether tokens are written in Latin letters.
fn in_latin(tokens: &[PreparedToken]) -> bool {
    tokens.iter().all(|t| {
        !t.forms.iter().any(|f| {
            matches!(
                f.space,
                Space::Native | Space::Han | Space::Hangul | Space::Kana
            )
        })
    })
}

fn words(text: &str, tokens: &[PreparedToken]) -> Option<Words> {
    let start = tokens.iter().map(|t| t.span.0).min()?;
    let end = tokens.iter().map(|t| t.span.1).max()?;
    let slice = text.get(start as usize..end as usize).unwrap_or_default();
    Some(Words {
        span: (start, end),
        text: slice.to_owned(),
    })
}

fn sentence(
    scored: &Scored,
    name: Option<&NameExplanation>,
    features: &[FeatureExplanation],
) -> String {
    let mut out = String::new();
    match name {
        None => out.push_str("The names have nothing in common."),
        Some(name) => {
            let exact = name
                .terms
                .iter()
                .all(|t| t.similarity == 10_000 && !t.reordered);
            let verb = if exact { "is" } else { "resembles" };
            let class = match name.class {
                NameClass::Primary => "listed name",
                NameClass::Alias => "listed alias",
                NameClass::Weak => "weak alias",
            };
            let _ = write!(out, "“{}” {verb} the {class} “{}”", name.query, name.list);
            let details: Vec<String> = name.terms.iter().filter_map(term_words).collect();
            if details.is_empty() {
                out.push('.');
            } else {
                let _ = write!(out, ": {}.", details.join("; "));
            }
            for (conflict, _) in &name.conflicts {
                let _ = write!(out, " Against it: {}.", conflict.words());
            }
        }
    }
    for feature in features {
        let _ = write!(
            out,
            " {}.",
            feature.feature.words(&feature.query, &feature.list)
        );
    }
    if scored.excluded {
        out.push_str(" The identifiers contradict each other, so this is not the same entity.");
    }
    out
}

/// A term in words; equal words at their place need none, nor do words without weight.
fn term_words(term: &Term) -> Option<String> {
    let text = |words: &Option<Words>| words.as_ref().map_or_else(String::new, |w| w.text.clone());
    let (q, l) = (text(&term.query), text(&term.list));
    Some(match term.meeting {
        Meeting::MissingOnList => format!("“{q}” is not in the listed name"),
        Meeting::MissingInQuery if term.weight <= 12 => return None,
        Meeting::MissingInQuery => format!("the listed name also has “{l}”"),
        Meeting::Alike(How::Equal) if term.reordered => format!("“{q}” stands elsewhere"),
        Meeting::Alike(How::Equal | How::SameScript) => return None,
        Meeting::Alike(how) => how_words(&q, &l, how),
        Meeting::Transliterated(How::Equal | How::SameScript) => {
            format!("“{q}” is “{l}” in another script")
        }
        Meeting::Transliterated(how) => {
            format!("{}, in another script", how_words(&q, &l, how))
        }
    })
}

fn how_words(q: &str, l: &str, how: How) -> String {
    match how {
        How::Equal | How::SameScript => format!("“{q}” is “{l}”"),
        How::Spelling => format!("“{q}” is a spelling of “{l}”"),
        How::Edited(1) => format!("one letter between “{q}” and “{l}”"),
        How::Edited(n) => format!("{n} letters between “{q}” and “{l}”"),
        How::Prefix => format!("“{q}” and “{l}” begin alike"),
        How::LegalForm => format!("“{q}” is the legal form “{l}”"),
        How::Nickname => format!("“{q}” is short for “{l}” or the other way round"),
        How::Variant => format!("“{q}” is a variant of “{l}”"),
        How::Translation => format!("“{q}” means “{l}”"),
        How::Acronym => format!("“{q}” stands for “{l}”"),
        How::Consonants => format!("“{q}” has the consonants of “{l}”"),
        How::Initial => format!("“{q}” and “{l}” agree as an initial"),
        How::Joined => format!("“{q}” is written together as “{l}”"),
        How::Split => format!("“{q}” is written apart as “{l}”"),
    }
}
