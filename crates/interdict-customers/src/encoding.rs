//! In which encoding a text file is written.
//!
//! A byte-order mark, UTF-16 by its zero bytes and valid UTF-8 are certain. What is left is one of the
//! single-byte encodings of Windows; letters decide between them, and where they cannot, a person.

use std::collections::BTreeSet;
use std::io::{self, Read};

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252};

/// Words with foreign bytes that are looked at.
const MOST_WORDS: usize = 4_000;
/// Fewer words that read differently in two encodings than this settle nothing.
const ENOUGH_WORDS: usize = 3;

/// What was found out about the encoding of a file.
#[derive(Clone, Debug)]
pub(crate) struct Detected {
    /// The encoding, or the likeliest.
    pub(crate) encoding: &'static Encoding,
    /// How it is known, for a person.
    pub(crate) because: String,
    /// Other encodings that would do as well, with a word as the first and this one read it.
    pub(crate) doubt: Option<Doubt>,
    /// Lines with bytes that are no UTF-8 in a file that otherwise is; at most ten.
    pub(crate) broken_lines: Vec<u64>,
}

/// Two encodings between which the file does not decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Doubt {
    pub(crate) encodings: [&'static Encoding; 2],
    /// Words as the one and as the other reads them.
    pub(crate) words: Vec<[String; 2]>,
}

/// Everything about the bytes of a file that matters here, gathered in one pass.
struct Bytes {
    total: u64,
    head: Vec<u8>,
    high: u64,
    zero_even: u64,
    zero_odd: u64,
    utf8_sequences: u64,
    invalid: u64,
    broken_lines: Vec<u64>,
    words: BTreeSet<Vec<u8>>,
    detector: EncodingDetector,
}

/// Reads a file to its end and says how it is encoded.
pub(crate) fn detect(mut input: impl Read) -> io::Result<Detected> {
    let mut bytes = Bytes {
        total: 0,
        head: Vec::new(),
        high: 0,
        zero_even: 0,
        zero_odd: 0,
        utf8_sequences: 0,
        invalid: 0,
        broken_lines: Vec::new(),
        words: BTreeSet::new(),
        detector: EncodingDetector::new(Iso2022JpDetection::Deny),
    };
    let mut buffer = vec![0; 128 * 1024];
    let mut utf8 = Utf8::default();
    let mut word = Vec::new();
    let mut line = 1;
    loop {
        let n = match input.read(&mut buffer) {
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(e),
        };
        let part = buffer.get(..n).unwrap_or_default();
        bytes.take(part, &mut utf8, &mut word, &mut line);
        if n == 0 {
            break;
        }
    }
    Ok(bytes.decide())
}

/// A checker of UTF-8 that carries over the ends of buffers.
#[derive(Default)]
struct Utf8 {
    need: u8,
    low: u8,
    high: u8,
}

enum Step {
    Fine,
    Sequence,
    Wrong,
}

impl Utf8 {
    fn step(&mut self, b: u8) -> Step {
        if self.need > 0 {
            let (low, high) = if self.low == 0 {
                (0x80, 0xbf)
            } else {
                (self.low, self.high)
            };
            self.low = 0;
            if (low..=high).contains(&b) {
                self.need -= 1;
                return if self.need == 0 {
                    Step::Sequence
                } else {
                    Step::Fine
                };
            }
            self.need = 0;
            // The byte itself may begin something.
            let _ = self.step(b);
            return Step::Wrong;
        }
        match b {
            0..=0x7f => return Step::Fine,
            0xc2..=0xdf => self.need = 1,
            0xe0 => (self.need, self.low, self.high) = (2, 0xa0, 0xbf),
            0xed => (self.need, self.low, self.high) = (2, 0x80, 0x9f),
            0xe1..=0xef => self.need = 2,
            0xf0 => (self.need, self.low, self.high) = (3, 0x90, 0xbf),
            0xf1..=0xf3 => self.need = 3,
            0xf4 => (self.need, self.low, self.high) = (3, 0x80, 0x8f),
            _ => return Step::Wrong,
        }
        Step::Fine
    }
}

impl Bytes {
    fn take(&mut self, part: &[u8], utf8: &mut Utf8, word: &mut Vec<u8>, line: &mut u64) {
        if self.head.len() < 4 {
            self.head.extend(part.iter().take(4));
        }
        self.detector.feed(part, part.is_empty());
        for &b in part {
            if b == 0 {
                if self.total.is_multiple_of(2) {
                    self.zero_even += 1;
                } else {
                    self.zero_odd += 1;
                }
            }
            self.total += 1;
            match utf8.step(b) {
                Step::Fine => {}
                Step::Sequence => self.utf8_sequences += 1,
                Step::Wrong => {
                    self.invalid += 1;
                    if self.broken_lines.len() < 10 && self.broken_lines.last() != Some(line) {
                        self.broken_lines.push(*line);
                    }
                }
            }
            if b == b'\n' {
                *line += 1;
            }
            if b >= 0x80 {
                self.high += 1;
            }
            if b >= 0x80 || b.is_ascii_alphabetic() {
                if word.len() < 64 {
                    word.push(b);
                }
            } else if !word.is_empty() {
                self.word(word);
            }
        }
        if part.is_empty() {
            if utf8.need > 0 {
                self.invalid += 1;
            }
            self.word(word);
        }
    }

    fn word(&mut self, word: &mut Vec<u8>) {
        if word.iter().any(|b| *b >= 0x80) && self.words.len() < MOST_WORDS {
            self.words.insert(word.clone());
        }
        word.clear();
    }

    fn decide(self) -> Detected {
        let certain = |encoding, because: &str| Detected {
            encoding,
            because: because.to_owned(),
            doubt: None,
            broken_lines: Vec::new(),
        };
        match self.head.get(..4).unwrap_or(&self.head) {
            [0xef, 0xbb, 0xbf, ..] => return certain(UTF_8, "byte-order mark of UTF-8"),
            [0xff, 0xfe, ..] => return certain(UTF_16LE, "byte-order mark of UTF-16 LE"),
            [0xfe, 0xff, ..] => return certain(UTF_16BE, "byte-order mark of UTF-16 BE"),
            _ => {}
        }
        let half = (self.total / 2).max(1);
        if self.zero_odd * 3 > half && self.zero_even * 20 < self.zero_odd {
            return certain(UTF_16LE, "every second byte is zero");
        }
        if self.zero_even * 3 > half && self.zero_odd * 20 < self.zero_even {
            return certain(UTF_16BE, "every second byte is zero");
        }
        if self.high == 0 {
            return certain(UTF_8, "plain ASCII");
        }
        if self.invalid == 0 {
            return certain(UTF_8, "valid UTF-8");
        }
        if self.utf8_sequences >= 10 * self.invalid {
            return Detected {
                broken_lines: self.broken_lines,
                ..certain(UTF_8, "UTF-8 but for a few bytes")
            };
        }
        self.legacy()
    }

    /// One of the single-byte encodings of Windows.
    fn legacy(self) -> Detected {
        let guess = self.detector.guess(None, Utf8Detection::Deny);
        let mut ranked: Vec<(i64, &'static Encoding)> = [WINDOWS_1252, WINDOWS_1250, WINDOWS_1251]
            .into_iter()
            .map(|encoding| (self.plausibility(encoding), encoding))
            .collect();
        ranked.sort_by_key(|(points, _)| std::cmp::Reverse(*points));
        let best = ranked[0].0;
        let near: Vec<&'static Encoding> = ranked
            .iter()
            .filter(|(points, _)| *points * 20 >= best * 19)
            .map(|(_, encoding)| *encoding)
            .collect();
        // A guess outside the three counts only where it reads the file as well as they do.
        let family = if self.hungarian() {
            WINDOWS_1250
        } else {
            family(guess)
        };
        let encoding = match near.iter().find(|e| **e == family) {
            Some(encoding) => encoding,
            None => ranked[0].1,
        };
        let because = format!(
            "not UTF-8; {} of {} words with foreign letters read as words",
            self.read_well(encoding),
            self.words.len()
        );
        let rival = near.iter().copied().find(|other| *other != encoding);
        let doubt = rival.and_then(|rival| self.doubt(encoding, rival));
        Detected {
            encoding,
            because,
            doubt,
            broken_lines: Vec::new(),
        }
    }

    /// Hungarian read as Western shows õ and û among acute accents, which no Western language does: Portuguese
    /// writes ão and ões, Estonian has no acute, French no õ and no á.
    fn hungarian(&self) -> bool {
        let western: Vec<String> = self
            .words
            .iter()
            .map(|word| decode(WINDOWS_1252, word).to_lowercase())
            .collect();
        let any = |letters: &str| western.iter().any(|w| w.contains(|c| letters.contains(c)));
        let alone = western.iter().any(|w| w.contains('õ') && !w.contains("õe"));
        !any("ã") && (alone && any("áéíóú") || any("û") && any("áíóú"))
    }

    fn doubt(&self, a: &'static Encoding, b: &'static Encoding) -> Option<Doubt> {
        let words: Vec<[String; 2]> = self
            .words
            .iter()
            .map(|word| [decode(a, word), decode(b, word)])
            .filter(|[x, y]| x != y)
            .collect();
        let unsettled = !words.is_empty() && words.len() < ENOUGH_WORDS;
        unsettled.then_some(Doubt {
            encodings: [a, b],
            words,
        })
    }

    fn plausibility(&self, encoding: &'static Encoding) -> i64 {
        self.words
            .iter()
            .map(|word| points(&decode(encoding, word)))
            .sum()
    }

    fn read_well(&self, encoding: &'static Encoding) -> usize {
        self.words
            .iter()
            .filter(|word| points(&decode(encoding, word)) > 0)
            .count()
    }
}

/// The one of the three encodings that a guess stands for.
fn family(guess: &'static Encoding) -> &'static Encoding {
    match guess.name() {
        "ISO-8859-2" | "windows-1250" => WINDOWS_1250,
        "windows-1251" | "KOI8-U" | "ISO-8859-5" | "IBM866" | "x-mac-cyrillic" => WINDOWS_1251,
        _ => WINDOWS_1252,
    }
}

fn decode(encoding: &'static Encoding, bytes: &[u8]) -> String {
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}

/// How much a text looks like a word of some language: its letters are of one script, none is a
/// sign, and a capital letter does not follow a small one.
fn points(word: &str) -> i64 {
    let mut latin = 0i64;
    let mut cyrillic = 0i64;
    let mut signs = 0i64;
    let mut odd_capitals = 0i64;
    let mut small_before = false;
    for c in word.chars() {
        match c {
            '\u{400}'..='\u{52f}' => cyrillic += 1,
            c if c.is_alphabetic() && !matches!(c, 'ª' | 'º') => latin += 1,
            // A dash, a quote or a degree sign at the edge of a word is no fault of the encoding.
            '–' | '—' | '’' | '‘' | '“' | '”' | '„' | '°' | '\u{a0}' | '…' | '€' | '§' =>
                {}
            _ => signs += 1,
        }
        if c.is_uppercase() && small_before {
            odd_capitals += 1;
        }
        small_before = c.is_lowercase();
    }
    let mixed = latin.min(cyrillic);
    let letters = latin.max(cyrillic);
    // Latin words of foreign letters only do not exist; Cyrillic ones are the rule.
    let foreign_only = cyrillic == 0 && latin > 2 && !word.chars().any(|c| c.is_ascii_alphabetic());
    letters.min(8) - 6 * signs - 6 * mixed - 3 * odd_capitals - if foreign_only { 8 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, encoding: &'static Encoding, expected: &'static Encoding) -> Detected {
        let (bytes, _, lost) = encoding.encode(text);
        assert!(!lost, "{text} cannot be written in {}", encoding.name());
        let found = detect(bytes.as_ref()).unwrap();
        assert_eq!(found.encoding, expected, "{text}: {}", found.because);
        found
    }

    #[test]
    fn german_french_and_spanish_are_western() {
        let german = "Müller;Jürgen;Straße 5\nGößmann;Käthe;Gräfe\nSchröder;Björn;Fußgasse";
        assert!(check(german, WINDOWS_1252, WINDOWS_1252).doubt.is_none());
        let french = "Prénom;Nom\nHélène;Lefèvre\nFrançois;Guérin\nZoé;Crête\nBenoît;Besançon";
        check(french, WINDOWS_1252, WINDOWS_1252);
        let spanish = "Muñoz;Peña\nIbáñez;José\nNúñez;Begoña\nCastaño;Iñaki";
        check(spanish, WINDOWS_1252, WINDOWS_1252);
    }

    #[test]
    fn polish_czech_and_hungarian_are_central() {
        let polish = "Łukasz;Wiśniewski\nMałgorzata;Zając\nStanisław;Dąbrowski\nBożena;Szczęsny\nMichał;Woźniak";
        check(polish, WINDOWS_1250, WINDOWS_1250);
        let czech = "Jiří;Dvořák\nŽofie;Černá\nOndřej;Růžička\nZdeněk;Šťastný";
        check(czech, WINDOWS_1250, WINDOWS_1250);
        let hungarian = "Győző;Kővári\nErzsébet;Szűcs\nÖdön;Fűzfa\nLőrinc;Vörösmarty";
        check(hungarian, WINDOWS_1250, WINDOWS_1250);
    }

    #[test]
    fn cyrillic_is_cyrillic() {
        check(
            "ФИО;Дата\nИванов Иван;1.2.1970\nПетрова Анна;",
            WINDOWS_1251,
            WINDOWS_1251,
        );
        check("Name;X\nЩербак;", WINDOWS_1251, WINDOWS_1251);
    }

    #[test]
    fn one_letter_that_reads_both_ways_is_asked() {
        let found = check("Name;Ort\nPeña;Wien\n", WINDOWS_1252, WINDOWS_1252);
        let doubt = found.doubt.unwrap();
        assert!(doubt.encodings.contains(&WINDOWS_1250), "{doubt:?}");
        // The same letter in both is no question.
        assert_eq!(
            check("Name;Ort\nMüller;Wien\n", WINDOWS_1252, WINDOWS_1252).doubt,
            None
        );
    }

    #[test]
    fn unicode_is_certain() {
        assert_eq!(check("Müller;Łukasz", UTF_8, UTF_8).because, "valid UTF-8");
        let wide: Vec<u8> = "Name;Ort\nMüller;Łódź\n"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(detect(wide.as_slice()).unwrap().encoding, UTF_16LE);
        let wide: Vec<u8> = "Name;Ort\nMüller;Łódź\n"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(detect(wide.as_slice()).unwrap().encoding, UTF_16BE);
    }

    #[test]
    fn a_few_wrong_bytes_do_not_make_a_file_western() {
        let mut bytes = "Müller\n".repeat(30).into_bytes();
        bytes.extend_from_slice(b"M\xfcller\n");
        let found = detect(bytes.as_slice()).unwrap();
        assert_eq!((found.encoding, found.broken_lines), (UTF_8, vec![31]));
    }
}
