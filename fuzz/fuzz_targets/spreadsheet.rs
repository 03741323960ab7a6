#![no_main]

use interdict_tables::{Limits, Workbook};

// Any bytes as a workbook: rows, merged cells and findings, or an error, within small limits.
libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let limits = Limits {
        unpacked_bytes: 8 << 20,
        cells: 200_000,
        xls_area: 200_000,
        sheet_bytes: 8 << 20,
        ..Limits::default()
    };
    let Ok(mut book) = Workbook::open("fuzz", data.to_vec(), limits) else {
        return;
    };
    for sheet in 0..book.sheets().len().min(8) {
        if let Ok(mut rows) = book.rows(sheet) {
            while let Ok(Some(row)) = rows.next_row() {
                for cell in &row.cells {
                    let _ = cell.text();
                }
            }
        }
        let _ = book.merged(sheet);
    }
});
