//! Letters and digits that imitate others: `Рutin` with a Cyrillic Р, `V1adimir`, `$ergei`.

use compact_str::CompactString;

use crate::normal::{self, Glyph, Kind};
use crate::script::Script;
use crate::words::Word;

/// The letter that a sign between letters stands for.
pub(crate) fn sign(c: char) -> &'static str {
    match c {
        '@' => "a",
        '$' => "s",
        '!' => "i",
        _ => "",
    }
}

/// The Latin letter that a Cyrillic or Greek one looks like, given whether it is a capital.
pub(crate) fn latin_twin(c: char, upper: bool) -> Option<char> {
    Some(match (c, upper) {
        ('а' | 'α', _) => 'a',
        ('в', _) | ('β', true) => 'b',
        ('с' | 'ϲ', _) => 'c',
        ('ԁ', _) => 'd',
        ('е' | 'ё' | 'ε' | 'ҽ', _) => 'e',
        ('ԍ', _) => 'g',
        ('н' | 'һ', _) | ('η', true) => 'h',
        ('і' | 'ї' | 'ι' | 'ӏ', _) => 'i',
        ('ј', _) => 'j',
        ('к' | 'κ', _) => 'k',
        ('м', _) | ('μ', true) => 'm',
        ('η', false) | ('ν', true) | ('п', false) => 'n',
        ('о' | 'ο' | 'σ', _) => 'o',
        ('р' | 'ρ', _) => 'p',
        ('ԛ', _) => 'q',
        ('г', false) => 'r',
        ('ѕ', _) => 's',
        ('т' | 'τ', _) => 't',
        ('υ', false) => 'u',
        ('ν' | 'ѵ', _) => 'v',
        ('ԝ' | 'ω', _) => 'w',
        ('х' | 'χ', _) => 'x',
        ('у' | 'ү', _) | ('υ', true) | ('γ', false) => 'y',
        ('ζ', true) => 'z',
        _ => return None,
    })
}

/// The Cyrillic letter that a Latin one looks like. Marks on it show stress.
fn cyrillic_twin(c: char) -> Option<char> {
    Some(match c {
        'á' | 'à' => 'а',
        'é' | 'è' => 'е',
        'ë' => 'ё',
        'ó' | 'ò' => 'о',
        'ý' => 'у',
        'a' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' => 'е',
        'h' => 'н',
        'i' => 'і',
        'j' => 'ј',
        'k' | 'ĸ' => 'к',
        'm' => 'м',
        'o' => 'о',
        'p' => 'р',
        's' => 'ѕ',
        't' => 'т',
        'x' => 'х',
        'y' => 'у',
        '3' => 'з',
        '0' => 'о',
        _ => return None,
    })
}

/// Resolves a word of mixed alphabets to one of them; true when something was disguised.
pub(crate) fn resolve(word: &mut Word, glyphs: &[Glyph]) -> bool {
    if word.text.is_ascii() {
        let disguised = glyphs
            .iter()
            .any(|g| matches!(g.kind, Kind::Break(_)) && !sign(g.c).is_empty());
        return digits_in_letters(word) || disguised;
    }
    let has = |script| glyphs.iter().any(|g| g.kind == Kind::Letter(script));
    let latin = has(Script::Latin);
    let foreign = [Script::Cyrillic, Script::Greek].map(has);
    if !latin {
        if foreign == [true, true] {
            word.script = Script::Cyrillic;
        }
        return false;
    }
    if foreign == [false, false] {
        word.script = Script::Latin;
        return false;
    }
    let mut as_latin = CompactString::default();
    let mut as_cyrillic = CompactString::default();
    let (mut latin_ok, mut cyrillic_ok) = (true, foreign == [true, false]);
    for glyph in glyphs {
        match glyph.kind {
            Kind::Letter(Script::Latin | Script::Digit) => {
                if glyph.c.is_ascii() {
                    as_latin.push(glyph.c);
                } else {
                    as_latin.push_str(normal::latin_letters(glyph.c));
                }
                match cyrillic_twin(glyph.c) {
                    Some(twin) => as_cyrillic.push(twin),
                    None => cyrillic_ok = false,
                }
            }
            Kind::Letter(_) => {
                match latin_twin(glyph.c, glyph.upper) {
                    Some(twin) => as_latin.push(twin),
                    None => {
                        latin_ok = false;
                        as_latin.push_str(any_ascii::any_ascii_char(glyph.c));
                    }
                }
                as_cyrillic.push(glyph.c);
            }
            _ => {}
        }
    }
    if latin_ok || !cyrillic_ok {
        as_latin.retain(|c| c.is_ascii_alphanumeric());
        as_latin.make_ascii_lowercase();
        word.text = as_latin;
        word.script = Script::Latin;
    } else {
        word.text = as_cyrillic;
        word.script = Script::Cyrillic;
    }
    word.other = None;
    true
}

/// `V1adimir`, `0lga`: digits inside a word get a second spelling with the letters they imitate.
fn digits_in_letters(word: &mut Word) -> bool {
    let digits = word.text.bytes().filter(u8::is_ascii_digit).count();
    let letters = word.text.len() - digits;
    if digits == 0 || letters < 2 || digits > letters {
        return false;
    }
    let trailing = word
        .text
        .bytes()
        .rev()
        .take_while(u8::is_ascii_digit)
        .count();
    let leading = word.text.bytes().take_while(u8::is_ascii_digit).count();
    if leading == digits && (digits > 1 || letters == 2) {
        return false;
    }
    // A number at the end is a number: `olga2`, `plant12`.
    if trailing == digits && digits > 1 {
        return false;
    }
    let mut out = CompactString::default();
    for c in word.text.chars() {
        out.push(match c {
            '0' => 'o',
            '1' => 'l',
            '3' => 'e',
            '4' => 'a',
            '5' => 's',
            '6' => 'g',
            '7' => 't',
            '8' => 'b',
            '9' => 'g',
            '2' => 'z',
            other => other,
        });
    }
    word.other = Some(out);
    trailing != digits
}
