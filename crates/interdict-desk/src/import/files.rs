//! Files on their way in.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use interdict_model::DatasetName;
use interdict_sources::{PathFile, RawFile};
use interdict_store::Writer;
use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::error::DeskError;
use crate::progress::{Progress, Step};

/// One file to import.
pub struct Input {
    name: String,
    from: From,
    last_modified: Option<Timestamp>,
}

enum From {
    Path(PathBuf),
    Reader(Box<dyn Read + Send>),
}

impl Input {
    /// A file on disk, called by the last part of its path. Its time of last change is that of a
    /// copy and counts for nothing.
    pub fn path(path: impl Into<PathBuf>) -> Input {
        let path = path.into();
        let name = path.file_name().map_or_else(
            || path.to_string_lossy().into_owned(),
            |name| name.to_string_lossy().into_owned(),
        );
        Input {
            name,
            from: From::Path(path),
            last_modified: None,
        }
    }

    /// Bytes from anywhere, under a name.
    pub fn reader(name: impl Into<String>, reader: Box<dyn Read + Send>) -> Input {
        Input {
            name: name.into(),
            from: From::Reader(reader),
            last_modified: None,
        }
    }

    /// With the time at which the publisher says it was last changed.
    #[must_use]
    pub fn last_modified(mut self, time: Timestamp) -> Input {
        self.last_modified = Some(time);
        self
    }
}

/// A file that is kept in the data folder, under its own name.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    name: String,
    file: PathFile,
    /// The list it is imported as, where somebody said so.
    list: Option<DatasetName>,
}

impl RawFile for Kept {
    fn name(&self) -> &str {
        &self.name
    }

    fn list(&self) -> Option<&DatasetName> {
        self.list.as_ref()
    }

    fn open(&self) -> io::Result<Box<dyn Read + Send>> {
        self.file.open()
    }
}

struct Counted<'a> {
    reader: Box<dyn Read + Send>,
    done: u64,
    ticks: &'a mpsc::UnboundedSender<Tick>,
}

enum Tick {
    Begin(String, Option<u64>),
    At(u64),
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.done += count as u64;
        // Nobody may be listening any more; the copy goes on.
        let _ = self.ticks.send(Tick::At(self.done));
        Ok(count)
    }
}

type Received = (Writer, Vec<Kept>, Option<Timestamp>);

/// Copies the files into the data folder, to be imported as `list` if that is said. Gives the latest
/// time of last change.
pub(super) async fn receive(
    mut writer: Writer,
    inputs: Vec<Input>,
    list: Option<DatasetName>,
    progress: &dyn Progress,
) -> Result<Received, DeskError> {
    let (ticks, mut heard) = mpsc::unbounded_channel();
    let copying = tokio::task::spawn_blocking(move || {
        let mut kept = Vec::with_capacity(inputs.len());
        let mut last_modified = None;
        for input in inputs {
            last_modified = last_modified.max(input.last_modified);
            let (reader, size) = open(input.from)?;
            let _ = ticks.send(Tick::Begin(input.name.clone(), size));
            let mut reader = Counted {
                reader,
                done: 0,
                ticks: &ticks,
            };
            let stored = writer.receive(&input.name, &mut reader)?;
            kept.push(Kept {
                name: input.name,
                file: PathFile::new(writer.folder().raw_file(&stored.sha256)),
                list: list.clone(),
            });
        }
        Ok::<Received, DeskError>((writer, kept, last_modified))
    });
    while let Some(tick) = heard.recv().await {
        match tick {
            Tick::Begin(name, size) => progress.begin(Step::Receiving, &name, size),
            Tick::At(done) => progress.at(Step::Receiving, done),
        }
    }
    let received = copying.await.map_err(|_| DeskError::Stopped {
        what: "copying the files",
    })??;
    progress.end(Step::Receiving);
    Ok(received)
}

fn open(from: From) -> Result<(Box<dyn Read + Send>, Option<u64>), DeskError> {
    match from {
        From::Reader(reader) => Ok((reader, None)),
        From::Path(path) => {
            let failed = |source| DeskError::Input {
                path: path.clone(),
                source,
            };
            let file = File::open(&path).map_err(failed)?;
            let about = file.metadata().map_err(failed)?;
            if about.is_dir() {
                return Err(failed(io::Error::new(
                    io::ErrorKind::IsADirectory,
                    "it is a folder; expected a file",
                )));
            }
            Ok((Box::new(file), Some(about.len())))
        }
    }
}
