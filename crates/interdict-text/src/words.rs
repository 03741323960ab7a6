//! A text as words: runs of letters and digits with what stood before them.

use compact_str::CompactString;

use crate::lookalike;
use crate::normal::{self, Break, Glyph, Kind};
use crate::romanise;
use crate::script::Script;

/// Words looked at in one name; what follows is cut.
pub(crate) const MAX_WORDS: usize = 64;
/// Letters of one word; what follows is cut.
pub(crate) const MAX_WORD_LETTERS: usize = 64;

/// How a word is capitalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Case {
    Lower,
    Title,
    /// All capitals, at least two letters.
    Upper,
}

/// A run of letters and digits.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    /// Letters in their own script, lower case; Latin ones as ASCII.
    pub(crate) text: CompactString,
    /// Other spellings of the same letters: umlauts written out, look-alikes resolved.
    pub(crate) other: Option<CompactString>,
    pub(crate) script: Script,
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) case: Case,
    /// Strongest separator before the word.
    pub(crate) before: Break,
    /// The character right after the word is a full stop.
    pub(crate) dotted: bool,
    /// Nesting: 0 outside brackets, 1 inside.
    pub(crate) bracketed: bool,
    /// Number of the quoted part it stands in; 0 outside quotation marks.
    pub(crate) quoted: u8,
    /// Range of glyphs; one letter each, except that Latin letters may be two.
    pub(crate) glyphs: (usize, usize),
}

/// The words of a text.
#[derive(Debug, Default)]
pub(crate) struct Words {
    pub(crate) list: Vec<Word>,
    pub(crate) glyphs: Vec<Glyph>,
    pub(crate) disguise: Option<u32>,
    pub(crate) cut: Option<u32>,
}

fn strength(b: Break) -> u8 {
    match b {
        Break::Space => 0,
        Break::Hyphen => 1,
        Break::Dot => 2,
        Break::MiddleDot => 3,
        Break::Slash => 4,
        Break::Quote => 5,
        Break::Ampersand => 6,
        Break::NumberSign => 7,
        Break::Comma => 8,
        Break::Close | Break::Open => 9,
        Break::Semicolon => 10,
    }
}

pub(crate) fn words(text: &str) -> Words {
    let scanned = normal::glyphs(text);
    let mut out = Words {
        disguise: scanned.invisible,
        cut: scanned.cut,
        ..Words::default()
    };
    let glyphs = scanned.list;
    let mut before = Break::Space;
    let mut depth = 0_u32;
    let mut quote_open = false;
    let mut quotes = 0_u8;
    let mut i = 0;
    while let Some(glyph) = glyphs.get(i) {
        match glyph.kind {
            Kind::Break(b) => {
                match b {
                    Break::Open => depth += 1,
                    Break::Close => depth = depth.saturating_sub(1),
                    Break::Quote => {
                        quote_open = !quote_open;
                        if quote_open {
                            quotes = quotes.saturating_add(1);
                        }
                    }
                    _ => {}
                }
                if b == Break::Dot
                    && let Some(last) = out.list.last_mut()
                    && last.end == glyph.start
                {
                    last.dotted = true;
                }
                if b == Break::Ampersand && out.list.len() < MAX_WORDS {
                    out.list.push(ampersand(glyph, i, before));
                    before = Break::Space;
                } else if strength(b) > strength(before) {
                    before = b;
                }
                i += 1;
            }
            Kind::Apostrophe | Kind::Mark => i += 1,
            // One sign that stands for two words (`㏠`): the first is enough.
            Kind::Letter(_) if out.list.last().is_some_and(|w| glyph.start < w.end) => i += 1,
            Kind::Letter(script) => {
                if out.list.len() >= MAX_WORDS {
                    out.cut = Some(out.cut.map_or(glyph.start, |c| c.min(glyph.start)));
                    break;
                }
                let (end, cut) = word_end(&glyphs, i, script);
                if let Some(at) = cut {
                    out.cut = Some(out.cut.map_or(at, |c| c.min(at)));
                }
                let mut word = build(&glyphs, i, end);
                word.before = before;
                word.bracketed = depth > 0;
                word.quoted = if quote_open { quotes } else { 0 };
                if lookalike::resolve(&mut word, glyphs.get(i..end).unwrap_or(&[]))
                    && out.disguise.is_none()
                {
                    out.disguise = Some(word.start);
                }
                if !word.text.is_empty() {
                    out.list.push(word);
                    before = Break::Space;
                }
                i = match cut {
                    // Skip the rest of a word that is too long.
                    Some(_) => skip_letters(&glyphs, end),
                    None => end,
                };
            }
        }
    }
    out.glyphs = glyphs;
    out
}

fn ampersand(glyph: &Glyph, at: usize, before: Break) -> Word {
    Word {
        text: CompactString::const_new("and"),
        other: None,
        script: Script::Latin,
        start: glyph.start,
        end: glyph.end,
        case: Case::Lower,
        before,
        dotted: false,
        bracketed: false,
        quoted: 0,
        glyphs: (at, at + 1),
    }
}

/// Whether a letter of `next` continues a word whose letters so far are `script`.
fn continues(script: Script, next: Script) -> bool {
    script == next
        || script == Script::Digit && (next.is_european() || next == Script::Digit)
        || script.is_european() && (next.is_european() || next == Script::Digit)
}

fn word_end(glyphs: &[Glyph], from: usize, script: Script) -> (usize, Option<u32>) {
    let mut end = from;
    let mut i = from;
    let mut script = script;
    while let Some(glyph) = glyphs.get(i) {
        match glyph.kind {
            Kind::Letter(next) if continues(script, next) => {
                if script == Script::Digit {
                    script = next;
                }
                if i - from >= MAX_WORD_LETTERS {
                    return (end, Some(glyph.start));
                }
                i += 1;
                end = i;
            }
            Kind::Mark => {
                i += 1;
                end = i;
            }
            Kind::Apostrophe => i += 1,
            // `V@ladimir`, `$ergei`: a sign between letters imitates a letter.
            Kind::Break(Break::Space)
                if matches!(glyph.c, '@' | '$' | '!')
                    && i > from
                    && matches!(
                        glyphs.get(i + 1).map(|g| g.kind),
                        Some(Kind::Letter(Script::Latin))
                    )
                    && glyphs
                        .get(i.wrapping_sub(1))
                        .is_some_and(|g| g.kind == Kind::Letter(Script::Latin)) =>
            {
                i += 1;
            }
            _ => break,
        }
    }
    (end, None)
}

fn skip_letters(glyphs: &[Glyph], from: usize) -> usize {
    let rest = glyphs.get(from..).unwrap_or(&[]);
    from + rest
        .iter()
        .take_while(|g| !matches!(g.kind, Kind::Break(_)))
        .count()
}

/// The word made of the glyphs `from..to`.
pub(crate) fn build(glyphs: &[Glyph], from: usize, to: usize) -> Word {
    let slice = glyphs.get(from..to).unwrap_or(&[]);
    let mut text = CompactString::default();
    let mut expanded = false;
    let (mut upper, mut letters, mut first_upper) = (0_usize, 0_usize, false);
    let mut script = Script::Digit;
    for glyph in slice {
        let Kind::Letter(own) = glyph.kind else {
            if glyph.kind == Kind::Mark {
                text.push(glyph.c);
            } else if let Kind::Break(_) = glyph.kind {
                text.push_str(lookalike::sign(glyph.c));
            }
            continue;
        };
        if letters == 0 {
            first_upper = glyph.upper;
        }
        letters += 1;
        upper += usize::from(glyph.upper);
        if script == Script::Digit {
            script = own;
        }
        if own == Script::Latin && !glyph.c.is_ascii() {
            expanded |= normal::expanded_vowel(glyph.c).is_some();
            let letters = normal::latin_letters(glyph.c).chars();
            text.extend(
                letters
                    .filter(char::is_ascii_alphanumeric)
                    .map(|c| c.to_ascii_lowercase()),
            );
        } else if own == Script::Arabic {
            text.extend(romanise::clean_arabic(glyph.c));
        } else {
            text.push(glyph.c);
        }
    }
    let other = expanded.then(|| expand(slice));
    let case = if upper >= 2 && upper == letters {
        Case::Upper
    } else if first_upper {
        Case::Title
    } else {
        Case::Lower
    };
    Word {
        text,
        other,
        script,
        start: slice.first().map_or(0, |g| g.start),
        end: slice.last().map_or(0, |g| g.end),
        case,
        before: Break::Space,
        dotted: false,
        bracketed: false,
        quoted: 0,
        glyphs: (from, to),
    }
}

fn expand(slice: &[Glyph]) -> CompactString {
    let mut out = CompactString::default();
    for glyph in slice {
        if !matches!(glyph.kind, Kind::Letter(_)) {
            continue;
        }
        match normal::expanded_vowel(glyph.c) {
            Some(two) => out.push_str(two),
            None if glyph.c.is_ascii() => out.push(glyph.c),
            None => out.push_str(normal::latin_letters(glyph.c)),
        }
    }
    out
}

impl Word {
    /// The word cut after its first `letters` glyphs; `None` when one side would be empty.
    pub(crate) fn split(&self, glyphs: &[Glyph], letters: usize) -> Option<(Word, Word)> {
        let (from, to) = self.glyphs;
        let mut at = from;
        let mut seen = 0;
        while at < to && seen < letters {
            if matches!(glyphs.get(at)?.kind, Kind::Letter(_)) {
                seen += 1;
            }
            at += 1;
        }
        if at <= from || at >= to {
            return None;
        }
        let mut first = build(glyphs, from, at);
        let mut second = build(glyphs, at, to);
        let one_sign = second.start < first.end;
        // A word of resolved look-alikes has other letters than its glyphs.
        let resolved = format!("{}{}", first.text, second.text) != self.text.as_str();
        if resolved || first.text.is_empty() || second.text.is_empty() || one_sign {
            return None;
        }
        for part in [&mut first, &mut second] {
            part.script = self.script;
            part.bracketed = self.bracketed;
            part.quoted = self.quoted;
        }
        first.before = self.before;
        second.dotted = self.dotted;
        Some((first, second))
    }

    /// Number of characters of its text.
    pub(crate) fn len(&self) -> usize {
        self.text.chars().count()
    }
}
