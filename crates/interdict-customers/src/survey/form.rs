//! What a file is and how its bytes become rows, before anybody asks what the columns hold.

use std::io::{Read, Seek, SeekFrom};

use encoding_rs::{Encoding, UTF_8};

use super::{Formed, Look};
use crate::dialect;
use crate::encoding;
use crate::error::{Ask, CustomerError, Question};
use crate::file::decoded;
use crate::json_lines::{self, Lines};
use crate::profile::{Form, Format};
use crate::sheet;

pub(super) enum Sort {
    Workbook,
    Text,
}

/// What the first bytes say; files that are no customers are named.
pub(super) fn kind(head: &[u8], file: &str) -> Result<Sort, CustomerError> {
    let other = |found: &str, remedy: &'static str| {
        Err(CustomerError::Kind {
            file: file.to_owned(),
            found: found.to_owned(),
            remedy,
        })
    };
    let text = head.trim_ascii_start();
    if text.is_empty() {
        return Err(CustomerError::Empty {
            file: file.to_owned(),
        });
    }
    if interdict_tables::looks_like_workbook(head) {
        return Ok(Sort::Workbook);
    }
    match text {
        [0x89, b'P', b'N', b'G', ..] | [0xff, 0xd8, 0xff, ..] | [b'G', b'I', b'F', b'8', ..] => {
            other(
                "a picture",
                "; export the customers from where the picture was taken",
            )
        }
        [b'%', b'P', b'D', b'F', ..] => other("a PDF", "; export a table instead"),
        [0x1f, 0x8b, ..] | [0x28, 0xb5, 0x2f, 0xfd, ..] | [b'B', b'Z', b'h', ..] => {
            other("a compressed file", "; unpack it first")
        }
        [b'P', b'K', 3 | 5 | 7, ..] => other("a zip archive", "; unpack it first"),
        [b'P', b'A', b'R', b'1', ..] => other("a Parquet file", "; export CSV instead"),
        _ if text.to_ascii_lowercase().starts_with(b"<!doctype html")
            || text.to_ascii_lowercase().starts_with(b"<html") =>
        {
            other(
                "a web page",
                "; an export of this kind opens in a spreadsheet: save it as XLSX",
            )
        }
        [b'<', ..] => other("XML", "; export CSV instead"),
        _ => Ok(Sort::Text),
    }
}

/// The headings of a sheet.
fn sheet_header(top: &sheet::Top) -> dialect::Header {
    let rows: Vec<Vec<&str>> = top
        .rows
        .iter()
        .map(|(_, texts)| texts.iter().map(String::as_str).collect())
        .collect();
    dialect::header(&rows)
}

/// Bytes of decoded text from which the dialect is read.
const SAMPLE: usize = 256 * 1024;

/// JSON objects whose members become columns.
const OBJECTS: usize = 10_000;

impl Look<'_> {
    pub(super) fn text<R: Read + Seek>(&mut self, input: &mut R) -> Result<Formed, CustomerError> {
        let failed = self.failed();
        let encoding = self.encoding(input)?;
        input.seek(SeekFrom::Start(0)).map_err(&failed)?;
        let mut sample = Vec::new();
        decoded(&mut *input, encoding)
            .take(SAMPLE as u64)
            .read_to_end(&mut sample)
            .map_err(&failed)?;
        let whole = sample.len() < SAMPLE;
        let sample = String::from_utf8_lossy(&sample).into_owned();
        input.seek(SeekFrom::Start(0)).map_err(&failed)?;
        let mut form = Form {
            format: Format::Csv,
            encoding: Some(encoding.name().to_owned()),
            delimiter: None,
            quote: None,
            backslash: false,
            header_row: 0,
            sheet: None,
            members: Vec::new(),
        };
        match sample.trim_start().chars().next() {
            Some('{') => return self.json(input, encoding, form),
            Some('[') if sample.trim_start()[1..].trim_start().starts_with('{') => {
                return Err(CustomerError::Kind {
                    file: self.file.to_owned(),
                    found: "one JSON array".to_owned(),
                    remedy: "; write one object a line, as `jq -c '.[]'` does",
                });
            }
            None => {
                return Err(CustomerError::Empty {
                    file: self.file.to_owned(),
                });
            }
            _ => {}
        }
        let forced = self
            .answers
            .delimiter
            .and_then(|d| u8::try_from(d).ok())
            .filter(u8::is_ascii);
        let found = dialect::sniff(&sample, whole, forced);
        let named = |byte: u8| match byte {
            b'\t' => "tab".to_owned(),
            b => format!("{:?}", char::from(b)),
        };
        self.findings
            .push(format!("delimiter {}", named(found.dialect.delimiter)));
        if let Some(rival) = found.rival {
            self.questions.push(Question {
                about: Ask::Delimiter,
                text: format!(
                    "{} and {} both divide the rows evenly; which stands between the cells?",
                    named(found.dialect.delimiter),
                    named(rival)
                ),
                answers: vec![
                    format!("--delimiter {}", named(found.dialect.delimiter)),
                    format!("--delimiter {}", named(rival)),
                ],
            });
        }
        form.delimiter = Some(char::from(found.dialect.delimiter));
        form.quote = found.dialect.quote.map(char::from);
        form.backslash = found.dialect.backslash;
        form.header_row = self.answers.header_row.unwrap_or(found.header_row);
        self.findings.push(match form.header_row {
            0 => "no headings".to_owned(),
            1 => "headings in the first line".to_owned(),
            n => format!("headings in record {n}; what stands above is left out"),
        });
        Ok(Formed {
            form,
            headings: None,
        })
    }

    fn encoding<R: Read>(&mut self, input: &mut R) -> Result<&'static Encoding, CustomerError> {
        if let Some(name) = &self.answers.encoding {
            return Encoding::for_label(name.as_bytes()).ok_or_else(|| CustomerError::Profile {
                origin: "of the command line".to_owned(),
                problem: format!(
                    "encoding {name:?} is not known; expected UTF-8, UTF-16LE, UTF-16BE, \
                     windows-1250, windows-1251, windows-1252 or another WHATWG name"
                ),
            });
        }
        let found = encoding::detect(input).map_err(self.failed())?;
        self.findings.push(format!(
            "encoding {}: {}",
            found.encoding.name(),
            found.because
        ));
        if !found.broken_lines.is_empty() {
            let lines: Vec<String> = found.broken_lines.iter().map(u64::to_string).collect();
            self.findings.push(format!(
                "bytes that are not UTF-8 in line {}; a letter is lost there",
                lines.join(", ")
            ));
        }
        if let Some(doubt) = found.doubt {
            let words: Vec<String> = doubt
                .words
                .iter()
                .map(|[a, b]| format!("{a:?} or {b:?}"))
                .collect();
            let [a, b] = doubt.encodings;
            self.questions.push(Question {
                about: Ask::Encoding,
                text: format!(
                    "the file may be {} or {}: is it {}?",
                    a.name(),
                    b.name(),
                    words.join(", ")
                ),
                answers: vec![
                    format!("--encoding {}", a.name()),
                    format!("--encoding {}", b.name()),
                ],
            });
        }
        Ok(found.encoding)
    }

    fn json<R: Read + Seek>(
        &mut self,
        input: &mut R,
        encoding: &'static Encoding,
        mut form: Form,
    ) -> Result<Formed, CustomerError> {
        let mut lines = Lines::new(decoded(&mut *input, encoding), self.file);
        let mut members: Vec<String> = Vec::new();
        let (mut objects, mut entities) = (0usize, 0usize);
        while objects < OBJECTS
            && let Some((_, line)) = lines.next()?
        {
            let Ok(object) = line.and_then(|bytes| json_lines::object(&bytes)) else {
                continue;
            };
            objects += 1;
            let is_object = |name| object.get(name).is_some_and(serde_json::Value::is_object);
            entities += usize::from(object.contains_key("schema") && is_object("properties"));
            for name in json_lines::members(&object) {
                if !members.contains(&name) {
                    members.push(name);
                }
            }
        }
        input.seek(SeekFrom::Start(0)).map_err(self.failed())?;
        if encoding != UTF_8 {
            self.findings.push("JSON is expected in UTF-8".to_owned());
        }
        if entities > 0 && entities * 2 > objects {
            self.findings
                .push("one FollowTheMoney entity a line".to_owned());
            form.format = Format::Ftm;
            return Ok(Formed {
                form,
                headings: Some(vec![json_lines::WHOLE.to_owned()]),
            });
        }
        self.findings.push("one JSON object a line".to_owned());
        form.format = Format::JsonLines;
        form.members.clone_from(&members);
        Ok(Formed {
            form,
            headings: Some(members),
        })
    }

    pub(super) fn workbook<R: Read>(&mut self, input: &mut R) -> Result<Formed, CustomerError> {
        let mut bytes = Vec::new();
        input.read_to_end(&mut bytes).map_err(self.failed())?;
        let mut book = sheet::open(self.file, bytes)?;
        self.findings
            .push(format!("workbook, {}", book.kind().as_str().to_uppercase()));
        self.findings
            .extend(book.findings().iter().map(ToString::to_string));
        let tops = sheet::tops(&mut book)?;
        if tops.is_empty() {
            return Err(CustomerError::Empty {
                file: self.file.to_owned(),
            });
        }
        let headed: Vec<(dialect::Header, &sheet::Top)> =
            tops.iter().map(|top| (sheet_header(top), top)).collect();
        let chosen = self.choose_sheet(&headed)?;
        let (header, top) = headed[chosen];
        let row = |index: usize| match index {
            0 => 0,
            n => top
                .rows
                .get(n - 1)
                .map_or(0, |(number, _)| u64::from(*number)),
        };
        let header_row = self.answers.header_row.unwrap_or(row(header.row));
        self.findings.push(match header_row {
            0 => format!("sheet {:?}, no headings", top.name),
            n => format!("sheet {:?}, headings in row {n}", top.name),
        });
        if !top.merged.is_empty()
            && top
                .merged
                .iter()
                .any(|r| u64::from(r.first_row) <= header_row && header_row > 0)
        {
            self.findings.push(
                "merged cells in or above the headings name each of their columns".to_owned(),
            );
        }
        Ok(Formed {
            form: Form {
                format: Format::Workbook,
                encoding: None,
                delimiter: None,
                quote: None,
                backslash: false,
                header_row,
                sheet: Some(top.name.clone()),
                members: Vec::new(),
            },
            headings: None,
        })
    }

    /// The sheet with the customers: the one asked for, the only one, or the only one with known
    /// headings.
    fn choose_sheet(
        &mut self,
        headed: &[(dialect::Header, &sheet::Top)],
    ) -> Result<usize, CustomerError> {
        if let Some(name) = &self.answers.sheet {
            return headed
                .iter()
                .position(|(_, top)| top.name == *name)
                .ok_or_else(|| CustomerError::Damaged {
                    file: self.file.to_owned(),
                    place: "workbook".to_owned(),
                    problem: format!(
                        "no sheet {name:?} with rows; there are {}",
                        headed
                            .iter()
                            .map(|(_, t)| format!("{:?}", t.name))
                            .collect::<Vec<_>>()
                            .join(", ")
                    ),
                    remedy: "name one of them with --sheet".to_owned(),
                });
        }
        let named: Vec<usize> = (0..headed.len())
            .filter(|i| headed[*i].0.known > 0 && !headed[*i].1.hidden)
            .collect();
        let all: Vec<usize> = (0..headed.len()).filter(|i| !headed[*i].1.hidden).collect();
        match (named.as_slice(), all.as_slice()) {
            ([one], _) | ([], [one]) => Ok(*one),
            (several, every) => {
                let open = if several.is_empty() { every } else { several };
                let names: Vec<&str> = open.iter().map(|i| headed[*i].1.name.as_str()).collect();
                self.questions.push(Question {
                    about: Ask::Sheet,
                    text: format!(
                        "the sheets {} all may hold customers; which one? A run reads one sheet",
                        names
                            .iter()
                            .map(|n| format!("{n:?}"))
                            .collect::<Vec<_>>()
                            .join(", ")
                    ),
                    answers: names.iter().map(|n| format!("--sheet {n:?}")).collect(),
                });
                Ok(open.first().copied().unwrap_or(0))
            }
        }
    }
}
