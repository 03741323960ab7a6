//! The difference of two publications as lines of JSON.

use interdict_store::{Publication, hex};
use serde::Serialize;

use crate::diff::{Diff, FieldChange, Kind, PartChange, PartyChange, Wording};

/// The first line: which two publications, and how much differs.
#[derive(Debug, Serialize)]
pub struct Head<'a> {
    from: SideView<'a>,
    to: SideView<'a>,
    added: usize,
    removed: usize,
    changed: usize,
    relinked: usize,
}

impl<'a> Head<'a> {
    /// Of a difference.
    pub fn new(diff: &'a Diff) -> Head<'a> {
        Head {
            from: side(&diff.from),
            to: side(&diff.to),
            added: diff.of(Kind::Added).count(),
            removed: diff.of(Kind::Removed).count(),
            changed: diff.of(Kind::Changed).count(),
            relinked: diff.of(Kind::Relinked).count(),
        }
    }
}

#[derive(Debug, Serialize)]
struct SideView<'a> {
    dataset: &'a str,
    publication: i64,
    published: &'a str,
    format: &'a str,
    content: String,
    files: Vec<&'a str>,
}

/// Every further line: a party that differs.
#[derive(Debug, Serialize)]
pub struct PartyLine<'a> {
    change: &'static str,
    id: &'a str,
    schema: &'static str,
    caption: &'a str,
    programmes: &'a [String],
    dates: &'a [String],
    fields: Vec<FieldView<'a>>,
    parts: Vec<PartView<'a>>,
}

#[derive(Debug, Serialize)]
struct PartView<'a> {
    change: &'static str,
    id: &'a str,
    schema: &'static str,
    fields: Vec<FieldView<'a>>,
}

#[derive(Debug, Serialize)]
struct FieldView<'a> {
    property: &'static str,
    before: Option<WordingView<'a>>,
    after: Option<WordingView<'a>>,
}

#[derive(Debug, Serialize)]
struct WordingView<'a> {
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lang: Option<&'a str>,
}

impl<'a> WordingView<'a> {
    fn new(wording: &'a Wording) -> WordingView<'a> {
        WordingView {
            value: &wording.value,
            original: wording.original.as_deref(),
            lang: wording.lang.as_deref(),
        }
    }
}

fn fields(fields: &[FieldChange]) -> Vec<FieldView<'_>> {
    fields
        .iter()
        .map(|field| FieldView {
            property: field.property,
            before: field.before.as_ref().map(WordingView::new),
            after: field.after.as_ref().map(WordingView::new),
        })
        .collect()
}

fn side(publication: &Publication) -> SideView<'_> {
    SideView {
        dataset: publication.dataset.as_str(),
        publication: publication.id.0,
        published: &publication.published.text,
        format: &publication.format,
        content: hex(&publication.content),
        files: publication.files.iter().map(|f| f.name.as_str()).collect(),
    }
}

impl<'a> PartyLine<'a> {
    /// Of a change.
    pub fn new(party: &'a PartyChange) -> PartyLine<'a> {
        PartyLine {
            change: party.kind.as_str(),
            id: &party.id,
            schema: party.schema,
            caption: &party.caption,
            programmes: &party.programmes,
            dates: &party.dates,
            fields: fields(&party.fields),
            parts: party
                .parts
                .iter()
                .map(|part: &PartChange| PartView {
                    change: part.kind.as_str(),
                    id: &part.id,
                    schema: part.schema,
                    fields: fields(&part.fields),
                })
                .collect(),
        }
    }
}
