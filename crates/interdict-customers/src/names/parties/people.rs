//! Several people in one text, with the family names that one lends the other.

use super::super::lexicon::{Sense, marker, phrase};
use super::super::segment::{Word, capitals, text, words};
use super::{Kind, Reader};

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

/// A person of a text of several.
#[derive(Clone, Debug, Default)]
pub(super) struct Part {
    pub(super) words: Vec<Word>,
    /// The family name that another lent.
    pub(super) shared: Option<String>,
    /// Other ways to read it.
    pub(super) more: Vec<String>,
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
pub(super) fn family_at_end(list: &[Word]) -> &[Word] {
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

impl Reader {
    /// The places of words that join two people.
    pub(super) fn joints(&self, list: &[Word]) -> Vec<usize> {
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
    pub(super) fn people(&self, list: &[Word]) -> Vec<Part> {
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
}
