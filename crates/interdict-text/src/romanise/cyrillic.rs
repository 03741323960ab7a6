//! Cyrillic: Russian, Ukrainian, Belarusian, Bulgarian, Serbian and Macedonian letters.
//!
//! The main spelling follows the international-passport habit (ICAO Doc 9303), which lists use
//! most; a second one serves the scholarly and German-style habits where they differ by more than
//! one letter.

use compact_str::CompactString;

use super::Spellings;

fn main_letter(c: char, before: Option<char>) -> Option<&'static str> {
    let after_vowel_or_start = before.is_none_or(|b| "аеёиоуыэюяіїєьъ".contains(b));
    Some(match c {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' => "g",
        'д' => "d",
        'е' if after_vowel_or_start && before.is_some() => "ye",
        'е' | 'ё' | 'э' => "e",
        'є' => "ye",
        'ж' => "zh",
        'з' => "z",
        'и' => "i",
        'і' => "i",
        'ї' => "yi",
        'й' => "y",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ў' => "u",
        'ф' => "f",
        'х' => "kh",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ъ' | 'ь' => "",
        'ы' => "y",
        'ю' => "yu",
        'я' => "ya",
        'ђ' => "dj",
        'ј' => "j",
        'љ' => "lj",
        'њ' => "nj",
        'ћ' => "c",
        'џ' => "dz",
        'ѓ' => "gj",
        'ќ' => "kj",
        'ѕ' => "dz",
        'қ' => "k",
        'ғ' => "g",
        'ң' => "n",
        'ө' => "o",
        'ү' | 'ұ' => "u",
        'һ' | 'ҳ' => "h",
        'ә' => "a",
        'ҷ' => "j",
        'ӣ' => "i",
        'ӯ' => "u",
        _ => return None,
    })
}

/// The second habit: what differs from the first by more than a letter.
fn second_letter(c: char) -> Option<&'static str> {
    Some(match c {
        'е' => "e",
        'ё' => "yo",
        'є' => "ie",
        'ж' => "j",
        'ї' => "i",
        'г' => "h",
        'х' => "h",
        'ц' => "c",
        'щ' => "sch",
        'ю' => "iu",
        'я' => "ia",
        'ђ' => "dj",
        'ћ' => "c",
        'ч' => "c",
        'ш' => "s",
        _ => return None,
    })
}

pub(super) fn romanise(text: &str) -> Spellings {
    let mut main = CompactString::default();
    let mut second = CompactString::default();
    let ukrainian = text.contains(['і', 'ї', 'є', 'ґ']);
    let mut before = None;
    for c in text.chars() {
        let letter = main_letter(c, before).unwrap_or_else(|| any_ascii::any_ascii_char(c));
        main.push_str(letter);
        let other = match c {
            // Only Ukrainian and Belarusian write h for it.
            'г' if !ukrainian => "g",
            // South Slavic habit for letters that the others write with two.
            'ч' | 'ш' | 'ж' if !text.contains(['ј', 'љ', 'њ', 'ћ', 'ђ', 'џ']) => letter,
            _ => second_letter(c).unwrap_or(letter),
        };
        second.push_str(other);
        before = Some(c);
    }
    let mut out = Spellings::new();
    out.push(main);
    out.push(second);
    out
}
