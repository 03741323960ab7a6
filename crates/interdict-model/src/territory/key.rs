//! The form in which names of territories are compared.

use icu_normalizer::DecomposingNormalizerBorrowed;

/// Lower case, without accents, spaces and punctuation, without a leading "the"; `&` is "and".
///
/// The generator of the table uses this same file, so that both sides agree.
pub(crate) fn key(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in DecomposingNormalizerBorrowed::new_nfkd()
        .normalize(name)
        .chars()
    {
        match c {
            '\u{300}'..='\u{36f}' | '\u{64b}'..='\u{652}' => {}
            '&' => out.push_str("and"),
            c => {
                for c in c.to_lowercase() {
                    match c {
                        'ß' => out.push_str("ss"),
                        'ı' => out.push('i'),
                        'ø' => out.push('o'),
                        'ł' => out.push('l'),
                        'đ' => out.push('d'),
                        'æ' => out.push_str("ae"),
                        c if c.is_alphanumeric() => out.push(c),
                        _ => {}
                    }
                }
            }
        }
    }
    match out.strip_prefix("the") {
        Some(rest) if rest.len() > 3 => rest.to_owned(),
        _ => out,
    }
}
