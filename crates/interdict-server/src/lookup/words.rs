//! Texts as words: lower case, Latin letters without their marks, cut at whatever is no letter or
//! digit; ideographs and kana stand alone.

/// The words of a text, in order.
pub(crate) fn words(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        if is_mark(c) {
            continue;
        }
        if !c.is_alphanumeric() {
            end(&mut word, &mut found);
            continue;
        }
        if stands_alone(c) {
            end(&mut word, &mut found);
            word.push(c);
            end(&mut word, &mut found);
            continue;
        }
        fold(c, &mut word);
    }
    end(&mut word, &mut found);
    found
}

/// A value as it is compared whole: folded like words, spaces and signs kept.
pub(crate) fn whole(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars().filter(|c| !is_mark(*c)) {
        fold(c, &mut out);
    }
    out
}

fn end(word: &mut String, found: &mut Vec<String>) {
    if !word.is_empty() {
        found.push(std::mem::take(word));
    }
}

/// Marks that stand beside their letter.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{3041}'..='\u{3096}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

fn fold(c: char, out: &mut String) {
    match c {
        'A'..='Z' => out.push(c.to_ascii_lowercase()),
        '\0'..='\u{7f}' => out.push(c),
        '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => {
            out.push_str(&any_ascii::any_ascii_char(c).to_ascii_lowercase());
        }
        other => out.extend(other.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_folded() {
        for (text, expected) in [
            ("Lukáš  NOVÁK-Øster", &["lukas", "novak", "oster"][..]),
            ("O'Brien & Co. (1999)", &["o", "brien", "co", "1999"]),
            ("Иван ПЕТРОВ", &["иван", "петров"]),
            ("习近平 Xi", &["习", "近", "平", "xi"]),
            ("Re\u{301}my", &["remy"]),
            ("–", &[]),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
        assert_eq!(whole(" AB-12/É "), "ab-12/e");
    }
}
