//! From a text to the readings that can be compared.

use crate::lexicon::{self, Sense};
use crate::normal::Break;
use crate::organisation;
use crate::person;
use crate::token::Maker;
use crate::view::{MAX_READINGS, MAX_TOKENS, NameKind, NameView, Problem, Reading, Role, Space};
use crate::words::{Word, Words, words};

/// Reads a name.
///
/// Never fails: what cannot be kept is a [`Problem`] of the view. The cost is bounded whatever the
/// length of the text. Spans of tokens are byte ranges of `name` on character boundaries.
pub fn analyse(name: &str, kind: NameKind) -> NameView {
    let scanned = words(name);
    let mut reader = Reader {
        words: &scanned,
        kind,
        maker: Maker::default(),
        readings: Vec::with_capacity(2),
        readings_cut: false,
        tokens_cut: scanned.cut,
    };
    for part in names_inside(&scanned.list) {
        reader.part(part);
    }
    let mut problems = Vec::new();
    if reader.readings_cut {
        problems.push(Problem::ReadingsCut);
    }
    if let Some(at) = reader.tokens_cut {
        problems.push(Problem::TokensCut(at));
    }
    if let Some(at) = scanned.disguise {
        problems.push(Problem::Disguise(at));
    }
    if reader.readings.is_empty() {
        problems.push(Problem::Empty);
    }
    for problem in reader.maker.problems {
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    }
    NameView {
        readings: reader.readings,
        problems,
    }
}

/// The names in a text that holds several: `A a.k.a. B; C`.
fn names_inside(all: &[Word]) -> Vec<&[Word]> {
    let mut parts = Vec::with_capacity(1);
    let mut from = 0;
    let mut i = 0;
    while let Some(word) = all.get(i) {
        if word.before == Break::Semicolon && i > from {
            parts.push(all.get(from..i).unwrap_or(&[]));
            from = i;
        }
        // `Михаил Кушаков / Михайло Кушаков`: a stroke between two whole names.
        let names_apart = word.before == Break::Slash
            && i >= from + 2
            && all.len() - i >= 2
            && [i - 1, i]
                .iter()
                .all(|at| all.get(*at).is_some_and(|w| w.len() > 1));
        if names_apart {
            parts.push(all.get(from..i).unwrap_or(&[]));
            from = i;
        }
        let marker = all
            .get(i..)
            .and_then(|rest| lexicon::longest(rest, |s| s == Sense::AlsoKnown));
        if let Some((n, _)) = marker
            && i + n < all.len()
        {
            if i > from {
                parts.push(all.get(from..i).unwrap_or(&[]));
            }
            i += n;
            from = i;
            continue;
        }
        i += 1;
    }
    if from < all.len() {
        parts.push(all.get(from..).unwrap_or(&[]));
    }
    parts
}

struct Reader<'a> {
    words: &'a Words,
    kind: NameKind,
    maker: Maker,
    readings: Vec<Reading>,
    readings_cut: bool,
    tokens_cut: Option<u32>,
}

/// Shortest key of a legal form that names of persons do not have too: not `AS` or `SA`, but `Ltd`.
const TELLING_FORM: usize = 3;

fn has_legal_form(reading: &Reading) -> bool {
    reading.tokens.iter().any(|t| {
        t.role == Role::LegalForm
            && t.forms
                .iter()
                .any(|f| f.space == Space::Latin && f.key.len() >= TELLING_FORM)
    })
}

impl Reader<'_> {
    fn part(&mut self, part: &[Word]) {
        let glyphs = &self.words.glyphs;
        let organisations = if matches!(self.kind, NameKind::Organization | NameKind::Any) {
            organisation::variants(part)
                .iter()
                .flat_map(|variant| organisation::read(variant, glyphs, &mut self.maker))
                .collect()
        } else {
            Vec::new()
        };
        let person = match self.kind {
            NameKind::Person => true,
            // A legal form says what bears the name.
            NameKind::Any => !organisations.iter().any(has_legal_form),
            NameKind::Organization | NameKind::Object => false,
        };
        if person {
            for variant in person::variants(part) {
                for reading in person::read(&variant, glyphs, &mut self.maker) {
                    self.add(reading);
                }
            }
        }
        for reading in organisations {
            self.add(reading);
        }
        if self.kind == NameKind::Object {
            for variant in organisation::variants(part) {
                for reading in organisation::read_object(&variant, &mut self.maker) {
                    self.add(reading);
                }
            }
        }
    }

    fn add(&mut self, mut reading: Reading) {
        if let Some(first) = reading.tokens.get(MAX_TOKENS) {
            let at = first.span.start;
            self.tokens_cut = Some(self.tokens_cut.map_or(at, |c| c.min(at)));
            reading.tokens.truncate(MAX_TOKENS);
        }
        if reading.tokens.is_empty() || self.readings.contains(&reading) {
            return;
        }
        if self.readings.len() >= MAX_READINGS {
            self.readings_cut = true;
            return;
        }
        self.readings.push(reading);
    }
}
