//! Who is named in one name cell, and in which part.
//!
//! Recall comes first: where a text can be read in two ways, both become names of the party, and what was
//! assumed is a note. Organisations are not taken apart at `and`: `Marks and Spencer` is one.

use interdict_text::{NameKind, Role as TokenRole, analyse};

use super::lexicon::{Sense, marker, phrase};
use super::segment::{Word, capitals, text, words};
use super::written::by_script;
use crate::notes::Note;

/// What a party is, as far as the row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Person,
    Organisation,
    /// Not stated or not known.
    Unknown,
}

/// Forms of address that are no names.
const SURE: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "herr",
    "herrn",
    "frau",
    "monsieur",
    "madame",
    "mme",
    "mlle",
    "señor",
    "señora",
    "signor",
    "signora",
    "mevr",
    "mevrouw",
    "dhr",
    "господин",
    "госпожа",
    "г-н",
    "г-жа",
    "السيد",
    "السيدة",
    "fräulein",
    "sayın",
    "mademoiselle",
];

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

/// The given names of a cell that holds those of several people: `Hans u. Maria`; the cell as it is where
/// it holds one person's.
pub(crate) fn joint_given(cell: &str) -> Vec<String> {
    let reader = Reader {
        capitals: capitals(cell),
        found: Vec::new(),
    };
    let list = words(cell);
    let joints = reader.joints(&list);
    let ends = joints.iter().skip(1).copied().chain([list.len()]);
    joints
        .iter()
        .zip(ends)
        .map(|(&from, to)| {
            let from = if from == 0 { 0 } else { from + 1 };
            text(list.get(from..to).unwrap_or_default())
        })
        .filter(|part| !part.is_empty())
        .collect()
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

    /// The places of words that join two people.
    fn joints(&self, list: &[Word]) -> Vec<usize> {
        let mut places = vec![0];
        for at in 1..list.len().saturating_sub(1) {
            let Some(word) = list.get(at) else { break };
            let sure = phrase(list, at, Sense::Joint) == 1;
            let short = phrase(list, at, Sense::JointShort) == 1
                && (word.norm == "/"
                    || !word.text.chars().any(char::is_uppercase)
                    || (self.capitals && !matches!(word.norm.as_str(), "e" | "i" | "y")));
            if sure || short {
                places.push(at);
            }
        }
        places
    }

    /// The people of a text, with family names that one lends the other.
    fn people(&self, list: &[Word]) -> Vec<Part> {
        let joints = self.joints(list);
        let mut pieces: Vec<Vec<Word>> = Vec::new();
        for (i, &from) in joints.iter().enumerate() {
            let to = joints.get(i + 1).copied().unwrap_or(list.len());
            let start = if i == 0 { from } else { from + 1 };
            if let Some(piece) = list.get(start..to)
                && !piece.is_empty()
            {
                pieces.extend(at_commas(piece, joints.len() > 1));
            }
        }
        let bare: Vec<Vec<Word>> = pieces.iter().map(|piece| self.bare(piece)).collect();
        if bare.len() < 2 || bare.iter().any(Vec::is_empty) {
            return Vec::new();
        }
        let lengths: Vec<usize> = bare.iter().map(Vec::len).collect();
        if lengths.iter().all(|n| *n == 1) {
            return Vec::new();
        }
        let (first, last) = (&bare[0], &bare[bare.len() - 1]);
        let mut parts: Vec<Part> = Vec::new();
        for (i, piece) in pieces.iter().enumerate() {
            let own = &bare[i];
            let mut part = Part {
                words: piece.clone(),
                ..Part::default()
            };
            if own.len() == 1 && i > 0 && first.len() > 1 {
                self.lend_from_first(&mut part, first);
            } else if own.len() == 1 && last.len() > 1 {
                let family = family_at_end(last);
                part.shared = Some(text(family));
                part.words.extend(family.iter().cloned());
            } else if i + 1 < pieces.len() && own.len() == 2 && last.len() > 1 && !has_comma(own) {
                // `Hans Peter und Maria Müller`.
                let family = family_at_end(last);
                part.more.push(format!("{} {}", text(own), text(family)));
            }
            parts.push(part);
        }
        parts
    }

    /// `Müller Hans u. Maria`: the family's name is the first word of the first, or its last.
    fn lend_from_first(&self, part: &mut Part, first: &[Word]) {
        let given = text(&part.words);
        let comma = first.iter().position(|w| w.comma);
        if let Some(at) = comma {
            let family = text(first.get(..=at).unwrap_or_default());
            part.words = words(&format!("{family}, {given}"));
            part.shared = Some(family);
            return;
        }
        let (Some(front), Some(end)) = (first.first(), first.last()) else {
            return;
        };
        part.words = words(&format!("{} {given}", front.text));
        part.shared = Some(front.text.clone());
        let family = text(family_at_end(first));
        if end.text != front.text {
            part.more.push(format!("{given} {family}"));
        }
    }

    /// A piece without forms of address and titles.
    fn bare(&self, piece: &[Word]) -> Vec<Word> {
        let mut notes = Vec::new();
        let mut kind = Kind::Person;
        let rest = self.address(piece, &mut kind, &mut notes);
        let mut out = rest.to_vec();
        if let Some(at) =
            (1..out.len()).find(|at| marker(&out, *at, Sense::Maiden, self.capitals) > 0)
        {
            out.truncate(at);
        }
        out.retain(|w| w.norm.chars().any(char::is_alphabetic));
        out
    }

    /// Steps over forms of address and titles in front.
    fn address<'w>(
        &self,
        mut list: &'w [Word],
        kind: &mut Kind,
        notes: &mut Vec<Note>,
    ) -> &'w [Word] {
        let mut said: Vec<Word> = Vec::new();
        let mut titles: Vec<Word> = Vec::new();
        while list.len() > 1 {
            let n = phrase(list, 0, Sense::SalutationFirm);
            let firm = n > 0 && n < list.len();
            let one = phrase(list, 0, Sense::Salutation);
            let title = self.title(list);
            if firm {
                *kind = Kind::Organisation;
                said.extend(list.iter().take(n).cloned());
                list = list.get(n..).unwrap_or_default();
            } else if one > 0 && one < list.len() && self.salutes(list, titles.is_empty()) {
                if *kind == Kind::Unknown {
                    *kind = Kind::Person;
                }
                said.extend(list.iter().take(one).cloned());
                list = list.get(one..).unwrap_or_default();
            } else if title > 0 && title < list.len() {
                titles.extend(list.iter().take(title).cloned());
                list = list.get(title..).unwrap_or_default();
            } else {
                break;
            }
        }
        if !said.is_empty() {
            notes.push(Note::Salutation(text(&said)));
        }
        if !titles.is_empty() {
            notes.push(Note::Title(text(&titles)));
        }
        list
    }

    /// Whether the first word is a form of address and no name: `Pan Wei`, `Fr Jones`.
    fn salutes(&self, list: &[Word], first: bool) -> bool {
        let Some(word) = list.first() else {
            return false;
        };
        first && (word.dotted || SURE.contains(&word.norm.as_str()))
    }

    fn title(&self, list: &[Word]) -> usize {
        let n = phrase(list, 0, Sense::Title);
        let sure = list.first().is_some_and(|word| {
            word.dotted
                || n > 1
                || word.norm.contains('-')
                || matches!(word.norm.as_str(), "dr" | "drs" | "prof" | "ddr" | "dres")
        });
        if sure { n } else { 0 }
    }

    /// One party out of its words.
    fn one(
        &mut self,
        list: &[Word],
        mut kind: Kind,
        role: PartyRole,
        mut notes: Vec<Note>,
        more: &[String],
    ) {
        let mut aliases: Vec<String> = more.to_vec();
        let list = self.address(list, &mut kind, &mut notes);
        let mut list = self.dead(list, &mut notes);
        let mut date = None;
        if kind != Kind::Organisation {
            list = self.behind(list, &mut kind, &mut notes);
            list = self.maiden(list, &mut aliases, &mut date, &mut notes);
        }
        let name = text(&list);
        for run in by_script(&name) {
            aliases.push(run);
        }
        aliases.retain(|alias| *alias != name && !alias.trim().is_empty());
        let mut kept: Vec<String> = Vec::new();
        for alias in aliases {
            if !kept.contains(&alias) {
                kept.push(alias);
            }
        }
        self.found.push(Named {
            role,
            kind,
            name,
            aliases: kept,
            date,
            notes,
        });
    }

    /// Leaves out marks of death and of childhood.
    fn dead(&self, list: &[Word], notes: &mut Vec<Note>) -> Vec<Word> {
        let mut list = list.to_vec();
        let front = phrase(&list, 0, Sense::DeadFront);
        let sign = list.first().is_some_and(|w| w.norm == "+");
        if (front > 0 || sign) && list.len() > front.max(1) {
            let n = front.max(usize::from(sign));
            notes.push(Note::Deceased(text(list.get(..n).unwrap_or_default())));
            list.drain(..n);
        }
        let mut at = 1;
        while at < list.len() {
            let dead = marker(&list, at, Sense::DeadBehind, self.capitals);
            let minor = marker(&list, at, Sense::Minor, self.capitals);
            let n = dead.max(minor);
            let last = at + n == list.len() || list.get(at).is_some_and(|w| w.opens);
            let sign = list
                .get(at)
                .is_some_and(|w| !w.norm.chars().any(char::is_alphabetic));
            if n > 0 && (last || sign || minor > 0) {
                let said = text(list.get(at..at + n).unwrap_or_default());
                let said = said.trim_matches(['(', ')']).to_owned();
                notes.push(if dead > 0 {
                    Note::Deceased(said)
                } else {
                    Note::Minor(said)
                });
                list.drain(at..at + n);
                // A date of death behind the mark is no part of the name.
                if dead > 0 && list.get(at).is_some_and(|w| starts_with_digit(w)) {
                    list.drain(at..=at);
                }
                continue;
            }
            at += 1;
        }
        list
    }

    /// Leaves out forms of address and degrees behind the name.
    fn behind(&self, mut list: Vec<Word>, kind: &mut Kind, notes: &mut Vec<Note>) -> Vec<Word> {
        while list.len() > 1 {
            let at = list.len() - 1;
            let after_comma = list.get(at - 1).is_some_and(|w| w.comma);
            if phrase(&list, at, Sense::SalutationBehind) == 1
                && list.get(at).is_some_and(|w| {
                    !w.text.is_ascii()
                        || w.text == w.norm
                        || (at > 1 && SURE.contains(&w.norm.as_str()))
                })
            {
                *kind = Kind::Person;
                notes.push(Note::Salutation(
                    list.get(at).map_or_else(String::new, |w| w.text.clone()),
                ));
                list.pop();
            } else if phrase(&list, at, Sense::Title) == 1
                && (after_comma || list.get(at).is_some_and(|w| w.dotted))
                && list.len() > 2
            {
                notes.push(Note::Title(
                    list.get(at).map_or_else(String::new, |w| w.text.clone()),
                ));
                list.pop();
                if let Some(last) = list.last_mut() {
                    last.comma = false;
                }
            } else {
                break;
            }
        }
        list
    }

    /// `Maria Müller geb. Schmidt`: another name, `Maria Schmidt`.
    fn maiden(
        &self,
        mut list: Vec<Word>,
        aliases: &mut Vec<String>,
        date: &mut Option<String>,
        notes: &mut Vec<Note>,
    ) -> Vec<Word> {
        let mut at = 1;
        while at < list.len() {
            let n = marker(&list, at, Sense::Maiden, self.capitals);
            if n == 0 || at + n >= list.len() {
                at += 1;
                continue;
            }
            let bracket = list.get(at).is_some_and(|w| w.opens);
            let mut end = at + n;
            while let Some(word) = list.get(end) {
                end += 1;
                if word.comma || (bracket && word.closes) || end - at - n >= 4 {
                    break;
                }
            }
            let former: Vec<Word> = list.get(at + n..end).unwrap_or_default().to_vec();
            if former.first().is_some_and(starts_with_digit) {
                let text = text(&former);
                notes.push(Note::DateInName(text.clone()));
                date.get_or_insert(text);
            } else {
                let former = text(&former).trim_matches(['(', ')']).to_owned();
                let before = list.get(..at).unwrap_or_default();
                aliases.extend(with_family(before, &former));
                notes.push(Note::FormerName(former));
            }
            list.drain(at..end);
            if let Some(last) = list.last_mut() {
                last.comma = false;
            }
        }
        list
    }
}

/// A person of a text of several.
#[derive(Clone, Debug, Default)]
struct Part {
    words: Vec<Word>,
    /// The family name that another lent.
    shared: Option<String>,
    /// Other ways to read it.
    more: Vec<String>,
}

fn starts_with_digit(word: &Word) -> bool {
    word.norm.starts_with(|c: char| c.is_ascii_digit())
}

fn has_comma(list: &[Word]) -> bool {
    list.iter().any(|w| w.comma)
}

/// `A B, C D` in a list of people: pieces of two words or more at its commas.
fn at_commas(piece: &[Word], listed: bool) -> Vec<Vec<Word>> {
    let parts: Vec<Vec<Word>> = piece
        .split_inclusive(|w| w.comma)
        .map(<[Word]>::to_vec)
        .collect();
    if !listed || parts.len() < 2 || parts.iter().any(|p| p.len() < 2) {
        return vec![piece.to_vec()];
    }
    parts
        .into_iter()
        .map(|mut part| {
            if let Some(last) = part.last_mut() {
                last.comma = false;
            }
            part
        })
        .collect()
}

/// The family name at the end of `Maria von der Heide`: the last word and the particles before it.
fn family_at_end(list: &[Word]) -> &[Word] {
    let particle = |w: &Word| {
        matches!(
            w.norm.as_str(),
            "von"
                | "van"
                | "der"
                | "den"
                | "de"
                | "del"
                | "della"
                | "di"
                | "da"
                | "dos"
                | "das"
                | "du"
                | "la"
                | "le"
                | "zu"
                | "zur"
                | "vom"
                | "ter"
                | "ten"
                | "al"
                | "el"
                | "bin"
                | "ben"
                | "ibn"
                | "abu"
                | "af"
                | "av"
                | "lo"
        )
    };
    // `Müller, Hans`: what stands before the comma.
    if let Some(at) = list.iter().position(|w| w.comma) {
        return list.get(..=at).unwrap_or_default();
    }
    let mut from = list.len().saturating_sub(1);
    while from > 1 && list.get(from - 1).is_some_and(particle) {
        from -= 1;
    }
    list.get(from..).unwrap_or_default()
}

/// The names that somebody had with another family name: the given names are behind a comma, or all
/// but the last word, or all but the first.
fn with_family(before: &[Word], family: &str) -> Vec<String> {
    if let Some(at) = before.iter().position(|w| w.comma) {
        let given = text(before.get(at + 1..).unwrap_or_default());
        return vec![format!("{given} {family}").trim().to_owned()];
    }
    match before {
        [] => Vec::new(),
        [only] => vec![format!("{} {family}", only.text)],
        [first, rest @ ..] => {
            let front = before.get(..before.len() - family_at_end(before).len());
            let mut out = Vec::new();
            match front {
                Some(front) if !front.is_empty() => out.push(format!("{} {family}", text(front))),
                _ => out.push(format!("{} {family}", first.text)),
            }
            let other = format!("{} {family}", text(rest));
            if !out.contains(&other) {
                out.push(other);
            }
            out
        }
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
