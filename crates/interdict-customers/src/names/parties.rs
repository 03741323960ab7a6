//! Who is named in one name cell, and in which part.
//!
//! Recall comes first: where a text can be read in two ways, both become names of the party, and what was
//! assumed is a note. Organisations are not taken apart at `and`: `Marks and Spencer` is one.

use interdict_text::{NameKind, Role as TokenRole, analyse};

use super::lexicon::{Sense, marker, phrase};
use super::segment::{Word, capitals, text, words};
use crate::notes::Note;

mod one;
mod people;

pub(crate) use people::joint_given;

/// What a party is, as far as the row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Person,
    Organisation,
    /// Not stated or not known.
    Unknown,
}

/// What part a party plays in its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PartyRole {
    /// The customer, or the first of several.
    Holder,
    /// Another holder beside the first.
    JointHolder,
    /// Whom letters go to.
    CareOf,
    /// Holds for somebody else.
    Trustee,
    /// What or who is held for.
    Beneficiary,
    /// The name of a business of the holder.
    TradingName,
}

impl PartyRole {
    /// The word for it in results.
    pub fn word(self) -> &'static str {
        match self {
            PartyRole::Holder => "holder",
            PartyRole::JointHolder => "joint-holder",
            PartyRole::CareOf => "care-of",
            PartyRole::Trustee => "trustee",
            PartyRole::Beneficiary => "beneficiary",
            PartyRole::TradingName => "trading-name",
        }
    }
}

/// What a form of address says of who is addressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Salutation {
    /// One person.
    One,
    /// Two people.
    Two,
    /// An organisation.
    Firm,
}

/// What the text of a column of forms of address means.
pub(crate) fn salutation(cell: &str) -> Option<Salutation> {
    let list = words(cell);
    let whole = |sense| phrase(&list, 0, sense) == list.len() && !list.is_empty();
    if whole(Sense::SalutationTwo) {
        Some(Salutation::Two)
    } else if whole(Sense::SalutationFirm) {
        Some(Salutation::Firm)
    } else {
        (whole(Sense::Salutation) || phrase(&list, 0, Sense::Salutation) > 0)
            .then_some(Salutation::One)
    }
}

/// One party that a cell names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) role: PartyRole,
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) aliases: Vec<String>,
    pub(crate) date: Option<String>,
    pub(crate) notes: Vec<Note>,
}

/// The parties of a name cell, the holder first; empty when it holds no word.
pub(crate) fn parse(cell: &str, kind: Kind) -> Vec<Named> {
    let mut reader = Reader {
        capitals: capitals(cell),
        found: Vec::new(),
    };
    let mut notes = Vec::new();
    let list = reader.account(words(cell), &mut notes);
    reader.roles(&list, kind, PartyRole::Holder, notes);
    reader.found.retain(|party| !party.name.is_empty());
    reader.found
}

struct Reader {
    capitals: bool,
    found: Vec<Named>,
}

impl Reader {
    /// Leaves out the words for the account at the end.
    fn account(&self, list: Vec<Word>, notes: &mut Vec<Note>) -> Vec<Word> {
        let mut from = list.len();
        let mut strong = false;
        while from > 1 {
            let Some(word) = list.get(from - 1) else {
                break;
            };
            let is = |sense| phrase(&list, from - 1, sense) == 1;
            let number = word.norm.bytes().any(|b| b.is_ascii_digit())
                && word
                    .norm
                    .bytes()
                    .all(|b| b.is_ascii_digit() || b"-/#".contains(&b));
            if is(Sense::AccountStrong) && (word.text != word.norm || from > 2 || list.len() > 2) {
                strong = true;
            } else if is(Sense::Currency) {
                strong |= word.opens && word.closes;
            } else if !(is(Sense::AccountWeak) || number) {
                break;
            }
            from -= 1;
        }
        // A word of two or more, such as `compte courant`, is strong at its first word.
        if !strong || from == 0 {
            return list;
        }
        let (name, rest) = list.split_at(from);
        if name.iter().all(|w| w.norm.chars().count() < 2) {
            return list;
        }
        notes.push(Note::Account(text(rest)));
        name.to_vec()
    }

    /// Takes a text apart at words that give its parts different roles.
    fn roles(&mut self, list: &[Word], kind: Kind, role: PartyRole, mut notes: Vec<Note>) {
        let leading = phrase(list, 0, Sense::TrusteeLeading);
        if leading > 0 && leading < list.len() {
            let rest = list.get(leading..).unwrap_or_default();
            return self.roles(rest, Kind::Unknown, PartyRole::Beneficiary, notes);
        }
        let splits = [
            (Sense::CareOf, role, PartyRole::CareOf),
            (Sense::Trustee, PartyRole::Trustee, PartyRole::Beneficiary),
            (Sense::OnBehalfOf, role, PartyRole::Beneficiary),
            (Sense::TradingAs, role, PartyRole::TradingName),
        ];
        for at in 0..list.len() {
            for (sense, left_role, right_role) in splits {
                let n = match sense {
                    Sense::OnBehalfOf => self.short_marker(list, at, sense),
                    _ => marker(list, at, sense, self.capitals),
                };
                if n == 0 || (at == 0 && sense != Sense::CareOf) {
                    continue;
                }
                let left = list.get(..at).unwrap_or_default();
                let right = list.get(at + n..).unwrap_or_default();
                if sense == Sense::Trustee && right.is_empty() {
                    return self.holders(left, kind, PartyRole::Trustee, notes);
                }
                if right.is_empty() {
                    continue;
                }
                if !left.is_empty() {
                    self.holders(left, kind, left_role, std::mem::take(&mut notes));
                }
                let right_kind = match sense {
                    Sense::TradingAs => Kind::Organisation,
                    _ => Kind::Unknown,
                };
                return self.roles(right, right_kind, right_role, notes);
            }
        }
        self.holders(list, kind, role, notes);
    }

    /// `TOD` and `POD` are markers in capitals only; in words, as any other.
    fn short_marker(&self, list: &[Word], at: usize, sense: Sense) -> usize {
        let n = phrase(list, at, sense);
        let written = list.get(at).is_some_and(|w| {
            n > 1
                || w.norm.contains('/')
                || w.norm.chars().count() > 3
                || !w.text.chars().any(char::is_lowercase)
        });
        if written { n } else { 0 }
    }

    /// Takes a text with one role apart into people.
    fn holders(&mut self, list: &[Word], kind: Kind, role: PartyRole, mut notes: Vec<Note>) {
        let list = self.estate(list, &mut notes);
        let two = phrase(list, 0, Sense::SalutationTwo);
        let list = if two > 0 && two < list.len() {
            let said = text(list.get(..two).unwrap_or_default());
            let rest = list.get(two..).unwrap_or_default();
            if self.joints(rest).len() < 2 {
                notes.push(Note::UnnamedSecond(said.clone()));
            }
            notes.push(Note::Salutation(said));
            rest
        } else {
            list
        };
        let kind = if two > 0 { Kind::Person } else { kind };
        let whole = text(list);
        let separate = match kind {
            Kind::Organisation => false,
            Kind::Person => true,
            Kind::Unknown => self.joints(list).len() > 1 && !like_organisation(&whole),
        };
        let parts = if separate {
            self.people(list)
        } else {
            Vec::new()
        };
        if parts.len() < 2 {
            self.one(list, kind, role, notes, &[]);
            return;
        }
        for (i, part) in parts.iter().enumerate() {
            let role = match (i, role) {
                (0, role) => role,
                (_, PartyRole::Holder) => PartyRole::JointHolder,
                (_, role) => role,
            };
            let mut own = notes.clone();
            if let Some(family) = &part.shared {
                own.push(Note::SharedFamilyName(family.clone()));
            }
            let mut more = part.more.clone();
            if i == 0 && kind == Kind::Unknown {
                // It may be one organisation after all.
                more.push(whole.clone());
            }
            self.one(&part.words, kind, role, own, &more);
        }
    }

    fn estate<'w>(&self, list: &'w [Word], notes: &mut Vec<Note>) -> &'w [Word] {
        let n = phrase(list, 0, Sense::Estate);
        if n > 0 && n < list.len() {
            notes.push(Note::Estate(text(list.get(..n).unwrap_or_default())));
            return list.get(n..).unwrap_or_default();
        }
        if list.len() > 1 && phrase(list, list.len() - 1, Sense::EstateBehind) == 1 {
            let (name, last) = list.split_at(list.len() - 1);
            notes.push(Note::Estate(text(last)));
            return name;
        }
        list
    }
}

/// Whether a text has words that people's names do not have: a legal form, or a word many organisations
/// carry.
fn like_organisation(text: &str) -> bool {
    let view = analyse(text, NameKind::Organization);
    view.readings.iter().any(|reading| {
        reading
            .tokens
            .iter()
            .any(|t| matches!(t.role, TokenRole::LegalForm | TokenRole::Generic))
    })
}

#[cfg(test)]
mod tests;
