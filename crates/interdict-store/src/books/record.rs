//! The record that every screening leaves, clean ones too.
//!
//! A run is one row; its subjects are packed a few thousand to a chunk, each chunk with the range
//! of places it holds, so that proving one subject reads one chunk a run.

use jiff::Timestamp;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::audit::{Entry, record_hash};
use crate::bytes::{Reader, Wrong, put_uint};
use crate::error::StoreError;
use crate::pack;
use crate::publication::PublicationId;
use crate::sql::{Cell, Row, Session, placeholders};
use crate::store::{Store, time_of};

use super::customer::next_id;

/// Subjects of one chunk.
const CHUNK: usize = 4_096;
const RECORDING: &str = "recording a screening";

/// What is said of a screening as a whole.
#[derive(Clone, Debug)]
pub struct ScreeningFacts {
    /// Now.
    pub at: Timestamp,
    /// Who asked.
    pub actor: String,
    /// The book, if the subjects are its customers.
    pub book: Option<String>,
    /// Lists, policy and engine, JSON.
    pub basis: String,
    /// The publications that were searched; they are pinned, since the record rests on them.
    pub publications: Vec<PublicationId>,
}

/// Whom a record is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScreenedSubject {
    /// A version of a customer of a book.
    Customer(i64),
    /// Someone who is in no book.
    Other {
        /// What the caller calls it; a question without a reference goes by its name.
        key: String,
        /// SHA-256 of the question.
        hash: [u8; 32],
    },
}

/// A subject and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screened {
    /// Whom.
    pub subject: ScreenedSubject,
    /// Hits that reached the threshold.
    pub hits: u32,
}

/// A screening as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Screening {
    /// Number.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who asked.
    pub actor: String,
    /// The book, if any.
    pub book: Option<String>,
    /// Lists, policy and engine, JSON.
    pub basis: String,
    /// How many subjects it had.
    pub subjects: u64,
    /// How many hits.
    pub hits: u64,
}

/// That a subject was screened, and with what result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The screening.
    pub screening: Screening,
    /// SHA-256 of the subject as it was screened.
    pub hash: [u8; 32],
    /// Hits it had.
    pub hits: u32,
}

/// Where a key that is in no book stands among others.
fn place_of_key(key: &str) -> i64 {
    let digest = Sha256::digest(key.as_bytes());
    let first = digest
        .iter()
        .take(8)
        .fold(0u64, |n, b| n << 8 | u64::from(*b));
    // Fits a signed column of any database.
    i64::try_from(first >> 1).unwrap_or(i64::MAX)
}

impl ScreenedSubject {
    fn place(&self) -> i64 {
        match self {
            ScreenedSubject::Customer(version) => *version,
            ScreenedSubject::Other { key, .. } => place_of_key(key),
        }
    }
}

/// Packs subjects in the order of their places.
fn pack_chunk(subjects: &[(i64, &Screened)]) -> Vec<u8> {
    let mut raw = Vec::with_capacity(subjects.len() * 3);
    put_uint(&mut raw, subjects.len() as u64);
    let mut before = 0i64;
    for (place, screened) in subjects {
        match &screened.subject {
            ScreenedSubject::Customer(_) => put_uint(&mut raw, place.abs_diff(before) << 1),
            ScreenedSubject::Other { key, hash } => {
                put_uint(&mut raw, (key.len() as u64) << 1 | 1);
                raw.extend_from_slice(key.as_bytes());
                raw.extend_from_slice(hash);
            }
        }
        put_uint(&mut raw, u64::from(screened.hits));
        before = *place;
    }
    raw
}

fn unpack_chunk(raw: &[u8]) -> Result<Vec<Screened>, Wrong> {
    let mut reader = Reader::new(raw);
    let count = reader.count()?;
    let mut all = Vec::with_capacity(count);
    let mut before = 0i64;
    for _ in 0..count {
        let head = reader.uint()?;
        let subject = if head & 1 == 0 {
            before = before
                .checked_add_unsigned(head >> 1)
                .ok_or("holds a number that is too large")?;
            ScreenedSubject::Customer(before)
        } else {
            let length = usize::try_from(head >> 1).map_err(|_| "holds a length too large")?;
            let key = std::str::from_utf8(reader.bytes(length)?)
                .map_err(|_| "holds a text that is not UTF-8")?
                .to_owned();
            let hash = reader.bytes(32)?.try_into().map_err(|_| "ends too early")?;
            ScreenedSubject::Other { key, hash }
        };
        let hits = u32::try_from(reader.uint()?).map_err(|_| "holds a count too large")?;
        all.push(Screened { subject, hits });
    }
    if reader.is_empty() {
        Ok(all)
    } else {
        Err("holds more than it counts")
    }
}

/// Writes the row of a screening and its chunks; gives its number.
pub(super) async fn write(
    session: &mut Session,
    facts: &ScreeningFacts,
    subjects: &[Screened],
) -> Result<Recorded, StoreError> {
    let id = next_id(session, "screening").await?;
    let hits: u64 = subjects.iter().map(|s| u64::from(s.hits)).sum();
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let cells: Vec<Cell> = vec![
        id.into(),
        facts.at.as_microsecond().into(),
        facts.actor.as_str().into(),
        facts.book.clone().into(),
        facts.basis.as_str().into(),
        count(subjects.len() as u64).into(),
        count(hits).into(),
    ];
    let sql = format!(
        "INSERT INTO screening (id, at, actor, book, basis, subjects, hits) VALUES {}",
        placeholders(1, cells.len())
    );
    session.execute(RECORDING, sql, cells).await?;
    if !facts.publications.is_empty() {
        let sql = format!(
            "INSERT INTO pin (publication, owner, reason, at) \
             SELECT id, 'screenings', 'records of screenings rest on it', ? \
             FROM publication WHERE id IN {} ON CONFLICT (publication, owner) DO NOTHING",
            placeholders(1, facts.publications.len())
        );
        let mut cells: Vec<Cell> = vec![facts.at.as_microsecond().into()];
        cells.extend(facts.publications.iter().map(|id| Cell::Int(id.0)));
        session.execute(RECORDING, sql, cells).await?;
    }
    let mut placed: Vec<(i64, &Screened)> =
        subjects.iter().map(|s| (s.subject.place(), s)).collect();
    placed.sort_by_key(|(place, _)| *place);
    let mut hashes = Vec::new();
    for (seq, part) in placed.chunks(CHUNK).enumerate() {
        let (Some((low, _)), Some((high, _))) = (part.first(), part.last()) else {
            continue;
        };
        let raw = pack_chunk(part);
        hashes.push(crate::hex(&Sha256::digest(&raw)));
        session
            .execute(
                RECORDING,
                "INSERT INTO screened (screening, seq, subjects, low, high, data) \
                 VALUES ($1, $2, $3, $4, $5, $6)",
                vec![
                    id.into(),
                    count(seq as u64).into(),
                    count(part.len() as u64).into(),
                    (*low).into(),
                    (*high).into(),
                    pack::compress(&raw)?.into(),
                ],
            )
            .await?;
    }
    let hash = record_hash(&json!([
        id,
        facts.at.as_microsecond(),
        facts.actor,
        facts.book,
        facts.basis,
        count(subjects.len() as u64),
        count(hits),
        hashes,
    ]));
    Ok(Recorded { id, hits, hash })
}

/// A screening that was written.
pub(super) struct Recorded {
    /// Its number.
    pub(super) id: i64,
    hits: u64,
    /// The hash by which the audit chain knows it.
    hash: [u8; 32],
}

impl Recorded {
    /// The row of the audit chain, with what is to be said beside.
    pub(super) fn entry(&self, facts: &ScreeningFacts, subjects: usize, more: Value) -> Entry {
        let mut said = json!({
            "record": crate::hex(&self.hash),
            "book": facts.book,
            "subjects": subjects,
            "hits": self.hits,
        });
        if let (Some(said), Value::Object(more)) = (said.as_object_mut(), more) {
            said.extend(more);
        }
        Entry::new("screened", format!("screening/{}", self.id)).facts(said)
    }
}

impl Store {
    /// Records a screening of subjects that are in no book; gives its number. Waits for the
    /// database only, not for whoever imports.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn record_screening(
        &self,
        facts: &ScreeningFacts,
        subjects: &[Screened],
    ) -> Result<i64, StoreError> {
        let numbers = self.record_screenings(&[(facts, subjects)]).await?;
        Ok(numbers.first().copied().unwrap_or_default())
    }

    /// Records several screenings in one transaction; gives their numbers. What many records
    /// together cost is mostly the transaction.
    ///
    /// # Errors
    /// When the database cannot be written. Then none is recorded.
    pub async fn record_screenings(
        &self,
        screenings: &[(&ScreeningFacts, &[Screened])],
    ) -> Result<Vec<i64>, StoreError> {
        let mut session = self.begin().await?;
        let mut numbers = Vec::with_capacity(screenings.len());
        let same = |a: &ScreeningFacts, b: &ScreeningFacts| a.actor == b.actor && a.at == b.at;
        for group in screenings.chunk_by(|(a, _), (b, _)| same(a, b)) {
            let mut entries = Vec::with_capacity(group.len());
            for (facts, subjects) in group {
                let recorded = write(&mut session, facts, subjects).await?;
                entries.push(recorded.entry(facts, subjects.len(), json!({})));
                numbers.push(recorded.id);
            }
            if let Some((facts, _)) = group.first() {
                let by = self.who(&facts.actor);
                self.append(&mut session, &by, facts.at, &entries).await?;
            }
        }
        self.end(session).await?;
        Ok(numbers)
    }

    /// The number of the record that says exactly this, if there is one: for whoever made it and was
    /// ended before learning its number.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn recorded_screening(
        &self,
        facts: &ScreeningFacts,
        subjects: u64,
        hits: u64,
    ) -> Result<Option<i64>, StoreError> {
        let (condition, book) = match &facts.book {
            Some(book) => ("book = $6", Some(book.as_str())),
            None => ("book IS NULL", None),
        };
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let mut cells = vec![
            facts.at.as_microsecond().into(),
            facts.actor.as_str().into(),
            facts.basis.as_str().into(),
            count(subjects).into(),
            count(hits).into(),
        ];
        cells.extend(book.map(Cell::from));
        let sql = format!(
            "SELECT id FROM screening WHERE at = $1 AND actor = $2 AND basis = $3 AND \
             subjects = $4 AND hits = $5 AND {condition} ORDER BY id"
        );
        let rows = self.database.rows(READING, sql, cells).await?;
        rows.first().map(|row| row.int(0)).transpose()
    }

    /// The screenings of a book (or, for `None`, those of subjects in no book), the latest last.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn screenings(&self, book: Option<&str>) -> Result<Vec<Screening>, StoreError> {
        let (condition, cells) = match book {
            Some(book) => ("book = $1", vec![book.into()]),
            None => ("book IS NULL", Vec::new()),
        };
        let sql = format!("{SCREENINGS} WHERE {condition} ORDER BY id");
        let rows = self.database.rows(READING, sql, cells).await?;
        rows.iter().map(screening_of).collect()
    }

    /// One screening.
    ///
    /// # Errors
    /// [`StoreError::UnknownScreening`], or when the database cannot be read.
    pub async fn screening(&self, id: i64) -> Result<Screening, StoreError> {
        let sql = format!("{SCREENINGS} WHERE id = $1");
        let rows = self.database.rows(READING, sql, vec![id.into()]).await?;
        rows.first()
            .map(screening_of)
            .transpose()?
            .ok_or(StoreError::UnknownScreening { number: id })
    }

    /// The subjects of a screening and what came of each, by their places.
    ///
    /// # Errors
    /// When the database cannot be read or the record is damaged.
    pub async fn screened(&self, id: i64) -> Result<Vec<Screened>, StoreError> {
        let sql = "SELECT data FROM screened WHERE screening = $1 ORDER BY seq";
        let rows = self.database.rows(READING, sql, vec![id.into()]).await?;
        let what = format!("the record of screening {id}");
        let mut all = Vec::new();
        for row in &rows {
            let raw = pack::decompress(&what, &row.blob(0)?)?;
            all.extend(unpack_chunk(&raw).map_err(|e| StoreError::damaged(&what, e))?);
        }
        Ok(all)
    }

    /// Every screening of the subject that goes by a key, in any book or none, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read or a record is damaged.
    pub async fn proofs(&self, key: &str) -> Result<Vec<Proof>, StoreError> {
        let mut proofs = Vec::new();
        for version in self.customer_history(key).await? {
            let wanted = ScreenedSubject::Customer(version.customer.version);
            let condition = "s.book = $1 AND c.low <= $2 AND c.high >= $2";
            let cells = vec![
                version.book.as_str().into(),
                version.customer.version.into(),
            ];
            let hash = version.customer.hash;
            self.find(condition, cells, &mut proofs, |screened| {
                (screened.subject == wanted).then_some(hash)
            })
            .await?;
        }
        let condition = "s.book IS NULL AND c.low <= $1 AND c.high >= $1";
        let cells = vec![place_of_key(key).into()];
        self.find(condition, cells, &mut proofs, |screened| {
            match &screened.subject {
                ScreenedSubject::Other { key: known, hash } if known == key => Some(*hash),
                _ => None,
            }
        })
        .await?;
        proofs.sort_by_key(|proof| proof.screening.id);
        Ok(proofs)
    }

    async fn find(
        &self,
        condition: &str,
        cells: Vec<Cell>,
        proofs: &mut Vec<Proof>,
        wanted: impl Fn(&Screened) -> Option<[u8; 32]>,
    ) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT s.id, s.at, s.actor, s.book, s.basis, s.subjects, s.hits, c.data \
             FROM screening s JOIN screened c ON c.screening = s.id WHERE {condition} \
             ORDER BY s.id, c.seq"
        );
        for row in self.database.rows(READING, sql, cells).await? {
            let screening = screening_of(&row)?;
            let what = format!("the record of screening {}", screening.id);
            let raw = pack::decompress(&what, &row.blob(7)?)?;
            let subjects = unpack_chunk(&raw).map_err(|e| StoreError::damaged(&what, e))?;
            proofs.extend(subjects.iter().filter_map(|screened| {
                Some(Proof {
                    screening: screening.clone(),
                    hash: wanted(screened)?,
                    hits: screened.hits,
                })
            }));
        }
        Ok(())
    }
}

const READING: &str = "reading records of screenings";
const SCREENINGS: &str = "SELECT id, at, actor, book, basis, subjects, hits FROM screening";

fn screening_of(row: &Row) -> Result<Screening, StoreError> {
    Ok(Screening {
        id: row.int(0)?,
        at: time_of(row.int(1)?)?,
        actor: row.text(2)?,
        book: row.optional_text(3)?,
        basis: row.text(4)?,
        subjects: row.int(5)?.unsigned_abs(),
        hits: row.int(6)?.unsigned_abs(),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn subject() -> impl Strategy<Value = Screened> {
        let whom = prop_oneof![
            (1i64..1 << 40).prop_map(ScreenedSubject::Customer),
            (".{0,20}", any::<[u8; 32]>())
                .prop_map(|(key, hash)| ScreenedSubject::Other { key, hash }),
        ];
        (whom, 0u32..1 << 20).prop_map(|(subject, hits)| Screened { subject, hits })
    }

    proptest! {
        #[test]
        fn chunks_come_back(customers: bool, subjects in prop::collection::vec(subject(), 0..40)) {
            let kept: Vec<Screened> = subjects
                .into_iter()
                .filter(|s| matches!(s.subject, ScreenedSubject::Customer(_)) == customers)
                .collect();
            let mut placed: Vec<(i64, &Screened)> = kept.iter().map(|s| (s.subject.place(), s)).collect();
            placed.sort_by_key(|(place, _)| *place);
            let expected: Vec<Screened> = placed.iter().map(|(_, s)| (*s).clone()).collect();
            prop_assert_eq!(unpack_chunk(&pack_chunk(&placed)), Ok(expected));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            let _ = unpack_chunk(&bytes);
        }
    }
}
