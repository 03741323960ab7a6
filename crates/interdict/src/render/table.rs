//! Tables that fit the terminal.

use comfy_table::{Attribute, Cell, Color, ContentArrangement, Table, presets};

use crate::system::Terminal;

/// What a piece of text is to stand out as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Nothing special.
    Plain,
    /// A heading or the name that matters.
    Strong,
    /// Less important.
    Faint,
    /// Asks for attention.
    Alert,
    /// Speaks for itself as fine.
    Good,
}

/// An empty table with headings.
pub(crate) fn table(terminal: Terminal, headings: &[&str]) -> Table {
    let mut table = unheaded(terminal);
    table.set_header(headings.iter().map(|h| cell(terminal, h, Tone::Strong)));
    table
}

/// An empty table without headings.
pub(crate) fn unheaded(terminal: Terminal) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_FULL_CONDENSED);
    table.apply_modifier(comfy_table::modifiers::UTF8_ROUND_CORNERS);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_width(terminal.width);
    if terminal.colour {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table
}

/// A cell in a tone.
pub(crate) fn cell(terminal: Terminal, text: impl AsRef<str>, tone: Tone) -> Cell {
    let cell = Cell::new(clean(text.as_ref()));
    if !terminal.colour {
        return cell;
    }
    match tone {
        Tone::Plain => cell,
        Tone::Strong => cell.add_attribute(Attribute::Bold),
        Tone::Faint => cell.fg(Color::DarkGrey),
        Tone::Alert => cell.fg(Color::Yellow).add_attribute(Attribute::Bold),
        Tone::Good => cell.fg(Color::Green),
    }
}

/// A number in a cell.
pub(crate) fn right(terminal: Terminal, text: impl AsRef<str>) -> Cell {
    cell(terminal, text, Tone::Plain).set_alignment(comfy_table::CellAlignment::Right)
}

/// A text in a tone, outside of a table.
pub(crate) fn paint(terminal: Terminal, text: &str, tone: Tone) -> String {
    let text = clean(text);
    if !terminal.colour {
        return text;
    }
    let code = match tone {
        Tone::Plain => return text,
        Tone::Strong => "1",
        Tone::Faint => "90",
        Tone::Alert => "1;33",
        Tone::Good => "32",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

/// A text without the control and direction characters by which a listed value could change what a
/// terminal shows.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' => c,
            c if c.is_control() => '\u{fffd}',
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// Breaks a text into lines of at most `width` characters, at spaces.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let length = line.chars().count();
            if length > 0 && length + 1 + word.chars().count() > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listed_values_cannot_steer_the_terminal() {
        assert_eq!(clean("A\u{1b}[2JB\u{202e}C"), "A\u{fffd}[2JB\u{fffd}C");
    }

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("incomprehensible", 4), ["incomprehensible"]);
    }
}
