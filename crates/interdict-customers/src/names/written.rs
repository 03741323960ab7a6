//! How the letters of a name came through: encoded twice, lost, cut off, in capitals, in two scripts.

use super::segment::capitals;
use crate::notes::Note;

/// Length at which the lines of payment messages, and of the systems built for them, end.
const MESSAGE_LINE: usize = 35;

/// The text with its letters put right, as far as that can be done.
pub(crate) fn mend(text: &str, notes: &mut Vec<Note>) -> String {
    let mut text = text.trim().to_owned();
    if let Some(read) = interdict_text::encoded_twice(&text) {
        notes.push(Note::DoubleEncoded {
            written: text,
            read: read.clone(),
        });
        text = read;
    }
    // A question mark inside a word stands for a letter that an encoding did not have.
    let chars: Vec<char> = text.chars().collect();
    let lost = |i: usize| {
        let letter = |c: Option<&char>| c.is_some_and(|c| c.is_alphabetic());
        match chars.get(i) {
            Some('\u{fffd}') => true,
            Some('?') => {
                letter(chars.get(i + 1)) && (i == 0 || letter(chars.get(i - 1)))
                    || (i > 0 && letter(chars.get(i - 1)) && chars.get(i + 1) == Some(&'?'))
                    || (i > 0 && chars.get(i - 1) == Some(&'?') && letter(chars.get(i + 1)))
            }
            _ => false,
        }
    };
    if (0..chars.len()).any(lost) {
        notes.push(Note::LostLetters(text.clone()));
        text = (0..chars.len())
            .filter(|i| !lost(*i))
            .filter_map(|i| chars.get(i))
            .collect();
    }
    text
}

/// Notes on the letters of a name: its length, its capitals, its scripts. `limits` are lengths at which
/// this file is known to cut.
pub(crate) fn looks(text: &str, limits: &[usize], notes: &mut Vec<Note>) {
    let length = text.chars().count();
    if length == MESSAGE_LINE || limits.contains(&length) {
        notes.push(Note::MaybeCut(length));
    }
    if capitals(text) {
        notes.push(Note::Capitals);
    }
    if scripts(text).len() > 1 {
        notes.push(Note::MixedScripts);
    }
}

/// Words that a name does not end with.
const JOINING: [&str; 12] = [
    "and", "&", "und", "et", "y", "e", "i", "of", "for", "the", "de", "du",
];

/// The name without its last word, where three others that say something stay: less would be half the
/// names of the world.
pub(crate) fn without_last_word(name: &str) -> Option<String> {
    let mut words: Vec<&str> = name.split_whitespace().collect();
    let joins = |word: &str| JOINING.contains(&word.to_lowercase().as_str());
    words.pop();
    while words.last().is_some_and(|word| joins(word)) {
        words.pop();
    }
    let says = words.iter().filter(|word| !joins(word)).count();
    (says >= 3).then(|| words.join(" "))
}

/// A coarse script of a letter; 0 for signs.
fn script(c: char) -> u8 {
    match c {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => 1,
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => 2,
        '\u{400}'..='\u{52f}' => 3,
        '\u{590}'..='\u{5ff}' => 4,
        '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{fb50}'..='\u{fdff}' => 5,
        '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' => 6,
        '\u{ac00}'..='\u{d7af}' => 7,
        c if c.is_alphabetic() => 8,
        _ => 0,
    }
}

fn scripts(text: &str) -> Vec<u8> {
    let mut found: Vec<u8> = text.chars().map(script).filter(|s| *s != 0).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The runs of words of one script, where a text has several and each run could be a name.
pub(super) fn by_script(text: &str) -> Vec<String> {
    let mut runs: Vec<(u8, String)> = Vec::new();
    for word in text.split_whitespace() {
        let bare = word.trim_matches(['(', ')', '/', '[', ']', ',']);
        let of_word = scripts(bare);
        let [own] = of_word.as_slice() else {
            if of_word.is_empty() {
                continue;
            }
            return Vec::new();
        };
        match runs.last_mut() {
            Some((last, run)) if last == own => {
                run.push(' ');
                run.push_str(bare);
            }
            _ => runs.push((*own, bare.to_owned())),
        }
    }
    let whole = |(script, run): &(u8, String)| {
        // Han, kana and Hangul write a whole name in one word.
        run.contains(' ') || matches!(script, 6 | 7)
    };
    if runs.len() > 1 && runs.iter().all(whole) {
        runs.into_iter().map(|(_, run)| run).collect()
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mended(text: &str) -> (String, Vec<&'static str>) {
        let mut notes = Vec::new();
        let text = mend(text, &mut notes);
        looks(&text, &[30], &mut notes);
        (text, notes.iter().map(Note::word).collect())
    }

    #[test]
    fn letters_are_put_right_and_it_is_said() {
        assert_eq!(
            mended("MÃ¼ller"),
            ("Müller".to_owned(), vec!["double-encoded"])
        );
        assert_eq!(
            mended("M?ller Hans"),
            ("Mller Hans".to_owned(), vec!["lost-letters"])
        );
        assert_eq!(
            mended("M\u{fffd}ller"),
            ("Mller".to_owned(), vec!["lost-letters"])
        );
        assert_eq!(mended("Really?"), ("Really?".to_owned(), vec![]));
        assert_eq!(mended("MUELLER HANS").1, ["capitals"]);
        assert_eq!(mended("Иванов Ivan").1, ["mixed-scripts"]);
        assert_eq!(
            mended("International Trading and Shipp").1,
            Vec::<&str>::new()
        );
        assert_eq!(mended("International Trading and Ship").1, ["maybe-cut"]);
        assert_eq!(
            mended("International Trading and Shipping C").1,
            Vec::<&str>::new()
        );
        assert_eq!(
            mended("International Trading and Shipping ").1,
            Vec::<&str>::new()
        );
        assert_eq!(
            mended("Международная торговая компания Вос").1,
            ["maybe-cut"]
        );
    }

    #[test]
    fn a_name_is_shortened_while_three_words_stay() {
        assert_eq!(
            without_last_word("Muhammad Abdullah Al Rashid Al Makt").as_deref(),
            Some("Muhammad Abdullah Al Rashid Al")
        );
        assert_eq!(
            without_last_word("Northern Lights Trading and Shipping of C").as_deref(),
            Some("Northern Lights Trading and Shipping")
        );
        assert_eq!(without_last_word("International Trading and Ship"), None);
        assert_eq!(without_last_word("Christopher Alexander Feathers"), None);
        assert_eq!(without_last_word("Aleksandr Konstantinopol"), None);
        assert_eq!(without_last_word(""), None);
    }

    #[test]
    fn two_scripts_side_by_side_are_two_names() {
        assert_eq!(
            by_script("Иванов Иван (Ivanov Ivan)"),
            ["Иванов Иван", "Ivanov Ivan"]
        );
        assert_eq!(by_script("王伟 Wang Wei"), ["王伟", "Wang Wei"]);
        assert_eq!(by_script("ООО Vostok"), Vec::<String>::new());
        assert_eq!(by_script("Hans Müller"), Vec::<String>::new());
    }
}
