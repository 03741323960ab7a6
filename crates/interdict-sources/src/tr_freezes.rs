//! Turkey's asset freezes on resolutions of the Security Council (annex 1 of the decrees), as text.
//!
//! A form without lines of its own: each field is a label, a colon and all text up to the next label,
//! which may stand in the same line. A record begins with `Adı Soyadı` (name and family name) or `Adı`
//! (name); values are numbered `a) b) … h) ı) i)`. Records have no number, so ids are made of the name.

use std::io::Read;

use compact_str::CompactString;
use interdict_model::Place;
use interdict_model::date::DateOrder;
use interdict_model::id::content_id;

use crate::around::{Commas, trimmed};
use crate::error::SourceError;
use crate::input::MAX_RECORD_BYTES;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source};
use crate::several::says_nothing;
use crate::writer::{Writer, one_file};

/// The annex as text.
#[derive(Clone, Copy, Debug, Default)]
pub struct TrFreezes;

const FORMAT: Format = Format {
    id: "tr-freezes-text",
    title: "Turkish asset freezes, text of the annex",
    proven: true,
};

const TITLE: &str = "Malvarlıklarının Dondurulmasına";

/// What a field means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    /// Begins a record.
    Name,
    Script,
    Title,
    Position,
    Birth,
    BirthPlace,
    Aliases,
    Former,
    Nationality,
    Passport,
    IdNumber,
    Address,
    Listed,
    Notes,
}

/// Labels as they are written, the longer before those that they begin with.
const LABELS: &[(&str, Field)] = &[
    ("Adının Orjinal Dilde Yazımı", Field::Script),
    ("Adının Orijinal Dilde Yazımı", Field::Script),
    ("Adının Orijinal dilde Yazımı", Field::Script),
    ("İsminin Orijinal Dilde Yazımı", Field::Script),
    ("Kullandığı veya Bilinen Diğer Adları", Field::Aliases),
    ("Kullandığı Diğer Adlar", Field::Aliases),
    ("Bilinen Eski Adı", Field::Former),
    ("Adı Soyadı", Field::Name),
    ("Adı", Field::Name),
    ("Unvanı", Field::Title),
    ("Görevi", Field::Position),
    ("Doğum Tarihi", Field::Birth),
    ("Doğum Yeri", Field::BirthPlace),
    ("Uyruğu", Field::Nationality),
    ("Pasaport Numarası", Field::Passport),
    ("Ulusal Kimlik Numarası", Field::IdNumber),
    ("Adres", Field::Address),
    ("Diğer Bilgiler", Field::Notes),
    ("Diğer bilgiler", Field::Notes),
    ("Listelenme Tarihi", Field::Listed),
];

/// Headings name a group and whether it is of people or of bodies.
const PEOPLE: &str = "GERÇEK KİŞİLER";
const BODIES: &str = "TÜZEL KİŞİ, KURULUŞ VEYA ORGANİZASYONLAR";

impl Source for TrFreezes {
    fn format(&self) -> Format {
        FORMAT
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        let [file] = files else {
            return Detection::No;
        };
        let text = String::from_utf8_lossy(file.head);
        if text.contains(TITLE) && text.contains("Adı Soyadı") {
            Detection::Yes(format!(
                "text with \"{TITLE}\" and the label \"Adı Soyadı\""
            ))
        } else {
            Detection::No
        }
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let file = one_file(files)?;
        let mut out = Writer::new("tr_fcib", FORMAT, DateOrder::DayFirst, sink)?;
        out.file(file.name());
        let text = whole(file, &out)?;
        let counted = format!("{} records", file.name());
        let mut fields = fields(&text).into_iter().peekable();
        let mut lines = LineCounter::default();
        while let Some(first) = fields.next() {
            if first.field != Field::Name {
                continue;
            }
            let mut record = vec![first];
            while let Some(next) = fields.next_if(|next| next.field != Field::Name) {
                record.push(next);
            }
            out.at(Place::Line(lines.of(&text, first.at)));
            out.report.count(&counted);
            party(&mut out, &text, &record)?;
        }
        if out.report.entities.is_empty() {
            return Err(out.malformed("no record", "records that begin with \"Adı Soyadı\""));
        }
        Ok(out.report)
    }
}

fn whole(file: &dyn RawFile, out: &Writer<'_, '_>) -> Result<String, SourceError> {
    let io = |source| SourceError::Io {
        file: file.name().to_owned(),
        source,
    };
    let most = MAX_RECORD_BYTES;
    let mut bytes = Vec::new();
    let mut reader = file.open().map_err(io)?.take(most + 1);
    reader.read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > most {
        return Err(out.malformed(
            format!("more than {most} bytes"),
            "the text of one annex, which is far shorter",
        ));
    }
    String::from_utf8(bytes).map_err(|e| {
        let found = format!(
            "bytes that are not UTF-8 at {}",
            e.utf8_error().valid_up_to()
        );
        out.malformed(found, "UTF-8")
    })
}

/// Lines up to places that only move forward.
#[derive(Default)]
struct LineCounter {
    at: usize,
    line: u64,
}

impl LineCounter {
    fn of(&mut self, text: &str, at: usize) -> u64 {
        let between = text.get(self.at..at).unwrap_or_default();
        self.line += between.bytes().filter(|b| *b == b'\n').count() as u64;
        self.at = at;
        self.line + 1
    }
}

/// A field of a record.
#[derive(Clone, Copy, Debug)]
struct Found<'a> {
    field: Field,
    label: &'static str,
    /// Where its label begins.
    at: usize,
    value: &'a str,
}

/// The label that begins a text, if one does.
fn label_at(text: &str) -> Option<(&'static str, Field)> {
    LABELS
        .iter()
        .copied()
        .find(|(label, _)| text.starts_with(label))
}

/// Every label with a colon behind it, and the text up to the next.
fn fields(text: &str) -> Vec<Found<'_>> {
    let mut heads: Vec<(usize, usize, &'static str, Field)> = Vec::new();
    let mut before = ' ';
    let mut done = 0;
    for (at, c) in text.char_indices() {
        let starts_word = !before.is_alphanumeric();
        before = c;
        if at < done || !starts_word || !c.is_uppercase() {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let Some((label, field)) = label_at(rest) else {
            continue;
        };
        let behind = rest.get(label.len()..).unwrap_or_default();
        if let Some(value) = behind.trim_start().strip_prefix(':') {
            done = text.len() - value.len();
            heads.push((at, done, label, field));
        }
    }
    let ends = heads.iter().skip(1).map(|head| head.0);
    let ends: Vec<usize> = ends.chain([text.len()]).collect();
    heads
        .into_iter()
        .zip(ends)
        .map(|((at, from, label, field), end)| Found {
            field,
            label,
            at,
            value: text.get(from..end).unwrap_or_default(),
        })
        .collect()
}

/// A value without a label of an empty field behind it, which has no colon, and without a heading.
fn cleaned(value: &str) -> &str {
    let cut = |at: usize| {
        let rest = value.get(at..).unwrap_or_default();
        let before = value.get(..at).and_then(|t| t.chars().next_back());
        let label = label_at(rest).is_some_and(|(label, _)| {
            let behind = rest.get(label.len()..).and_then(|t| t.chars().next());
            label.contains(' ') && behind.is_none_or(|c| !c.is_alphanumeric())
        });
        before.is_none_or(|c| !c.is_alphanumeric()) && (label || rest.starts_with('•'))
    };
    let end = value.char_indices().map(|(at, _)| at).find(|at| cut(*at));
    value
        .get(..end.unwrap_or(value.len()))
        .unwrap_or(value)
        .trim()
}

/// The parts of a value numbered `a) b) … h) ı) i)`, spaces squeezed, without those that say nothing.
fn parts(value: &str) -> Vec<String> {
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    for (close, _) in value.match_indices(')') {
        let before = value.get(..close).unwrap_or_default();
        let word = before
            .rsplit(char::is_whitespace)
            .next()
            .unwrap_or_default();
        let is_mark =
            matches!(word.chars().count(), 1 | 2) && word.chars().all(|c| c.is_lowercase());
        if is_mark {
            cuts.push((close - word.len(), close + 1));
        }
    }
    let mut out = Vec::new();
    let mut from = 0;
    for (at, end) in cuts.into_iter().chain([(value.len(), value.len())]) {
        let part: Vec<&str> = value
            .get(from..at)
            .unwrap_or_default()
            .split_whitespace()
            .collect();
        let part = part.join(" ");
        if !says_nothing(&part) && part.chars().any(char::is_alphanumeric) {
            out.push(part);
        }
        from = end;
    }
    out
}

/// `1: ABD ALLAH 2: MOHAMED 3: - 4: -` as one name.
fn joined(value: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for word in value.split_whitespace() {
        // `2:`, `4:-`, `-4:` and `1:TOREK` number the parts of the name.
        let bare = word.trim_start_matches('-');
        let rest = bare.trim_start_matches(|c: char| c.is_ascii_digit());
        let word = match rest.strip_prefix(':') {
            Some(behind) if rest.len() < bare.len() => behind,
            _ => word,
        };
        if word.chars().any(char::is_alphanumeric) {
            words.push(word);
        }
    }
    words.join(" ")
}

fn party(out: &mut Writer<'_, '_>, text: &str, record: &[Found<'_>]) -> Result<(), SourceError> {
    let Some(first) = record.first() else {
        return Ok(());
    };
    let mut written = cleaned(first.value);
    let mut name = joined(written);
    let mut label = first.label;
    let aliases = record.iter().find(|f| f.field == Field::Aliases);
    if name.is_empty()
        && let Some(found) = aliases
        && let Some(other) = parts(cleaned(found.value)).into_iter().next()
    {
        out.problem("no-name", label, "", "its first other name stands for it");
        (name, written, label) = (trimmed(&other).to_owned(), found.value, found.label);
    }
    if !name.chars().any(char::is_alphabetic) {
        let note = "a record without a name; not kept";
        out.problem("no-name", label, first.value.trim(), note);
        return Ok(());
    }
    let above = text.get(..first.at).unwrap_or_default();
    let of_people = above.rfind(PEOPLE) > above.rfind(BODIES);
    let numbered = written.trim_start().starts_with("1:");
    let schema = if numbered || (of_people && first.label == "Adı Soyadı") {
        "Person"
    } else {
        "Organization"
    };
    let value_of = |field: Field| {
        let found = record.iter().find(|f| f.field == field);
        found.map_or("", |f| cleaned(f.value))
    };
    let mut key: Vec<&str> = vec![schema, &name];
    let mut ids: Vec<CompactString> = vec![content_id("tr-fcib", &key)];
    for more in [
        value_of(Field::Birth),
        value_of(Field::Address),
        value_of(Field::Notes),
    ] {
        key.push(more);
        ids.push(content_id("tr-fcib", &key));
    }
    let id = out.free_id(ids, &name);
    let mut entity = out.entity(id.clone(), schema);
    let e = &mut entity;
    if name == written {
        out.say(e, label, "name", &name);
    } else {
        out.say_from(e, label, "name", &name, written.trim());
    }
    let mut listed = String::new();
    for found in record.iter().skip(1) {
        let value = cleaned(found.value);
        if found.field == Field::Listed {
            listed = value.to_owned();
            continue;
        }
        for part in parts(value) {
            describe(out, e, found, (&part, value));
        }
    }
    out.say(e, "", "topics", "sanction");
    let programme = heading(above);
    let key = content_id(&format!("{id}-sanction"), [programme.as_str()]);
    let mut sanction = out.entity(key, "Sanction");
    let s = &mut sanction;
    out.say(s, "", "entity", &id);
    out.say(
        s,
        "",
        "authority",
        "Ministry of Treasury and Finance of Türkiye",
    );
    out.say(s, "heading", "program", &programme);
    if !says_nothing(&listed) {
        out.say(s, "Listelenme Tarihi", "listingDate", &listed);
    }
    out.emit(entity)?;
    out.emit(sanction)
}

/// The heading above a record: `TALİBAN İLE BAĞLANTILI GERÇEK KİŞİLER`.
fn heading(above: &str) -> String {
    let at = above.rfind(PEOPLE).max(above.rfind(BODIES));
    let Some(at) = at else {
        return String::new();
    };
    let from = above
        .get(..at)
        .and_then(|t| t.rfind('\n'))
        .map_or(0, |n| n + 1);
    let line = above.get(from..).and_then(|t| t.lines().next());
    line.unwrap_or_default()
        .trim_matches([' ', '\t', '•'])
        .to_owned()
}

fn describe(
    out: &mut Writer<'_, '_>,
    e: &mut interdict_model::Entity,
    found: &Found<'_>,
    (part, value): (&str, &str),
) {
    let label = found.label;
    match found.field {
        Field::Script | Field::Aliases => {
            out.say_names(e, label, "alias", part, (value, Commas::Belong));
        }
        Field::Former => out.say_names(e, label, "previousName", part, (value, Commas::Belong)),
        Field::Birth => {
            let property = if e.schema.is_named("Person") {
                "birthDate"
            } else {
                "incorporationDate"
            };
            match date(part) {
                Some(date) => out.say_from(e, label, property, &date, value),
                None => out.say(e, label, property, part),
            }
        }
        Field::Nationality => {
            let plain = part.split('(').next().unwrap_or(part).trim();
            let plain = lower(plain);
            let known = COUNTRIES.iter().find(|(name, _)| lower(name) == plain);
            let country = known.map_or(part, |(_, code)| code);
            let property = if e.schema.is_named("Person") {
                "nationality"
            } else {
                "country"
            };
            out.say_from(e, label, property, country, value);
        }
        Field::Title => out.say(e, label, "title", part),
        Field::Position => out.say(e, label, "position", part),
        Field::BirthPlace => out.say(e, label, "birthPlace", part),
        Field::Address => out.say(e, label, "address", part),
        Field::Passport => number(out, e, label, "passportNumber", part),
        Field::IdNumber => number(out, e, label, "idNumber", part),
        Field::Notes => out.say(e, label, "notes", part),
        Field::Name | Field::Listed => {}
    }
}

/// The number inside a text about a paper: the first run with four digits or more. The text is kept too.
fn number(
    out: &mut Writer<'_, '_>,
    e: &mut interdict_model::Entity,
    label: &str,
    property: &str,
    part: &str,
) {
    let runs = part.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '/')));
    let digits = |run: &&str| run.bytes().filter(u8::is_ascii_digit).count() >= 4;
    if let Some(number) = runs.into_iter().find(digits) {
        out.say_from(e, label, property, number, part);
    }
    out.keep(e, label, part);
}

const MONTHS: [&str; 12] = [
    "Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim",
    "Kasım", "Aralık",
];

/// A date as Turkish texts write it: `3 Aralık1979`, `Tahmini olarak 1963`, `1963-1968 Arası`.
fn date(part: &str) -> Option<String> {
    let text = part.trim_start_matches("Tahmini olarak").trim();
    if let Some((first, last)) = text
        .strip_suffix("Arası")
        .and_then(|t| t.trim().split_once('-'))
    {
        let years = [first.trim(), last.trim()];
        return years
            .iter()
            .all(|y| y.len() == 4 && y.bytes().all(|b| b.is_ascii_digit()))
            .then(|| years.join(" to "));
    }
    let text = text.split('(').next().unwrap_or(text).trim();
    if text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) {
        return Some(text.to_owned());
    }
    let (number, name) = (1..).zip(MONTHS).find(|(_, name)| text.contains(name))?;
    let (day, year) = text.split_once(name)?;
    let year = year.trim();
    if year.len() != 4 || !year.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match day.trim() {
        "" => Some(format!("{year}-{number:02}")),
        day => {
            let day: u8 = day.parse().ok().filter(|day| (1..=31).contains(day))?;
            Some(format!("{year}-{number:02}-{day:02}"))
        }
    }
}

/// Small letters, of which Turkish has an `i` and an `ı`.
fn lower(text: &str) -> String {
    let letter = |c| match c {
        'İ' => "i".to_owned(),
        'I' => "ı".to_owned(),
        c => char::to_lowercase(c).collect(),
    };
    text.chars().map(letter).collect()
}

/// Countries and their people as the annex writes them.
const COUNTRIES: &[(&str, &str)] = &[
    ("Afgan", "af"),
    ("Afganistan", "af"),
    ("Alman", "de"),
    ("Almanya", "de"),
    ("Amerika Birleşik Devletleri", "us"),
    ("Bahreyn", "bh"),
    ("Belçika", "be"),
    ("Bosna Hersek", "ba"),
    ("Britanya", "gb"),
    ("Cezayir", "dz"),
    ("Çin", "cn"),
    ("Danimarka", "dk"),
    ("Endonezya", "id"),
    ("Fas", "ma"),
    ("Filipinler", "ph"),
    ("Filistin", "ps"),
    ("Fransa", "fr"),
    ("Fransız", "fr"),
    ("Gürcistan", "ge"),
    ("Hindistan", "in"),
    ("Irak", "iq"),
    ("İngiliz", "gb"),
    ("İtalya", "it"),
    ("Katar", "qa"),
    ("Kenya", "ke"),
    ("Kuveyt", "kw"),
    ("Libya", "ly"),
    ("Lübnan", "lb"),
    ("Malezya", "my"),
    ("Mali", "ml"),
    ("Mısır", "eg"),
    ("Moritanya", "mr"),
    ("Nijerya", "ng"),
    ("Norveç", "no"),
    ("Özbekistan", "uz"),
    ("Pakistan", "pk"),
    ("Rus", "ru"),
    ("Rusya", "ru"),
    ("Rusya Federasyonu", "ru"),
    ("Senegal", "sn"),
    ("Somali", "so"),
    ("SSCB", "suhh"),
    ("Sudan", "sd"),
    ("Suriye", "sy"),
    ("Suudi Arabistan", "sa"),
    ("Tacikistan", "tj"),
    ("Tanzanya", "tz"),
    ("Trinidad ve Tobago", "tt"),
    ("Tunus", "tn"),
    ("Türkiye", "tr"),
    ("Ürdün", "jo"),
    ("Yemen", "ye"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_put_together() {
        assert_eq!(
            joined("1: ABD ALLAH 2: MOHAMED 3: - 4: -"),
            "ABD ALLAH MOHAMED"
        );
        assert_eq!(joined("1: TOREK 2: AGHA 3: - 4:-"), "TOREK AGHA");
        assert_eq!(
            joined("AL-HARAMAIN: KENYA BRANCH"),
            "AL-HARAMAIN: KENYA BRANCH"
        );
        assert_eq!(joined("MOHAMMAD ESHAQ -4:"), "MOHAMMAD ESHAQ");
        assert_eq!(joined("-"), "");
        assert_eq!(lower("PAKİSTAN IRAK"), "pakistan ırak");
    }

    #[test]
    fn values_are_parted_by_their_marks() {
        assert_eq!(
            parts("a) Abu Umar\n h) Ali  ı)  Abu Ayub i) Omar"),
            ["Abu Umar", "Ali", "Abu Ayub", "Omar"]
        );
        assert_eq!(parts(":-".trim_start_matches(':')), Vec::<String>::new());
        assert_eq!(parts("TAUHID (JAT)"), ["TAUHID (JAT)"]);
    }

    #[test]
    fn dates_in_turkish() {
        assert_eq!(date("3 Aralık1979").as_deref(), Some("1979-12-03"));
        assert_eq!(date("Tahmini olarak 1963").as_deref(), Some("1963"));
        assert_eq!(date("1963-1968 Arası").as_deref(), Some("1963 to 1968"));
        assert_eq!(date("Mayıs 1970").as_deref(), Some("1970-05"));
        assert_eq!(date("41 Mayıs 1970"), None);
        assert_eq!(date("bilinmiyor"), None);
    }

    #[test]
    fn a_label_without_a_colon_ends_a_value() {
        assert_eq!(
            cleaned("MAULAWI RAJAB Adının Orijinal Dilde Yazımı Unvanı"),
            "MAULAWI RAJAB"
        );
        assert_eq!(cleaned(" Kandahar\n\t•\tTALİBAN İLE"), "Kandahar");
    }
}
