//! A text in words, each with what it is compared by.

/// One word of a name cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// As written, without brackets and commas around it.
    pub(super) text: String,
    /// In small letters, without dots.
    pub(super) norm: String,
    /// A dot stood in or behind it.
    pub(super) dotted: bool,
    /// A bracket opens in front of it.
    pub(super) opens: bool,
    /// A bracket closes behind it.
    pub(super) closes: bool,
    /// A comma stands behind it.
    pub(super) comma: bool,
}

/// What a word is compared by.
pub(super) fn normal(word: &str) -> String {
    let bare = word.trim_matches(around);
    let norm: String = bare
        .chars()
        .filter(|c| *c != '.')
        .flat_map(char::to_lowercase)
        .collect();
    if norm.is_empty() {
        word.to_owned()
    } else {
        norm
    }
}

fn around(c: char) -> bool {
    matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | ',' | ';' | ':')
}

/// Takes a text apart at spaces.
pub(super) fn words(text: &str) -> Vec<Word> {
    text.split_whitespace()
        .map(|part| {
            let bare = part.trim_matches(around);
            let bare = if bare.is_empty() { part } else { bare };
            Word {
                text: bare.to_owned(),
                norm: normal(part),
                dotted: bare.contains('.'),
                opens: part.starts_with(['(', '[', '{']),
                closes: part.trim_end_matches([',', ';']).ends_with([')', ']', '}']),
                comma: part.ends_with(',') && bare != part,
            }
        })
        .collect()
}

/// The words as one text again, commas kept.
pub(super) fn text(words: &[Word]) -> String {
    let mut out = String::new();
    for (i, word) in words.iter().enumerate() {
        if i > 0 {
            out.push(' ');
        }
        if word.opens {
            out.push('(');
        }
        out.push_str(&word.text);
        if word.closes {
            out.push(')');
        }
        if word.comma && i + 1 < words.len() {
            out.push(',');
        }
    }
    out
}

/// Whether a text has letters with capitals, and all of them are.
pub(super) fn capitals(text: &str) -> bool {
    let mut upper = 0;
    for c in text.chars() {
        if c.is_lowercase() {
            return false;
        }
        upper += usize::from(c.is_uppercase());
    }
    upper > 3
}
