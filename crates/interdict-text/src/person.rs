//! The structure of personal names.

use std::borrow::Cow;

use compact_str::{CompactString, format_compact};
use smallvec::SmallVec;

use crate::abd;
use crate::han;
use crate::lexicon::{self, Sense};
use crate::normal::{Break, Glyph};
use crate::roman_numeral;
use crate::romanise::{self, korean};
use crate::script::Script;
use crate::token::{Hint, Maker};
use crate::transcription;
use crate::view::{Form, MAX_FORMS, Reading, Role, Space, Token};
use crate::words::{Case, Word};

/// The word sequences to read: a part in brackets or quotation marks is another spelling of the
/// word before it, or another name, or an addition.
pub(crate) fn variants(part: &[Word]) -> Vec<Cow<'_, [Word]>> {
    if !part.iter().any(|w| w.bracketed || w.quoted > 0) {
        return vec![Cow::Borrowed(part)];
    }
    let inside: Vec<usize> = part
        .iter()
        .enumerate()
        .filter(|(_, w)| w.bracketed || w.quoted > 0)
        .map(|(i, _)| i)
        .collect();
    let outside: Vec<Word> = part
        .iter()
        .filter(|w| !w.bracketed && w.quoted == 0)
        .cloned()
        .collect();
    if outside.is_empty() {
        return vec![Cow::Borrowed(part)];
    }
    let mut out = vec![Cow::Owned(outside)];
    if let [only] = inside.as_slice()
        && *only > 0
    {
        // `AHMAD (AHMED) Ali`: the bracket takes the place of the word before it.
        let swapped = part
            .iter()
            .enumerate()
            .filter(|(i, _)| i + 1 != *only)
            .map(|(_, w)| w.clone())
            .collect();
        out.push(Cow::Owned(swapped));
    } else {
        let alone: Vec<Word> = inside
            .iter()
            .filter_map(|i| part.get(*i))
            .cloned()
            .collect();
        if alone.len() >= 2 {
            out.push(Cow::Owned(alone));
        }
    }
    out.push(Cow::Borrowed(part));
    out
}

/// The readings of one sequence of words.
pub(crate) fn read(words: &[Word], glyphs: &[Glyph], maker: &mut Maker) -> Vec<Reading> {
    if words.is_empty() {
        return Vec::new();
    }
    if let [only] = words
        && matches!(only.script, Script::Han | Script::Hangul)
    {
        return unspaced(only, glyphs, maker);
    }
    let pieces = if words.iter().any(may_split) {
        let mut pieces = Vec::with_capacity(words.len() + 2);
        for word in words {
            split_word(word, glyphs, &mut pieces);
        }
        Cow::Owned(pieces)
    } else {
        Cow::Borrowed(words)
    };
    let mut reading = Reading {
        tokens: Structure::of(&pieces).tokens(maker),
    };
    let korean = korean_by_sound(&mut reading.tokens);
    let mut readings = vec![reading];
    readings.extend(korean);
    readings
}

/// Gives the tokens of a Latin name that may be Korean their key by sound. Where the given name is two
/// words, the answer reads it as the one word that it is in Hangul.
fn korean_by_sound(tokens: &mut [Token]) -> Option<Reading> {
    if !(2..=4).contains(&tokens.len()) {
        return None;
    }
    let latin = |t: &Token| match t.role {
        Role::Plain | Role::Family | Role::Given | Role::Initial => t
            .forms
            .first()
            .filter(|f| {
                f.space == Space::Latin && !t.forms.iter().any(|f| f.space == Space::Hangul)
            })
            .map(|f| f.key.clone()),
        _ => None,
    };
    let keys: SmallVec<[CompactString; 4]> = tokens.iter().filter_map(latin).collect();
    if keys.len() != tokens.len() {
        return None;
    }
    let last = keys.len() - 1;
    let surname = |at: usize| keys.get(at).is_some_and(|k| korean::is_surname(k));
    let marked = tokens.iter().position(|t| t.role == Role::Family);
    let family = match marked {
        Some(at) if surname(at) => at,
        Some(_) => return None,
        None if surname(0) => 0,
        None if surname(last) => last,
        None => return None,
    };
    let sounds: SmallVec<[(CompactString, usize); 4]> =
        keys.iter().map_while(|k| korean::of_latin(k)).collect();
    if sounds.len() != keys.len() || sounds.iter().map(|s| s.1).sum::<usize>() > 4 {
        return None;
    }
    for (token, (sound, _)) in tokens.iter_mut().zip(&sounds) {
        if token.forms.len() < MAX_FORMS {
            token.forms.push(Form {
                space: Space::Skeleton,
                key: format_compact!("{}{sound}", korean::PREFIX),
            });
        }
    }
    let given: SmallVec<[usize; 4]> = (0..=last).filter(|i| *i != family).collect();
    let [first, second] = given.as_slice() else {
        return None;
    };
    let (a, b) = (sounds.get(*first)?, sounds.get(*second)?);
    if (a.1, b.1) != (1, 1) {
        return None;
    }
    let (x, y) = (tokens.get(*first)?, tokens.get(*second)?);
    let joined = Token {
        span: x.span.start.min(y.span.start)..x.span.end.max(y.span.end),
        forms: SmallVec::from_iter([Form {
            space: Space::Skeleton,
            key: format_compact!("{}{}{}", korean::PREFIX, a.0, b.0),
        }]),
        role: Role::Given,
    };
    Some(Reading {
        tokens: vec![tokens.get(family)?.clone(), joined],
    })
}

/// Chinese and Korean names are written without a space: surname, then given name.
fn unspaced(word: &Word, glyphs: &[Glyph], maker: &mut Maker) -> Vec<Reading> {
    let length = word.len();
    let whole = Reading {
        tokens: vec![maker.token(word, Role::Plain, Hint::default())],
    };
    let head = match word.script {
        Script::Hangul if length == 4 && two_syllable_surname(word) => 2,
        Script::Hangul if (2..=4).contains(&length) => 1,
        Script::Han if (2..=4).contains(&length) => {
            // Four characters without a double surname: two and two, as in Japanese names.
            han::surname_length(&word.text).max(if length == 4 { 2 } else { 1 })
        }
        _ => return vec![whole],
    };
    let Some((first, second)) = word.split(glyphs, head) else {
        return vec![whole];
    };
    let hint = Hint {
        korean_surname: first.script == Script::Hangul,
        ..Hint::default()
    };
    let family = maker.token(&first, Role::Family, hint);
    let given = maker.token(&second, Role::Given, Hint::default());
    vec![
        Reading {
            tokens: vec![family, given],
        },
        whole,
    ]
}

fn two_syllable_surname(word: &Word) -> bool {
    let head: CompactString = word.text.chars().take(2).collect();
    !romanise::korean_surname(&head).is_empty()
}

/// Names that another given name is written on to.
const GIVEN_IN_FRONT: &[&str] = &["محمد", "احمد", "سيد", "علي", "امير", "غلام", "عبد"];

/// Whether [`split_word`] may cut anything off.
fn may_split(word: &Word) -> bool {
    word.script == Script::Arabic || is_pair_of_capitals(word)
}

fn is_pair_of_capitals(word: &Word) -> bool {
    word.script == Script::Latin && word.case == Case::Upper && word.text.len() == 2
}

/// Cuts off a written article and pairs of initials.
fn split_word(word: &Word, glyphs: &[Glyph], out: &mut Vec<Word>) {
    if word.script == Script::Arabic
        && word.text.starts_with("ال")
        && word.len() >= 5
        && let Some((article, rest)) = word.split(glyphs, 2)
    {
        out.push(article);
        out.push(rest);
        return;
    }
    // `أبواليزيد`: a kunya is written together with the name after it.
    if word.script == Script::Arabic
        && word.text.starts_with("ابو")
        && word.len() >= 6
        && let Some((kunya, rest)) = word.split(glyphs, 3)
    {
        out.push(kunya);
        split_word(&rest, glyphs, out);
        return;
    }
    // `احمدرضا`: Persian writes two given names together.
    if word.script == Script::Arabic
        && let Some(first) = GIVEN_IN_FRONT.iter().find(|n| word.text.starts_with(**n))
        && word.len() >= first.chars().count() + 3
        && let Some((first, rest)) = word.split(glyphs, first.chars().count())
        && transcription::latin(&rest).is_some()
    {
        out.push(first);
        out.push(rest);
        return;
    }
    let initials = is_pair_of_capitals(word) && !word.text.contains(['a', 'e', 'i', 'o', 'u', 'y']);
    if initials
        && lexicon::meanings(&word.text).is_empty()
        && let Some((first, second)) = word.split(glyphs, 1)
    {
        out.push(first);
        out.push(second);
        return;
    }
    out.push(word.clone());
}

/// One piece of a name with the part it plays.
struct Part<'a> {
    from: usize,
    to: usize,
    role: Role,
    hint: Hint<'a>,
    /// Letters that replace those of the words.
    text: Option<CompactString>,
    /// Classes of its own, with their prefix.
    classes: SmallVec<[CompactString; 2]>,
}

struct Structure<'a> {
    words: &'a [Word],
    parts: Vec<Part<'a>>,
}

impl<'a> Structure<'a> {
    fn of(words: &'a [Word]) -> Self {
        let mut out = Self {
            words,
            parts: Vec::with_capacity(words.len()),
        };
        out.gather();
        out.order();
        out
    }

    fn push(&mut self, from: usize, n: usize, role: Role) -> &mut Part<'a> {
        self.parts.push(Part {
            from,
            to: from + n,
            role,
            hint: Hint::default(),
            text: None,
            classes: SmallVec::new(),
        });
        let last = self.parts.len() - 1;
        &mut self.parts[last]
    }

    /// Roles that a word has by itself or by its neighbours.
    fn gather(&mut self) {
        let words = self.words;
        let mut i = 0;
        let mut plain = 0_usize;
        while let Some(word) = words.get(i) {
            let rest = words.get(i..).unwrap_or(&[]);
            if let Some(n) = self.theophoric(i, rest) {
                plain += 1;
                i += n;
                continue;
            }
            let after = words.len() - i - 1;
            if let Some((n, (sense, class))) = lexicon::longest(rest, |s| {
                matches!(
                    s,
                    Sense::Title
                        | Sense::FrontTitle
                        | Sense::Generation
                        | Sense::Particle
                        | Sense::SonOf
                )
            }) {
                let left = words.len() - i - n;
                let role = match sense {
                    Sense::Title if plain + left > 0 => Some(Role::Honorific),
                    Sense::FrontTitle if plain == 0 && left >= 2 => Some(Role::Honorific),
                    Sense::Generation if plain > 0 && left <= 1 => Some(Role::Honorific),
                    Sense::SonOf
                        if plain > 0
                            && left > 0
                            && (word.len() > 1 || word.case == Case::Lower && !word.dotted) =>
                    {
                        Some(Role::Particle)
                    }
                    Sense::Particle if left > 0 && is_particle(word, i, words.len()) => {
                        Some(Role::Particle)
                    }
                    _ => None,
                };
                if let Some(role) = role {
                    let part = self.push(i, n, role);
                    part.hint.class = match sense {
                        Sense::Generation => Some(("gen:", class)),
                        _ if class.is_empty() => None,
                        Sense::Title | Sense::FrontTitle => Some(("title:", class)),
                        _ => Some(("particle:", class)),
                    };
                    i += n;
                    if sense == Sense::SonOf {
                        i += self.father(i, words.get(i..).unwrap_or(&[]));
                        plain += 1;
                    }
                    continue;
                }
            }
            let role = if plain > 0
                && after == 0
                && word.text.len() >= 2
                && word.case == Case::Upper
                && roman_numeral::value(&word.text).is_some()
            {
                Role::Honorific
            } else if is_initial(word) {
                Role::Initial
            } else if i > 0 && words.len() >= 3 && is_patronymic(word) {
                Role::Patronymic
            } else {
                Role::Plain
            };
            plain += 1;
            let part = self.push(i, 1, role);
            let (class, nicknames) = stands_for(word);
            part.hint.class = class.map(|c| ("name:", c));
            part.hint.nicknames = nicknames;
            i += 1;
        }
        self.turkic_fathers();
    }

    /// The father's name after `bin`; its length in words.
    fn father(&mut self, i: usize, rest: &[Word]) -> usize {
        if let Some(n) = self.theophoric(i, rest) {
            if let Some(part) = self.parts.last_mut() {
                part.role = Role::Patronymic;
            }
            return n;
        }
        let Some(word) = rest.first() else { return 0 };
        if !lexicon::meanings(&word.text).is_empty()
            && lexicon::class(&word.text, Sense::Particle).is_some()
        {
            self.push(i, 1, Role::Particle);
            let Some(next) = rest.get(1) else { return 1 };
            let class = class_of(next, Sense::NameVariant);
            self.push(i + 1, 1, Role::Patronymic).hint.class = class.map(|c| ("name:", c));
            return 2;
        }
        let class = class_of(word, Sense::NameVariant);
        self.push(i, 1, Role::Patronymic).hint.class = class.map(|c| ("name:", c));
        1
    }

    /// `X oglu`, `X kyzy`: the word before is the father's name.
    fn turkic_fathers(&mut self) {
        for i in 1..self.parts.len() {
            let is_marker = self
                .parts
                .get(i)
                .and_then(|p| self.words.get(p.from))
                .is_some_and(|w| is_turkic_marker(&w.text));
            if is_marker {
                if let Some(marker) = self.parts.get_mut(i) {
                    marker.role = Role::Particle;
                }
                if let Some(father) = self.parts.get_mut(i - 1)
                    && father.role == Role::Plain
                {
                    father.role = Role::Patronymic;
                }
            }
        }
    }

    /// `Abd al-Rahman`, `Abdul Rahman`, `Abdurrahman` are one name. Number of words used.
    fn theophoric(&mut self, i: usize, rest: &[Word]) -> Option<usize> {
        let compound = abd::compound(rest)?;
        let part = self.push(i, compound.words, Role::Plain);
        part.text = Some(compound.latin);
        part.classes = compound.classes;
        Some(compound.words)
    }

    /// Roles that follow from the order of the whole: comma form, capitals, a patronymic.
    fn order(&mut self) {
        let words = self.words;
        let comma = words
            .iter()
            .enumerate()
            .skip(1)
            .find(|(_, w)| w.before == Break::Comma)
            .map(|(i, _)| i);
        if let Some(comma) = comma
            && self
                .parts
                .iter()
                .any(|p| p.from >= comma && is_name(p.role))
            && self.parts.iter().any(|p| p.from < comma && is_name(p.role))
        {
            for part in &mut self.parts {
                if part.role == Role::Plain {
                    part.role = if part.from < comma {
                        Role::Family
                    } else {
                        Role::Given
                    };
                }
            }
            // `PUTIN, Vladimir` is read in the order of speech, so that words written together
            // (`VladimirPutin`) stand beside each other.
            let family = self.parts.iter().filter(|p| p.from < comma).count();
            self.parts.rotate_left(family);
            return;
        }
        let upper = |p: &Part<'_>| {
            words
                .get(p.from)
                .is_some_and(|w| w.case == Case::Upper && w.script.is_european())
        };
        let plain_upper = self
            .parts
            .iter()
            .filter(|p| p.role == Role::Plain && upper(p))
            .count();
        let plain_other = self
            .parts
            .iter()
            .filter(|p| p.role == Role::Plain && !upper(p))
            .count();
        if plain_upper > 0 && plain_other > 0 {
            for part in &mut self.parts {
                if part.role == Role::Plain {
                    part.role = if upper(part) {
                        Role::Family
                    } else {
                        Role::Given
                    };
                }
            }
            return;
        }
        self.slavic_order();
    }

    /// `Given Patronymic Family` or `Family Given Patronymic`.
    fn slavic_order(&mut self) {
        let names: Vec<usize> = self
            .parts
            .iter()
            .enumerate()
            .filter(|(_, p)| is_name(p.role) && p.role != Role::Initial)
            .map(|(i, _)| i)
            .collect();
        let [a, b, c] = names.as_slice() else { return };
        let role = |s: &Self, i: usize| s.parts.get(i).map(|p| p.role);
        if self.parts.iter().any(|p| p.role == Role::Particle) {
            return;
        }
        let set = if role(self, *b) == Some(Role::Patronymic) {
            [(*a, Role::Given), (*c, Role::Family)]
        } else if role(self, *c) == Some(Role::Patronymic) {
            [(*a, Role::Family), (*b, Role::Given)]
        } else {
            return;
        };
        for (i, role) in set {
            if let Some(part) = self.parts.get_mut(i)
                && part.role == Role::Plain
            {
                part.role = role;
            }
        }
    }

    fn tokens(&self, maker: &mut Maker) -> Vec<Token> {
        // Surname first when one Korean syllable stands before the given name.
        let korean = matches!(self.words, [a, b, ..]
            if a.script == Script::Hangul && b.script == Script::Hangul && a.len() == 1
                && self.words.len() <= 3);
        self.parts
            .iter()
            .filter_map(|part| {
                let words = self.words.get(part.from..part.to)?;
                let mut hint = part.hint;
                hint.korean_surname = korean && part.from == 0;
                let word = match (words, &part.text) {
                    ([only], None) => Cow::Borrowed(only),
                    (words, text) => Cow::Owned(joined(words, text.as_ref())?),
                };
                let mut token = maker.token(&word, part.role, hint);
                for key in part.classes.iter().rev() {
                    let form = crate::view::Form {
                        space: crate::view::Space::Class,
                        key: key.clone(),
                    };
                    if token.forms.len() < crate::view::MAX_FORMS {
                        token.forms.insert(1.min(token.forms.len()), form);
                    }
                }
                Some(token)
            })
            .collect()
    }
}

/// The class of a word, by its own letters or by the Latin spelling it is known by.
fn class_of(word: &Word, sense: Sense) -> Option<&'static str> {
    let found = lexicon::class(&word.text, sense);
    if found.is_some() || matches!(word.script, Script::Latin | Script::Digit | Script::Han) {
        return found;
    }
    if let Some(mut spellings) = transcription::latin(word) {
        return spellings.find_map(|s| lexicon::class(s, sense));
    }
    if !matches!(
        word.script,
        Script::Cyrillic | Script::Greek | Script::Armenian | Script::Georgian
    ) {
        return None;
    }
    romanise::romanise(word.script, &word.text)
        .iter()
        .find_map(|s| lexicon::class(s, sense))
}

/// The class of a word as a variant of a name, and the names that it may be short for, or is.
fn stands_for(word: &Word) -> (Option<&'static str>, [Option<&'static str>; 2]) {
    let own = lexicon::meanings(&word.text);
    let variant = own.iter().find(|(s, _)| *s == Sense::NameVariant);
    let mut short = own.iter().filter(|(s, _)| *s == Sense::Nickname);
    let (first, second) = (short.next(), short.next());
    // Only words of other scripts have more spellings to look at.
    let more = !matches!(word.script, Script::Latin | Script::Digit | Script::Han);
    if !more || variant.is_some() && first.is_some() {
        let class = |meaning: Option<&lexicon::Meaning>| meaning.map(|(_, class)| *class);
        return (class(variant), [class(first), class(second)]);
    }
    let of = |sense, found: Option<&lexicon::Meaning>| match found {
        Some((_, class)) => Some(*class),
        None => class_of(word, sense),
    };
    (
        of(Sense::NameVariant, variant),
        [of(Sense::Nickname, first), second.map(|(_, class)| *class)],
    )
}

fn is_name(role: Role) -> bool {
    matches!(
        role,
        Role::Plain | Role::Initial | Role::Patronymic | Role::Family | Role::Given
    )
}

/// Several words as one.
pub(crate) fn joined(words: &[Word], text: Option<&CompactString>) -> Option<Word> {
    let first = words.first()?;
    let last = words.last()?;
    let mut word = first.clone();
    if words.len() > 1 || text.is_some() {
        word.end = last.end;
        word.other = None;
        word.text = match text {
            Some(text) => {
                word.script = Script::Latin;
                text.clone()
            }
            None => words.iter().map(|w| w.text.as_str()).collect(),
        };
    }
    Some(word)
}

fn is_initial(word: &Word) -> bool {
    let short = word.len() == 1 && word.script != Script::Han && word.script != Script::Hangul;
    let digraph = word.dotted
        && word.len() == 2
        && word.case != Case::Lower
        && word.script != Script::Digit
        && word.script != Script::Han;
    (short && word.script != Script::Digit) || digraph
}

/// A particle in front of the whole name is one only if written small or followed by enough.
fn is_particle(word: &Word, at: usize, total: usize) -> bool {
    if word.len() == 1 {
        return at > 0 && word.case == Case::Lower && !word.dotted;
    }
    // `Le Duc Tho`, `Do Van Chien`: in front, and with a capital, only what opens surnames.
    let opens = matches!(
        word.text.as_str(),
        "al" | "el" | "abu" | "abou" | "van" | "von" | "de" | "del"
    );
    at > 0 || word.case == Case::Lower || total >= 3 && opens || !word.script.is_european()
}

fn is_turkic_marker(text: &str) -> bool {
    matches!(
        text,
        "oglu"
            | "ogly"
            | "oghlu"
            | "ogli"
            | "uly"
            | "uulu"
            | "kyzy"
            | "kizi"
            | "qizi"
            | "gizi"
            | "gyzy"
            | "огли"
            | "оглы"
            | "кызы"
            | "кизи"
            | "улы"
            | "уулу"
    )
}

const PATRONYMIC_LATIN: &[&str] = &[
    "ovich", "evich", "yevich", "ovych", "evych", "avich", "ovitch", "evitch", "ovna", "evna",
    "yevna", "ivna", "ichna", "inichna", "owicz", "ovici",
];
const PATRONYMIC_CYRILLIC: &[&str] = &[
    "ович",
    "евич",
    "йович",
    "ійович",
    "авіч",
    "евіч",
    "овна",
    "евна",
    "ївна",
    "івна",
    "ична",
    "ыч",
    "ьич",
    "аўна",
    "еўна",
];

fn is_patronymic(word: &Word) -> bool {
    let (suffixes, least) = match word.script {
        Script::Latin => (PATRONYMIC_LATIN, 6),
        Script::Cyrillic => (PATRONYMIC_CYRILLIC, 5),
        _ => return false,
    };
    word.len() >= least && suffixes.iter().any(|s| word.text.ends_with(s))
}
