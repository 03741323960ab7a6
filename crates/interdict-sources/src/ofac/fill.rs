//! Filling a party from a record of XML, the same for every XML form.

use std::sync::Arc;

use interdict_model::Place;

use super::document::Document;
use super::party::{Fact, Kind, Party};
use super::remarks;
use crate::publication::{Problem, Report};
use crate::xml::Element;

/// A party while its record is read.
pub(super) struct Filler<'a> {
    pub(super) party: Party,
    pub(super) file: &'a Arc<str>,
    pub(super) report: &'a mut Report,
}

impl Filler<'_> {
    /// Says a fact that stands in an element.
    pub(super) fn push(&mut self, fact: Fact, at: &Element, field: &str) {
        self.push_at(fact, at.byte(), field);
    }

    /// Says a fact that stands at a byte.
    pub(super) fn push_at(&mut self, fact: Fact, byte: u64, field: &str) {
        self.party.push(fact, self.file, Place::Byte(byte), field);
    }

    /// Says a value under one of OFAC's labels; a label not seen before is reported.
    pub(super) fn labelled(
        &mut self,
        label: &str,
        value: &str,
        rest: &Document,
        byte: u64,
        field: &str,
    ) {
        let (fact, known) = remarks::labelled(label, value, rest);
        if !known {
            self.report.problem(Problem {
                file: Arc::clone(self.file),
                place: Some(Place::Byte(byte)),
                kind: "unknown-label",
                field: field.to_owned(),
                value: label.to_owned(),
                note: "a label not seen before; its value is kept as a number of a document"
                    .to_owned(),
            });
        }
        self.push_at(fact, byte, &format!("{field}/{}", label.trim()));
    }

    /// Says the titles of a text, which a semicolon keeps apart.
    pub(super) fn titles(&mut self, text: &str, byte: u64, field: &str) {
        for title in text.split(';').filter(|t| !t.trim().is_empty()) {
            self.push_at(Fact::say(&["position"], title), byte, field);
        }
    }

    /// Says what a remark holds; each value's field names its label.
    pub(super) fn remarks(&mut self, text: &str, byte: u64, field: &str) {
        for piece in remarks::parse(text, self.party.kind == Kind::Individual) {
            let field = match piece.label {
                "" => field.to_owned(),
                label => format!("{field}/{label}"),
            };
            self.push_at(piece.fact, byte, &field);
        }
    }
}
