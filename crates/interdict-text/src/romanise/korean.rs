//! Korean names by sound: where Hangul meets the many Latin spellings of one syllable.
//!
//! `혁` is written Hyok, Hyuk or Hyeok, `정` Jong, Jung, Jeong or Chung, syllable by syllable or
//! together. Both scripts are brought to one key: stops without voice, `o`, `u`, `eo` and `eu` as one
//! vowel. Two Latin names never meet by it.

use compact_str::CompactString;

use super::hangul::parts;

/// In front of a key by sound, among the skeletons.
pub(crate) const PREFIX: &str = "kr:";

const INITIALS: [&str; 19] = [
    "k", "k", "n", "t", "t", "r", "m", "p", "p", "s", "s", "", "c", "c", "c", "k", "t", "p", "h",
];
const VOWELS: [&str; 21] = [
    "a", "e", "ya", "ye", "o", "e", "yo", "ye", "o", "wa", "we", "we", "yo", "o", "wo", "we", "wi",
    "yo", "o", "i", "i",
];
const FINALS: [&str; 28] = [
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p",
    "t", "t", "g", "t", "t", "k", "t", "p", "t",
];

/// Longest name, in syllables, that is taken for a Korean one.
const MOST_SYLLABLES: usize = 3;

/// The key of a word in Hangul; `None` for longer words, which transcribe foreign names.
pub(crate) fn of_hangul(text: &str) -> Option<CompactString> {
    let mut out = CompactString::const_new(PREFIX);
    let mut syllables = 0;
    for c in text.chars() {
        let (initial, vowel, last) = parts(c)?;
        out.push_str(INITIALS.get(initial)?);
        out.push_str(VOWELS.get(vowel)?);
        out.push_str(FINALS.get(last)?);
        syllables += 1;
    }
    (1..=MOST_SYLLABLES).contains(&syllables).then_some(out)
}

/// Longest Latin word that is read as Korean syllables.
const MOST_LETTERS: usize = 14;

/// Sound of a Latin word of at most two Korean syllables, and how many it has.
pub(crate) fn of_latin(word: &str) -> Option<(CompactString, usize)> {
    if word.len() > MOST_LETTERS || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    (1..=2).find_map(|n| {
        let mut out = CompactString::default();
        syllables(word, n, &mut out).then_some((out, n))
    })
}

const LATIN_INITIALS: &[(&str, &str)] = &[
    ("tsch", "c"),
    ("tch", "c"),
    ("kk", "k"),
    ("kh", "k"),
    ("tt", "t"),
    ("th", "t"),
    ("rh", "r"),
    ("pp", "p"),
    ("ph", "p"),
    ("sh", "s"),
    ("ss", "s"),
    ("ch", "c"),
    ("tj", "c"),
    ("dj", "c"),
    ("jj", "c"),
    ("ts", "c"),
    ("k", "k"),
    ("g", "k"),
    ("n", "n"),
    ("t", "t"),
    ("d", "t"),
    ("r", "r"),
    ("l", "r"),
    ("m", "m"),
    ("p", "p"),
    ("b", "p"),
    ("s", "s"),
    ("j", "c"),
    ("c", "c"),
    ("h", "h"),
    ("", ""),
];
const LATIN_VOWELS: &[(&str, &str)] = &[
    ("yeoh", "yo"),
    ("yeo", "yo"),
    ("yae", "ye"),
    ("yoo", "yo"),
    ("you", "yo"),
    ("woo", "o"),
    ("wae", "we"),
    ("weo", "wo"),
    ("eui", "i"),
    ("ya", "ya"),
    ("ye", "ye"),
    ("yo", "yo"),
    ("yu", "yo"),
    ("yi", "i"),
    ("wa", "wa"),
    ("wo", "wo"),
    ("we", "we"),
    ("wi", "wi"),
    ("oe", "we"),
    ("oi", "we"),
    ("ae", "e"),
    ("ay", "e"),
    ("ai", "e"),
    ("eo", "o"),
    ("eu", "o"),
    ("oo", "o"),
    ("ou", "o"),
    ("ui", "i"),
    ("ee", "i"),
    ("ah", "a"),
    ("oh", "o"),
    ("uh", "o"),
    ("a", "a"),
    ("e", "e"),
    ("i", "i"),
    ("o", "o"),
    ("u", "o"),
    ("y", "i"),
];
const LATIN_FINALS: &[(&str, &str)] = &[
    ("ng", "g"),
    ("ck", "k"),
    ("k", "k"),
    ("g", "k"),
    ("n", "n"),
    ("l", "l"),
    ("r", "l"),
    ("m", "m"),
    ("p", "p"),
    ("b", "p"),
    ("t", "t"),
    ("d", "t"),
    ("s", "t"),
    ("", ""),
];

/// Reads exactly `n` syllables; longer groups of letters first.
fn syllables(rest: &str, n: usize, out: &mut CompactString) -> bool {
    if n == 0 {
        return rest.is_empty();
    }
    let start = out.len();
    for (initial, i) in LATIN_INITIALS {
        let Some(after) = rest.strip_prefix(initial) else {
            continue;
        };
        for (vowel, v) in LATIN_VOWELS {
            let Some(after) = after.strip_prefix(vowel) else {
                continue;
            };
            for (last, f) in LATIN_FINALS {
                let Some(after) = after.strip_prefix(last) else {
                    continue;
                };
                out.push_str(i);
                out.push_str(v);
                out.push_str(f);
                if syllables(after, n - 1, out) {
                    return true;
                }
                out.truncate(start);
            }
        }
    }
    false
}

/// Whether a Latin word is a customary spelling of a Korean surname.
pub(crate) fn is_surname(word: &str) -> bool {
    SURNAMES.binary_search(&word).is_ok()
}

/// Sorted.
const SURNAMES: &[&str] = &[
    "ahn", "an", "bae", "baek", "bak", "ban", "bang", "byeon", "byun", "cha", "chae", "chang",
    "cheon", "cheong", "chi", "chin", "cho", "choe", "choi", "chon", "chong", "choo", "chu",
    "chun", "chung", "djang", "do", "dokgo", "dongbang", "eo", "eom", "eun", "gang", "gi", "gil",
    "gim", "go", "gong", "gu", "guk", "gwak", "gwon", "ha", "ham", "han", "heo", "ho", "hong",
    "hur", "hwang", "hwangbo", "hyeon", "hyon", "hyun", "im", "in", "jang", "je", "jegal", "jeon",
    "jeong", "ji", "jin", "jo", "jon", "jong", "joo", "ju", "jun", "jung", "kang", "keum", "ki",
    "kil", "kim", "ko", "koh", "kong", "koo", "kook", "ku", "kum", "kwak", "kwon", "lee", "lim",
    "ma", "maeng", "min", "mo", "moon", "mun", "myong", "myung", "na", "nam", "namgung",
    "namkoong", "no", "noh", "oh", "ok", "om", "pae", "paek", "pak", "pan", "pang", "park", "phae",
    "pyeon", "pyo", "pyon", "ra", "ree", "rhee", "ri", "rim", "ro", "roh", "ryang", "ryo", "ryoo",
    "ryu", "sagong", "seo", "seok", "seol", "seomun", "seon", "seong", "seonu", "shim", "shin",
    "sim", "sin", "so", "sohn", "sok", "sol", "son", "song", "suh", "suk", "sun", "sung", "sunwoo",
    "tae", "tak", "thae", "tjon", "to", "uh", "um", "wang", "wi", "won", "woo", "yang", "yeo",
    "yeon", "yi", "yon", "yong", "yoo", "yook", "yoon", "yu", "yuk", "yun",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_sound_meet() {
        for (hangul, latin) in [
            ("혁", &["hyok", "hyuk", "hyeok"][..]),
            ("정수", &["jongsu", "jungsoo", "jeongsu", "chungsoo"]),
            ("철희", &["cholhui", "tcheulhy", "chulhee"]),
            ("김", &["kim", "gim"]),
            ("우", &["woo", "u"]),
            ("경희", &["kyonghui", "kyunghee"]),
            ("안", &["an", "ahn"]),
        ] {
            let want = of_hangul(hangul).unwrap();
            for spelling in latin {
                let (sound, _) = of_latin(spelling).unwrap();
                assert_eq!(
                    want.strip_prefix(PREFIX),
                    Some(sound.as_str()),
                    "{hangul} {spelling}"
                );
            }
        }
    }

    #[test]
    fn other_words_have_none() {
        for word in ["smith", "vladimir", "gonzalez", "strong", ""] {
            assert_eq!(of_latin(word), None, "{word}");
        }
        assert_eq!(of_hangul("블라디미르"), None);
    }

    #[test]
    fn surnames_are_sorted() {
        assert!(SURNAMES.windows(2).all(|w| w[0] < w[1]));
        assert!(is_surname("kim") && is_surname("ri") && !is_surname("smith"));
    }
}
