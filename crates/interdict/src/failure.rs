//! Exit codes, and how an error reaches the person who has to act on it.

use std::fmt;
use std::io;
use std::process::ExitCode;

/// Everything was done.
pub(crate) const DONE: u8 = 0;
/// Something could not be done.
pub(crate) const FAILED: u8 = 1;
/// The question itself is wrong; doing it again the same way cannot help.
pub(crate) const USAGE: u8 = 2;
/// Hits, where `--exit-code` asked for this.
pub(crate) const HITS: u8 = 3;

/// An error in how a command was called.
#[derive(Debug)]
pub(crate) struct Usage(pub(crate) String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// An error in how a command was called.
pub(crate) fn usage(text: impl Into<String>) -> anyhow::Error {
    anyhow::Error::new(Usage(text.into()))
}

/// Writes an error with its causes to stderr and says which exit code it means.
pub(crate) fn report(error: &anyhow::Error) -> ExitCode {
    if closed_pipe(error) {
        // Whoever read the output has seen enough.
        return ExitCode::from(DONE);
    }
    crate::ui::complain(&describe(error));
    if error.downcast_ref::<Usage>().is_some() {
        ExitCode::from(USAGE)
    } else {
        ExitCode::from(FAILED)
    }
}

/// The error and its causes; a cause that the text before it already tells is left out.
pub(crate) fn describe(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain() {
        let text = cause.to_string();
        if told.contains(&text) {
            continue;
        }
        if told.is_empty() {
            told = text;
        } else {
            told.push_str("\n  because: ");
            told.push_str(&text);
        }
    }
    told
}

fn closed_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|e| e.kind() == io::ErrorKind::BrokenPipe)
}

#[cfg(test)]
mod tests {
    use anyhow::Context;

    use super::*;

    #[test]
    fn causes_are_told_once() {
        let inner: anyhow::Result<()> = Err(anyhow::anyhow!("line 3: no name"));
        let error = inner.context("customers.csv: line 3: no name").unwrap_err();
        assert_eq!(describe(&error), "customers.csv: line 3: no name");
        let inner: anyhow::Result<()> = Err(anyhow::anyhow!("permission denied"));
        let error = inner.context("a.csv cannot be read").unwrap_err();
        assert_eq!(
            describe(&error),
            "a.csv cannot be read\n  because: permission denied"
        );
    }

    #[test]
    fn a_reader_that_left_is_no_failure() {
        let error = anyhow::Error::new(io::Error::from(io::ErrorKind::BrokenPipe));
        assert!(closed_pipe(&error.context("writing the answer")));
    }
}
