//! What must survive: publications, dataset versions, entity revisions.
//!
//! A publication is stored once and never changed; which one of a list answers is one row that one
//! transaction switches. Equal entities of any number of publications are stored once. Knows
//! nothing of files' formats, of names or of scores.
#![forbid(unsafe_code)]

mod accounts;
mod audit;
mod backup;
mod books;
mod bytes;
mod changes;
mod clusters;
mod content;
mod copy;
mod decide;
mod error;
mod files;
mod folder;
mod import;
mod lock;
mod look;
mod migrate;
mod named;
mod pack;
mod pin;
mod prune;
mod publication;
mod read;
mod replies;
mod revision;
mod seen;
mod segments;
mod select;
mod sql;
mod state;
mod store;

pub use accounts::{
    Account, Actor, ApiKey, Disabled, FreshKey, GRANTS, LogInFacts, NewAccount, OpenSession,
    PersonId, Right, Rights, Role, Subject, Via,
};
pub use audit::{
    AuditRow, ChainHead, Entry, Erased, Fault, Personal, Verified, Verifier, canonical,
};
pub use backup::{BackupRecord, FileRecord, restore, verify_backup};
pub use books::{
    Alert, AlertEvent, AlertFilter, AlertState, Attachment, Book, BookLoad, BookRun, Codes,
    Customer, CustomerVersion, Disposition, Given, GoodGuyRule, Happening, LoadFacts, MOVES, Move,
    NewAttachment, NewProposal, NewRule, Pair, Proof, Proposal, ProposalKind, ProposalState,
    QueuePlace, RuleState, RunHit, RunOutcome, SCREENING_MOVES, Screened, ScreenedSubject,
    Screening, ScreeningFacts, Step, Verb, Whose, Wording, answers, codes,
};
pub use changes::{Change, ChangeReader};
pub use clusters::{
    ClusterAction, ClusterBasis, ClusterDecision, ClusterLink, ClusterMember, EntryKey, Grouped,
    StoredCluster,
};
pub use copy::{Copied, CopyStep, CopyTarget, TableDigest};
pub use decide::{Action, Decider, Decision};
pub use error::StoreError;
pub use folder::{Folder, StoredFile};
pub use import::{Committed, Import, Writer};
pub use look::{Look, LookOutcome};
pub use migrate::{Pending, STORAGE_VERSION};
pub use pin::Pin;
pub use prune::Pruned;
pub use publication::{
    Counts, DatasetInfo, DateSource, Facts, Publication, PublicationId, PublishedAt, SegmentInfo,
    State,
};
pub use read::{Appearance, Difference, EntityReader};
pub use replies::{KeptReply, Repetition};
pub use revision::{RevisionHash, canonicalise};
pub use seen::SeenSince;
pub use segments::StoredSegment;
pub use select::Moment;
pub use sql::DatabaseUrl;
pub use store::{DiskUse, Store, Switch};

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |n: u8| char::from(DIGITS.get(usize::from(n)).copied().unwrap_or(b'?'));
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}
