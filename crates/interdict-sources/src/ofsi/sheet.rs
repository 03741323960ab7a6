//! The list as a spreadsheet, as published from 2022 on.

use interdict_model::date::DateOrder;

use super::{DATASET, REQUIRED, last_updated, read_rows};
use crate::error::SourceError;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source};
use crate::sheet::{self, SheetTable};
use crate::writer::{Writer, one_file};

/// The list as a spreadsheet.
#[derive(Clone, Copy, Debug, Default)]
pub struct OfsiSheet;

const FORMAT: Format = Format {
    id: "uk-ofsi-sheet",
    title: "UK OFSI consolidated list (ConList), spreadsheet, to January 2026",
    proven: true,
};

impl Source for OfsiSheet {
    fn format(&self) -> Format {
        FORMAT
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        match files {
            [file] if file.sheet_has(0, REQUIRED) => {
                Detection::Yes(format!("a sheet with columns {}", REQUIRED.join(", ")))
            }
            _ => Detection::No,
        }
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let file = one_file(files)?;
        let mut out = Writer::new(DATASET, FORMAT, DateOrder::DayFirst, sink)?;
        out.file(file.name());
        let mut book = sheet::open(file)?;
        sheet::report_findings(&book, file.name(), &mut out.report);
        let mut table = SheetTable::open(&mut book, file.name(), 0, REQUIRED)?;
        let banner = table.before().first().map(Vec::as_slice);
        if let Some([title, date, ..]) = banner
            && title.trim().eq_ignore_ascii_case("Last Updated")
        {
            out.report.stated_date = last_updated(date);
        }
        read_rows(&mut out, &mut table, file.name())?;
        Ok(out.report)
    }
}
