//! The end of an import: facts, order, switch, commit. And a person's switches.

use interdict_model::DatasetName;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::{Committed, IMPORTING, Import, Writer};
use crate::error::StoreError;
use crate::folder::StoredFile;
use crate::pack;
use crate::publication::{Facts, Publication, PublicationId, State};
use crate::revision::RevisionHash;
use crate::sql::{Cell, Session};

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
        self.write_counters().await?;
        let report = pack::compress(facts.report.to_string().as_bytes())?;
        write_publication(&mut self.session, &facts, &publication, report).await?;
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
        let mut counts = std::mem::take(&mut self.counts);
        counts.read.clone_from(&facts.read);
        let quarantined = facts.quarantine.is_some();
        Publication {
            id: self.publication,
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
            reason: facts.quarantine.clone(),
            files,
            counts,
            content: content_hash(&self.hashes),
        }
    }

    async fn write_counters(&mut self) -> Result<(), StoreError> {
        for (name, value) in [
            ("publication", self.publication.0),
            ("revision", self.last_revision),
            ("pack", self.last_pack),
        ] {
            let sql = "UPDATE counter SET value = $1 WHERE name = $2";
            let cells = vec![value.into(), name.into()];
            self.session.execute(IMPORTING, sql, cells).await?;
        }
        Ok(())
    }
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
    ];
    session
        .execute(
            IMPORTING,
            format!(
                "INSERT INTO publication (id, dataset, format, proven, published_day, \
                 published_at, published_by, published_field, imported_at, accepted_at, state, \
                 reason, entities, statements, content, counts, report) VALUES {}",
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

async fn write_segment(
    session: &mut Session,
    id: PublicationId,
    segment: &crate::publication::SegmentInfo,
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
async fn current_of(
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

struct SwitchTo<'a> {
    dataset: &'a DatasetName,
    publication: PublicationId,
    at: Timestamp,
    actor: &'a str,
    reason: &'a str,
}

impl SwitchTo<'_> {
    async fn write(&self, session: &mut Session) -> Result<(), StoreError> {
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
            .await
            .map(drop)
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
        segment: &crate::publication::SegmentInfo,
    ) -> Result<(), StoreError> {
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        write_segment(&mut session, id, segment).await?;
        self.finish(session).await
    }

    /// Lets an accepted publication answer from now on, whatever its date.
    ///
    /// # Errors
    /// [`StoreError::NotAccepted`] for one that is quarantined, rejected or failed;
    /// [`StoreError::UnknownPublication`]; or when the database cannot be written.
    pub async fn switch_to(
        mut self,
        id: PublicationId,
        at: Timestamp,
        actor: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        let publication = self.store.publication(id).await?;
        if !publication.state.is_accepted() {
            return Err(StoreError::NotAccepted {
                number: id.0,
                state: publication.state,
            });
        }
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        let switch = SwitchTo {
            dataset: &publication.dataset,
            publication: id,
            at,
            actor,
            reason,
        };
        switch.write(&mut session).await?;
        self.finish(session).await
    }

    /// Lets a quarantined publication take its place in the order; it answers if it is not older
    /// than what answers now. Gives whether it does.
    ///
    /// # Errors
    /// [`StoreError::NotQuarantined`]; [`StoreError::UnknownPublication`]; or when the database
    /// cannot be written.
    pub async fn accept(
        mut self,
        id: PublicationId,
        at: Timestamp,
        actor: &str,
        reason: &str,
    ) -> Result<bool, StoreError> {
        let publication = self.quarantined(id).await?;
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        session
            .execute(
                "accepting a publication",
                "UPDATE publication SET state = 'accepted', accepted_at = $1 WHERE id = $2",
                vec![at.as_microsecond().into(), id.0.into()],
            )
            .await?;
        let order = (publication.published.day.to_string(), id);
        let becomes = current_of(&mut session, &publication.dataset)
            .await?
            .is_none_or(|current| order >= current);
        if becomes {
            let switch = SwitchTo {
                dataset: &publication.dataset,
                publication: id,
                at,
                actor,
                reason,
            };
            switch.write(&mut session).await?;
        }
        self.finish(session).await?;
        Ok(becomes)
    }

    /// Decides against a quarantined publication.
    ///
    /// # Errors
    /// [`StoreError::NotQuarantined`]; [`StoreError::UnknownPublication`]; or when the database
    /// cannot be written.
    pub async fn reject(mut self, id: PublicationId, reason: &str) -> Result<(), StoreError> {
        self.quarantined(id).await?;
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        session
            .execute(
                "rejecting a publication",
                "UPDATE publication SET state = 'rejected', reason = $1 WHERE id = $2",
                vec![reason.into(), id.0.into()],
            )
            .await?;
        self.finish(session).await
    }

    async fn quarantined(&self, id: PublicationId) -> Result<Publication, StoreError> {
        let publication = self.store.publication(id).await?;
        if publication.state == State::Quarantined {
            Ok(publication)
        } else {
            Err(StoreError::NotQuarantined {
                number: id.0,
                state: publication.state,
            })
        }
    }

    async fn finish(&mut self, mut session: Session) -> Result<(), StoreError> {
        self.committing = true;
        session.commit().await?;
        session.close().await?;
        self.store.folder.mark_finished()
    }
}
