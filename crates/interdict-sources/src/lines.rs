//! Lines of a text file, none of which can fill the memory.

use std::io::{BufRead, BufReader, Read};

use interdict_model::Place;

use crate::error::SourceError;
use crate::input::MAX_RECORD_BYTES as MAX_LINE;
use crate::publication::RawFile;

/// The lines of a file as text, with their numbers from 1.
pub(crate) struct Lines {
    file: String,
    reader: BufReader<Box<dyn Read + Send>>,
    number: u64,
    buffer: Vec<u8>,
}

impl Lines {
    pub(crate) fn open(file: &dyn RawFile) -> Result<Lines, SourceError> {
        let reader = file.open().map_err(|source| SourceError::Io {
            file: file.name().to_owned(),
            source,
        })?;
        Ok(Lines {
            file: file.name().to_owned(),
            reader: BufReader::with_capacity(1 << 16, reader),
            number: 0,
            buffer: Vec::new(),
        })
    }

    /// An error at the line read last.
    pub(crate) fn malformed(&self, found: impl Into<String>, expected: &str) -> SourceError {
        SourceError::Malformed {
            file: self.file.clone(),
            place: Some(Place::Line(self.number.max(1))),
            found: found.into(),
            expected: expected.to_owned(),
        }
    }

    /// The next line that is not blank, without its end.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, &str)>, SourceError> {
        loop {
            self.buffer.clear();
            let read = (&mut self.reader)
                .take(MAX_LINE + 1)
                .read_until(b'\n', &mut self.buffer)
                .map_err(|source| SourceError::Io {
                    file: self.file.clone(),
                    source,
                })?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            if read as u64 > MAX_LINE {
                return Err(self.malformed(
                    format!("a line of more than {MAX_LINE} bytes"),
                    "one record per line",
                ));
            }
            if self.number == 1 && self.buffer.starts_with(b"\xef\xbb\xbf") {
                self.buffer.drain(..3);
            }
            if !self.buffer.trim_ascii().is_empty() {
                break;
            }
        }
        match std::str::from_utf8(&self.buffer) {
            Ok(text) => Ok(Some((self.number, text.trim_end_matches(['\r', '\n'])))),
            Err(error) => Err(self.malformed(
                format!(
                    "bytes that are not UTF-8, {} into the line",
                    error.valid_up_to()
                ),
                "UTF-8 text",
            )),
        }
    }
}
