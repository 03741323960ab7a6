//! Consonant skeletons: where names in scripts without written vowels meet Latin spellings.
//!
//! Both sides are brought to the consonants that survive romanisation. Classes are merged where
//! romanisations disagree: b and p, f and v, and the throat and palate sounds k, q, g, gh, kh, j.
//! The glides w and y are consonants only at the start. An initial vowel is kept as `a`.

use compact_str::CompactString;
use smallvec::SmallVec;

use crate::romanise::clean_arabic;

/// Shortest Latin word that gets a skeleton; shorter ones would meet anything.
pub(crate) const MIN_LATIN: usize = 3;

/// The skeleton of a Latin key; `None` when fewer than two consonants are left.
pub(crate) fn of_latin(key: &str) -> Option<CompactString> {
    if key.len() < MIN_LATIN || key.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let bytes = key.as_bytes();
    let at = |i: usize| bytes.get(i).copied().unwrap_or(0);
    let mut out = Sink::default();
    let mut i = 0;
    while i < bytes.len() {
        let (c, next) = (at(i), at(i + 1));
        let last = i + 1 == bytes.len();
        let used = match (c, next) {
            (b's', b'h') => out.put('S', 2),
            (b's', b'c') if at(i + 2) == b'h' => out.put('S', 3),
            (b'c', b'h') => out.put('S', 2),
            (b't', b'c') if at(i + 2) == b'h' => out.put('S', 3),
            (b'k' | b'g' | b'd' | b't', b'h') => out.put(class(c), 2),
            (b'p', b'h') => out.put('f', 2),
            (b'd', b'j') => out.put('k', 2),
            (b'z', b'h') => out.put('k', 2),
            (b'c', b'k') => out.put('k', 2),
            (b'c', b'e' | b'i' | b'y') => out.put('s', 1),
            (b'x', _) => {
                out.put('k', 0);
                out.put('s', 1)
            }
            (b'a' | b'e' | b'i' | b'o' | b'u', _) => {
                if i == 0 {
                    out.put('a', 0);
                }
                out.vowel();
                1
            }
            (b'w' | b'y', _) => {
                if i == 0 {
                    out.put(char::from(c), 0);
                }
                out.vowel();
                1
            }
            (b'h', _) if last => 1,
            _ => out.put(class(c), 1),
        };
        i += used;
    }
    out.finish()
}

/// What follows an Arabic article that is written together with its word: `Elsayed`, and with the
/// consonant that it takes over `Essaadi`, `Errahmani`.
pub(crate) fn after_article(key: &str) -> Option<&str> {
    const MIN: usize = 6;
    let bytes = key.as_bytes();
    let (a, b, c) = (*bytes.first()?, *bytes.get(1)?, *bytes.get(2)?);
    let vowel = |b: u8| matches!(b, b'a' | b'e' | b'i' | b'o' | b'u');
    let taken_over = b == c && matches!(b, b's' | b'd' | b'r' | b'n' | b't' | b'z');
    let whole = b == b'l' && !vowel(c) && a == b'e';
    (key.len() >= MIN && matches!(a, b'e' | b'a') && (taken_over || whole))
        .then(|| key.get(2..))
        .flatten()
}

fn class(c: u8) -> char {
    match c {
        b'p' | b'b' => 'b',
        b'f' | b'v' => 'f',
        b'k' | b'q' | b'g' | b'j' | b'c' => 'k',
        b'z' | b's' => 's',
        other => char::from(other),
    }
}

/// The skeletons of a word in Arabic script, at most three, the likeliest first.
pub(crate) fn of_arabic(text: &str) -> SmallVec<[CompactString; 3]> {
    let letters: SmallVec<[char; 24]> = text.chars().filter_map(clean_arabic).collect();
    let mut outs: SmallVec<[Sink; 3]> = SmallVec::new();
    outs.push(Sink::default());
    let last = letters.len().saturating_sub(1);
    for (i, &c) in letters.iter().enumerate() {
        let next = letters.get(i + 1).copied();
        let (main, other) = match c {
            'ا' | 'ع' if i == 0 => ('a', None),
            'ا' | 'ع' => ('-', None),
            'و' if i == 0 => ('w', None),
            'ي' if i == 0 => ('y', None),
            'و' | 'ي' => ('-', None),
            'ب' | 'پ' => ('b', None),
            'ت' if next == Some('ش') => (' ', None),
            'ت' | 'ط' => ('t', None),
            'ث' => ('t', Some('s')),
            'ج' | 'چ' | 'خ' | 'غ' | 'ق' | 'ك' | 'گ' | 'ژ' => {
                if c == 'چ' {
                    ('S', Some('k'))
                } else {
                    ('k', None)
                }
            }
            'ه' | 'ح' if i == last => ('-', None),
            'ه' | 'ح' => ('h', None),
            'د' => ('d', None),
            'ذ' => ('d', Some('s')),
            'ر' => ('r', None),
            'ز' | 'س' | 'ص' => ('s', None),
            'ظ' => ('s', Some('d')),
            'ض' => ('d', Some('s')),
            'ش' => ('S', None),
            'ف' | 'ڤ' => ('f', None),
            'ل' => ('l', None),
            'م' => ('m', None),
            'ن' => ('n', None),
            _ => (' ', None),
        };
        spread(&mut outs, main, other);
    }
    outs.into_iter().filter_map(Sink::finish).collect()
}

/// The skeletons of a word in Hebrew script.
pub(crate) fn of_hebrew(text: &str) -> SmallVec<[CompactString; 3]> {
    let letters: SmallVec<[char; 24]> = text.chars().collect();
    let mut outs: SmallVec<[Sink; 3]> = SmallVec::new();
    outs.push(Sink::default());
    let last = letters.len().saturating_sub(1);
    for (i, &c) in letters.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|b| letters.get(b)).copied();
        let next = letters.get(i + 1).copied();
        let (main, other) = match c {
            'א' | 'ע' if i == 0 => ('a', None),
            'א' | 'ע' => ('-', None),
            'ו' if next == Some('ו') => (' ', None),
            'ו' if before == Some('ו') || i == 0 => (if i == 0 { 'w' } else { '-' }, Some('f')),
            'ו' => ('-', None),
            'י' if i == 0 => ('y', None),
            'י' => ('-', None),
            'ב' => ('b', Some('f')),
            'ג' | 'כ' | 'ך' | 'ק' => ('k', None),
            'ח' => ('h', Some('S')),
            'ה' if i == last => ('-', None),
            'ה' => ('h', None),
            'ד' => ('d', None),
            'ז' | 'ס' => ('s', None),
            'צ' | 'ץ' => ('s', None),
            'ט' if next == Some('ש') => (' ', None),
            'ט' | 'ת' => ('t', None),
            'ל' => ('l', None),
            'מ' | 'ם' => ('m', None),
            'נ' | 'ן' => ('n', None),
            'פ' if i == 0 => ('b', Some('f')),
            'פ' => ('b', Some('f')),
            'ף' => ('f', None),
            'ר' => ('r', None),
            'ש' => ('S', Some('s')),
            _ => (' ', None),
        };
        spread(&mut outs, main, other);
    }
    outs.into_iter().filter_map(Sink::finish).collect()
}

/// Skeletons of one word in kana.
pub(crate) const MAX_KANA: usize = 4;

/// The skeletons of a word in katakana: r and l are one letter there, and no consonant stands without a
/// vowel but the nasal.
pub(crate) fn of_kana(text: &str) -> SmallVec<[CompactString; MAX_KANA]> {
    let letters: SmallVec<[char; 24]> = text.chars().collect();
    let mut outs: SmallVec<[Sink; MAX_KANA]> = SmallVec::new();
    outs.push(Sink::default());
    for (i, &c) in letters.iter().enumerate() {
        let next = letters.get(i + 1).copied();
        let (main, other, vowel) = match c {
            'ア'..='オ' if i == 0 => ('a', None, true),
            'ヤ' | 'ユ' | 'ヨ' if i == 0 => ('y', None, true),
            'ワ' if i == 0 => ('w', None, true),
            'カ'..='ゴ' => ('k', None, true),
            'シ' => ('S', None, true),
            // Of `ti` and `di` Japanese makes `chi` and `ji`.
            'ジ' | 'ヂ' => ('k', Some('d'), true),
            'サ'..='ゾ' | 'ヅ' => ('s', None, true),
            'チ' => ('S', Some('t'), true),
            'ツ' => ('s', None, true),
            'タ' | 'テ' | 'ト' => ('t', None, true),
            'ダ' | 'デ' | 'ド' => ('d', None, true),
            'ナ'..='ノ' => ('n', None, true),
            'フ' => ('f', None, true),
            'ハ' | 'ヒ' | 'ヘ' | 'ホ' => ('h', None, true),
            'バ'..='ポ' => ('b', None, true),
            'ヴ' | 'ヷ' => ('f', None, true),
            'マ'..='モ' => ('m', None, true),
            'ラ'..='ロ' => ('r', Some('l'), true),
            'ン' if next.is_some_and(|n| matches!(n, 'バ'..='ポ' | 'マ'..='モ')) => {
                ('m', None, false)
            }
            'ン' => ('n', None, false),
            'ッ' => (' ', None, false),
            _ => ('-', None, true),
        };
        let n = outs.len();
        if c == 'ツ' {
            outs.iter_mut().for_each(|out| out.letter('t'));
        }
        for at in 0..n {
            if let Some(second) = other
                && outs.len() < MAX_KANA
                && let Some(mut fork) = outs.get(at).cloned()
            {
                fork.letter(second);
                fork.vowel();
                outs.push(fork);
            }
            if let Some(out) = outs.get_mut(at) {
                out.letter(main);
                if vowel {
                    out.vowel();
                }
            }
        }
    }
    outs.into_iter().filter_map(Sink::finish).collect()
}

/// Adds a letter to every skeleton, forking for a second reading while there is room.
fn spread(outs: &mut SmallVec<[Sink; 3]>, main: char, other: Option<char>) {
    let n = outs.len();
    for i in 0..n {
        if let Some(second) = other
            && outs.len() < 3
            && let Some(mut fork) = outs.get(i).cloned()
        {
            fork.letter(second);
            outs.push(fork);
        }
        if let Some(out) = outs.get_mut(i) {
            out.letter(main);
        }
    }
}

#[derive(Clone, Default)]
struct Sink {
    out: CompactString,
    consonants: usize,
    /// A vowel stood between the last consonant and what comes.
    open: bool,
}

impl Sink {
    fn put(&mut self, c: char, used: usize) -> usize {
        self.letter(c);
        used
    }

    /// `-` is a vowel, a space nothing.
    fn letter(&mut self, c: char) {
        match c {
            ' ' => {}
            '-' => self.vowel(),
            _ => {
                // Doubled letters are one, whether a vowel mark is written between them or not
                // is not known in the unwritten scripts.
                if !self.out.ends_with(c) || self.open {
                    self.out.push(c);
                    self.consonants += usize::from(c != 'a');
                }
                self.open = false;
            }
        }
    }

    fn vowel(&mut self) {
        self.open = true;
    }

    fn finish(self) -> Option<CompactString> {
        (self.consonants >= 2).then(|| self.out.to_ascii_lowercase_keeping_s())
    }
}

trait KeepS {
    fn to_ascii_lowercase_keeping_s(self) -> CompactString;
}

impl KeepS for CompactString {
    /// The hush consonant is written `c` in keys.
    fn to_ascii_lowercase_keeping_s(self) -> CompactString {
        if self.contains('S') {
            CompactString::from(self.replace('S', "c"))
        } else {
            self
        }
    }
}
