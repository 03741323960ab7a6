//! The lists of the US Office of Foreign Assets Control: the Specially Designated Nationals and
//! the consolidated (non-SDN) list.
//!
//! Every format gives the same entity ids, `ofac-` and OFAC's own number, and the same values
//! where both carry them: all go through one intermediate party and one emitter.

mod advanced;
mod csv;
mod document;
mod emit;
mod enhanced_xml;
mod fill;
mod labels;
mod legacy_xml;
mod links;
mod party;
mod remarks;

pub use advanced::OfacAdvancedXml;
pub use csv::{CONS_CSV, CONS_DEL, CONS_FF, CONS_PIP, OfacCsv, SDN_CSV, SDN_DEL, SDN_FF, SDN_PIP};
pub use enhanced_xml::OfacEnhancedXml;
pub use legacy_xml::OfacXml;

use std::sync::Arc;

use interdict_model::{DatasetName, Place};

use crate::publication::{Problem, RawFile, Report};
use crate::xml::Element;
use party::{Fact, Party};

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
    /// order of their numbers. The consolidated one has begun with the Palestinian Legislative
    /// Council since 2006, except while it held the Iranian banks of Executive Order 13599 (2016 to
    /// 2018), which came first; the SDN list has begun with Cuba all the time.
    fn guess(file: &str, first_program: &str) -> Option<List> {
        let name = file.to_ascii_lowercase();
        if name.contains("cons") && !name.contains("sdn") {
            Some(List::Cons)
        } else if name.contains("sdn") && !name.contains("cons") {
            Some(List::Sdn)
        } else if first_program.contains("NS-PLC") || first_program.trim() == "IRAN" {
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

fn xml_malformed(file: &str, byte: u64, found: String, expected: &str) -> SourceError {
    SourceError::Malformed {
        file: file.to_owned(),
        place: Some(Place::Byte(byte)),
        found,
        expected: expected.to_owned(),
    }
}

/// The one file of a format that has one.
fn single<'f>(files: &[&'f dyn RawFile]) -> Result<&'f dyn RawFile, SourceError> {
    match files {
        [file] => Ok(*file),
        _ => Err(SourceError::UnknownFormat {
            file: files
                .first()
                .map_or_else(String::new, |f| f.name().to_owned()),
            found: format!("{} files where one is expected", files.len()),
        }),
    }
}

/// Reports what nobody read of a record outside the parties.
fn report_unread(file: &Arc<str>, record: &Element, within: &str, report: &mut Report) {
    for unread in record.unread() {
        report.problem(Problem {
            file: Arc::clone(file),
            place: Some(Place::Byte(unread.byte)),
            kind: "unknown-element",
            field: format!("{within}/{}", unread.path),
            value: unread.value,
            note: "an element not known; not part of a party".to_owned(),
        });
    }
}

/// Keeps what nobody read of a party as notes, and reports it.
fn keep_unread(party: &mut Party, file: &Arc<str>, record: &Element, report: &mut Report) {
    for unread in record.unread() {
        let place = Place::Byte(unread.byte);
        let note = format!("{}: {}", unread.path, unread.value);
        party.push(Fact::say(&["notes"], &note), file, place, &unread.path);
        report.problem(Problem {
            file: Arc::clone(file),
            place: Some(place),
            kind: "unknown-element",
            field: unread.path,
            value: unread.value,
            note: "an element not known; kept as a note".to_owned(),
        });
    }
}

/// Marks attributes of these names as read, in a record and all below it.
fn skip_attributes(record: &Element, names: &[&str]) {
    for name in names {
        record.attribute(name);
    }
    for child in record.children() {
        skip_attributes(child, names);
    }
}

/// The properties that a value under one of OFAC's labels goes to, the first that the schema has;
/// none for labels of something else. `russian` says whether Russia issued it.
pub(crate) fn label_properties(label: &str, value: &str, russian: bool) -> Vec<&'static str> {
    use labels::Target;
    let label = label.trim_end_matches(':');
    let Some((_, target, "")) = labels::split(label) else {
        return Vec::new();
    };
    match target {
        Target::Say(properties) | Target::Number(properties) => properties.to_vec(),
        Target::Passport => vec!["passportNumber", "idNumber", "registrationNumber"],
        Target::Russian(code, properties) => {
            let fits = document::has_russian_form(code, value);
            let code = (fits && russian).then_some(code);
            code.into_iter().chain(properties.iter().copied()).collect()
        }
        Target::Imo if value.starts_with("IMO") => {
            vec!["imoNumber", "idNumber", "registrationNumber"]
        }
        Target::Imo => vec!["registrationNumber", "idNumber"],
        Target::Security("isin") => vec!["isinCode"],
        Target::Security("ticker") => vec!["ticker"],
        _ => Vec::new(),
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

#[cfg(test)]
mod tests {
    use super::List;

    fn check(file: &str, first_program: &str, expected: Option<List>) {
        assert_eq!(List::guess(file, first_program), expected, "{file}");
    }

    #[test]
    fn a_renamed_file_is_known_by_its_first_entry() {
        check("CONS_PRIM.CSV", "", Some(List::Cons));
        check("sdn_2024.xml", "NS-PLC", Some(List::Sdn));
        // The consolidated list of today, and as it began from 2016 to 2018.
        check("a.csv", "NS-PLC", Some(List::Cons));
        check("a.csv", "IRAN", Some(List::Cons));
        check("a.csv", "CUBA", Some(List::Sdn));
        check("a.csv", "", None);
    }
}
