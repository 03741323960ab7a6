//! Files that only their owner can read.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use crate::error::DeskError;

/// Writes a text into a new file, mode 0600 where there are modes. One that is there is left alone.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<(), DeskError> {
    let failed = |source| DeskError::Output {
        path: path.to_owned(),
        source,
    };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    file.sync_all().map_err(failed)
}
