//! Which format the files of a publication have, and by what that was seen.

use crate::error::SourceError;
use crate::input::read_full;
use crate::publication::{Detection, Probe, RawFile, Source};
use crate::{registry, sheet};

/// Bytes of each file that detection looks at.
pub const HEAD_BYTES: usize = 64 << 10;

/// What files turned out to be.
pub struct Detected {
    /// The source that reads them.
    pub source: &'static dyn Source,
    /// By what it was seen (`root element <CONSOLIDATED_LIST>`), in words for people.
    pub by: String,
}

/// Finds the one source that reads these files of one publication.
///
/// # Errors
/// When there are no files, a file cannot be read, no source knows them (the error says what the
/// first of them looks like), or more than one does.
pub fn detect(files: &[&dyn RawFile]) -> Result<Detected, SourceError> {
    detect_among(registry::all(), files)
}

fn detect_among(
    sources: &[&'static dyn Source],
    files: &[&dyn RawFile],
) -> Result<Detected, SourceError> {
    let mut heads = Vec::with_capacity(files.len());
    for file in files {
        let head = head(*file)?;
        let sheets = if interdict_tables::looks_like_workbook(&head) {
            sheet::starts(*file)?
        } else {
            Vec::new()
        };
        heads.push((head, sheets));
    }
    let probes: Vec<Probe<'_>> = files
        .iter()
        .zip(&heads)
        .map(|(file, (head, sheets))| Probe {
            name: file.name(),
            head,
            sheets,
        })
        .collect();
    let Some(first) = probes.first() else {
        return Err(SourceError::UnknownFormat {
            file: String::new(),
            found: "no file given".to_owned(),
        });
    };
    // A file that no source can read decides, even if others of the set could be read.
    let all_empty = probes.iter().all(|probe| probe.head.is_empty());
    for probe in &probes {
        // A set may have an empty file, such as comments when there are none; whether it may lack
        // what it held before is not for the format to say.
        if probe.head.is_empty() && !all_empty {
            continue;
        }
        if let Some(found) = unreadable(probe.head) {
            return Err(SourceError::UnknownFormat {
                file: probe.name.to_owned(),
                found,
            });
        }
    }
    let mut fits: Vec<Detected> = Vec::new();
    for source in sources {
        if let Detection::Yes(by) = source.detect(&probes) {
            fits.push(Detected {
                source: *source,
                by,
            });
        }
    }
    if fits.len() > 1 {
        return Err(SourceError::Ambiguous {
            file: first.name.to_owned(),
            formats: fits.iter().map(|d| d.source.format().id).collect(),
        });
    }
    let named = probes.iter().find(|p| p.head.is_empty()).unwrap_or(first);
    fits.pop().ok_or_else(|| SourceError::UnknownFormat {
        file: named.name.to_owned(),
        found: describe_probe(named),
    })
}

fn describe_probe(probe: &Probe<'_>) -> String {
    let Some(sheet) = probe.sheets.first() else {
        return describe(probe.head);
    };
    let row = sheet.rows.first().map(|row| row.join(" | "));
    let shown: String = row.unwrap_or_default().chars().take(120).collect();
    format!("spreadsheet whose sheet {:?} begins {shown:?}", sheet.name)
}

/// The start of a file.
///
/// # Errors
/// When it cannot be read.
pub fn head(file: &dyn RawFile) -> Result<Vec<u8>, SourceError> {
    let io = |source| SourceError::Io {
        file: file.name().to_owned(),
        source,
    };
    let mut bytes = vec![0; HEAD_BYTES];
    let got = read_full(&mut *file.open().map_err(io)?, &mut bytes).map_err(io)?;
    bytes.truncate(got);
    Ok(bytes)
}

/// Whether the first line of a file ends with a carriage return before the line feed. The CSV parser takes
/// the carriage return as the end of a record and the line feed as part of the next one, whose line
/// it then counts one short.
pub(crate) fn ends_with_crlf(head: &[u8]) -> bool {
    let end = head.iter().position(|&b| b == b'\n');
    end.is_some_and(|end| end > 0 && head.get(end - 1) == Some(&b'\r'))
}

/// The line that a record of a CSV file starts in.
pub(crate) fn csv_line(position: &csv::Position, crlf: bool) -> u64 {
    position.line() + u64::from(crlf && position.byte() > 0)
}

/// First bytes of kinds of file that hold no list.
const MAGIC: &[(&[u8], &str)] = &[
    (b"\x89PNG\r\n\x1a\n", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF8", "GIF image"),
    (
        b"%PDF-",
        "PDF document, which is a print and no list; use the publisher's CSV, XML or spreadsheet",
    ),
    (b"\x1f\x8b", "gzip archive; unpack it first"),
    (b"BZh", "bzip2 archive; unpack it first"),
    (b"\xfd7zXZ\x00", "xz archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip archive; unpack it first"),
    (b"\x7fELF", "program"),
    (b"SQLite format 3\x00", "SQLite database"),
    (b"PAR1", "Parquet file"),
];

/// What a file is that no source can read, if it is one.
fn unreadable(head: &[u8]) -> Option<String> {
    if head.is_empty() {
        return Some("empty file".to_owned());
    }
    if let Some((_, what)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Some((*what).to_owned());
    }
    let text = text_start(head);
    if text.is_empty() {
        return Some("only blanks".to_owned());
    }
    let opening: String = text.chars().take(15).collect::<String>().to_lowercase();
    let is_html = ["<!doctype html", "<html", "<head", "<body", "<script"]
        .iter()
        .any(|start| opening.starts_with(start));
    let root = root_element(&text).unwrap_or_default();
    if root.rsplit_once(':').map_or(root, |(_, local)| local) == "schema" {
        let what = "XML schema (.xsd), which describes a list and is none; use the XML file";
        return Some(what.to_owned());
    }
    if is_html || (opening.starts_with("<?xml") && root_element(&text) == Some("html")) {
        return Some(match html_title(&text) {
            Some(title) => format!("HTML page titled {title:?}"),
            None => "HTML page".to_owned(),
        });
    }
    None
}

/// What an unknown file looks like, in words for people.
pub fn describe(head: &[u8]) -> String {
    if let Some(found) = unreadable(head) {
        return found;
    }
    if head.starts_with(b"PK\x03\x04") {
        return describe_zip(head).to_owned();
    }
    if head.starts_with(b"\xff\xfe") || head.starts_with(b"\xfe\xff") {
        return "text in UTF-16; save it as UTF-8 first".to_owned();
    }
    if head.contains(&0) {
        return "binary file".to_owned();
    }
    let text = text_start(head);
    if text.starts_with('<') {
        return match root_element(&text) {
            Some(root) => format!("XML with root element <{root}>"),
            None => "start of an XML file without a root element".to_owned(),
        };
    }
    let line: String = text.lines().next().unwrap_or_default().to_owned();
    let shown: String = line.chars().take(120).collect();
    let kind = if text.starts_with('{') || text.starts_with('[') {
        "JSON"
    } else if line.contains(',') || line.contains(';') || line.contains('\t') {
        "table"
    } else {
        "text"
    };
    format!("{kind} that begins {shown:?}")
}

fn describe_zip(head: &[u8]) -> &'static str {
    let text = String::from_utf8_lossy(head.get(..512).unwrap_or(head));
    if text.contains("opendocument.spreadsheet") {
        "OpenDocument spreadsheet"
    } else if text.contains("[Content_Types].xml") || text.contains("xl/") {
        "Excel workbook"
    } else {
        "zip archive; unpack it first"
    }
}

/// The start of a text without byte order mark and leading blanks.
fn text_start(head: &[u8]) -> std::borrow::Cow<'_, str> {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    String::from_utf8_lossy(head.trim_ascii_start())
}

/// The name of the first element of an XML text, with its prefix; `None` if there is none before
/// the text ends. Declarations, comments and a document type are passed over.
pub fn root_element(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}');
    loop {
        rest = rest.get(rest.find('<')? + 1..)?;
        let end = if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment;
            "-->"
        } else if rest.starts_with('?') {
            "?>"
        } else if rest.starts_with('!') {
            ">"
        } else {
            let name = rest
                .split(|c: char| c.is_whitespace() || c == '>' || c == '/')
                .next()?;
            return (!name.is_empty()).then_some(name);
        };
        rest = rest.get(rest.find(end)? + end.len()..)?;
    }
}

fn html_title(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let start = lower.find("<title")?;
    let start = start + lower.get(start..)?.find('>')? + 1;
    let end = start + lower.get(start..)?.find("</title")?;
    let title = text.get(start..end)?.trim();
    (!title.is_empty()).then(|| title.chars().take(120).collect())
}

/// Whether one XML file has this root element and, where `marks` are given, holds one of them in
/// its first bytes.
pub(crate) fn xml_with(files: &[Probe<'_>], root: &str, marks: &[&str]) -> Detection {
    let [file] = files else {
        return Detection::No;
    };
    let text = String::from_utf8_lossy(file.head);
    if root_element(&text) != Some(root) {
        return Detection::No;
    }
    match marks.iter().find(|mark| text.contains(**mark)) {
        Some(mark) => Detection::Yes(format!("root element <{root}> with {mark}")),
        None if marks.is_empty() => Detection::Yes(format!("root element <{root}>")),
        None => Detection::No,
    }
}

/// Whether the first line with text of every file begins with `{` and passes `fits`; `what` says in
/// words for people what such lines are.
pub(crate) fn json_lines(
    files: &[Probe<'_>],
    what: &str,
    fits: impl Fn(&dyn Fn(&str) -> bool) -> bool,
) -> Detection {
    let one = |probe: &Probe<'_>| {
        let head = probe.head;
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let mut lines = head.split(|b| *b == b'\n').map(<[u8]>::trim_ascii);
        let line = lines.find(|line| !line.is_empty()).unwrap_or_default();
        let line = String::from_utf8_lossy(line);
        let has = |key: &str| line.contains(&format!("\"{key}\""));
        line.starts_with('{') && fits(&has)
    };
    if !files.is_empty() && files.iter().all(one) {
        Detection::Yes(format!("lines of JSON objects with {what}"))
    } else {
        Detection::No
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::BytesFile;
    use crate::publication::{Format, Report, Sink};

    #[test]
    fn unknown_files_are_called_by_what_they_are() {
        let cases: &[(&[u8], &str)] = &[
            (b"", "empty file"),
            (b" \n\t", "only blanks"),
            (b"\x89PNG\r\n\x1a\nIHDR", "PNG image"),
            (
                b"%PDF-1.7",
                "PDF document, which is a print and no list; use the publisher's CSV, XML or spreadsheet",
            ),
            (
                b"<?xml version='1.0'?><xs:schema xmlns:xs='x'>",
                "XML schema (.xsd), which describes a list and is none; use the XML file",
            ),
            (b"PK\x03\x04....mimetype", "zip archive; unpack it first"),
            (b"PK\x03\x04....[Content_Types].xml", "Excel workbook"),
            (
                b"<!DOCTYPE html><html><head><title> Service unavailable </title>",
                "HTML page titled \"Service unavailable\"",
            ),
            (b"\xef\xbb\xbf  <html>", "HTML page"),
            (
                b"<?xml version='1.0'?><!-- <x> --><!DOCTYPE a><a:b c='d'/>",
                "XML with root element <a:b>",
            ),
            (
                b"<?xml version='1.0'?>",
                "start of an XML file without a root element",
            ),
            (b"{\"a\":1}", "JSON that begins \"{\\\"a\\\":1}\""),
            (b"id,name\n1,x", "table that begins \"id,name\""),
            (b"\xff\xfea\0", "text in UTF-16; save it as UTF-8 first"),
            (b"a\0b", "binary file"),
        ];
        for (head, expected) in cases {
            assert_eq!(
                &describe(head),
                expected,
                "{:?}",
                String::from_utf8_lossy(head)
            );
        }
    }

    struct Says(&'static str, bool);

    impl Source for Says {
        fn format(&self) -> Format {
            Format {
                id: self.0,
                title: "",
                proven: false,
            }
        }

        fn detect(&self, _: &[Probe<'_>]) -> Detection {
            if self.1 {
                Detection::Yes("asked to".to_owned())
            } else {
                Detection::No
            }
        }

        fn read(&self, _: &[&dyn RawFile], _: &mut Sink<'_>) -> Result<Report, SourceError> {
            Err(SourceError::UnknownFormat {
                file: String::new(),
                found: String::new(),
            })
        }
    }

    #[test]
    fn one_source_must_fit_and_only_one() {
        let file = BytesFile::new("a.csv", *b"x,y\n1,2\n");
        let files: [&dyn RawFile; 1] = [&file];
        let one = detect_among(&[&Says("no", false), &Says("yes", true)], &files);
        assert_eq!(one.map(|d| d.source.format().id).ok(), Some("yes"));
        let none = detect_among(&[&Says("no", false)], &files).err().unwrap();
        assert!(
            none.to_string().contains("a.csv: no known format"),
            "{none}"
        );
        let two = detect_among(&[&Says("a", true), &Says("b", true)], &files)
            .err()
            .unwrap();
        assert!(two.to_string().contains("a or b"), "{two}");
    }

    #[test]
    fn an_error_page_among_good_files_is_named() {
        let good = BytesFile::new("sdn.csv", *b"1,x\n");
        let page = BytesFile::new("alt.csv", *b"<html>");
        let files: [&dyn RawFile; 2] = [&good, &page];
        let error = detect_among(&[&Says("yes", true)], &files).err().unwrap();
        assert!(
            error
                .to_string()
                .starts_with("alt.csv: no known format: HTML page"),
            "{error}"
        );
    }
}
