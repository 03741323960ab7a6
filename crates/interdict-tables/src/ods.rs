//! OpenDocument spreadsheets, read as a stream.
//!
//! Own code, because a row or a cell of this format may say that it is repeated a million times:
//! repetitions of nothing are skipped here, and repetitions of something are counted against the
//! limits before they take memory.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Read};

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;
use zip::ZipArchive;

use crate::cell::{Cell, Row, Value};
use crate::date::Moment;
use crate::error::TableError;
use crate::workbook::{Bytes, Guard, Region, RowReader, Sheet, Visibility};

const CONTENT: &str = "content.xml";
/// How deep elements may nest. Known files nest 12.
const MAX_DEPTH: u32 = 128;

/// Opens the archive and lists the sheets.
pub(crate) fn open(
    file: &str,
    bytes: Bytes,
) -> Result<(ZipArchive<Bytes>, Vec<Sheet>), TableError> {
    let damaged = |found: String| TableError::Damaged {
        file: file.to_owned(),
        spot: None,
        found,
    };
    let mut zip = ZipArchive::new(bytes).map_err(|e| damaged(format!("zip archive: {e}")))?;
    let mut mimetype = String::new();
    zip.by_name("mimetype")
        .map_err(|e| damaged(format!("mimetype: {e}")))?
        .take(256)
        .read_to_string(&mut mimetype)
        .map_err(|e| damaged(format!("mimetype: {e}")))?;
    let not_readable = |found: String, remedy| TableError::NotReadable {
        file: file.to_owned(),
        found,
        remedy,
    };
    if !mimetype.contains("opendocument.spreadsheet") {
        let found = format!("an OpenDocument file of type {:?}", mimetype.trim());
        return Err(not_readable(found, "save the table as .ods or .xlsx"));
    }
    if is_locked(&mut zip) {
        let found = "a spreadsheet locked by a password".to_owned();
        return Err(not_readable(found, "save it without one"));
    }
    let sheets = list(&mut zip).map_err(damaged)?;
    Ok((zip, sheets))
}

fn is_locked(zip: &mut ZipArchive<Bytes>) -> bool {
    let mut manifest = String::new();
    zip.by_name("META-INF/manifest.xml").is_ok_and(|part| {
        part.take(1 << 20).read_to_string(&mut manifest).is_ok()
            && manifest.contains("encryption-data")
    })
}

fn list(zip: &mut ZipArchive<Bytes>) -> Result<Vec<Sheet>, String> {
    let mut sheets = Vec::new();
    let mut hidden = HashSet::new();
    let mut style = String::new();
    let mut content = Content::open(zip)?;
    loop {
        match content.step()? {
            Step::Open(tag) if tag.name == "style:style" => {
                style = tag.get("style:name").unwrap_or_default().to_owned();
            }
            Step::Open(tag)
                if tag.name == "style:table-properties"
                    && tag.get("table:display") == Some("false") =>
            {
                hidden.insert(style.clone());
            }
            Step::Open(tag) if tag.name == "table:table" => {
                let is_hidden = tag
                    .get("table:style-name")
                    .is_some_and(|s| hidden.contains(s));
                sheets.push(Sheet {
                    name: tag.get("table:name").unwrap_or_default().to_owned(),
                    visibility: if is_hidden {
                        Visibility::Hidden
                    } else {
                        Visibility::Visible
                    },
                    has_cells: true,
                });
                content.skip()?;
            }
            Step::End => return Ok(sheets),
            _ => {}
        }
    }
}

/// The content after the start of a sheet.
fn enter<'a>(
    zip: &'a mut ZipArchive<Bytes>,
    sheet: usize,
) -> Result<Content<Box<dyn BufRead + 'a>>, String> {
    let mut content = Content::open(zip)?;
    let mut left = sheet;
    loop {
        match content.step()? {
            Step::Open(tag) if tag.name == "table:table" => {
                if left == 0 {
                    return Ok(content);
                }
                left -= 1;
                content.skip()?;
            }
            Step::End => return Err("the sheet is gone".to_owned()),
            _ => {}
        }
    }
}

pub(crate) fn rows<'a>(
    zip: &'a mut ZipArchive<Bytes>,
    sheet: usize,
    guard: &Guard,
) -> Result<Box<dyn RowReader + 'a>, TableError> {
    let content = enter(zip, sheet).map_err(|found| guard.damaged(None, found))?;
    Ok(Box::new(OdsRows {
        content,
        last: 0,
        cells: Vec::new(),
        repeats: 0,
        regions: Vec::new(),
        ended: false,
    }))
}

pub(crate) fn merged(
    zip: &mut ZipArchive<Bytes>,
    sheet: usize,
    guard: &Guard,
) -> Result<Vec<Region>, TableError> {
    let content = enter(zip, sheet).map_err(|found| guard.damaged(None, found))?;
    let mut rows = OdsRows {
        content,
        last: 0,
        cells: Vec::new(),
        repeats: 0,
        regions: Vec::new(),
        ended: false,
    };
    let mut guard = guard.clone();
    let mut row = Row::default();
    while rows.next_row(&mut row, &mut guard)? {
        row.cells.clear();
        rows.repeats = 0;
    }
    Ok(rows.regions)
}

struct OdsRows<R: BufRead> {
    content: Content<R>,
    /// Number of the last row read or skipped.
    last: u32,
    /// Cells of the row that is being repeated.
    cells: Vec<Cell>,
    /// How often it still comes.
    repeats: u32,
    regions: Vec<Region>,
    ended: bool,
}

impl<R: BufRead> RowReader for OdsRows<R> {
    fn next_row(&mut self, row: &mut Row, guard: &mut Guard) -> Result<bool, TableError> {
        if self.repeats == 0 && !self.advance(guard)? {
            return Ok(false);
        }
        self.repeats -= 1;
        self.last = self.last.saturating_add(1);
        row.number = self.last;
        for cell in &self.cells {
            guard.push(row, cell.clone())?;
        }
        Ok(true)
    }
}

impl<R: BufRead> OdsRows<R> {
    /// Reads up to the next row that says something.
    fn advance(&mut self, guard: &mut Guard) -> Result<bool, TableError> {
        while !self.ended {
            let at = (self.last.saturating_add(1), 0);
            let step = self.content.step();
            match step.map_err(|found| guard.damaged(Some(at), found))? {
                Step::Open(tag) if tag.name == "table:table-row" => {
                    let repeats = tag.number("table:number-rows-repeated");
                    self.read_cells(guard)?;
                    if !self.cells.is_empty() {
                        self.repeats = repeats;
                        return Ok(true);
                    }
                    self.last = self.last.saturating_add(repeats);
                }
                // Charts and the like may hold tables of their own.
                Step::Open(tag) if tag.name == "table:shapes" || tag.name == "table:table" => {
                    self.content
                        .skip()
                        .map_err(|found| guard.damaged(Some(at), found))?;
                }
                Step::Close(name) if name == "table:table" => self.ended = true,
                Step::End => {
                    return Err(guard.damaged(Some(at), "the file is cut off".to_owned()));
                }
                _ => {}
            }
        }
        Ok(false)
    }

    fn read_cells(&mut self, guard: &Guard) -> Result<(), TableError> {
        self.cells.clear();
        let row = self.last.saturating_add(1);
        let mut column = 0u32;
        let mut bytes = 0usize;
        loop {
            let damaged = |found| guard.damaged(Some((row, column)), found);
            match self.content.step().map_err(damaged)? {
                Step::Open(tag)
                    if tag.name == "table:table-cell" || tag.name == "table:covered-table-cell" =>
                {
                    let repeats = tag.number("table:number-columns-repeated");
                    let text = self
                        .content
                        .cell_text(guard.max_cell_bytes())
                        .map_err(damaged)?;
                    self.note_region(&tag, row, column);
                    if let Some(value) = value_of(&tag, text) {
                        let after = column.saturating_add(repeats);
                        if after > guard.max_columns() {
                            let limit = u64::from(guard.max_columns());
                            return Err(guard.too_large(
                                (row, column),
                                "columns in a sheet",
                                limit,
                            ));
                        }
                        let formula = tag.get("table:formula").is_some();
                        if let Value::Text(text) = &value {
                            bytes = bytes.saturating_add(text.len() * repeats as usize);
                        }
                        if bytes > guard.max_row_bytes() {
                            let limit = guard.max_row_bytes() as u64;
                            return Err(guard.too_large((row, column), "bytes in one row", limit));
                        }
                        self.cells.extend((column..after).map(|column| Cell {
                            column,
                            value: value.clone(),
                            formula,
                        }));
                    }
                    column = column.saturating_add(repeats);
                }
                Step::Close(name) if name == "table:table-row" => return Ok(()),
                Step::End => return Err(damaged("the file is cut off".to_owned())),
                _ => {}
            }
        }
    }

    fn note_region(&mut self, tag: &Tag, row: u32, column: u32) {
        let (rows, columns) = (
            tag.number("table:number-rows-spanned"),
            tag.number("table:number-columns-spanned"),
        );
        if rows > 1 || columns > 1 {
            self.regions.push(Region {
                first_row: row,
                first_column: column,
                last_row: row.saturating_add(rows - 1),
                last_column: column.saturating_add(columns - 1),
            });
        }
    }
}

/// What a cell holds, from its attributes and its text.
fn value_of(tag: &Tag, text: String) -> Option<Value> {
    if tag.get("calcext:value-type") == Some("error") {
        return Some(Value::Error(text));
    }
    let given = |name: &str| tag.get(name).map(str::to_owned);
    let value = match tag.get("office:value-type") {
        Some("float" | "percentage" | "currency") => tag
            .get("office:value")
            .and_then(|v| v.parse().ok())
            .map(Value::Number),
        Some("date") => given("office:date-value").map(|d| Value::Moment(Moment::Written(d))),
        Some("time") => given("office:time-value").map(Value::Duration),
        Some("boolean") => tag
            .get("office:boolean-value")
            .map(|b| Value::Boolean(b == "true")),
        Some("string") => given("office:string-value")
            .filter(|s| !s.is_empty())
            .map(Value::Text),
        _ => None,
    };
    value.or_else(|| (!text.is_empty()).then_some(Value::Text(text)))
}

/// A start tag.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    fn get(&self, name: &str) -> Option<&str> {
        self.attributes
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// A count; 1 where it is not stated or not a positive number.
    fn number(&self, name: &str) -> u32 {
        self.get(name)
            .and_then(|v| v.parse().ok())
            .filter(|n| *n > 0)
            .unwrap_or(1)
    }
}

enum Step {
    Open(Tag),
    Close(String),
    Text(String),
    End,
}

/// The events of `content.xml`, as much of them as matters here.
struct Content<R: BufRead> {
    reader: Reader<R>,
    buffer: Vec<u8>,
    depth: u32,
}

impl<'a> Content<Box<dyn BufRead + 'a>> {
    fn open(zip: &'a mut ZipArchive<Bytes>) -> Result<Self, String> {
        let part = zip
            .by_name(CONTENT)
            .map_err(|e| format!("{CONTENT}: {e}"))?;
        let input: Box<dyn BufRead + 'a> = Box::new(BufReader::with_capacity(1 << 16, part));
        let mut reader = Reader::from_reader(input);
        reader.config_mut().expand_empty_elements = true;
        Ok(Content {
            reader,
            buffer: Vec::new(),
            depth: 0,
        })
    }
}

impl<R: BufRead> Content<R> {
    fn step(&mut self) -> Result<Step, String> {
        loop {
            self.buffer.clear();
            let event = self
                .reader
                .read_event_into(&mut self.buffer)
                .map_err(|e| format!("{CONTENT}: {e}"))?;
            return Ok(match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(format!("elements nested deeper than {MAX_DEPTH}"));
                    }
                    Step::Open(tag(&start)?)
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    Step::Close(end.name().as_ref().to_owned())
                }
                Event::Text(text) => Step::Text(text.xml10_content().into_owned()),
                Event::CData(text) => Step::Text(text.xml10_content().into_owned()),
                Event::GeneralRef(reference) => {
                    let name = reference.into_inner();
                    let c = resolve(&name).ok_or_else(|| format!("the reference &{name};"))?;
                    Step::Text(c.to_string())
                }
                Event::DocType(_) => return Err("a document type, which no sheet has".to_owned()),
                Event::Eof if self.depth > 0 => return Err("the file is cut off".to_owned()),
                Event::Eof => Step::End,
                _ => continue,
            });
        }
    }

    /// Passes over the rest of the element that was opened last.
    fn skip(&mut self) -> Result<(), String> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            if let Step::End = self.step()? {
                return Err("the file is cut off".to_owned());
            }
        }
        Ok(())
    }

    /// The text of the cell that was opened last, up to its end: paragraphs on lines of their own,
    /// no comments.
    fn cell_text(&mut self, max: usize) -> Result<String, String> {
        let outside = self.depth.saturating_sub(1);
        let mut text = String::new();
        let mut paragraphs = 0;
        let mut inside = 0u32;
        while self.depth > outside {
            match self.step()? {
                Step::Open(tag) => match tag.name.as_str() {
                    "text:p" => {
                        if paragraphs > 0 {
                            text.truncate(text.trim_end_matches(' ').len());
                            text.push('\n');
                        }
                        paragraphs += 1;
                        inside += 1;
                    }
                    "text:s" => {
                        let blanks = (tag.number("text:c") as usize).min(max);
                        text.extend(std::iter::repeat_n(' ', blanks));
                    }
                    "text:tab" => text.push('\t'),
                    "text:line-break" => text.push('\n'),
                    "office:annotation" | "table:table" | "draw:frame" => self.skip()?,
                    _ => {}
                },
                Step::Close(name) if name == "text:p" => inside = inside.saturating_sub(1),
                Step::Text(part) if inside > 0 => push_collapsed(&mut text, &part),
                Step::Text(_) | Step::Close(_) => {}
                Step::End => return Err("the file is cut off".to_owned()),
            }
            if text.len() > max {
                return Err(format!("a cell of more than {max} bytes"));
            }
        }
        text.truncate(text.trim_end_matches(' ').len());
        Ok(text)
    }
}

/// Adds text of a paragraph as ODF 1.2 (part 1, section 6.1.2) reads it: a run of white space is one
/// blank, and none at the start of the paragraph. Blanks that are meant stand as `text:s`.
fn push_collapsed(text: &mut String, part: &str) {
    for c in part.chars() {
        if !matches!(c, ' ' | '\t' | '\r' | '\n') {
            text.push(c);
        } else if !text.is_empty() && !text.ends_with([' ', '\n', '\t']) {
            text.push(' ');
        }
    }
}

fn tag(start: &BytesStart<'_>) -> Result<Tag, String> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|e| format!("in a tag: {e}"))?;
        let key: &str = attribute.key.as_ref();
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .map_err(|e| format!("attribute {key}: {e}"))?;
        attributes.push((key.to_owned(), value.into_owned()));
    }
    Ok(Tag {
        name: start.name().as_ref().to_owned(),
        attributes,
    })
}

/// The five entities of XML itself and character references.
fn resolve(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code).filter(|c| *c != '\0')
        }
    }
}
