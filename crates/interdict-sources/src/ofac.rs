//! The lists of the US Office of Foreign Assets Control: the Specially Designated Nationals and
//! the consolidated (non-SDN) list.
//!
//! Every format gives the same entity ids, `ofac-` and OFAC's own number, and the same values
//! where both carry them: all go through one intermediate party and one emitter.

mod csv;
mod document;
mod emit;
mod labels;
mod links;
mod party;
mod remarks;

pub use csv::{CONS_CSV, OfacCsv, SDN_CSV};

use interdict_model::{DatasetName, Place};

use crate::SourceError;

/// Which of OFAC's two lists a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum List {
    Sdn,
    Cons,
}

impl List {
    fn dataset(self) -> DatasetName {
        let name = match self {
            List::Sdn => "us_ofac_sdn",
            List::Cons => "us_ofac_cons",
        };
        DatasetName::new(name).expect("a constant of the right form")
    }

    /// From the file's name, else from the programme of its first entry: both lists are in the
    /// order of their numbers, and the consolidated one has begun with the Palestinian
    /// Legislative Council since 2006.
    fn guess(file: &str, first_program: &str) -> Option<List> {
        let name = file.to_ascii_lowercase();
        if name.contains("cons") && !name.contains("sdn") {
            Some(List::Cons)
        } else if name.contains("sdn") && !name.contains("cons") {
            Some(List::Sdn)
        } else if first_program.contains("NS-PLC") {
            Some(List::Cons)
        } else if first_program.is_empty() {
            None
        } else {
            Some(List::Sdn)
        }
    }
}

fn io_error(file: &str, source: std::io::Error) -> SourceError {
    SourceError::Io {
        file: file.to_owned(),
        source,
    }
}

fn malformed(file: &str, line: u64, found: String, expected: &str) -> SourceError {
    SourceError::Malformed {
        file: file.to_owned(),
        place: Some(Place::Line(line)),
        found,
        expected: expected.to_owned(),
    }
}

/// Reads one remark into its typed parts; for measuring how much of a file becomes typed values.
///
/// `person` says whether the party is an individual, whose free text may be an office.
pub fn remark_parts(remark: &str, person: bool) -> Vec<RemarkPart<'_>> {
    remarks::parse(remark, person)
        .into_iter()
        .map(|piece| RemarkPart {
            typed: piece.is_typed(),
            text: remark.get(piece.span.clone()).unwrap_or_default(),
            label: piece.label,
        })
        .collect()
}

/// One part of a remark, as [`remark_parts`] cuts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RemarkPart<'a> {
    /// The part as written.
    pub text: &'a str,
    /// The label it was read by; empty for free text.
    pub label: &'static str,
    /// Whether it became a typed value rather than a note.
    pub typed: bool,
}
