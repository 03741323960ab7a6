//! Why two names match, drawn: the words of the question over those of the list.

use unicode_width::UnicodeWidthStr;

use crate::render::table::{Tone, clean, paint};
use crate::system::Terminal;
use interdict_screening::hit::{FeatureReason, NameReason, TermReason, WordsReason};

/// Blanks between two columns.
const GAP: usize = 3;
/// What stands where one side has no word.
const NOTHING: &str = "–";

/// The lines that show how the words of two names meet.
pub(crate) fn alignment(terminal: Terminal, name: &NameReason) -> Vec<String> {
    let columns: Vec<[String; 3]> = name.terms.iter().map(column).collect();
    let labels = ["asked", "", "listed"];
    let label_width = 8;
    let room = usize::from(terminal.width).saturating_sub(label_width);
    let mut lines = Vec::new();
    let mut at = 0;
    while at < columns.len() {
        let count = fitting(columns.get(at..).unwrap_or_default(), room);
        let part = columns.get(at..at + count).unwrap_or_default();
        for (row, label) in labels.iter().enumerate() {
            let mut line = pad(label, label_width);
            for column in part {
                let width = column.iter().map(|cell| cell.width()).max().unwrap_or(0);
                line.push_str(&pad(&column[row], width + GAP));
            }
            let line = line.trim_end();
            lines.push(match row {
                1 => paint(terminal, line, Tone::Faint),
                _ => line.to_owned(),
            });
        }
        at += count;
    }
    lines
}

/// How many columns fit side by side; at least one.
fn fitting(columns: &[[String; 3]], room: usize) -> usize {
    let mut used = 0;
    let mut count = 0;
    for column in columns {
        used += column.iter().map(|cell| cell.width()).max().unwrap_or(0) + GAP;
        if used > room + GAP && count > 0 {
            break;
        }
        count += 1;
    }
    count.max(1)
}

fn pad(text: &str, width: usize) -> String {
    let missing = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(missing))
}

fn column(term: &TermReason) -> [String; 3] {
    let side = |words: &Option<WordsReason>| {
        words
            .as_ref()
            .map_or_else(|| NOTHING.to_owned(), |w| clean(&w.text))
    };
    [side(&term.query), how(term), side(&term.list)]
}

/// How two words meet, in few words.
fn how(term: &TermReason) -> String {
    let same = matches!(term.how, "equal" | "same-script");
    let mut text = match (term.how, term.letters) {
        ("equal" | "same-script", _) if term.transliterated => "other script".to_owned(),
        ("equal" | "same-script", _) => "same".to_owned(),
        ("edited", Some(1)) => "1 letter differs".to_owned(),
        ("edited", letters) => format!("{} letters differ", letters.unwrap_or_default()),
        ("spelling", _) => "other spelling".to_owned(),
        ("prefix", _) => "begins alike".to_owned(),
        ("legal-form", _) => "same legal form".to_owned(),
        ("joined", _) => "written as one".to_owned(),
        ("split", _) => "written apart".to_owned(),
        ("consonants", _) => "same consonants".to_owned(),
        ("missing-on-list", _) => return "✗ not listed".to_owned(),
        ("missing-in-query", _) => return "· not asked".to_owned(),
        (other, _) => other.to_owned(),
    };
    if term.transliterated && !same {
        text.push_str(", other script");
    }
    if term.reordered {
        text.push_str(", moved");
    }
    let sign = if same { "=" } else { "≈" };
    format!("{sign} {text}")
}

/// The lines for and against beside the names.
pub(crate) fn fields(
    terminal: Terminal,
    name: Option<&NameReason>,
    fields: &[FeatureReason],
) -> Vec<String> {
    let mut lines = Vec::new();
    for conflict in name.into_iter().flat_map(|n| &n.conflicts) {
        let text = format!("against {} (× {})", conflict.what, conflict.factor);
        lines.push(paint(terminal, &text, Tone::Alert));
    }
    for field in fields {
        let against = field.points < 0.0 || field.feature == "contradiction";
        let sign = if against { "against" } else { "for    " };
        let points = if field.points == 0.0 {
            String::new()
        } else {
            format!(" ({:+.2})", field.points)
        };
        let text = format!("{sign} {}{points}", field.words);
        let tone = if against { Tone::Alert } else { Tone::Good };
        lines.push(paint(terminal, &text, tone));
    }
    lines
}

#[cfg(test)]
mod tests {
    use interdict_screening::Score;

    use super::*;

    fn term(query: &str, list: &str, how: &'static str) -> TermReason {
        let words = |text: &str| {
            (!text.is_empty()).then(|| WordsReason {
                text: text.to_owned(),
                span: (0, 0),
                unit: "utf8-bytes",
            })
        };
        TermReason {
            query: words(query),
            list: words(list),
            how,
            letters: None,
            transliterated: false,
            reordered: false,
            similarity: Score(10_000),
            weight: 50,
        }
    }

    fn drawn(width: u16, terms: Vec<TermReason>) -> Vec<String> {
        let terminal = Terminal {
            colour: false,
            width,
            progress: false,
        };
        let name = NameReason {
            query: String::new(),
            list: String::new(),
            class: "primary",
            score: Score(10_000),
            terms,
            conflicts: Vec::new(),
        };
        alignment(terminal, &name)
    }

    #[test]
    fn words_stand_over_each_other_whatever_their_script() {
        let terms = vec![
            term("长光", "长光", "equal"),
            term("Andrei", "Andrey", "spelling"),
            term("", "Removich", "missing-in-query"),
        ];
        assert_eq!(
            drawn(80, terms),
            [
                "asked   长光     Andrei             –",
                "        = same   ≈ other spelling   · not asked",
                "listed  长光     Andrey             Removich",
            ]
        );
    }

    #[test]
    fn long_names_continue_below() {
        let terms = vec![term("Hengbangwei", "Hengbangwei", "equal"); 9];
        let lines = drawn(60, terms);
        assert_eq!(lines.len(), 9);
        assert!(lines.iter().all(|line| line.width() <= 60), "{lines:#?}");
    }
}
