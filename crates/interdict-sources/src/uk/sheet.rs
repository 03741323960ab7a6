//! The list as a spreadsheet (.ods), one row per designation.

use interdict_model::date::DateOrder;

use super::{SHORT, read_rows};
use crate::error::SourceError;
use crate::publication::{Detection, Format, Probe, RawFile, Report, Sink, Source};
use crate::sheet::{self, SheetTable};
use crate::writer::{Writer, one_file};

/// The list as a spreadsheet.
#[derive(Clone, Copy, Debug, Default)]
pub struct UkSheet;

const FORMAT: Format = Format {
    id: "uk-sanctions-sheet",
    title: "UK Sanctions List, spreadsheet edition, one row per designation",
    proven: true,
};

impl Source for UkSheet {
    fn format(&self) -> Format {
        FORMAT
    }

    fn detect(&self, files: &[Probe<'_>]) -> Detection {
        let required = SHORT.required();
        match files {
            [file] if file.sheet_has(0, required) => {
                Detection::Yes(format!("a sheet with columns {}", required.join(", ")))
            }
            _ => Detection::No,
        }
    }

    fn read(&self, files: &[&dyn RawFile], sink: &mut Sink<'_>) -> Result<Report, SourceError> {
        let file = one_file(files)?;
        let mut out = Writer::new("gb_fcdo_sanctions", FORMAT, DateOrder::DayFirst, sink)?;
        out.file(file.name());
        let mut book = sheet::open(file)?;
        sheet::report_findings(&book, file.name(), &mut out.report);
        let mut table = SheetTable::open(&mut book, file.name(), 0, SHORT.required())?;
        read_rows(&mut out, &mut table, file.name())?;
        Ok(out.report)
    }
}
