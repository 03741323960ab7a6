//! Why a file of customers could not be screened.

use std::error::Error;

use interdict_customers::CustomerError;
use interdict_index::IndexError;

/// Why a file of customers could not be screened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BatchError {
    /// Something that whoever asked has to put right.
    #[error("{what}")]
    Usage {
        /// What is wrong, and what was expected.
        what: String,
    },
    /// Something went wrong meanwhile.
    #[error("{what}")]
    Failed {
        /// What could not be done.
        what: String,
        /// Cause.
        #[source]
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// The file cannot be read as customers.
    #[error(transparent)]
    Customers(#[from] CustomerError),
    /// The lists cannot be searched.
    #[error(transparent)]
    Search(#[from] IndexError),
    /// A line of the result cannot be written.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// A line of the result cannot be written.
    #[error(transparent)]
    Csv(#[from] csv::Error),
    /// The result cannot be written as a workbook.
    #[error(transparent)]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
}

impl BatchError {
    /// Something that whoever asked has to put right.
    pub(crate) fn usage(what: impl Into<String>) -> BatchError {
        BatchError::Usage { what: what.into() }
    }

    /// Something that went wrong by itself.
    pub(crate) fn defect(what: impl Into<String>) -> BatchError {
        BatchError::Failed {
            what: what.into(),
            source: None,
        }
    }

    /// What could not be done, and why.
    pub fn failed(
        what: impl Into<String>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> BatchError {
        BatchError::Failed {
            what: what.into(),
            source: Some(source.into()),
        }
    }
}

/// Says what was being done when something failed.
pub(crate) trait Context<T> {
    fn context(self, what: impl Into<String>) -> Result<T, BatchError>;
    fn with_context<W: Into<String>>(self, what: impl FnOnce() -> W) -> Result<T, BatchError>;
}

impl<T, E: Into<Box<dyn Error + Send + Sync>>> Context<T> for Result<T, E> {
    fn context(self, what: impl Into<String>) -> Result<T, BatchError> {
        self.map_err(|e| BatchError::failed(what, e))
    }

    fn with_context<W: Into<String>>(self, what: impl FnOnce() -> W) -> Result<T, BatchError> {
        self.map_err(|e| BatchError::failed(what(), e))
    }
}
