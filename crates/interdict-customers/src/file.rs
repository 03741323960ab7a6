//! A file of customers, opened by its profile.

use std::io::{Read, Seek, SeekFrom};

use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};

use crate::delimited::Delimited;
use crate::error::CustomerError;
use crate::json_lines::JsonRows;
use crate::profile::{Format, Profile};
use crate::sheet::{self, SheetRows};
use crate::table::{Flow, Row, RowSource};

/// A file of customers whose rows can be read.
pub struct CustomerFile<'r> {
    source: Box<dyn RowSource + 'r>,
    headings: Vec<String>,
}

impl<'r> CustomerFile<'r> {
    /// Opens a file by its profile; `file` is what errors call it.
    ///
    /// # Errors
    /// When it cannot be read, is no such file as the profile describes, or is damaged.
    pub fn open<R: Read + Seek + 'r>(
        mut input: R,
        file: &str,
        profile: &Profile,
    ) -> Result<CustomerFile<'r>, CustomerError> {
        let failed = |source| CustomerError::Read {
            file: file.to_owned(),
            source,
        };
        let wrong = |problem| CustomerError::Profile {
            origin: profile.name.clone(),
            problem,
        };
        input.seek(SeekFrom::Start(0)).map_err(failed)?;
        let source: Box<dyn RowSource + 'r> = match profile.file.format {
            Format::Csv => {
                let text = decoded(input, profile.encoding().map_err(wrong)?);
                let dialect = profile.dialect().map_err(wrong)?;
                let header_row = profile.file.header_row;
                Box::new(Delimited::new(text, file, &dialect, header_row)?)
            }
            Format::JsonLines | Format::Ftm => {
                let text = decoded(input, profile.encoding().map_err(wrong)?);
                let headings = match profile.file.format {
                    Format::Ftm => vec![crate::json_lines::WHOLE.to_owned()],
                    _ => profile.file.members.clone(),
                };
                Box::new(JsonRows::new(text, file, headings))
            }
            Format::Workbook => {
                let mut bytes = Vec::new();
                input.read_to_end(&mut bytes).map_err(failed)?;
                let mut book = sheet::open(file, bytes)?;
                let name = profile.file.sheet.clone().unwrap_or_default();
                let header_row = u32::try_from(profile.file.header_row).unwrap_or(u32::MAX);
                let tops = sheet::tops(&mut book)?;
                let top = tops.iter().find(|top| top.name == name);
                let headings = match top {
                    Some(top) if header_row > 0 => sheet::headings(top, header_row),
                    Some(top) => {
                        let width = top.rows.iter().map(|(_, r)| r.len()).max().unwrap_or(0);
                        (1..=width).map(|n| n.to_string()).collect()
                    }
                    None => Vec::new(),
                };
                Box::new(SheetRows::new(
                    book,
                    file,
                    &name,
                    distinct(&headings),
                    header_row,
                )?)
            }
        };
        let headings = distinct(source.headings());
        Ok(CustomerFile { source, headings })
    }

    /// The headings, each different from the others; numbers from 1 where the file has none.
    pub fn headings(&self) -> &[String] {
        &self.headings
    }

    /// Gives every row of customers to `take`, in the order of the file, until that says stop.
    ///
    /// # Errors
    /// When the file cannot be read on.
    pub fn each(&mut self, mut take: impl FnMut(Row) -> Flow) -> Result<(), CustomerError> {
        self.source.each(&mut take)
    }
}

/// UTF-8 text of a file in any encoding, without byte-order mark.
pub(crate) fn decoded<R: Read>(
    input: R,
    encoding: &'static encoding_rs::Encoding,
) -> DecodeReaderBytes<R, Vec<u8>> {
    DecodeReaderBytesBuilder::new()
        .encoding(Some(encoding))
        .strip_bom(true)
        .bom_override(true)
        .build(input)
}

/// Headings, each different: an empty one is called by its number, a second of a name gets one.
pub(crate) fn distinct(headings: &[String]) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(headings.len());
    for (number, heading) in (1..).zip(headings) {
        let base = match heading.trim() {
            "" => format!("column {number}"),
            text => text.split_whitespace().collect::<Vec<_>>().join(" "),
        };
        let mut name = base.clone();
        let mut copy = 2;
        while out.contains(&name) {
            name = format!("{base} [{copy}]");
            copy += 1;
        }
        out.push(name);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::distinct;

    #[test]
    fn headings_become_different() {
        let headings = ["Name", "", " Name ", "First\nname"].map(str::to_owned);
        assert_eq!(
            distinct(&headings),
            ["Name", "column 2", "Name [2]", "First name"]
        );
    }
}
