//! How far long work has come, for whoever wants to draw it.

/// A step of an import, or before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// Fetching a file from its publisher; counted in bytes.
    Downloading,
    /// Copying a file into the data folder; counted in bytes.
    Receiving,
    /// Reading records; counted in entities stored.
    Reading,
    /// Looking which entries are of one party; counted in entities, their total is known.
    Grouping,
    /// Building the index; counted in entities, their total is known.
    Indexing,
    /// Screening a book; counted in customers, their total is known.
    Screening,
}

/// Listens to long work. Called from several threads, often: it must be quick.
pub trait Progress: Send + Sync {
    /// A step begins, on a file or a list; `total` in the unit of the step, where it is known.
    fn begin(&self, step: Step, what: &str, total: Option<u64>) {
        let _ = (step, what, total);
    }

    /// The step that runs has come to `done` in its unit.
    fn at(&self, step: Step, done: u64) {
        let _ = (step, done);
    }

    /// The step is done.
    fn end(&self, step: Step) {
        let _ = step;
    }
}

/// Nobody listens.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoProgress;

impl Progress for NoProgress {}
