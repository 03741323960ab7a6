//! Japan's export bans on organisations of Russia, Belarus and other countries (METI), the text of the
//! notices.
//!
//! A notice numbers its organisations. Each has a name in Japanese, one in English, aliases on lines
//! that begin with a hyphen, and a place after `所在地：`. Numbers move when an entry is struck out, so
//! ids are made of the English name. A publication is one notice or several files together.

use interdict_model::date::DateOrder;
use interdict_model::id::content_id;
use interdict_model::{Place, territory};

use super::text::{dates, half_width, is_japanese};
use crate::error::SourceError;
use crate::lines::Lines;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source, StatedDate};
use crate::writer::Writer;

/// The notices as text.
#[derive(Clone, Copy, Debug, Default)]
pub struct JpExportBans;

const FORMAT: Format = Format {
    id: "jp-meti-bans-text",
    title: "Japanese export bans on end users (METI), text of the notices",
    proven: true,
};

const TITLE: &str = "輸出等に係る禁止措置";
const UPDATED: &str = "最終更新日：";
const PLACE: &str = "所在地：";

impl Source for JpExportBans {
    fn format(&self) -> Format {
        FORMAT
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        let fits = |file: &Probe<'_>| {
            let text = String::from_utf8_lossy(file.head);
            text.contains(TITLE) && text.contains(UPDATED) && text.contains(PLACE)
        };
        if !files.is_empty() && files.iter().all(fits) {
            Detection::Yes(format!("notices with {TITLE} and {PLACE}"))
        } else {
            Detection::No
        }
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let mut out = Writer::new("jp_meti_ru", FORMAT, DateOrder::Unstated, sink)?;
        let mut newest: Option<String> = None;
        for file in files {
            read_file(&mut out, *file, &mut newest)?;
        }
        if out.report.entities.is_empty() {
            return Err(out.malformed("no entry", "numbered organisations"));
        }
        out.report.stated_date = newest.map(|value| StatedDate {
            value,
            field: UPDATED.trim_end_matches('：').to_owned(),
        });
        Ok(out.report)
    }
}

/// An organisation while its lines come in.
#[derive(Default)]
struct Entry {
    line: u64,
    japanese: String,
    english: String,
    aliases: Vec<String>,
    place: String,
    part: Part,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Japanese,
    English,
    Aliases,
    Place,
}

fn read_file(
    out: &mut Writer<'_, '_>,
    file: &dyn RawFile,
    newest: &mut Option<String>,
) -> Result<(), SourceError> {
    out.file(file.name());
    let counted = format!("{} entries", file.name());
    let mut lines = Lines::open(file)?;
    let mut title = String::new();
    let mut number = 0u32;
    let mut current: Option<Entry> = None;
    while let Some((line, text)) = lines.next()? {
        let text = text.trim();
        let in_place = current.as_ref().is_none_or(|e| e.part == Part::Place);
        let is_place = text.starts_with(PLACE) || in_place;
        if let Some((before, rest)) = next_entry(text, number + 1, is_place) {
            if let Some(mut entry) = current.take() {
                if !before.is_empty() {
                    entry.add(before);
                }
                emit(out, &entry, &title)?;
            }
            number += 1;
            out.report.count(&counted);
            current = Some(Entry {
                line,
                japanese: rest.to_owned(),
                ..Entry::default()
            });
            continue;
        }
        match &mut current {
            Some(entry) => entry.add(text),
            None => {
                if let Some(day) = text.strip_prefix(UPDATED) {
                    let plain: String = day.chars().filter(|c| !c.is_whitespace()).collect();
                    *newest = newest.take().max(dates(&plain).into_iter().next());
                } else if !text.contains("指定日") {
                    title.push_str(text.trim_start_matches(['○', ' ', '　']));
                }
            }
        }
    }
    match current {
        Some(entry) => emit(out, &entry, &title),
        None => Err(lines.malformed("no entry", "a line that begins with the number 1")),
    }
}

/// The text before and behind the number of the next entry. It begins its line, or stands right behind
/// the end of a place (`… 127055RU.10 対外諜報庁`); a name in Japanese follows it.
fn next_entry(text: &str, number: u32, is_place: bool) -> Option<(&str, &str)> {
    let wanted = number.to_string();
    let mut at = 0;
    while let Some(offset) = text
        .get(at..)?
        .find(|c: char| half_width(c).is_ascii_digit())
    {
        let start = at + offset;
        let rest = text.get(start..)?;
        let length = rest
            .find(|c: char| !half_width(c).is_ascii_digit())
            .unwrap_or(rest.len());
        at = start + length;
        let digits: String = rest.get(..length)?.chars().map(half_width).collect();
        let behind = text.get(at..)?;
        let parted = behind.starts_with([' ', '　']) || behind.chars().next().is_some_and(is_kana);
        let named = if start == 0 {
            behind.split(',').next().is_some_and(is_japanese)
        } else {
            is_place && begins_japanese(behind)
        };
        if digits == wanted && parted && named {
            return Some((text.get(..start)?.trim(), behind.trim()));
        }
        if start == 0 && !is_place {
            return None;
        }
    }
    None
}

fn is_kana(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}')
}

/// Whether a name begins that is Japanese or a mixture such as `CTLドゥシュ`.
fn begins_japanese(text: &str) -> bool {
    text.split(['（', '(', ',']).next().is_some_and(is_japanese)
}

impl Entry {
    fn add(&mut self, text: &str) {
        if let Some(place) = text.strip_prefix(PLACE) {
            self.part = Part::Place;
            self.place.push_str(place);
            return;
        }
        // Inside the Japanese name a line may be all Latin (`MMS）`): brackets must be closed.
        let open = self.japanese.matches('（').count() > self.japanese.matches('）').count();
        if self.part == Part::Japanese && !open && !is_japanese(text) {
            self.part = Part::English;
        }
        if matches!(self.part, Part::English | Part::Aliases)
            && let Some(alias) = text.strip_prefix('-')
        {
            self.part = Part::Aliases;
            self.aliases.push(alias.trim().to_owned());
            return;
        }
        let into = match self.part {
            Part::Japanese => {
                self.japanese.push_str(text);
                return;
            }
            Part::English => &mut self.english,
            Part::Aliases => match self.aliases.last_mut() {
                Some(alias) => alias,
                None => &mut self.english,
            },
            Part::Place => &mut self.place,
        };
        if !into.is_empty() {
            into.push(' ');
        }
        into.push_str(text);
    }
}

/// A Japanese name, and the English one that follows it without a new line.
fn english_behind(text: &str) -> (&str, &str) {
    let end = text
        .char_indices()
        .rev()
        .find(|(_, c)| is_kana(*c) || matches!(c, '）' | ')' | 'ー' | '」'))
        .map_or(0, |(at, c)| at + c.len_utf8());
    let (before, behind) = text.split_at(end);
    let words = behind.split_whitespace().count();
    // One word behind kana is part of the name, as in `工場 UOMP`.
    if !before.is_empty() && (words > 1 || before.ends_with('）') && words == 1) {
        (before, behind.trim())
    } else {
        (text, "")
    }
}

fn emit(out: &mut Writer<'_, '_>, entry: &Entry, title: &str) -> Result<(), SourceError> {
    out.at(Place::Line(entry.line));
    let (whole, glued) = english_behind(&entry.japanese);
    let english = format!("{glued} {}", entry.english);
    let english = english.split("a.k.a.").next().unwrap_or_default();
    let english = english.trim().trim_end_matches(',').trim();
    let (japanese, others) = match whole.split_once("（別称、") {
        Some((name, others)) => (name, others.trim_end_matches('）')),
        None => (whole, ""),
    };
    let name = if english.is_empty() {
        japanese
    } else {
        english
    };
    let key = ["meti-ban", name];
    let ids = [
        content_id("jp-meti", key),
        content_id("jp-meti", ["meti-ban", name, &entry.place]),
    ];
    let id = out.free_id(ids, name);
    let mut party = out.entity(id.clone(), "Organization");
    let e = &mut party;
    out.say(e, "English name", "name", english);
    let property = if english.is_empty() { "name" } else { "alias" };
    out.say_in(e, "Japanese name", property, japanese, Some("jpn"));
    for other in others
        .split(['、', '，'])
        .flat_map(|part| part.split("及び"))
    {
        out.say_from(e, "別称", "alias", other.trim(), &entry.japanese);
    }
    for alias in &entry.aliases {
        let plain = alias.trim_end_matches(['.', ' ']);
        let plain = plain.strip_suffix("; and").unwrap_or(plain);
        let plain = plain.trim_end_matches([';', ',', ' ']);
        out.say_from(e, "a.k.a.", "alias", plain, alias);
    }
    for place in entry.place.split("; and ").flat_map(|p| p.split("; ")) {
        let place = place.trim().trim_end_matches("; and");
        out.say_from(e, "所在地", "address", place, &entry.place);
    }
    let last = entry.place.rsplit(',').next().unwrap_or_default();
    let country = last.trim().trim_end_matches('.');
    if territory::lookup(country).is_some() {
        out.say_from(e, "所在地", "country", country, last.trim());
    }
    out.say(e, "", "topics", "export.control");
    let mut sanction = out.entity(content_id(&format!("{id}-sanction"), [&id]), "Sanction");
    let s = &mut sanction;
    out.say(s, "", "entity", &id);
    let authority = "Ministry of Economy, Trade and Industry of Japan";
    out.say(s, "", "authority", authority);
    out.say(s, "title", "program", title);
    out.emit(party)?;
    out.emit(sanction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn english_on_the_line_of_the_japanese_name() {
        assert_eq!(
            english_behind("会社（別称、社）Made Works, a.k.a., the"),
            ("会社（別称、社）", "Made Works, a.k.a., the")
        );
        assert_eq!(english_behind("架空工場 UOMP"), ("架空工場 UOMP", ""));
        assert_eq!(english_behind("会社"), ("会社", ""));
    }

    #[test]
    fn numbers_in_both_widths() {
        let found = |text, number, place| next_entry(text, number, place);
        assert_eq!(found("１ 会社", 1, false), Some(("", "会社")));
        assert_eq!(found("12　会社", 12, true), Some(("", "会社")));
        assert_eq!(
            found("所在地：Moscow 127055RU.10 会社", 10, true),
            Some(("所在地：Moscow 127055RU.", "会社"))
        );
        assert_eq!(
            found("2 RSK（別称、会社）", 2, true),
            Some(("", "RSK（別称、会社）"))
        );
        assert_eq!(found("203, Fontanka", 203, true), None);
        assert_eq!(found("9 会社", 8, true), None);
        assert_eq!(found("名称 9 会社", 9, false), None);
        assert_eq!(found("12", 12, true), None);
    }
}
