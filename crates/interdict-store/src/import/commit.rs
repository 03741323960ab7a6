//! The end of an import: facts, order, switch, commit.

use interdict_model::DatasetName;
use jiff::Timestamp;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{Committed, IMPORTING, Import, Writer, counter};
use crate::audit::Entry;
use crate::decide::{Action, Decider};
use crate::error::StoreError;
use crate::files;
use crate::folder::StoredFile;
use crate::pack;
use crate::publication::{Counts, Facts, Publication, PublicationId, SegmentInfo, State};
use crate::revision::RevisionHash;
use crate::sql::{Cell, Session};
use crate::state;
use crate::store::Store;

fn content_hash(hashes: &[RevisionHash]) -> [u8; 32] {
    let mut sorted = hashes.to_vec();
    sorted.sort_unstable();
    let mut hasher = Sha256::new();
    for hash in &sorted {
        hasher.update(hash.0);
    }
    hasher.finalize().into()
}

impl Import {
    /// Makes the publication last, and current unless it is quarantined or an earlier publication
    /// than the one that answers now. All of it in one transaction.
    ///
    /// # Errors
    /// [`StoreError::NoEntities`] for an empty one, or when the database cannot be written. Then
    /// nothing has changed.
    pub async fn commit(mut self, facts: Facts) -> Result<Committed, StoreError> {
        self.seal().await?;
        if self.hashes.is_empty() {
            return Err(StoreError::NoEntities {
                dataset: facts.dataset.name,
            });
        }
        let files = self.writer.stored.clone();
        let new_revisions = self.last_revision.abs_diff(self.first_revision);
        let publication = self.describe(&facts, files);
        files::keep_raw(&mut self.session, &self.writer.store, &publication.files).await?;
        if let Some(segment) = &facts.segment {
            keep_segment(&mut self.session, &self.writer.store, segment).await?;
        }
        self.session.alone().await?;
        self.write_counters().await?;
        let report = pack::compress(facts.report.to_string().as_bytes())?;
        write_publication(&mut self.session, &facts, &publication, report).await?;
        if let Some(reason) = &facts.accepted_because {
            let decider = Decider {
                at: facts.imported_at,
                actor: &facts.actor,
                reason,
            };
            decider
                .write(&mut self.session, publication.id, Action::Accept)
                .await?;
        }
        let previous = current_of(&mut self.session, &publication.dataset).await?;
        let becomes = publication.state == State::Current
            && previous
                .as_ref()
                .is_none_or(|(day, _)| publication.published.day.to_string() >= *day);
        if becomes {
            let switch = SwitchTo {
                dataset: &publication.dataset,
                publication: publication.id,
                at: facts.imported_at,
                actor: &facts.actor,
                reason: "import",
            };
            switch.write(&mut self.session).await?;
        }
        let entry = imported(&publication, becomes)
            .personal(json!({ "accepted_because": facts.accepted_because }));
        self.writer
            .audit(&mut self.session, &facts.actor, facts.imported_at, &[entry])
            .await?;
        let Import {
            mut session,
            mut writer,
            ..
        } = self;
        writer.committing = true;
        session.commit().await?;
        session.close().await?;
        writer.store.folder.mark_finished()?;
        let mut publication = publication;
        if !becomes && publication.state == State::Current {
            publication.state = State::Superseded;
        }
        Ok(Committed {
            publication,
            became_current: becomes,
            previous: previous.map(|(_, id)| id),
            new_revisions,
        })
    }

    fn describe(&mut self, facts: &Facts, files: Vec<StoredFile>) -> Publication {
        let held = Held {
            id: self.publication,
            files,
            counts: std::mem::take(&mut self.counts),
            content: content_hash(&self.hashes),
            readable: true,
        };
        held.describe(facts)
    }

    async fn write_counters(&mut self) -> Result<(), StoreError> {
        for (name, value) in [
            ("publication", self.publication.0),
            ("revision", self.last_revision),
            ("pack", self.last_pack),
        ] {
            set_counter(&mut self.session, name, value).await?;
        }
        Ok(())
    }

    /// Gives up what was read, and keeps the files: for a publication that turns out unreadable.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn abandon(self) -> Result<Writer, StoreError> {
        let Import {
            session, writer, ..
        } = self;
        // Closing rolls back what was not committed.
        session.close().await?;
        Ok(writer)
    }
}

/// What a publication is made of beside its facts.
struct Held {
    id: PublicationId,
    files: Vec<StoredFile>,
    counts: Counts,
    content: [u8; 32],
    readable: bool,
}

impl Held {
    fn describe(self, facts: &Facts) -> Publication {
        let mut counts = self.counts;
        counts.read.clone_from(&facts.read);
        let quarantined = facts.quarantine.is_some();
        Publication {
            id: self.id,
            dataset: facts.dataset.name.clone(),
            format: facts.format.clone(),
            proven: facts.proven,
            published: facts.published.clone(),
            // As precise as it is stored.
            imported_at: whole_microseconds(facts.imported_at),
            accepted_at: (!quarantined).then(|| whole_microseconds(facts.imported_at)),
            state: if quarantined {
                State::Quarantined
            } else {
                State::Current
            },
            readable: self.readable,
            pruned_at: None,
            reason: facts.quarantine.clone(),
            files: self.files,
            counts,
            content: self.content,
        }
    }
}

pub(crate) async fn set_counter(
    session: &mut Session,
    name: &str,
    value: i64,
) -> Result<(), StoreError> {
    let sql = "UPDATE counter SET value = $1 WHERE name = $2";
    let cells = vec![value.into(), name.into()];
    session.execute(IMPORTING, sql, cells).await.map(drop)
}

impl Writer {
    /// Keeps the files of a publication that could not be read, in quarantine and without content.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn hold(mut self, facts: Facts) -> Result<Publication, StoreError> {
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        let id = counter(&mut session, "publication").await? + 1;
        set_counter(&mut session, "publication", id).await?;
        let held = Held {
            id: PublicationId(id),
            files: self.stored.clone(),
            counts: Counts::default(),
            content: content_hash(&[]),
            readable: false,
        };
        let publication = held.describe(&facts);
        let report = pack::compress(facts.report.to_string().as_bytes())?;
        files::keep_raw(&mut session, &self.store, &publication.files).await?;
        write_publication(&mut session, &facts, &publication, report).await?;
        let entry = imported(&publication, false);
        self.audit(&mut session, &facts.actor, facts.imported_at, &[entry])
            .await?;
        self.finish(session).await?;
        Ok(publication)
    }
}

/// The row of the audit chain about an import.
fn imported(publication: &Publication, answers: bool) -> Entry {
    let files: Vec<String> = publication
        .files
        .iter()
        .map(|file| crate::hex(&file.sha256))
        .collect();
    Entry::new("list-imported", format!("publication/{}", publication.id)).facts(json!({
        "dataset": publication.dataset.as_str(),
        "published": publication.published.text,
        "files": files,
        "content": crate::hex(&publication.content),
        "entities": publication.counts.entities(),
        "held": publication.state == State::Quarantined,
        "answers": answers,
    }))
}

fn whole_microseconds(time: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(time.as_microsecond()).unwrap_or(time)
}

async fn write_publication(
    session: &mut Session,
    facts: &Facts,
    publication: &Publication,
    report: Vec<u8>,
) -> Result<(), StoreError> {
    session
        .execute(
            IMPORTING,
            "INSERT INTO dataset (name, title, publisher, licence) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (name) DO UPDATE SET title = excluded.title, \
             publisher = excluded.publisher, licence = excluded.licence",
            vec![
                facts.dataset.name.as_str().into(),
                facts.dataset.title.clone().into(),
                facts.dataset.publisher.clone().into(),
                facts.dataset.licence.clone().into(),
            ],
        )
        .await?;
    let counts = serde_json::to_string(&publication.counts)
        .map_err(|e| StoreError::damaged("the counts of a publication", e.to_string()))?;
    let state = match publication.state {
        State::Quarantined => "quarantined",
        _ => "accepted",
    };
    let published = &publication.published;
    let cells: Vec<Cell> = vec![
        publication.id.0.into(),
        publication.dataset.as_str().into(),
        publication.format.clone().into(),
        i64::from(publication.proven).into(),
        published.day.to_string().into(),
        published.text.clone().into(),
        published.by.as_str().into(),
        published.field.clone().into(),
        publication.imported_at.as_microsecond().into(),
        publication
            .accepted_at
            .map(Timestamp::as_microsecond)
            .into(),
        state.into(),
        publication.reason.clone().into(),
        (publication.counts.entities() as i64).into(),
        (publication.counts.statements() as i64).into(),
        publication.content.to_vec().into(),
        counts.into(),
        report.into(),
        i64::from(publication.readable).into(),
    ];
    session
        .execute(
            IMPORTING,
            format!(
                "INSERT INTO publication (id, dataset, format, proven, published_day, \
                 published_at, published_by, published_field, imported_at, accepted_at, state, \
                 reason, entities, statements, content, counts, report, readable) VALUES {}",
                crate::sql::placeholders(1, cells.len())
            ),
            cells,
        )
        .await?;
    for (seq, file) in publication.files.iter().enumerate() {
        session
            .execute(
                IMPORTING,
                "INSERT INTO publication_file (publication, seq, name, sha256, size) \
                 VALUES ($1, $2, $3, $4, $5)",
                vec![
                    publication.id.0.into(),
                    (seq as i64).into(),
                    file.name.clone().into(),
                    file.sha256.to_vec().into(),
                    (file.size as i64).into(),
                ],
            )
            .await?;
    }
    match &facts.segment {
        Some(segment) => write_segment(session, publication.id, segment).await,
        None => Ok(()),
    }
}

async fn keep_segment(
    session: &mut Session,
    store: &Store,
    segment: &SegmentInfo,
) -> Result<(), StoreError> {
    let path = store.folder.segment_file(&segment.hash);
    files::keep(session, &files::segment_name(&segment.hash), &path).await
}

async fn write_segment(
    session: &mut Session,
    id: PublicationId,
    segment: &SegmentInfo,
) -> Result<(), StoreError> {
    session
        .execute(
            "recording a segment",
            "INSERT INTO segment (publication, format, hash, size) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (publication, format) DO UPDATE SET hash = excluded.hash, \
             size = excluded.size",
            vec![
                id.0.into(),
                i64::from(segment.format).into(),
                segment.hash.clone().into(),
                (segment.size as i64).into(),
            ],
        )
        .await
        .map(drop)
}

/// Day and number of what answers now.
pub(crate) async fn current_of(
    session: &mut Session,
    dataset: &DatasetName,
) -> Result<Option<(String, PublicationId)>, StoreError> {
    let sql = "SELECT p.published_day, p.id FROM current c \
               JOIN publication p ON p.id = c.publication WHERE c.dataset = $1";
    let rows = session
        .rows(IMPORTING, sql, vec![dataset.as_str().into()])
        .await?;
    rows.first()
        .map(|row| Ok((row.text(0)?, PublicationId(row.int(1)?))))
        .transpose()
}

/// One change of what answers.
pub(crate) struct SwitchTo<'a> {
    pub(crate) dataset: &'a DatasetName,
    pub(crate) publication: PublicationId,
    pub(crate) at: Timestamp,
    pub(crate) actor: &'a str,
    pub(crate) reason: &'a str,
}

impl SwitchTo<'_> {
    pub(crate) async fn write(&self, session: &mut Session) -> Result<(), StoreError> {
        let doing = "switching to a publication";
        let key: Vec<Cell> = vec![self.dataset.as_str().into(), self.publication.0.into()];
        session
            .execute(
                doing,
                "INSERT INTO current (dataset, publication) VALUES ($1, $2) \
                 ON CONFLICT (dataset) DO UPDATE SET publication = excluded.publication",
                key.clone(),
            )
            .await?;
        let mut cells = key;
        cells.push(self.at.as_microsecond().into());
        cells.push(self.actor.into());
        cells.push(self.reason.into());
        session
            .execute(
                doing,
                "INSERT INTO switch (dataset, publication, at, actor, reason) \
                 VALUES ($1, $2, $3, $4, $5)",
                cells,
            )
            .await?;
        state::moved(session).await
    }
}

impl Writer {
    /// Records a segment that was built after the import.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn record_segment(
        mut self,
        id: PublicationId,
        segment: &SegmentInfo,
    ) -> Result<(), StoreError> {
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        keep_segment(&mut session, &self.store, segment).await?;
        write_segment(&mut session, id, segment).await?;
        files::sweep(&mut session).await?;
        self.finish(session).await
    }

    pub(crate) async fn finish(&mut self, mut session: Session) -> Result<(), StoreError> {
        self.committing = true;
        session.commit().await?;
        session.close().await?;
        self.store.folder.mark_finished()
    }
}
