//! Changes of links that the publisher did not make.
//!
//! Some lists name the other end of a link in words ("Linked To: KALASHNIKOV CONCERN"). The same words
//! lead elsewhere, or nowhere, when the entry they name comes, goes or gets another name. The party
//! that says them did not change then.

use interdict_model::Schema;

use super::{FieldChange, Kind, PartChange, Wording};

/// Words for links on one side of a comparison.
#[derive(Default)]
struct Words<'a> {
    /// Names that lead to an entry.
    links: Vec<&'a str>,
    /// Notes, where names that lead nowhere are kept.
    notes: Vec<&'a str>,
}

/// Whether everything that changed is where the same words lead.
pub(super) fn only_relinked(fields: &[FieldChange], parts: &[PartChange]) -> bool {
    let mut before = Words::default();
    let mut after = Words::default();
    for field in fields {
        for (words, wording) in [(&mut before, &field.before), (&mut after, &field.after)] {
            let Some(wording) = wording else { continue };
            if field.property == "notes" {
                words.notes.push(&wording.value);
            } else if !words.take_link(wording) {
                return false;
            }
        }
    }
    for part in parts {
        let is_edge = Schema::get(part.schema).is_some_and(|schema| schema.edge().is_some());
        let words = match part.kind {
            Kind::Added => &mut after,
            Kind::Removed => &mut before,
            Kind::Changed | Kind::Relinked => return false,
        };
        let sides = part
            .fields
            .iter()
            .flat_map(|f| f.before.iter().chain(&f.after));
        if !is_edge || sides.filter(|wording| words.take_link(wording)).count() == 0 {
            return false;
        }
    }
    before.match_up(&mut after)
}

impl<'a> Words<'a> {
    /// Takes a value that a name stands behind.
    fn take_link(&mut self, wording: &'a Wording) -> bool {
        match &wording.original {
            Some(original) => {
                self.links.push(original);
                true
            }
            None => false,
        }
    }

    /// Whether every link has its words on the other side, and every note is such words.
    fn match_up(&mut self, other: &mut Words<'a>) -> bool {
        let mut both = 0;
        self.links.retain(|link| {
            let found = other.links.iter().position(|l| l == link);
            if let Some(at) = found {
                other.links.remove(at);
                both += 1;
            }
            found.is_none()
        });
        for (links, notes) in [
            (&mut self.links, &mut other.notes),
            (&mut other.links, &mut self.notes),
        ] {
            links.retain(|link| {
                let found = notes.iter().position(|note| note.ends_with(link));
                if let Some(at) = found {
                    notes.remove(at);
                    both += 1;
                }
                found.is_none()
            });
        }
        let left = [&self.links, &self.notes, &other.links, &other.notes];
        both > 0 && left.iter().all(|left| left.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wording(value: &str, original: Option<&str>) -> Option<Wording> {
        Some(Wording {
            value: value.to_owned(),
            original: original.map(str::to_owned),
            lang: None,
        })
    }

    fn field(
        property: &'static str,
        before: Option<Wording>,
        after: Option<Wording>,
    ) -> FieldChange {
        FieldChange {
            property,
            before,
            after,
        }
    }

    #[test]
    fn a_name_that_leads_nowhere_any_more_is_no_change_of_the_words() {
        let link = field("operator", wording("ofac-1", Some("AIR")), None);
        let note = field("notes", None, wording("Aircraft operator: AIR", None));
        assert!(only_relinked(&[note.clone(), link.clone()], &[]));
        let other = field("notes", None, wording("Aircraft operator: AIR TWO", None));
        assert!(!only_relinked(&[other, link.clone()], &[]));
        let date = field("birthDate", wording("1952", Some("in 1952")), None);
        assert!(!only_relinked(&[note, link, date], &[]));
    }

    #[test]
    fn a_name_that_leads_to_another_entry_is_no_change_of_the_words() {
        let part = |kind, far: &str, name| PartChange {
            id: far.to_owned(),
            schema: "UnknownLink",
            kind,
            fields: vec![field("object", None, wording(far, Some(name)))],
        };
        let gone = part(Kind::Removed, "ofac-1", "BANK");
        assert!(only_relinked(
            &[],
            &[gone.clone(), part(Kind::Added, "ofac-2", "BANK")]
        ));
        assert!(!only_relinked(
            &[],
            &[gone.clone(), part(Kind::Added, "ofac-2", "OTHER")]
        ));
        assert!(!only_relinked(&[], &[gone]));
    }
}
