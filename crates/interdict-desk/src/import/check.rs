//! Holding back what a person should look at first.

use std::collections::BTreeMap;

use interdict_model::DatasetName;
use interdict_sources::{Report, SourceError};
use interdict_store::{DateSource, Facts, Publication, PublishedAt, State, StoreError, StoredFile};
use jiff::Timestamp;

use super::reading::NotRead;
use super::{About, ImportOutcome, Seconds};
use crate::Desk;
use crate::error::DeskError;
use crate::guard::measure::{self, Measure};
use crate::guard::{self, Amounts, Before, GuardReport, Looked};

impl Desk {
    /// Compares what was read with the version before.
    pub(super) async fn look(
        &self,
        import: &mut interdict_store::Import,
        report: &Report,
        amounts: &Amounts,
        published: &PublishedAt,
        now: Timestamp,
    ) -> Result<GuardReport, DeskError> {
        let merged = import.counts().merged;
        let received: Vec<StoredFile> = import.received().to_vec();
        let looked = Looked {
            report,
            amounts,
            published,
            files: received.iter().map(|f| (f.name.as_str(), f.size)).collect(),
            merged,
        };
        let mut found = match self.version_before(&report.dataset, published).await? {
            Some(publication) => {
                let stored = self.store.report(publication.id).await?;
                let turnover = measure::turnover(import.changes_since(publication.id).await?);
                let before = Before {
                    amounts: self.amounts_of(&publication, &stored).await?,
                    orphans: orphans_of(&stored),
                    turnover: turnover.await?,
                    publication: &publication,
                };
                guard::compare(&looked, &before)
            }
            None => {
                let least = self.catalog.get(&report.dataset).map(|d| d.entries.0);
                guard::first(&looked, least)
            }
        };
        guard::date(&mut found, looked.published, now);
        Ok(found)
    }

    /// What a publication follows: what answers, if it is to answer in its place, else the accepted
    /// one before it in order.
    async fn version_before(
        &self,
        dataset: &DatasetName,
        published: &PublishedAt,
    ) -> Result<Option<Publication>, DeskError> {
        let mut all = self.store.publications(dataset).await?;
        all.retain(|p| p.state.is_accepted() && p.pruned_at.is_none());
        let current = all
            .iter()
            .find(|p| p.state == State::Current && p.published.day <= published.day);
        Ok(match current {
            Some(current) => Some(current.clone()),
            None => all.into_iter().rfind(|p| p.published.day <= published.day),
        })
    }

    /// How much a stored publication holds.
    async fn amounts_of(
        &self,
        publication: &Publication,
        stored: &serde_json::Value,
    ) -> Result<Amounts, DeskError> {
        if let Some(guard) = guard_of(stored).filter(|guard| !guard.measures.is_empty()) {
            let rows = guard.measures.into_iter();
            return Ok(rows.map(|row| (row.measure, row.after)).collect());
        }
        // Imported before there was a guard.
        let mut amounts: Amounts = Measure::ALL.into_iter().map(|m| (m, 0)).collect();
        let mut reader = self.store.entities(publication.id);
        while let Some(part) = reader.next().await? {
            for entity in &part {
                measure::add(&mut amounts, entity);
            }
        }
        Ok(amounts)
    }

    /// Keeps what could not be read in quarantine, where it is to follow a version of a stored
    /// list; an error otherwise.
    pub(super) async fn hold(
        &self,
        not_read: NotRead,
        about: About,
        seconds: Seconds,
    ) -> Result<ImportOutcome, DeskError> {
        let NotRead { writer, error } = not_read;
        if !is_of_the_files(&error) {
            return Err(error);
        }
        let names: Vec<&str> = writer.received().iter().map(|f| f.name.as_str()).collect();
        let Some(current) = self.list_of(&about, &names).await? else {
            return Err(error);
        };
        let again = self.publications_of(&writer).await?;
        let again = again
            .into_iter()
            .rev()
            .find(|p| !p.readable && p.dataset == current.dataset);
        if let Some(known) = again {
            return self.known_outcome(known, None, seconds).await;
        }
        let guard = GuardReport::unreadable(current.id, &what_is_wrong(&error));
        let published = about
            .given
            .unwrap_or_else(|| PublishedAt::at(about.now, DateSource::Import));
        let facts = Facts {
            dataset: self.info(&current.dataset),
            format: current.format.clone(),
            proven: current.proven,
            published,
            imported_at: about.now,
            quarantine: guard.reason(),
            accepted_because: None,
            actor: about.actor,
            read: BTreeMap::new(),
            report: serde_json::json!({ "guard": guard }),
            segment: None,
        };
        let publication = writer.hold(facts).await?;
        tracing::info!(
            dataset = %publication.dataset,
            publication = publication.id.0,
            "quarantined: {error}"
        );
        Ok(ImportOutcome {
            publication,
            known_before: false,
            is_current: false,
            previous: Some(current.id),
            new_revisions: 0,
            detected_by: None,
            report: None,
            guard: Some(guard),
            segment: None,
            seconds,
        })
    }

    /// What answers for the list that files are to be of: the one that is named, else the only one
    /// whose files are called the same.
    async fn list_of(
        &self,
        about: &About,
        names: &[&str],
    ) -> Result<Option<Publication>, DeskError> {
        let mut current = self.store.current().await?;
        match &about.dataset {
            Some(name) => current.retain(|p| p.dataset == *name),
            None => current.retain(|p| {
                let given = about.format.as_ref();
                given.is_none_or(|format| *format == p.format)
                    && p.files.iter().any(|f| names.contains(&f.name.as_str()))
            }),
        }
        let only = current.pop();
        Ok(only.filter(|_| current.is_empty()))
    }
}

/// Whether an error is in what was received, and not in the data folder or the request.
fn is_of_the_files(error: &DeskError) -> bool {
    matches!(
        error,
        DeskError::Source(_)
            | DeskError::Empty { .. }
            | DeskError::Store(
                StoreError::ClashingSchemata { .. } | StoreError::ForeignProperty { .. }
            )
    )
}

/// An error of the files, without advice that is for a person who gave them.
fn what_is_wrong(error: &DeskError) -> String {
    match error {
        DeskError::Empty { file, .. } => format!("{file} holds no entity"),
        DeskError::Source(SourceError::UnknownFormat { file, found }) if found == "empty file" => {
            format!("{file} is empty")
        }
        DeskError::Source(SourceError::UnknownFormat { file, found }) => {
            format!("{file}: {found}, which is no list")
        }
        other => other.to_string(),
    }
}

/// What the guard found when a publication was imported.
pub(crate) fn guard_of(stored: &serde_json::Value) -> Option<GuardReport> {
    serde_json::from_value(stored.get("guard")?.clone()).ok()
}

fn orphans_of(stored: &serde_json::Value) -> BTreeMap<String, u64> {
    let orphans = stored.get("orphans").cloned().unwrap_or_default();
    serde_json::from_value(orphans).unwrap_or_default()
}
