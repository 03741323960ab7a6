//! From a file to one record after another.

use std::io;

use interdict_model::Place;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::element::Element;
use super::input::{InputProblem, XmlInput};
use crate::{RawFile, SourceError};

/// What a file may hold before it is refused.
#[derive(Clone, Copy, Debug)]
pub struct XmlLimits {
    /// Nesting of elements. The deepest known list nests 12.
    pub depth: usize,
    /// Bytes of one text, tag or comment. The longest known text of a list has 45 kB.
    pub token_bytes: u64,
    /// Elements in one record. The largest known record has about 3,000.
    pub record_elements: usize,
    /// Bytes of text and attributes in one record.
    pub record_bytes: usize,
}

impl Default for XmlLimits {
    fn default() -> XmlLimits {
        XmlLimits {
            depth: 64,
            token_bytes: 4 << 20,
            record_elements: 200_000,
            record_bytes: 64 << 20,
        }
    }
}

/// A file read as a sequence of records.
///
/// The root and every element named as a container is walked into; any other element is a record
/// and comes out whole.
pub struct XmlStream {
    reader: Reader<XmlInput>,
    file: String,
    limits: XmlLimits,
    containers: Vec<String>,
    /// Open containers, the root first, without their children.
    open: Vec<Element>,
    buffer: Vec<u8>,
    elements: u64,
    ended: bool,
}

impl XmlStream {
    /// Opens a file and reads up to its root element. `containers` are the names of the elements
    /// below the root that hold records.
    ///
    /// # Errors
    /// When the file cannot be read, is not XML, or begins with a document type.
    pub fn open(file: &dyn RawFile, containers: &[&str]) -> Result<XmlStream, SourceError> {
        XmlStream::open_with(file, containers, XmlLimits::default())
    }

    /// [`XmlStream::open`] with other limits.
    ///
    /// # Errors
    /// As [`XmlStream::open`].
    pub fn open_with(
        file: &dyn RawFile,
        containers: &[&str],
        limits: XmlLimits,
    ) -> Result<XmlStream, SourceError> {
        let name = file.name().to_owned();
        let io_error = |source| SourceError::Io {
            file: name.clone(),
            source,
        };
        let input = XmlInput::open(file.open().map_err(io_error)?, limits.token_bytes)
            .map_err(io_error)?
            .map_err(|found| SourceError::Malformed {
                file: name.clone(),
                place: Some(Place::Byte(0)),
                found,
                expected: "an XML document".to_owned(),
            })?;
        let mut reader = Reader::from_reader(input);
        reader.config_mut().allow_dangling_amp = false;
        let mut stream = XmlStream {
            reader,
            file: name,
            limits,
            containers: containers.iter().map(|&c| c.to_owned()).collect(),
            open: Vec::new(),
            buffer: Vec::new(),
            elements: 0,
            ended: false,
        };
        stream.read_root()?;
        Ok(stream)
    }

    /// The root element: its name and attributes, no children.
    pub fn root(&self) -> &Element {
        &self.open[0]
    }

    /// The containers that are open around the last record, the root first.
    pub fn containers(&self) -> &[Element] {
        &self.open
    }

    /// The name of the file.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Elements read so far, the root included.
    pub fn elements(&self) -> u64 {
        self.elements
    }

    /// The next record, or `None` after the end of the root.
    ///
    /// # Errors
    /// When the file cannot be read, is cut off, is not well-formed, is not in the encoding it
    /// declares, refers to an entity, or goes beyond a limit.
    pub fn next_record(&mut self) -> Result<Option<Element>, SourceError> {
        if self.ended {
            return Ok(None);
        }
        loop {
            match self.step()? {
                Step::Open(element) => {
                    if self.containers.iter().any(|c| c == element.name()) {
                        self.open.push(element);
                    } else {
                        return self.record(element).map(Some);
                    }
                }
                Step::Empty(element) => {
                    if !self.containers.iter().any(|c| c == element.name()) {
                        return Ok(Some(element));
                    }
                }
                Step::Close => {
                    if self.open.len() == 1 {
                        self.read_epilogue()?;
                        self.ended = true;
                        return Ok(None);
                    }
                    self.open.pop();
                }
                Step::Text(text) => {
                    if !text.trim().is_empty() {
                        return Err(self.malformed(
                            format!("text {:?} between records", shorten(&text)),
                            "elements only",
                        ));
                    }
                }
                Step::End => return Err(self.cut_off()),
            }
        }
    }

    fn read_root(&mut self) -> Result<(), SourceError> {
        loop {
            match self.step()? {
                Step::Open(element) => {
                    self.open.push(element);
                    return Ok(());
                }
                Step::Empty(element) => {
                    self.open.push(element);
                    self.ended = true;
                    return self.read_epilogue();
                }
                Step::Text(text) if text.trim().is_empty() => {}
                Step::Text(text) => {
                    return Err(self.malformed(
                        format!("text {:?} before the first element", shorten(&text)),
                        "an XML document",
                    ));
                }
                Step::Close | Step::End => {
                    return Err(self.malformed("no element".to_owned(), "an XML document"));
                }
            }
        }
    }

    fn read_epilogue(&mut self) -> Result<(), SourceError> {
        loop {
            match self.step()? {
                Step::End => return Ok(()),
                Step::Text(text) if text.trim().is_empty() => {}
                _ => {
                    return Err(self.malformed(
                        "content after the end of the root element".to_owned(),
                        "the end of the file",
                    ));
                }
            }
        }
    }

    fn record(&mut self, record: Element) -> Result<Element, SourceError> {
        let mut stack = vec![record];
        let mut elements = 1usize;
        let mut bytes = 0usize;
        loop {
            let step = self.step()?;
            match step {
                Step::Open(element) => {
                    elements += 1;
                    bytes += element.weight();
                    if self.open.len() + stack.len() >= self.limits.depth {
                        return Err(self.malformed(
                            format!("elements nested deeper than {}", self.limits.depth),
                            "a list, not a trap",
                        ));
                    }
                    stack.push(element);
                }
                Step::Empty(element) => {
                    elements += 1;
                    bytes += element.weight();
                    if let Some(parent) = stack.last_mut() {
                        parent.push_child(element);
                    }
                }
                Step::Text(text) => {
                    bytes += text.len();
                    if let Some(element) = stack.last_mut() {
                        element.push_text(&text);
                    }
                }
                Step::Close => {
                    let Some(done) = stack.pop() else {
                        return Err(self.cut_off());
                    };
                    match stack.last_mut() {
                        Some(parent) => parent.push_child(done),
                        None => return Ok(done),
                    }
                }
                Step::End => return Err(self.cut_off()),
            }
            if elements > self.limits.record_elements || bytes > self.limits.record_bytes {
                return Err(self.malformed(
                    format!("a record of more than {elements} elements or {bytes} bytes"),
                    "records of a sanctions list",
                ));
            }
        }
    }

    fn step(&mut self) -> Result<Step, SourceError> {
        loop {
            self.buffer.clear();
            self.reader.get_mut().new_token();
            let at = self.reader.buffer_position();
            let event = self.reader.read_event_into(&mut self.buffer);
            let step = match event {
                Ok(event) => match translate(&event, at) {
                    Ok(Some(step)) => step,
                    Ok(None) => continue,
                    Err((found, expected)) => {
                        return Err(SourceError::Malformed {
                            file: self.file.clone(),
                            place: Some(Place::Byte(at)),
                            found,
                            expected: expected.to_owned(),
                        });
                    }
                },
                Err(error) => {
                    let at = at.max(self.reader.error_position());
                    return Err(self.refused_by_parser(error, at));
                }
            };
            if matches!(step, Step::Open(_) | Step::Empty(_)) {
                self.elements += 1;
            }
            return Ok(step);
        }
    }

    fn refused_by_parser(&self, error: quick_xml::Error, at: u64) -> SourceError {
        let malformed = |found: String, expected: &str| SourceError::Malformed {
            file: self.file.clone(),
            place: Some(Place::Byte(at)),
            found,
            expected: expected.to_owned(),
        };
        match error {
            quick_xml::Error::Io(cause) => {
                match cause
                    .get_ref()
                    .and_then(|e| e.downcast_ref::<InputProblem>())
                {
                    Some(problem @ InputProblem::TokenTooLong(_)) => {
                        malformed(problem.to_string(), "the texts of a list")
                    }
                    Some(problem @ InputProblem::NotInEncoding(_)) => malformed(
                        problem.to_string(),
                        "the encoding that the XML declaration names",
                    ),
                    None => SourceError::Io {
                        file: self.file.clone(),
                        source: io::Error::new(cause.kind(), cause.to_string()),
                    },
                }
            }
            quick_xml::Error::Encoding(_) => malformed(
                "bytes that are not UTF-8".to_owned(),
                "UTF-8, or an encoding named in the XML declaration",
            ),
            quick_xml::Error::Syntax(e) => malformed(
                e.to_string(),
                "a complete XML document; the file may be cut off",
            ),
            other => malformed(other.to_string(), "well-formed XML"),
        }
    }

    fn cut_off(&self) -> SourceError {
        let open = self.open.last().map_or("?", |e| e.name());
        self.malformed(
            format!("the file ends inside <{open}>"),
            "a complete XML document; the file is cut off, fetch it again",
        )
    }

    fn malformed(&self, found: String, expected: &str) -> SourceError {
        SourceError::Malformed {
            file: self.file.clone(),
            place: Some(Place::Byte(self.reader.buffer_position())),
            found,
            expected: expected.to_owned(),
        }
    }
}

enum Step {
    Open(Element),
    Empty(Element),
    Close,
    Text(String),
    End,
}

type Refusal = (String, &'static str);

fn translate(event: &Event<'_>, at: u64) -> Result<Option<Step>, Refusal> {
    Ok(Some(match event {
        Event::Start(tag) => Step::Open(element(tag, at)?),
        Event::Empty(tag) => Step::Empty(element(tag, at)?),
        Event::End(_) => Step::Close,
        Event::Text(text) => Step::Text(text.xml10_content().into_owned()),
        Event::CData(text) => Step::Text(text.xml10_content().into_owned()),
        Event::GeneralRef(reference) => Step::Text(
            resolve(reference.borrow().into_inner().as_ref())
                .ok_or_else(|| {
                    (
                        format!("the reference &{};", reference.borrow().into_inner()),
                        "text without entities: lists have none, and they can hide a trap",
                    )
                })?
                .to_string(),
        ),
        Event::DocType(_) => {
            return Err((
                "a document type (<!DOCTYPE …>)".to_owned(),
                "a list without one: lists have none, and they can hide a trap",
            ));
        }
        Event::Comment(_) | Event::PI(_) | Event::Decl(_) => return Ok(None),
        Event::Eof => Step::End,
    }))
}

fn element(tag: &BytesStart<'_>, at: u64) -> Result<Element, Refusal> {
    let mut element = Element::new(tag.local_name().as_ref(), at);
    for attribute in tag.attributes() {
        let attribute =
            attribute.map_err(|e| (format!("in a tag: {e}"), "well-formed attributes"))?;
        let key: &str = attribute.key.as_ref();
        if key == "xmlns" || key.starts_with("xmlns:") || key.starts_with("xsi:") {
            continue;
        }
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .map_err(|e| (format!("in attribute {key}: {e}"), "text without entities"))?;
        let local = key.rsplit_once(':').map_or(key, |(_, local)| local);
        element.push_attribute(local, value.into_owned());
    }
    Ok(element)
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

fn shorten(text: &str) -> String {
    text.trim().chars().take(40).collect()
}
