//! The structure of names of organisations and of named objects.

use std::borrow::Cow;

use compact_str::{CompactString, format_compact};

use crate::lexicon::{self, Sense};
use crate::mistyped;
use crate::normal::{Break, Glyph};
use crate::person::joined;
use crate::roman_numeral;
use crate::script::Script;
use crate::segment;
use crate::token::{Hint, Maker};
use crate::view::{Form, Reading, Role, Space, Token};
use crate::words::{Case, Word};

/// The word sequences to read: with what stands in brackets, without it, and it alone.
pub(crate) fn variants(part: &[Word]) -> Vec<Cow<'_, [Word]>> {
    let part = join_dotted(part);
    if !part.iter().any(|w| w.bracketed) {
        return vec![part];
    }
    let outside: Vec<Word> = part.iter().filter(|w| !w.bracketed).cloned().collect();
    if outside.is_empty() {
        return vec![part];
    }
    let inside: Vec<Word> = part.iter().filter(|w| w.bracketed).cloned().collect();
    let qualifier = inside.iter().all(|w| {
        lexicon::meanings(&w.text)
            .iter()
            .any(|(s, _)| matches!(s, Sense::Place | Sense::Legal | Sense::Number))
            || w.script == Script::Digit
    });
    if qualifier {
        // `Deutsche Bank (Schweiz) AG`: the bracket tells the subsidiary apart.
        return vec![part];
    }
    if let [only] = inside.as_slice()
        && (only.case == Case::Upper || only.script != Script::Latin)
    {
        // An acronym or the name in another script stands for the whole.
        return vec![Cow::Owned(outside), Cow::Owned(inside), part];
    }
    if inside.len() >= 2 {
        vec![Cow::Owned(outside), part, Cow::Owned(inside)]
    } else {
        vec![part, Cow::Owned(outside)]
    }
}

/// Letters with full stops or slashes between them are one word: `S.A.`, `A/S`, `M/V`.
fn join_dotted(words: &[Word]) -> Cow<'_, [Word]> {
    let may_join = words
        .windows(2)
        .any(|two| matches!(two, [_, next] if matches!(next.before, Break::Dot | Break::Slash)));
    if !may_join {
        return Cow::Borrowed(words);
    }
    let mut out: Vec<Word> = Vec::with_capacity(words.len());
    let mut i = 0;
    while let Some(word) = words.get(i) {
        let mut n = 1;
        if word.len() == 1 && word.script != Script::Han {
            while let Some(next) = words.get(i + n) {
                let before = words.get(i + n - 1).map(|w| w.dotted).unwrap_or(false);
                let close = match next.before {
                    Break::Dot => before,
                    Break::Slash => n == 1,
                    _ => false,
                };
                // One letter each, but the last may be longer: `S.p.A`, `S.A.R.L`, `Sp.z o.o`.
                if !close || next.len() > 1 || next.script != word.script {
                    break;
                }
                n += 1;
            }
        }
        if n > 1
            && let Some(mut whole) = joined(words.get(i..i + n).unwrap_or(&[]), None)
        {
            whole.case = Case::Upper;
            out.push(whole);
        } else {
            out.push(word.clone());
        }
        i += n;
    }
    Cow::Owned(out)
}

/// The readings of one sequence of words as an organisation.
pub(crate) fn read(words: &[Word], glyphs: &[Glyph], maker: &mut Maker) -> Vec<Reading> {
    let right = mistyped::put_right(words);
    let words = right.as_deref().unwrap_or(words);
    let segmented = segment::unspaced(words, glyphs);
    let whole = segmented.as_ref().map(|_| words);
    let words = segmented.as_deref().unwrap_or(words);
    let mut readings = sequence(words, maker);
    // The unsegmented writing stays comparable as one key.
    if let Some(whole) = whole {
        readings.extend(sequence(whole, maker));
    }
    readings
}

/// Words in front of the reference of a payment.
fn is_payment(text: &str) -> bool {
    matches!(
        text,
        "inv"
            | "invoice"
            | "ref"
            | "reference"
            | "payment"
            | "pmt"
            | "contract"
            | "order"
            | "acct"
            | "account"
            | "transfer"
            | "bnf"
            | "счет"
            | "договор"
            | "оплата"
    )
}

fn sequence(words: &[Word], maker: &mut Maker) -> Vec<Reading> {
    let mut tokens = Vec::with_capacity(words.len());
    let mut payment = false;
    let mut i = 0;
    while let Some(word) = words.get(i) {
        let rest = words.get(i..).unwrap_or(&[]);
        let (n, mut token) = organisation_token(words, i, word, rest, maker);
        payment |= is_payment(&word.text);
        // `INV 2024-118`: after words of a payment numbers are references.
        if payment && let Some(token) = token.as_mut().filter(|t| t.role == Role::Number) {
            token.role = Role::Stopword;
        }
        tokens.extend(token);
        i += n;
    }
    keep_a_name(&mut tokens);
    if tokens.is_empty() {
        Vec::new()
    } else {
        vec![Reading { tokens }]
    }
}

fn organisation_token(
    words: &[Word],
    i: usize,
    word: &Word,
    rest: &[Word],
    maker: &mut Maker,
) -> (usize, Option<Token>) {
    if let Some(found) = number(words, i, word, rest, maker) {
        return found;
    }
    // `Joint Stock Compan`: a field that was too short cuts the legal form at the end.
    if i > 0
        && let Some(class) = lexicon::cut_legal_form(rest)
        && let Some(whole) = joined(rest, None)
    {
        let hint = Hint {
            class: (!class.is_empty()).then_some(("legal:", class)),
            ..Hint::default()
        };
        return (rest.len(), Some(maker.token(&whole, Role::LegalForm, hint)));
    }
    let wanted = |s| {
        matches!(
            s,
            Sense::Legal | Sense::Generic | Sense::Stop | Sense::Place
        )
    };
    if let Some((n, (sense, class))) = lexicon::longest(rest, wanted) {
        let role = match sense {
            Sense::Legal if legal_place(words, i, n) => Some((Role::LegalForm, "legal:")),
            Sense::Legal => None,
            Sense::Generic => Some((Role::Generic, "word:")),
            Sense::Stop => Some((Role::Stopword, "stop:")),
            _ => Some((Role::Place, "place:")),
        };
        if let Some((role, prefix)) = role
            && let Some(whole) = joined(rest.get(..n).unwrap_or(&[]), None)
        {
            let hint = Hint {
                class: (!class.is_empty()).then_some((prefix, class)),
                ..Hint::default()
            };
            return (n, Some(maker.token(&whole, role, hint)));
        }
    }
    let hint = Hint {
        class: lexicon::class(&word.text, Sense::NameVariant).map(|c| ("name:", c)),
        ..Hint::default()
    };
    (1, Some(maker.token(word, Role::Plain, hint)))
}

/// Whether a spelling that may be a legal form stands where one can stand.
fn legal_place(words: &[Word], i: usize, n: usize) -> bool {
    if words.len() == n {
        return false;
    }
    let long = n > 1
        || words
            .get(i)
            .is_some_and(|w| w.len() >= 3 || w.script != Script::Latin);
    if long || i == 0 {
        return true;
    }
    match words.get(i + n) {
        None => true,
        Some(next) => {
            next.before == Break::Comma
                || next.before == Break::Open
                || lexicon::class(&next.text, Sense::Legal).is_some()
                || words.get(i).is_some_and(|w| w.dotted)
        }
    }
}

/// Numbers in every guise: digits, `No. 3`, `third`, Roman numerals.
fn number(
    words: &[Word],
    i: usize,
    word: &Word,
    rest: &[Word],
    maker: &mut Maker,
) -> Option<(usize, Option<Token>)> {
    if word.script == Script::Digit {
        return Some((
            1,
            Some(number_token(word, &digits(&word.text), None, maker)),
        ));
    }
    if is_number_word(&word.text)
        && let Some(next) = rest.get(1)
    {
        let value = if next.script == Script::Digit {
            Some(digits(&next.text))
        } else if next.case == Case::Upper || next.len() == 1 {
            roman_numeral::value(&next.text).map(|v| format_compact!("{v}"))
        } else {
            None
        };
        if let Some(value) = value
            && let Some(whole) = joined(rest.get(..2).unwrap_or(&[]), None)
        {
            return Some((2, Some(number_token(&whole, &value, None, maker))));
        }
    }
    // `3rd`, `21st`, `n3`.
    let ordinal = word
        .text
        .trim_end_matches(|c: char| c.is_ascii_alphabetic());
    if !ordinal.is_empty()
        && ordinal.bytes().all(|b| b.is_ascii_digit())
        && matches!(
            word.text.get(ordinal.len()..),
            Some("st" | "nd" | "rd" | "th")
        )
    {
        return Some((1, Some(number_token(word, &digits(ordinal), None, maker))));
    }
    if word.script == Script::Latin
        && word.case != Case::Lower
        && i > 0
        && let Some(value) = roman_numeral::value(&word.text)
        && (word.text.len() >= 2 || i + 1 == words.len())
        && lexicon::class(&word.text, Sense::Legal).is_none()
    {
        let value = format_compact!("{value}");
        return Some((1, Some(number_token(word, &value, Some(&word.text), maker))));
    }
    let (n, (_, value)) = lexicon::longest(rest, |s| s == Sense::Number)?;
    if n == 1
        && let Some(sum) = tens_and_units(value, rest.get(1))
        && let Some(whole) = joined(rest.get(..2)?, None)
    {
        return Some((2, Some(number_token(&whole, &sum, None, maker))));
    }
    let whole = joined(rest.get(..n)?, None)?;
    let letters = whole.text.clone();
    Some((
        n,
        Some(number_token(
            &whole,
            value,
            (whole.script == Script::Latin).then_some(&letters),
            maker,
        )),
    ))
}

/// `Forty-four` is one number.
fn tens_and_units(tens: &str, next: Option<&Word>) -> Option<CompactString> {
    let tens: u32 = tens.parse().ok()?;
    let units: u32 = lexicon::class(&next?.text, Sense::Number)?.parse().ok()?;
    let fits = (20..100).contains(&tens) && tens.is_multiple_of(10) && (1..10).contains(&units);
    fits.then(|| format_compact!("{}", tens + units))
}

fn is_number_word(text: &str) -> bool {
    matches!(
        text,
        "no" | "nr"
            | "num"
            | "number"
            | "numero"
            | "nro"
            | "nomer"
            | "n"
            | "номер"
            | "н"
            | "numara"
            | "nummer"
    )
}

fn digits(text: &str) -> CompactString {
    let trimmed = text.trim_start_matches('0');
    CompactString::from(if trimmed.is_empty() { "0" } else { trimmed })
}

fn number_token(
    word: &Word,
    value: &str,
    letters: Option<&CompactString>,
    _maker: &mut Maker,
) -> Token {
    let mut forms = smallvec::SmallVec::new();
    forms.push(Form {
        space: Space::Latin,
        key: CompactString::from(value),
    });
    if let Some(letters) = letters {
        forms.push(Form {
            space: Space::Latin,
            key: letters.clone(),
        });
    }
    Token {
        span: word.start..word.end,
        forms,
        role: Role::Number,
    }
}

/// A name made of legal forms and stopwords alone is a name all the same.
fn keep_a_name(tokens: &mut [Token]) {
    let bare = tokens
        .iter()
        .all(|t| matches!(t.role, Role::LegalForm | Role::Stopword));
    if bare {
        for token in tokens {
            token.role = Role::Plain;
        }
    }
}

/// The readings of a ship's or aircraft's name.
pub(crate) fn read_object(words: &[Word], maker: &mut Maker) -> Vec<Reading> {
    let mut tokens = Vec::with_capacity(words.len());
    let mut i = 0;
    while let Some(word) = words.get(i) {
        let rest = words.get(i..).unwrap_or(&[]);
        if i == 0
            && rest.len() > 1
            && let Some((n, _)) = lexicon::longest(rest, |s| s == Sense::VesselPrefix)
            && n < rest.len()
            && let Some(whole) = joined(rest.get(..n).unwrap_or(&[]), None)
        {
            tokens.push(maker.token(&whole, Role::Honorific, Hint::default()));
            i += n;
            continue;
        }
        let (n, token) = match number(words, i, word, rest, maker) {
            Some(found) => found,
            None => match lexicon::longest(rest, |s| s == Sense::Stop) {
                Some((n, (_, class))) if n < words.len() => {
                    let hint = Hint {
                        class: (!class.is_empty()).then_some(("stop:", class)),
                        ..Hint::default()
                    };
                    let whole = joined(rest.get(..n).unwrap_or(&[]), None);
                    (n, whole.map(|w| maker.token(&w, Role::Stopword, hint)))
                }
                _ => (1, Some(maker.token(word, Role::Plain, Hint::default()))),
            },
        };
        tokens.extend(token);
        i += n;
    }
    if tokens.is_empty() {
        Vec::new()
    } else {
        vec![Reading { tokens }]
    }
}
