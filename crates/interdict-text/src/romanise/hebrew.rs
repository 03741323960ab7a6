//! Hebrew; vowels are mostly not written.

use compact_str::CompactString;

use super::Spellings;

pub(super) fn romanise(text: &str) -> Spellings {
    let letters: smallvec::SmallVec<[char; 24]> = text.chars().collect();
    let mut out = CompactString::default();
    let mut open = false;
    for (i, &c) in letters.iter().enumerate() {
        let next = letters.get(i + 1).copied();
        let last = next.is_none();
        let piece = match c {
            'א' => "a",
            'ע' => "a",
            'ב' if i == 0 => "b",
            'ב' => "v",
            'ג' => "g",
            'ד' => "d",
            'ה' if last && i > 0 => "a",
            'ה' => "h",
            'ו' if i == 0 => "v",
            'ו' => "o",
            'ז' => "z",
            'ח' => "ch",
            'ט' | 'ת' => "t",
            'י' if i == 0 => "y",
            'י' => "i",
            'כ' | 'ך' | 'ק' => "k",
            'ל' => "l",
            'מ' | 'ם' => "m",
            'נ' | 'ן' => "n",
            'ס' => "s",
            'פ' if i == 0 => "p",
            'פ' | 'ף' => "f",
            'צ' | 'ץ' => "tz",
            'ר' => "r",
            'ש' => "sh",
            _ => "",
        };
        let is_vowel = matches!(piece, "a" | "o" | "i");
        if !is_vowel && open {
            out.push('a');
        }
        if piece == "a" && out.ends_with('a') {
            open = false;
            continue;
        }
        out.push_str(piece);
        open = !is_vowel && !next.is_some_and(|n| matches!(n, 'א' | 'ו' | 'י' | 'ע'));
    }
    Spellings::from_iter([out])
}
