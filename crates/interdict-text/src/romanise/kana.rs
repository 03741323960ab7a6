//! Kana: Hepburn, with the lengthening mark dropped as names do.

use compact_str::CompactString;

use super::Spellings;

/// Hiragana as katakana.
pub(crate) fn to_katakana(c: char) -> char {
    match u32::from(c) {
        code @ 0x3041..=0x3096 => char::from_u32(code + 0x60).unwrap_or(c),
        _ => c,
    }
}

pub(super) fn romanise(text: &str) -> Spellings {
    let mut out = CompactString::default();
    let letters: smallvec::SmallVec<[char; 24]> = text.chars().map(to_katakana).collect();
    let mut i = 0;
    let mut double = false;
    while let Some(&c) = letters.get(i) {
        let small = letters.get(i + 1).copied();
        let mut used = 1;
        let mut piece = CompactString::const_new(base(c));
        if c == 'ッ' {
            double = true;
            i += 1;
            continue;
        }
        if c == 'ー' {
            i += 1;
            continue;
        }
        if let Some(vowel) = small.and_then(small_vowel) {
            used = 2;
            join(
                &mut piece,
                vowel,
                small == Some('ャ') || small == Some('ュ') || small == Some('ョ'),
            );
        }
        if double {
            if piece.starts_with("ch") {
                out.push('t');
            } else if let Some(first) = piece.chars().next()
                && !"aiueon".contains(first)
            {
                out.push(first);
            }
            double = false;
        }
        out.push_str(&piece);
        i += used;
    }
    let long = out.replace("ou", "o").replace("uu", "u").replace("oo", "o");
    Spellings::from_iter([out, CompactString::from(long)])
}

fn small_vowel(c: char) -> Option<&'static str> {
    Some(match c {
        'ャ' => "ya",
        'ュ' => "yu",
        'ョ' => "yo",
        'ァ' => "a",
        'ィ' => "i",
        'ゥ' => "u",
        'ェ' => "e",
        'ォ' => "o",
        _ => return None,
    })
}

/// Joins a small vowel to the syllable before it: `シャ` is sha, `ファ` is fa, `キャ` is kya.
fn join(piece: &mut CompactString, vowel: &str, glide: bool) {
    let stem = match piece.as_str() {
        "u" if !glide => "w",
        other => other.trim_end_matches(['a', 'i', 'u', 'e', 'o']),
    };
    let tail = if glide && (stem.ends_with("sh") || stem.ends_with("ch") || stem == "j") {
        vowel.trim_start_matches('y')
    } else {
        vowel
    };
    let mut joined = CompactString::from(stem);
    joined.push_str(tail);
    *piece = joined;
}

fn base(c: char) -> &'static str {
    match c {
        'ア' | 'ァ' => "a",
        'イ' | 'ィ' => "i",
        'ウ' | 'ゥ' => "u",
        'エ' | 'ェ' => "e",
        'オ' | 'ォ' => "o",
        'カ' | 'ヵ' => "ka",
        'キ' => "ki",
        'ク' => "ku",
        'ケ' | 'ヶ' => "ke",
        'コ' => "ko",
        'サ' => "sa",
        'シ' => "shi",
        'ス' => "su",
        'セ' => "se",
        'ソ' => "so",
        'タ' => "ta",
        'チ' => "chi",
        'ツ' => "tsu",
        'テ' => "te",
        'ト' => "to",
        'ナ' => "na",
        'ニ' => "ni",
        'ヌ' => "nu",
        'ネ' => "ne",
        'ノ' => "no",
        'ハ' => "ha",
        'ヒ' => "hi",
        'フ' => "fu",
        'ヘ' => "he",
        'ホ' => "ho",
        'マ' => "ma",
        'ミ' => "mi",
        'ム' => "mu",
        'メ' => "me",
        'モ' => "mo",
        'ヤ' | 'ャ' => "ya",
        'ユ' | 'ュ' => "yu",
        'ヨ' | 'ョ' => "yo",
        'ラ' => "ra",
        'リ' => "ri",
        'ル' => "ru",
        'レ' => "re",
        'ロ' => "ro",
        'ワ' | 'ヮ' => "wa",
        'ヰ' => "i",
        'ヱ' => "e",
        'ヲ' => "o",
        'ン' => "n",
        'ガ' => "ga",
        'ギ' => "gi",
        'グ' => "gu",
        'ゲ' => "ge",
        'ゴ' => "go",
        'ザ' => "za",
        'ジ' => "ji",
        'ズ' => "zu",
        'ゼ' => "ze",
        'ゾ' => "zo",
        'ダ' => "da",
        'ヂ' => "ji",
        'ヅ' => "zu",
        'デ' => "de",
        'ド' => "do",
        'バ' => "ba",
        'ビ' => "bi",
        'ブ' => "bu",
        'ベ' => "be",
        'ボ' => "bo",
        'パ' => "pa",
        'ピ' => "pi",
        'プ' => "pu",
        'ペ' => "pe",
        'ポ' => "po",
        'ヴ' => "vu",
        'ヷ' => "va",
        _ => "",
    }
}
