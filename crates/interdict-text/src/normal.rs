//! Characters without the accidents of writing: case, marks, width, invisible characters.

use std::sync::LazyLock;

use compact_str::CompactString;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::{CodePointMapDataBorrowed, props::GeneralCategory};

use crate::encoding;
use crate::script::{Script, script_of};

/// Letters, digits and separators looked at in one name; what follows is cut.
pub(crate) const MAX_GLYPHS: usize = 4_096;

/// What stands between two words, as far as it means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Break {
    /// White space and anything without a meaning of its own.
    Space,
    Comma,
    Dot,
    Hyphen,
    Slash,
    MiddleDot,
    Ampersand,
    Open,
    Close,
    /// A double quotation mark that opens or closes.
    Quote,
    /// `№`, `#`: what follows is a number.
    NumberSign,
    /// `;` and `|`: what follows is another name.
    Semicolon,
}

/// What a normalised character is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Letter(Script),
    /// A mark that belongs to the letter before it, in scripts that need it.
    Mark,
    /// An apostrophe: nothing inside a word.
    Apostrophe,
    Break(Break),
}

/// One normalised character with the bytes of the original text it stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Glyph {
    pub(crate) c: char,
    pub(crate) kind: Kind,
    pub(crate) upper: bool,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// The normalised characters of a text.
#[derive(Debug, Default)]
pub(crate) struct Glyphs {
    pub(crate) list: Vec<Glyph>,
    /// Byte of the first invisible character.
    pub(crate) invisible: Option<u32>,
    /// Byte at which reading stopped because the text is too long.
    pub(crate) cut: Option<u32>,
}

pub(crate) fn glyphs(text: &str) -> Glyphs {
    let Some(meant) = encoding::meant(head(text)) else {
        return read(text);
    };
    // What was encoded twice is read as it was meant, and stands where it was written.
    let mut spans = Vec::with_capacity(2 * meant.len() + 1);
    let mut mended = String::with_capacity(2 * meant.len());
    for (c, span) in &meant {
        mended.push(*c);
        spans.resize(mended.len(), *span);
    }
    let start = |at: u32| {
        spans
            .get(usize::try_from(at).unwrap_or(usize::MAX))
            .map_or(at, |s| offset(s.0))
    };
    let end = |at: u32| {
        let last = usize::try_from(at).unwrap_or(usize::MAX).checked_sub(1);
        last.and_then(|at| spans.get(at))
            .map_or(at, |s| offset(s.1))
    };
    let mut out = read(&mended);
    for glyph in &mut out.list {
        glyph.start = start(glyph.start);
        glyph.end = end(glyph.end);
    }
    out.invisible = out.invisible.map(start);
    out.cut = out
        .cut
        .map(start)
        .or((head(text).len() < text.len()).then(|| offset(head(text).len())));
    out
}

/// As much of a text as is looked at: double encoding makes at most twelve bytes of a character.
fn head(text: &str) -> &str {
    let most = 12 * MAX_GLYPHS;
    if text.len() <= most {
        return text;
    }
    let end = (0..=most).rev().find(|at| text.is_char_boundary(*at));
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

fn read(text: &str) -> Glyphs {
    let mut out = Glyphs {
        list: Vec::with_capacity(text.len().min(MAX_GLYPHS)),
        ..Glyphs::default()
    };
    let mut chars = text.char_indices().peekable();
    let mut looked = 0_usize;
    while let Some((at, c)) = chars.next() {
        looked += 1;
        if looked > 4 * MAX_GLYPHS || out.list.len() >= MAX_GLYPHS {
            out.cut = Some(offset(at));
            break;
        }
        let end = at + c.len_utf8();
        if c.is_ascii() {
            if let Some((_, next)) = chars.peek()
                && !next.is_ascii()
                && is_combining(*next)
            {
                let (composed, end) = compose(c, end, &mut chars);
                for c in composed.chars() {
                    push(&mut out, c, at, end);
                }
                continue;
            }
            push_ascii(&mut out, c, at);
            continue;
        }
        if is_invisible(c) {
            let joins = matches!(c, '\u{200c}' | '\u{200d}')
                && out.list.last().is_some_and(|g| !g.c.is_ascii());
            if !joins && out.invisible.is_none() {
                out.invisible = Some(offset(at));
            }
            continue;
        }
        let marked = chars.peek().is_some_and(|(_, next)| is_combining(*next));
        if marked || needs_composing(c) {
            let (composed, end) = compose(c, end, &mut chars);
            for c in composed.chars() {
                push(&mut out, c, at, end);
            }
        } else {
            push(&mut out, c, at, end);
        }
    }
    out
}

/// Offsets are 32-bit; a text of more than 4 GiB is cut long before.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn push_ascii(out: &mut Glyphs, c: char, at: usize) {
    let kind = match c {
        'a'..='z' | 'A'..='Z' => Kind::Letter(Script::Latin),
        '0'..='9' => Kind::Letter(Script::Digit),
        '\'' | '`' => Kind::Apostrophe,
        _ => Kind::Break(ascii_break(c)),
    };
    out.list.push(Glyph {
        c: c.to_ascii_lowercase(),
        kind,
        upper: c.is_ascii_uppercase(),
        start: offset(at),
        end: offset(at + 1),
    });
}

fn ascii_break(c: char) -> Break {
    match c {
        ',' => Break::Comma,
        '.' => Break::Dot,
        '-' | '_' => Break::Hyphen,
        '/' | '\\' => Break::Slash,
        '&' | '+' => Break::Ampersand,
        '(' | '[' | '{' | '<' => Break::Open,
        ')' | ']' | '}' | '>' => Break::Close,
        '"' => Break::Quote,
        '#' => Break::NumberSign,
        ';' | '|' => Break::Semicolon,
        _ => Break::Space,
    }
}

fn push(out: &mut Glyphs, c: char, at: usize, end: usize) {
    let upper = c.is_uppercase();
    for lower in c.to_lowercase() {
        let lower = if lower == 'ς' { 'σ' } else { lower };
        let (c, kind) = if let Some(digit) = decimal(lower) {
            (digit, Kind::Letter(Script::Digit))
        } else if is_combining(lower) {
            let Some(Glyph {
                kind: Kind::Letter(script),
                ..
            }) = out.list.last()
            else {
                let keeps = matches!(
                    out.list.last(),
                    Some(Glyph {
                        kind: Kind::Mark,
                        ..
                    })
                );
                if keeps {
                    out.list.push(Glyph {
                        c: lower,
                        kind: Kind::Mark,
                        upper: false,
                        start: offset(at),
                        end: offset(end),
                    });
                }
                continue;
            };
            if !script.keeps_marks() {
                continue;
            }
            (lower, Kind::Mark)
        } else {
            (lower, classify(lower))
        };
        out.list.push(Glyph {
            c,
            kind,
            upper,
            start: offset(at),
            end: offset(end),
        });
    }
}

fn classify(c: char) -> Kind {
    if c.is_ascii() {
        return match c {
            'a'..='z' => Kind::Letter(Script::Latin),
            '\'' | '`' => Kind::Apostrophe,
            _ => Kind::Break(ascii_break(c)),
        };
    }
    match c {
        '’' | '‘' | 'ʼ' | 'ʻ' | '´' | 'ʿ' | 'ʾ' | 'ʹ' | 'ʺ' | '′' | '‛' | 'ˈ' | '׳' | '״' | 'ـ'
        | 'ʽ' | '՚' | '՛' => Kind::Apostrophe,
        '،' | '、' | '，' => Kind::Break(Break::Comma),
        '。' | '․' => Kind::Break(Break::Dot),
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '־' | '゠' => {
            Kind::Break(Break::Hyphen)
        }
        '⁄' | '∕' => Kind::Break(Break::Slash),
        '·' | '・' | '•' | '‧' | '∙' | '⋅' => Kind::Break(Break::MiddleDot),
        '«' | '“' | '„' | '”' | '»' | '‟' | '「' | '」' | '『' | '』' | '《' | '》' => {
            Kind::Break(Break::Quote)
        }
        '（' | '【' | '〔' | '［' => Kind::Break(Break::Open),
        '）' | '】' | '〕' | '］' => Kind::Break(Break::Close),
        '№' => Kind::Break(Break::NumberSign),
        '؛' | '；' => Kind::Break(Break::Semicolon),
        _ => match script_of(c) {
            Some(script) => Kind::Letter(script),
            None => Kind::Break(Break::Space),
        },
    }
}

/// The starter with the marks that follow it, composed (NFKC), and the byte where they end.
fn compose(
    first: char,
    mut end: usize,
    chars: &mut std::iter::Peekable<std::str::CharIndices<'_>>,
) -> (CompactString, usize) {
    // `№` is a sign of its own; its compatibility form is the letters "No".
    if first == '№' {
        return (CompactString::const_new("№"), end);
    }
    let mut whole = CompactString::default();
    whole.push(first);
    // A letter carries a handful of marks; more is abuse and is dropped.
    let mut marks = 0;
    while let Some((at, next)) = chars.peek().copied() {
        let jamo = is_jamo(first) && is_jamo(next);
        if !is_combining(next) && !jamo {
            break;
        }
        chars.next();
        end = at + next.len_utf8();
        marks += 1;
        if marks <= 8 || jamo && marks <= 64 {
            whole.push(next);
        }
    }
    let composer = const { ComposingNormalizerBorrowed::new_nfkc() };
    (CompactString::from(composer.normalize(&whole)), end)
}

fn is_jamo(c: char) -> bool {
    matches!(u32::from(c), 0x1100..=0x11FF | 0xA960..=0xA97F | 0xD7B0..=0xD7FF)
}

fn needs_composing(c: char) -> bool {
    matches!(u32::from(c),
        0x00AA..=0x00BB | 0x0132..=0x0133 | 0x013F..=0x0140 | 0x0149 | 0x017F | 0x01C4..=0x01CC | 0x01F1..=0x01F3
        | 0x02B0..=0x02B8 | 0x0587 | 0x0675..=0x0678 | 0x0958..=0x095F | 0x0E33
        | 0x1100..=0x11FF | 0x1D00..=0x1DBF | 0x1F00..=0x1FFF | 0x2000..=0x200A | 0x2024..=0x2026 | 0x2070..=0x209F
        | 0x2100..=0x214F | 0x2160..=0x218F | 0x2460..=0x24FF | 0x2E80..=0x2FDF | 0x3000..=0x3004 | 0x3131..=0x33FF
        | 0xA960..=0xA97F | 0xD7B0..=0xD7FF | 0xF900..=0xFAFF | 0xFB00..=0xFDFF | 0xFE30..=0xFEFE | 0xFF00..=0xFFEF
        | 0x1D400..=0x1D7FF | 0x1F100..=0x1F1FF | 0x2F800..=0x2FA1F)
}

pub(crate) fn is_combining(c: char) -> bool {
    match u32::from(c) {
        0..=0x2FF => false,
        0x300..=0x36F | 0x3099..=0x309A | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF => {
            true
        }
        0x370..=0x482
        | 0x48A..=0x590
        | 0x4E00..=0x9FFF
        | 0xAC00..=0xD7A3
        | 0x3000..=0x3098
        | 0x309B..=0x30FF => false,
        _ => {
            let category = const { CodePointMapDataBorrowed::<GeneralCategory>::new() }.get(c);
            matches!(
                category,
                GeneralCategory::NonspacingMark
                    | GeneralCategory::SpacingMark
                    | GeneralCategory::EnclosingMark
            )
        }
    }
}

fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0x00AD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
        | 0x202A..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0F | 0xFEFF | 0xFFA0 | 0xE0000..=0xE0FFF)
}

/// The ASCII digit for a decimal digit of another script.
fn decimal(c: char) -> Option<char> {
    let zero = match u32::from(c) {
        0x30..=0x39 => 0x30,
        0x0660..=0x0669 => 0x0660,
        0x06F0..=0x06F9 => 0x06F0,
        0x0966..=0x096F => 0x0966,
        0x09E6..=0x09EF => 0x09E6,
        0x0E50..=0x0E59 => 0x0E50,
        0x1040..=0x1049 => 0x1040,
        _ => return None,
    };
    char::from_digit(u32::from(c) - zero, 10)
}

const LATIN_RANGES: [(u32, u32); 3] = [(0xDF, 0x250), (0x250, 0x2B0), (0x1E00, 0x1F00)];

/// Plain letters for the Latin letters outside ASCII; built once from the decompositions.
static LATIN: LazyLock<[Vec<CompactString>; 3]> = LazyLock::new(|| {
    LATIN_RANGES.map(|(from, to)| {
        (from..to)
            .map(|code| char::from_u32(code).map_or_else(CompactString::default, plain_letters))
            .collect()
    })
});

fn plain_letters(c: char) -> CompactString {
    let special = match c {
        'ß' => "ss",
        'æ' | 'ǽ' | 'ǣ' => "ae",
        'œ' => "oe",
        'ø' | 'ǿ' | 'ɵ' | 'ɔ' => "o",
        'đ' | 'ð' | 'ɖ' | 'ɗ' => "d",
        'þ' => "th",
        'ł' | 'ƚ' => "l",
        'ħ' => "h",
        'ı' | 'ɩ' | 'ɨ' => "i",
        'ŋ' => "ng",
        'ĸ' | 'ƙ' => "k",
        'ŧ' | 'ƭ' | 'ț' => "t",
        'ə' | 'ǝ' => "a",
        'ɛ' => "e",
        'ƴ' => "y",
        'ɓ' => "b",
        'ƒ' => "f",
        'ɣ' | 'ƣ' | 'ǥ' => "g",
        'ĳ' => "ij",
        'ƿ' => "w",
        'ȝ' => "y",
        'ʉ' => "u",
        'ƶ' => "z",
        _ => "",
    };
    if !special.is_empty() {
        return CompactString::const_new(special);
    }
    let decomposer = const { DecomposingNormalizerBorrowed::new_nfkd() };
    let mut buffer = [0_u8; 4];
    let base: CompactString = decomposer
        .normalize(c.encode_utf8(&mut buffer))
        .chars()
        .filter(char::is_ascii_alphabetic)
        .collect();
    if base.is_empty() {
        any_ascii::any_ascii_char(c)
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect()
    } else {
        base
    }
}

/// ASCII letters of a lower-case Latin letter.
pub(crate) fn latin_letters(c: char) -> &'static str {
    let code = u32::from(c);
    for ((from, to), table) in LATIN_RANGES.iter().zip(LATIN.iter()) {
        if (*from..*to).contains(&code) {
            return table
                .get((code - from) as usize)
                .map_or("", CompactString::as_str);
        }
    }
    any_ascii::any_ascii_char(c)
}

/// The two-letter spelling that a marked vowel has in German and Scandinavian use.
pub(crate) fn expanded_vowel(c: char) -> Option<&'static str> {
    Some(match c {
        'ä' => "ae",
        'ö' | 'ø' => "oe",
        'ü' => "ue",
        'å' => "aa",
        _ => return None,
    })
}
