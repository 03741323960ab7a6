//! The reasons of a score in the shape that leaves the program.

use interdict_evidence::{How, NameClass};
use interdict_matching::{
    Explanation, Feature, FeatureExplanation, Meeting, NameExplanation, Term, Words,
};
use serde::Serialize;

use super::Score;

/// Why a score is what it is.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// One plain sentence or a few, naming both values, the list and the programme.
    pub sentence: String,
    /// The names, if they have anything in common.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<NameReason>,
    /// Other fields that took part.
    pub features: Vec<FeatureReason>,
}

/// How the best pair of names met.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NameReason {
    /// The query's name.
    pub query: String,
    /// The listed name.
    pub list: String,
    /// `primary`, `alias` or `weak`.
    pub class: &'static str,
    /// The score of the names alone.
    pub score: Score,
    /// Word by word.
    pub terms: Vec<TermReason>,
    /// What speaks against.
    pub conflicts: Vec<ConflictReason>,
}

/// Words of a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct WordsReason {
    /// The words.
    pub text: String,
    /// First byte and the byte after the last in the name.
    pub span: (u32, u32),
    /// Unit of `span`; always `utf8-bytes`.
    pub unit: &'static str,
}

/// One line of the account.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TermReason {
    /// Words of the query, if it has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<WordsReason>,
    /// Words of the listed name, if it has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<WordsReason>,
    /// `equal`, `spelling`, `edited`, `initial`, `joined`, `missing-on-list`, ….
    pub how: &'static str,
    /// Letters changed, for `edited`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letters: Option<u8>,
    /// Whether the two stand in different scripts.
    pub transliterated: bool,
    /// Whether the words stand elsewhere in the other name.
    pub reordered: bool,
    /// Similarity of the words.
    pub similarity: Score,
    /// Weight of the words; 100 is an ordinary name.
    pub weight: u32,
}

/// Something that speaks against.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ConflictReason {
    /// In words.
    pub what: &'static str,
    /// What the name score was multiplied by.
    pub factor: Score,
}

/// A field that took part.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FeatureReason {
    /// `date`, `country`, `gender`, `address`, `identifier` or `contradiction`.
    pub feature: &'static str,
    /// The query's value.
    pub query: String,
    /// The list's value.
    pub list: String,
    /// What it adds to the score, from -1 to 1.
    pub points: f64,
    /// In words.
    pub words: String,
}

impl Reason {
    pub(super) fn new(explanation: &Explanation) -> Reason {
        Reason {
            sentence: explanation.sentence.clone(),
            name: explanation.name.as_ref().map(name),
            features: explanation.features.iter().map(feature).collect(),
        }
    }
}

fn name(explanation: &NameExplanation) -> NameReason {
    NameReason {
        query: explanation.query.clone(),
        list: explanation.list.clone(),
        class: match explanation.class {
            NameClass::Primary => "primary",
            NameClass::Alias => "alias",
            NameClass::Weak => "weak",
        },
        score: Score(explanation.score),
        terms: explanation.terms.iter().map(term).collect(),
        conflicts: explanation
            .conflicts
            .iter()
            .map(|(conflict, factor)| ConflictReason {
                what: conflict.words(),
                factor: Score(*factor),
            })
            .collect(),
    }
}

fn words(words: &Words) -> WordsReason {
    WordsReason {
        text: words.text.clone(),
        span: words.span,
        unit: "utf8-bytes",
    }
}

fn term(term: &Term) -> TermReason {
    let (how, transliterated) = match term.meeting {
        Meeting::Alike(how) => (Some(how), false),
        Meeting::Transliterated(how) => (Some(how), true),
        Meeting::MissingOnList | Meeting::MissingInQuery => (None, false),
    };
    TermReason {
        query: term.query.as_ref().map(words),
        list: term.list.as_ref().map(words),
        how: match how {
            Some(how) => how_code(how),
            None if term.query.is_some() => "missing-on-list",
            None => "missing-in-query",
        },
        letters: match how {
            Some(How::Edited(letters)) => Some(letters),
            _ => None,
        },
        transliterated,
        reordered: term.reordered,
        similarity: Score(term.similarity),
        weight: term.weight,
    }
}

const fn how_code(how: How) -> &'static str {
    match how {
        How::Equal => "equal",
        How::Spelling => "spelling",
        How::Edited(_) => "edited",
        How::Prefix => "prefix",
        How::LegalForm => "legal-form",
        How::Nickname => "nickname",
        How::Variant => "variant",
        How::Translation => "translation",
        How::Acronym => "acronym",
        How::Consonants => "consonants",
        How::SameScript => "same-script",
        How::Initial => "initial",
        How::Joined => "joined",
        How::Split => "split",
    }
}

fn feature(explanation: &FeatureExplanation) -> FeatureReason {
    FeatureReason {
        feature: match explanation.feature {
            Feature::Date(_) => "date",
            Feature::Country(_) => "country",
            Feature::Gender(_) => "gender",
            Feature::Address => "address",
            Feature::Identifier => "identifier",
            Feature::Contradiction => "contradiction",
        },
        query: explanation.query.clone(),
        list: explanation.list.clone(),
        points: f64::from(explanation.points) / 10_000.0,
        words: explanation
            .feature
            .words(&explanation.query, &explanation.list),
    }
}
