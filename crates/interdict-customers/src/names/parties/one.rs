//! One party: what stands around its name, and its other names.

use super::super::lexicon::{Sense, marker, phrase};
use super::super::segment::{Word, text};
use super::super::written::by_script;
use super::people::family_at_end;
use super::{Kind, Named, PartyRole, Reader};
use crate::notes::Note;

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

fn starts_with_digit(word: &Word) -> bool {
    word.norm.starts_with(|c: char| c.is_ascii_digit())
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

impl Reader {
    /// Steps over forms of address and titles in front.
    pub(super) fn address<'w>(
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
    pub(super) fn one(
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
                if dead > 0 && list.get(at).is_some_and(starts_with_digit) {
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
