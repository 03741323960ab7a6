//! What can go wrong with stored data, and what to do then.

use std::io;
use std::path::{Path, PathBuf};

use interdict_model::DatasetName;

/// Why something could not be stored or read back.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A file or folder could not be used.
    #[error("{}: {doing} failed: {source}; {remedy}", .path.display())]
    Io {
        /// File or folder.
        path: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// Cause.
        #[source]
        source: io::Error,
        /// What to do.
        remedy: &'static str,
    },
    /// No space is left; what was stored before is whole.
    #[error(
        "{}: no space left while {doing}; nothing was changed: free space there, then run it again",
        .path.display()
    )]
    DiskFull {
        /// The data folder.
        path: PathBuf,
        /// What was being written.
        doing: &'static str,
    },
    /// The data was written by a later release.
    #[error(
        "{}: written by a later release (storage version {found}; this one knows up to \
         {supported}); use that release, or another data folder",
        .path.display()
    )]
    Newer {
        /// Database.
        path: PathBuf,
        /// Its storage version.
        found: i64,
        /// The latest version this release knows.
        supported: i64,
    },
    /// A migration that was applied is not the one this release has.
    #[error(
        "{}: migration {number} differs from the one of this release; the folder was made by an \
         unreleased build: import into a new data folder",
        .path.display()
    )]
    ForeignMigration {
        /// Database.
        path: PathBuf,
        /// Number of the migration.
        number: i64,
    },
    /// Another process writes and did not finish in time.
    #[error(
        "{}: another process is writing and did not finish within {seconds} s; try again when it \
         has ended",
        .path.display()
    )]
    Busy {
        /// The data folder.
        path: PathBuf,
        /// How long was waited, in seconds.
        seconds: u64,
    },
    /// Stored bytes are not what was written.
    #[error(
        "stored data is damaged: {what}: {found}; restore the data folder from a backup, or import \
         the lists into a new one"
    )]
    Damaged {
        /// Which record.
        what: String,
        /// What is wrong with it.
        found: String,
    },
    /// The database refused.
    #[error("{}: {doing} failed: {source}; {remedy}", .path.display())]
    Database {
        /// Database.
        path: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// Cause.
        #[source]
        source: sqlx::Error,
        /// What to do.
        remedy: &'static str,
    },
    /// The database server is stopped, or cannot be reached.
    #[error(
        "{}: the server could not be reached within {seconds} s while {doing}: {source}; what was \
         not finished was not stored: start the server, then run it again",
        .path.display()
    )]
    Unreachable {
        /// Database.
        path: PathBuf,
        /// What was tried.
        doing: &'static str,
        /// How long was waited, in seconds.
        seconds: u64,
        /// Cause.
        #[source]
        source: sqlx::Error,
    },
    /// The server was lost while it made changes last, and nobody but it knows whether it did.
    #[error(
        "{}: the server was lost while it made changes last: {source}; they are stored whole or \
         not at all: start the server, look which, then run it again if need be",
        .path.display()
    )]
    CommitUnknown {
        /// Database.
        path: PathBuf,
        /// Cause.
        #[source]
        source: sqlx::Error,
    },
    /// The server takes no further connection.
    #[error(
        "{}: the server takes no more connections; raise its `max_connections`, or end others",
        .path.display()
    )]
    TooManyConnections {
        /// Database.
        path: PathBuf,
    },
    /// An address of a database that is none.
    #[error("the address of the database: {why}; write postgres://USER@HOST:PORT/DATABASE")]
    BadUrl {
        /// What is wrong with it; never the address itself, which may hold a password.
        why: String,
    },
    /// A copy may only go where nothing is.
    #[error(
        "{}: is not empty, and not an unfinished copy of this store; nothing was changed: give an \
         empty folder or a new database (`createdb`)",
        .path.display()
    )]
    TargetNotEmpty {
        /// The target.
        path: PathBuf,
    },
    /// A copy that was interrupted cannot be worked with.
    #[error(
        "{}: is a copy that was not finished; run the same `store copy` again, or remove it",
        .path.display()
    )]
    UnfinishedCopy {
        /// The database.
        path: PathBuf,
    },
    /// Source and target are not the same after a copy.
    #[error(
        "{}: table {table} has {found} rows, expected {expected}, or others than the source; the \
         copy cannot be used: empty the target and run it again",
        .path.display()
    )]
    CopyDiffers {
        /// The target.
        path: PathBuf,
        /// The table.
        table: String,
        /// Rows of the source.
        expected: u64,
        /// Rows of the target.
        found: u64,
    },
    /// What should be a backup is none, or not whole.
    #[error("{}: {why}; the backup cannot be restored: use another one", .path.display())]
    BadBackup {
        /// The backup, or the file in it.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// A file that the database knows is on no disk and not in the database either.
    #[error("{}: {name} is missing; restore it from a backup, or import again", .path.display())]
    MissingFile {
        /// Where it should be.
        path: PathBuf,
        /// What it is.
        name: String,
    },
    /// No book of this name.
    #[error("no book {given:?}; there {}; `interdict book load` makes one", names(.known))]
    UnknownBook {
        /// The name given.
        given: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// A file has two customers of one key.
    #[error(
        "book {book:?}: key {key:?} stands for two customers; name a column whose values are \
         different, or remove one of the rows"
    )]
    RepeatedKey {
        /// The book.
        book: String,
        /// The key.
        key: String,
    },
    /// No alert of this number.
    #[error("no alert {number}; `interdict alerts` lists them")]
    UnknownAlert {
        /// The number given.
        number: i64,
    },
    /// The match of an alert is gone, so there is nothing to decide.
    #[error("alert {number} is closed, because what matched is no longer there; nothing to decide")]
    ClosedAlert {
        /// The alert.
        number: i64,
    },
    /// The table of ways has none for this.
    #[error(
        "alert {number} is {state}: there is no {verb} from there; docs/alerts.md shows the ways"
    )]
    NoSuchMove {
        /// The alert.
        number: i64,
        /// What was to be done.
        verb: crate::books::Verb,
        /// How the alert stands.
        state: crate::books::AlertState,
    },
    /// Something happened since the person looked.
    #[error("alert {number}: something happened since you looked; nothing was done: look again")]
    Overtaken {
        /// The alert.
        number: i64,
    },
    /// An alert is somebody else's.
    #[error("alert {number} is another person's; take it over first, which takes the right assign")]
    HeldByAnother {
        /// The alert.
        number: i64,
    },
    /// Only who proposed can take a proposal back.
    #[error("alert {number}: only who proposed can take it back; `return` sends it back")]
    NotProposer {
        /// The alert.
        number: i64,
    },
    /// Four eyes: the second pair is that of another natural person.
    #[error(
        "{what}: another natural person must agree; several accounts and keys of one person count as one"
    )]
    SamePerson {
        /// What was to be approved.
        what: String,
    },
    /// What waits for nobody cannot be approved.
    #[error("{what} does not wait for anybody any more")]
    NotWaiting {
        /// What was to be approved.
        what: String,
    },
    /// No proposal of this number.
    #[error("no proposal {number}")]
    UnknownProposal {
        /// The number given.
        number: i64,
    },
    /// No attachment of this number.
    #[error("no attachment {number}")]
    UnknownAttachment {
        /// The number given.
        number: i64,
    },
    /// Somebody lacks the right.
    #[error(
        "{actor} may not do this: it takes the right {right}; docs/accounts.md says who has it"
    )]
    Forbidden {
        /// Who.
        actor: String,
        /// The right.
        right: crate::accounts::Right,
    },
    /// A value that cannot be.
    #[error("{what}; expected {expected}")]
    Unfit {
        /// The value.
        what: String,
        /// What it should be.
        expected: String,
    },
    /// No account with this login.
    #[error("no user {given:?}; `interdict user list` shows them")]
    UnknownAccount {
        /// The login given.
        given: String,
    },
    /// No person of this number.
    #[error("no person {number}; `interdict user list` shows them")]
    UnknownPerson {
        /// The number given.
        number: i64,
    },
    /// The login is another account's.
    #[error("there is a user {login:?} already; choose another login")]
    LoginTaken {
        /// The login.
        login: String,
    },
    /// The subject opens another account.
    #[error("this subject of {issuer} opens an account already; unlink it there first")]
    SubjectTaken {
        /// The identity provider.
        issuer: String,
    },
    /// The account is disabled.
    #[error("user {login:?} is disabled; `interdict user enable` lets it be used again")]
    DisabledAccount {
        /// The login.
        login: String,
    },
    /// Nobody would be left to manage users.
    #[error("{login:?} is the last user who can manage users; make another one admin first")]
    LastAdmin {
        /// The login.
        login: String,
    },
    /// No screening of this number.
    #[error("no screening {number} is recorded; `interdict audit subject` shows a customer's")]
    UnknownScreening {
        /// The number given.
        number: i64,
    },
    /// No key of this number.
    #[error("no API key {number}; `interdict key list` shows them")]
    UnknownKey {
        /// The number given.
        number: i64,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes ({found}); nothing was changed")]
    NoRandomness {
        /// What it says.
        found: String,
    },
    /// No good-guy rule of this number.
    #[error("no good-guy rule {number}; `interdict rules` lists them")]
    UnknownRule {
        /// The number given.
        number: i64,
    },
    /// A rule waits for the approval of nobody.
    #[error("good-guy rule {number} does not wait for approval")]
    NotPending {
        /// The rule.
        number: i64,
    },
    /// Nobody approves a rule of his own.
    #[error("good-guy rule {number} was made by {author}; another person must approve it")]
    OwnRule {
        /// The rule.
        number: i64,
        /// Who made it.
        author: String,
    },
    /// One publication gives two things that cannot be one entity the same id.
    #[error(
        "entity {id}: is both {first} and {second} in one publication; one of the two needs \
         another id"
    )]
    ClashingSchemata {
        /// Id.
        id: String,
        /// Schema of the first.
        first: &'static str,
        /// Schema of the second.
        second: &'static str,
    },
    /// An entity carries a property that its schema does not have.
    #[error("entity {id}: {schema} has no property {property}")]
    ForeignProperty {
        /// Id.
        id: String,
        /// Schema.
        schema: &'static str,
        /// Property, with the schema that has it.
        property: String,
    },
    /// A publication without a single entity.
    #[error("the publication of {dataset} holds no entity; nothing was changed")]
    NoEntities {
        /// Dataset.
        dataset: DatasetName,
    },
    /// No list of this name was ever imported.
    #[error("no list {dataset} is stored; `lists` shows what is")]
    UnknownDataset {
        /// Dataset.
        dataset: DatasetName,
    },
    /// No publication of this number is stored.
    #[error("no publication {number} is stored; `lists` shows what is")]
    UnknownPublication {
        /// Import number.
        number: i64,
    },
    /// A publication that did not pass may not answer.
    #[error("publication {number} is {state} and cannot answer; `lists accept` lets it")]
    NotAccepted {
        /// Import number.
        number: i64,
        /// Its state.
        state: crate::publication::State,
    },
    /// Content and files of this publication were removed.
    #[error(
        "{dataset}: publication {number} of {day} would answer, but it was pruned on {pruned_at}; \
         import its files again to ask it"
    )]
    Pruned {
        /// Its list.
        dataset: DatasetName,
        /// Import number.
        number: i64,
        /// Its day.
        day: jiff::civil::Date,
        /// When it was pruned.
        pruned_at: jiff::Timestamp,
    },
    /// A publication that could not be read has nothing to answer with.
    #[error(
        "publication {number} could not be read and holds nothing: get a whole file and import \
         that; `lists reject` files this one away"
    )]
    Unreadable {
        /// Import number.
        number: i64,
    },
    /// Something still needs this publication.
    #[error("publication {number} must stay: {why}")]
    Needed {
        /// Import number.
        number: i64,
        /// By whom and why.
        why: String,
    },
    /// There is nothing to decide about this publication.
    #[error("publication {number} is {state}, not quarantined; there is nothing to decide")]
    NotQuarantined {
        /// Import number.
        number: i64,
        /// Its state.
        state: crate::publication::State,
    },
    /// The day or time asked for lies before the first stored publication.
    #[error(
        "{dataset}: nothing stored for {asked}; the first publication stored is of {first_day}, \
         imported {first_import}"
    )]
    BeforeFirst {
        /// Dataset.
        dataset: DatasetName,
        /// What was asked, in words.
        asked: String,
        /// Day of the first publication.
        first_day: jiff::civil::Date,
        /// Time of the first import.
        first_import: jiff::Timestamp,
    },
}

impl StoreError {
    /// Wraps an I/O error, telling a full disk apart.
    pub(crate) fn io(path: &Path, doing: &'static str, source: io::Error) -> StoreError {
        if matches!(
            source.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge
        ) {
            return StoreError::DiskFull {
                path: path.to_owned(),
                doing,
            };
        }
        let remedy = match source.kind() {
            io::ErrorKind::PermissionDenied => "give this user the right to read and write there",
            io::ErrorKind::ReadOnlyFilesystem => {
                "it is on a read-only file system; choose another data folder"
            }
            io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
                "a file stands where a folder is needed; choose another data folder"
            }
            io::ErrorKind::NotFound => "it is gone; restore it or import again",
            _ => "check the disk it is on",
        };
        StoreError::Io {
            path: path.to_owned(),
            doing,
            source,
            remedy,
        }
    }

    pub(crate) fn damaged(what: impl Into<String>, found: impl Into<String>) -> StoreError {
        StoreError::Damaged {
            what: what.into(),
            found: found.into(),
        }
    }
}

fn names(known: &[String]) -> String {
    match known {
        [] => "are none".to_owned(),
        [one] => format!("is {one}"),
        many => format!("are {}", many.join(", ")),
    }
}
