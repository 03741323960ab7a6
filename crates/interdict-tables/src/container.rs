//! What holds the sheets: a zip archive or a compound file, checked before it is parsed.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::error::TableError;
use crate::limits::Limits;
use crate::workbook::{Finding, Kind};

/// First bytes of a zip archive.
const ZIP: &[u8] = b"PK\x03\x04";
/// First bytes of a compound file, the container of the old Office formats and of encrypted files.
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
/// A part smaller than this may shrink to almost nothing without being a bomb.
const RATIO_FROM: u64 = 1 << 20;

/// Whether a file may be a workbook, from its first bytes (512 will do): an Office archive, an
/// OpenDocument file or a compound file.
pub fn looks_like_workbook(head: &[u8]) -> bool {
    if head.starts_with(COMPOUND) {
        return true;
    }
    let has = |needle: &[u8]| head.windows(needle.len()).any(|w| w == needle);
    head.starts_with(ZIP)
        && (has(b"[Content_Types].xml")
            || has(b"_rels/")
            || has(b"xl/")
            || has(b"docProps/")
            || has(b"mimetype")
            || has(b"opendocument.spreadsheet"))
}

/// What a checked file is, and what a person should know of it.
pub(crate) struct Checked {
    pub(crate) kind: Kind,
    pub(crate) findings: Vec<Finding>,
    pub(crate) bytes: Vec<u8>,
}

/// Says what kind of workbook this is, after it was unpacked once against the limits.
pub(crate) fn check(file: &str, bytes: Vec<u8>, limits: &Limits) -> Result<Checked, TableError> {
    if bytes.len() as u64 > limits.file_bytes {
        return Err(too_large(file, "bytes", limits.file_bytes));
    }
    if bytes.starts_with(ZIP) {
        check_zip(file, bytes, limits)
    } else if bytes.starts_with(COMPOUND) {
        check_compound(file, bytes, limits)
    } else {
        Err(not_readable(
            file,
            "no spreadsheet",
            "give an .xlsx, .ods or .xls file",
        ))
    }
}

fn check_zip(file: &str, bytes: Vec<u8>, limits: &Limits) -> Result<Checked, TableError> {
    let damaged = |found: String| TableError::Damaged {
        file: file.to_owned(),
        spot: None,
        found,
    };
    let mut zip =
        ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged(format!("zip archive: {e}")))?;
    if zip.len() > limits.parts {
        return Err(too_large(file, "parts in the archive", limits.parts as u64));
    }
    let mut names = Vec::with_capacity(zip.len());
    let mut total = 0u64;
    for index in 0..zip.len() {
        let part = zip
            .by_index(index)
            .map_err(|e| damaged(format!("part {} of the archive: {e}", index + 1)))?;
        let name = part.name().map(|n| n.into_owned()).unwrap_or_default();
        let packed = part.compressed_size().max(1);
        // What the archive says of sizes is not believed.
        let allowed = (limits.unpacked_bytes - total)
            .min(RATIO_FROM.max(packed.saturating_mul(limits.ratio)));
        let unpacked = std::io::copy(&mut part.take(allowed + 1), &mut std::io::sink())
            .map_err(|e| damaged(format!("{name}: {e}")))?;
        if unpacked > allowed {
            return Err(if allowed < limits.unpacked_bytes - total {
                too_large(file, "times the packed bytes in one part", limits.ratio)
            } else {
                too_large(file, "bytes after unpacking", limits.unpacked_bytes)
            });
        }
        total += unpacked;
        names.push(name);
    }
    let has = |wanted: &str| names.iter().any(|n| n.eq_ignore_ascii_case(wanted));
    let below = |folder: &str| names.iter().any(|n| n.to_lowercase().contains(folder));
    let kind = if has("content.xml") && has("mimetype") {
        Kind::Ods
    } else if below("xl/workbook.bin") {
        return Err(not_readable(
            file,
            "an Excel binary workbook (.xlsb)",
            "save it as .xlsx",
        ));
    } else if has("[Content_Types].xml") && !below("word/document") && !below("ppt/presentation") {
        Kind::Xlsx
    } else {
        return Err(not_readable(
            file,
            "a zip archive that holds no spreadsheet",
            "unpack it first",
        ));
    };
    let mut findings = Vec::new();
    if below("vbaproject.bin") || below("xl/macrosheets/") || below("basic/script-lc.xml") {
        findings.push(Finding::Macros);
    }
    if below("xl/externallinks/") {
        findings.push(Finding::ExternalLinks);
    }
    Ok(Checked {
        kind,
        findings,
        bytes: zip.into_inner().into_inner(),
    })
}

fn check_compound(file: &str, bytes: Vec<u8>, limits: &Limits) -> Result<Checked, TableError> {
    let damaged = |e: std::io::Error| TableError::Damaged {
        file: file.to_owned(),
        spot: None,
        found: format!("compound file: {e}"),
    };
    let mut compound = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    if compound.is_stream("/EncryptedPackage") {
        return Err(not_readable(
            file,
            "a workbook locked by a password",
            "save it without one",
        ));
    }
    let stream = ["/Workbook", "/Book"]
        .into_iter()
        .find(|name| compound.is_stream(name))
        .ok_or_else(|| {
            not_readable(
                file,
                "an old Office file that holds no workbook",
                "save the table as .xlsx",
            )
        })?;
    let mut findings = Vec::new();
    if compound.is_storage("/_VBA_PROJECT_CUR") {
        findings.push(Finding::Macros);
    }
    let mut book = Vec::new();
    compound
        .open_stream(stream)
        .and_then(|s| s.take(limits.file_bytes).read_to_end(&mut book))
        .map_err(damaged)?;
    check_extent(file, &book, limits)?;
    Ok(Checked {
        kind: Kind::Xls,
        findings,
        bytes: compound.into_inner().into_inner(),
    })
}

/// The area that the cells of each sheet of a BIFF stream span, against the limits: the reader
/// lays out whole areas, so a cell at each end of a sheet costs as much as a full one.
fn check_extent(file: &str, book: &[u8], limits: &Limits) -> Result<(), TableError> {
    let number = |at: usize| {
        let two = book.get(at..at + 2)?;
        Some(u16::from_le_bytes([*two.first()?, *two.get(1)?]))
    };
    let mut at = 0usize;
    let mut total = 0u64;
    let mut area = Area::default();
    while let (Some(id), Some(length)) = (number(at), number(at + 2)) {
        match id {
            // BOF: a sheet begins.
            0x0809 | 0x0409 | 0x0209 | 0x0009 => {
                total = total.saturating_add(area.cells());
                area = Area::default();
            }
            // Cells: formula, number, label, boolean or error, RK, rich label, shared label,
            // multiple RK; each begins with row and column.
            0x0006 | 0x0203 | 0x0204 | 0x0205 | 0x027e | 0x00d6 | 0x00fd | 0x0003 | 0x0004
            | 0x0005 | 0x0002 | 0x00bd => {
                if let (Some(row), Some(column)) = (number(at + 4), number(at + 6)) {
                    area.add(row, column);
                    if id == 0x00bd {
                        let last = number(at + 4 + usize::from(length).saturating_sub(2));
                        area.add(row, last.unwrap_or(column).min(255));
                    }
                }
            }
            _ => {}
        }
        if total.saturating_add(area.cells()) > limits.xls_area {
            return Err(too_large(
                file,
                "cells in the area of its sheets",
                limits.xls_area,
            ));
        }
        at += 4 + usize::from(length);
    }
    Ok(())
}

#[derive(Default)]
struct Area(Option<(u16, u16, u16, u16)>);

impl Area {
    fn add(&mut self, row: u16, column: u16) {
        let (top, left, bottom, right) = self.0.unwrap_or((row, column, row, column));
        self.0 = Some((
            top.min(row),
            left.min(column),
            bottom.max(row),
            right.max(column),
        ));
    }

    fn cells(&self) -> u64 {
        self.0.map_or(0, |(top, left, bottom, right)| {
            (u64::from(bottom - top) + 1) * (u64::from(right - left) + 1)
        })
    }
}

fn too_large(file: &str, what: &'static str, limit: u64) -> TableError {
    TableError::TooLarge {
        file: file.to_owned(),
        spot: None,
        what,
        limit,
    }
}

fn not_readable(file: &str, found: &str, remedy: &'static str) -> TableError {
    TableError::NotReadable {
        file: file.to_owned(),
        found: found.to_owned(),
        remedy,
    }
}
