//! How much a workbook may hold before it is refused.

/// What a workbook may hold before it is refused. The defaults are far above every known list
/// and above what a spreadsheet program opens with pleasure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file. The largest known list has 2.3 MB.
    pub file_bytes: u64,
    /// Parts of the zip archive. The Japanese list, 45 sheets, has 243.
    pub parts: usize,
    /// Bytes of all parts after unpacking. The largest known list unpacks to 17 MB.
    pub unpacked_bytes: u64,
    /// Unpacked bytes for each packed byte of a part over 1 MiB. Lists reach 45.
    pub ratio: u64,
    /// Sheets.
    pub sheets: usize,
    /// Rows of a sheet, counted to the last one that says something.
    pub rows: u32,
    /// Columns of a sheet.
    pub columns: u32,
    /// Cells of a sheet that say something.
    pub cells: u64,
    /// Cells in the areas of all sheets of an .xls file, empty ones too: its reader lays them out.
    /// A full sheet of that format has 16.8 million.
    pub xls_area: u64,
    /// Bytes of all texts of a sheet.
    pub sheet_bytes: u64,
    /// Bytes of one cell. Excel itself stops at 32,767 characters.
    pub cell_bytes: usize,
    /// Bytes of all cells of one row.
    pub row_bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            file_bytes: 512 << 20,
            parts: 10_000,
            unpacked_bytes: 1 << 30,
            ratio: 400,
            sheets: 1_000,
            rows: 1_048_576,
            columns: 16_384,
            cells: 100_000_000,
            xls_area: 20_000_000,
            sheet_bytes: 4 << 30,
            cell_bytes: 1 << 20,
            row_bytes: 16 << 20,
        }
    }
}
