//! Why a publication could not be read.

use interdict_model::Place;

/// Why a publication could not be read: always which file, where, what stood there, and what was
/// expected.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A file could not be opened or read.
    #[error("{file}: cannot be read: {source}")]
    Io {
        /// File.
        file: String,
        /// Cause.
        #[source]
        source: std::io::Error,
    },
    /// A file is not what its format says.
    #[error("{file}{}: {found}; expected {expected}", at(.place))]
    Malformed {
        /// File.
        file: String,
        /// Where, if the place is known.
        place: Option<Place>,
        /// What stands there.
        found: String,
        /// What should stand there, or what to do.
        expected: String,
    },
    /// No known format fits the files.
    #[error(
        "{file}: no known format: {found}; `--format` names one, `--map` describes a CSV of your own"
    )]
    UnknownFormat {
        /// First of the files.
        file: String,
        /// What the file looks like (`PNG image`, `HTML page`, `empty file`, …).
        found: String,
    },
    /// More than one format fits the files.
    #[error("{file}: could be {}; say which with `--format`", .formats.join(" or "))]
    Ambiguous {
        /// First of the files.
        file: String,
        /// Ids of the formats that fit.
        formats: Vec<&'static str>,
    },
    /// A spreadsheet could not be read.
    #[error(transparent)]
    Workbook(interdict_tables::TableError),
    /// The taker of entities gave up.
    #[error(transparent)]
    Sink(#[from] crate::publication::SinkError),
}

fn at(place: &Option<Place>) -> String {
    match place {
        Some(Place::Line(line)) => format!(", line {line}"),
        Some(Place::Byte(byte)) => format!(", byte {byte}"),
        Some(Place::Row { sheet, row }) => format!(", sheet {sheet}, row {row}"),
        None => String::new(),
    }
}
