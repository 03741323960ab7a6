//! Arabic script: Arabic, Persian, Urdu, Pashto, Kurdish letters.

use compact_str::CompactString;

use super::Spellings;

/// Letters that differ only by habit of writing made one; vowel marks are gone before.
pub(crate) fn clean(c: char) -> Option<char> {
    Some(match c {
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' | 'ی' | 'ې' | 'ے' | 'ئ' | 'ۍ' => 'ي',
        'ؤ' | 'ۆ' | 'ۇ' => 'و',
        'ک' | 'ڪ' => 'ك',
        'ة' | 'ۀ' | 'ہ' | 'ھ' | 'ە' | 'ۃ' => 'ه',
        'ټ' => 'ت',
        'ډ' => 'د',
        'ړ' | 'ڑ' => 'ر',
        'ښ' => 'ش',
        'ګ' | 'ڭ' => 'گ',
        'ڵ' => 'ل',
        'ڼ' | 'ں' => 'ن',
        'ڥ' => 'ڤ',
        'ء' | 'ٔ' | 'ـ' => return None,
        other => other,
    })
}

/// A readable guess; vowels are not written, so edit distance against it is only a help.
pub(super) fn romanise(text: &str) -> Spellings {
    let letters: smallvec::SmallVec<[char; 24]> = text.chars().filter_map(clean).collect();
    let mut out = CompactString::default();
    let last = letters.len().saturating_sub(1);
    let mut open = false;
    for (i, &c) in letters.iter().enumerate() {
        let vowel_next = letters
            .get(i + 1)
            .is_some_and(|n| matches!(n, 'ا' | 'و' | 'ي'));
        let piece = match c {
            'ا' | 'ع' => "a",
            'و' if i == 0 || letters.get(i + 1) == Some(&'ا') => "w",
            'و' => "u",
            'ي' if i == 0 || letters.get(i + 1) == Some(&'ا') => "y",
            'ي' => "i",
            'ه' if i == last && i > 0 => "a",
            other => consonant(other),
        };
        let is_vowel = matches!(piece, "a" | "u" | "i");
        // Two consonants in a row: a short vowel was left out more often than not.
        if !is_vowel && open && i > 0 {
            out.push('a');
        }
        if piece == "a" && out.ends_with('a') {
            open = false;
            continue;
        }
        out.push_str(piece);
        open = !is_vowel && !vowel_next;
    }
    Spellings::from_iter([out])
}

fn consonant(c: char) -> &'static str {
    match c {
        'ب' => "b",
        'پ' => "p",
        'ت' | 'ط' => "t",
        'ث' => "th",
        'ج' => "j",
        'چ' => "ch",
        'ح' | 'ه' => "h",
        'خ' => "kh",
        'د' => "d",
        'ذ' => "dh",
        'ر' => "r",
        'ز' | 'ظ' => "z",
        'ژ' => "zh",
        'س' | 'ص' => "s",
        'ش' => "sh",
        'ض' => "d",
        'غ' => "gh",
        'ف' => "f",
        'ڤ' => "v",
        'ق' => "q",
        'ك' => "k",
        'گ' => "g",
        'ل' => "l",
        'م' => "m",
        'ن' => "n",
        _ => "",
    }
}
