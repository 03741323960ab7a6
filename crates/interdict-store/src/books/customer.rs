//! Customers by key, and what each was from one load of its book to another.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::accounts::Actor;
use crate::audit::Entry;
use crate::error::StoreError;
use crate::import::Writer;
use crate::pack;
use crate::sql::{Row, Session, placeholders};
use crate::state;
use crate::store::{Store, hash_of, time_of};

/// Customers written in one statement.
const ROWS: usize = 100;

/// A book as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Book {
    /// Its name.
    pub name: String,
    /// When it was first loaded.
    pub created_at: Timestamp,
    /// Customers in it.
    pub customers: u64,
    /// Its last load.
    pub last_load: Option<BookLoad>,
    /// Lists, policy and engine of its last screening in full, as the desk writes them; `None` when
    /// it was never screened or was loaded since.
    pub basis: Option<String>,
    /// The policy it is screened under, TOML; `None` for the one that ships.
    pub policy: Option<String>,
}

/// One loading of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookLoad {
    /// Number.
    pub id: i64,
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: String,
    /// Name of the file.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// How it was read.
    pub profile: String,
    /// Keys that were not in the book.
    pub added: u64,
    /// Keys whose customer is another now.
    pub changed: u64,
    /// Keys that the file does not have any more.
    pub removed: u64,
    /// Keys whose customer is the same.
    pub unchanged: u64,
    /// Rows that could not be taken.
    pub rejected: u64,
}

/// What is said of a load before it happens.
#[derive(Clone, Debug)]
pub struct LoadFacts {
    /// The book; made if it is new.
    pub book: String,
    /// Now.
    pub at: Timestamp,
    /// Who loads.
    pub actor: String,
    /// Name of the file.
    pub file: String,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// How it was read.
    pub profile: String,
    /// Rows that could not be taken.
    pub rejected: u64,
}

/// A customer as a file gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Its key in the book, not empty.
    pub key: String,
    /// Its parties, in a canonical form: equal customers are equal bytes.
    pub subject: Vec<u8>,
}

/// A customer as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Customer {
    /// Number of this version of the customer.
    pub version: i64,
    /// Its key.
    pub key: String,
    /// Its parties, as given; empty once a former version was erased after its time.
    pub subject: Vec<u8>,
    /// SHA-256 of the subject.
    pub hash: [u8; 32],
}

/// One version of a customer, with the loads between which it held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerVersion {
    /// Its book.
    pub book: String,
    /// The customer.
    pub customer: Customer,
    /// The load that brought it.
    pub since: Timestamp,
    /// The load that changed or removed it.
    pub until: Option<Timestamp>,
}

impl Store {
    /// Every book, by name.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn books(&self) -> Result<Vec<Book>, StoreError> {
        let sql = "SELECT b.name, b.created_at, b.basis, b.policy, \
                   (SELECT COUNT(*) FROM customer c WHERE c.book = b.name AND c.until IS NULL) \
                   FROM book b ORDER BY b.name";
        let rows = self.database.rows(READING, sql, Vec::new()).await?;
        let mut books = Vec::with_capacity(rows.len());
        for row in &rows {
            let name = row.text(0)?;
            let last_load = self.loads(&name).await?.pop();
            books.push(Book {
                created_at: time_of(row.int(1)?)?,
                basis: row.optional_text(2)?,
                policy: row.optional_text(3)?,
                customers: row.int(4)?.unsigned_abs(),
                last_load,
                name,
            });
        }
        Ok(books)
    }

    /// One book.
    ///
    /// # Errors
    /// [`StoreError::UnknownBook`], or when the database cannot be read.
    pub async fn book(&self, name: &str) -> Result<Book, StoreError> {
        let books = self.books().await?;
        let known: Vec<String> = books.iter().map(|b| b.name.clone()).collect();
        books
            .into_iter()
            .find(|b| b.name == name)
            .ok_or(StoreError::UnknownBook {
                given: name.to_owned(),
                known,
            })
    }

    /// The loads of a book, the latest last.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn loads(&self, book: &str) -> Result<Vec<BookLoad>, StoreError> {
        let sql = "SELECT id, at, actor, file, sha256, profile, added, changed, removed, unchanged, \
                   rejected FROM book_load WHERE book = $1 ORDER BY id";
        let rows = self.database.rows(READING, sql, vec![book.into()]).await?;
        rows.iter().map(load_of).collect()
    }

    /// The customers of a book, by key.
    ///
    /// # Errors
    /// When the database cannot be read or a subject is damaged.
    pub async fn customers(&self, book: &str) -> Result<Vec<Customer>, StoreError> {
        let sql = "SELECT id, key, subject, hash FROM customer \
                   WHERE book = $1 AND until IS NULL ORDER BY key";
        let rows = self.database.rows(READING, sql, vec![book.into()]).await?;
        rows.iter().map(customer_of).collect()
    }

    /// Versions of customers by number, whether they still hold or not; those that are unknown are
    /// left out. In the order of their keys.
    ///
    /// # Errors
    /// When the database cannot be read or a subject is damaged.
    pub async fn customer_versions(&self, versions: &[i64]) -> Result<Vec<Customer>, StoreError> {
        let mut all = Vec::with_capacity(versions.len());
        for part in versions.chunks(ROWS) {
            let sql = format!(
                "SELECT id, key, subject, hash FROM customer WHERE id IN {}",
                placeholders(1, part.len())
            );
            let cells = part.iter().map(|id| (*id).into()).collect();
            for row in &self.database.rows(READING, sql, cells).await? {
                all.push(customer_of(row)?);
            }
        }
        all.sort_by(|a, b| a.key.as_bytes().cmp(b.key.as_bytes()));
        Ok(all)
    }

    /// Everything that a key ever was, in any book, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read or a subject is damaged.
    pub async fn customer_history(&self, key: &str) -> Result<Vec<CustomerVersion>, StoreError> {
        let sql = "SELECT c.id, c.key, c.subject, c.hash, c.book, s.at, u.at FROM customer c \
                   JOIN book_load s ON s.id = c.since LEFT JOIN book_load u ON u.id = c.until \
                   WHERE c.key = $1 ORDER BY c.id";
        let rows = self.database.rows(READING, sql, vec![key.into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(CustomerVersion {
                    customer: customer_of(row)?,
                    book: row.text(4)?,
                    since: time_of(row.int(5)?)?,
                    until: row.optional_int(6)?.map(time_of).transpose()?,
                })
            })
            .collect()
    }
}

const READING: &str = "reading a book";
const LOADING: &str = "loading a book";

fn customer_of(row: &Row) -> Result<Customer, StoreError> {
    let version = row.int(0)?;
    let what = format!("customer version {version}");
    let subject = pack::decompress(&what, &row.blob(2)?)?;
    let hash = hash_of(row.blob(3)?)?;
    // One that was erased after its time is empty, which no subject is.
    if !subject.is_empty() && <[u8; 32]>::from(Sha256::digest(&subject)) != hash {
        return Err(StoreError::damaged(what, "its hash is another"));
    }
    Ok(Customer {
        version,
        key: row.text(1)?,
        subject,
        hash,
    })
}

fn load_of(row: &Row) -> Result<BookLoad, StoreError> {
    let count = |at| row.int(at).map(i64::unsigned_abs);
    Ok(BookLoad {
        id: row.int(0)?,
        at: time_of(row.int(1)?)?,
        actor: row.text(2)?,
        file: row.text(3)?,
        sha256: hash_of(row.blob(4)?)?,
        profile: row.text(5)?,
        added: count(6)?,
        changed: count(7)?,
        removed: count(8)?,
        unchanged: count(9)?,
        rejected: count(10)?,
    })
}

/// The next free number of a table.
pub(crate) async fn next_id(session: &mut Session, table: &'static str) -> Result<i64, StoreError> {
    let sql = format!("SELECT COALESCE(MAX(id), 0) + 1 FROM {table}");
    let rows = session.rows("numbering a row", sql, Vec::new()).await?;
    rows.first().map_or(Ok(1), |row| row.int(0))
}

impl Writer {
    /// Makes a book hold exactly these customers: new keys are added, known ones changed where
    /// they differ, all others removed. One transaction; afterwards the book is due for screening
    /// unless nothing changed.
    ///
    /// # Errors
    /// [`StoreError::RepeatedKey`] when a key comes twice; or when the database cannot be written.
    pub async fn load_book(
        mut self,
        facts: &LoadFacts,
        customers: &[Given],
    ) -> Result<BookLoad, StoreError> {
        let mut given: BTreeMap<&str, (&Given, [u8; 32])> = BTreeMap::new();
        for customer in customers {
            let hash = <[u8; 32]>::from(Sha256::digest(&customer.subject));
            if given.insert(&customer.key, (customer, hash)).is_some() {
                return Err(StoreError::RepeatedKey {
                    book: facts.book.clone(),
                    key: customer.key.clone(),
                });
            }
        }
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        let at = facts.at.as_microsecond();
        session
            .execute(
                LOADING,
                "INSERT INTO book (name, created_at) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
                vec![facts.book.as_str().into(), at.into()],
            )
            .await?;
        let sql = "SELECT id, key, hash FROM customer WHERE book = $1 AND until IS NULL";
        let rows = session
            .rows(LOADING, sql, vec![facts.book.as_str().into()])
            .await?;
        let mut ended = Vec::new();
        let (mut changed, mut removed, mut unchanged) = (0, 0, 0);
        for row in &rows {
            let (id, key, hash) = (row.int(0)?, row.text(1)?, hash_of(row.blob(2)?)?);
            match given.get(key.as_str()) {
                Some((_, same)) if *same == hash => {
                    given.remove(key.as_str());
                    unchanged += 1;
                }
                Some(_) => {
                    changed += 1;
                    ended.push(id);
                }
                None => {
                    removed += 1;
                    ended.push(id);
                }
            }
        }
        let load = BookLoad {
            id: next_id(&mut session, "book_load").await?,
            at: time_of(at)?,
            actor: facts.actor.clone(),
            file: facts.file.clone(),
            sha256: facts.sha256,
            profile: facts.profile.clone(),
            added: given.len() as u64 - changed,
            changed,
            removed,
            unchanged,
            rejected: facts.rejected,
        };
        load.write(&mut session, &facts.book).await?;
        for part in ended.chunks(ROWS) {
            let sql = format!(
                "UPDATE customer SET until = ? WHERE id IN {}",
                placeholders(1, part.len())
            );
            let mut cells = vec![load.id.into()];
            cells.extend(part.iter().map(|id| (*id).into()));
            session.execute(LOADING, sql, cells).await?;
        }
        let mut next = next_id(&mut session, "customer").await?;
        let fresh: Vec<_> = given.values().collect();
        for part in fresh.chunks(ROWS) {
            let mut cells = Vec::with_capacity(part.len() * 6);
            for (customer, hash) in part {
                cells.push(next.into());
                cells.push(facts.book.as_str().into());
                cells.push(customer.key.as_str().into());
                cells.push(pack::compress(&customer.subject)?.into());
                cells.push(hash.to_vec().into());
                cells.push(load.id.into());
                next += 1;
            }
            let sql = format!(
                "INSERT INTO customer (id, book, key, subject, hash, since) VALUES {}",
                placeholders(part.len(), 6)
            );
            session.execute(LOADING, sql, cells).await?;
        }
        if load.added + load.changed + load.removed > 0 {
            let sql = "UPDATE book SET basis = NULL WHERE name = $1";
            session
                .execute(LOADING, sql, vec![facts.book.as_str().into()])
                .await?;
        }
        let entry = Entry::new("book-loaded", format!("book/{}", facts.book))
            .facts(json!({
                "load": load.id,
                "sha256": crate::hex(&load.sha256),
                "added": load.added,
                "changed": load.changed,
                "removed": load.removed,
                "unchanged": load.unchanged,
                "rejected": load.rejected,
            }))
            .personal(json!({ "file": load.file, "profile": load.profile }));
        self.audit(&mut session, &facts.actor, facts.at, &[entry])
            .await?;
        self.finish(session).await?;
        Ok(load)
    }
}

impl Writer {
    /// Sets the policy that a book is screened under, TOML; `None` for the one that ships. The book
    /// is due afterwards.
    ///
    /// # Errors
    /// [`StoreError::UnknownBook`], or when the database cannot be written.
    pub async fn set_book_policy(
        mut self,
        book: &str,
        policy: Option<&str>,
        by: &Actor,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.store.book(book).await?;
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        let sql = "UPDATE book SET policy = $1, basis = NULL WHERE name = $2";
        let cells = vec![policy.map(str::to_owned).into(), book.into()];
        session.execute(LOADING, sql, cells).await?;
        state::moved(&mut session).await?;
        let hash = policy.map(|text| crate::hex(&Sha256::digest(text)));
        let entry =
            Entry::new("policy-set", format!("book/{book}")).facts(json!({ "sha256": hash }));
        self.store.append(&mut session, by, at, &[entry]).await?;
        self.finish(session).await
    }
}

impl BookLoad {
    async fn write(&self, session: &mut Session, book: &str) -> Result<(), StoreError> {
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let cells = vec![
            self.id.into(),
            book.into(),
            self.at.as_microsecond().into(),
            self.actor.as_str().into(),
            self.file.as_str().into(),
            self.sha256.to_vec().into(),
            self.profile.as_str().into(),
            count(self.added).into(),
            count(self.changed).into(),
            count(self.removed).into(),
            count(self.unchanged).into(),
            count(self.rejected).into(),
        ];
        let sql = format!(
            "INSERT INTO book_load (id, book, at, actor, file, sha256, profile, added, changed, \
             removed, unchanged, rejected) VALUES {}",
            placeholders(1, cells.len())
        );
        session.execute(LOADING, sql, cells).await.map(drop)
    }
}
