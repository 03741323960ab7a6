//! Computing a recorded screening again: from the files as the publishers sent them, the policy of
//! the record and the customers as they were.
//!
//! The same release must find the same, byte for byte. Another one may score otherwise: then the
//! evidence that was stored stands beside what is found now.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use interdict_model::DatasetName;
use interdict_screening::{Engine, Policy, Snapshot};
use interdict_sources::registry;
use interdict_store::{
    AlertFilter, Publication, PublicationId, Right, Screened, ScreenedSubject, StoreError, answers,
    hex,
};
use serde::Serialize;
use serde_json::Value;

use crate::books::evidence;
use crate::error::DeskError;
use crate::progress::Progress;
use crate::{Desk, Import, Input};

/// A list as it was read again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReplayedList {
    /// Its name.
    pub dataset: String,
    /// The publication.
    pub publication: i64,
    /// Whether it was read again from the publisher's files; else from the stored entities, because
    /// it was read by a source that does not ship.
    pub from_files: bool,
    /// Whether that gave the content that was recorded when it was imported.
    pub same_content: bool,
}

/// A customer for whom another number of hits was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OtherCount {
    /// Key of the customer.
    pub customer: String,
    /// Hits as recorded.
    pub recorded: u32,
    /// Hits found now.
    pub found: u32,
}

/// An alert whose evidence is found otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OtherEvidence {
    /// Number of the alert.
    pub alert: i64,
    /// What differs, in words.
    pub what: String,
    /// The hit as stored.
    pub stored: Value,
    /// The hit as found now; `None` when it is not found.
    pub found: Option<Value>,
}

/// What came of a replay.
#[derive(Clone, Debug, Serialize)]
pub struct Replayed {
    /// Number of the screening.
    pub screening: i64,
    /// The release that recorded it.
    pub recorded_engine: String,
    /// This release.
    pub engine: String,
    /// Hash of the policy.
    pub policy: String,
    /// The lists.
    pub lists: Vec<ReplayedList>,
    /// Customers that were screened.
    pub subjects: u64,
    /// Hits as recorded.
    pub recorded_hits: u64,
    /// Hits found now.
    pub hits: u64,
    /// SHA-256 of all answers as the chain has it; `None` for a record of a release that did not
    /// say.
    pub recorded_answers: Option<String>,
    /// SHA-256 of all answers found now.
    pub answers: String,
    /// Customers with other counts.
    pub counts: Vec<OtherCount>,
    /// Alerts of this screening whose evidence is found otherwise; looked at only while no later
    /// screening has taken its place.
    pub evidence: Vec<OtherEvidence>,
}

impl Replayed {
    /// Whether the same was found, byte for byte.
    pub fn is_same(&self) -> bool {
        self.recorded_answers.as_deref() == Some(self.answers.as_str())
            && self.lists.iter().all(|list| list.same_content)
            && self.counts.is_empty()
    }

    /// Whether the release that recorded it is this one.
    pub fn is_same_engine(&self) -> bool {
        self.recorded_engine == self.engine
    }
}

fn unfit<T>(what: String, expected: &str) -> Result<T, DeskError> {
    Err(StoreError::Unfit {
        what,
        expected: expected.to_owned(),
    }
    .into())
}

fn text(basis: &Value, member: &str) -> String {
    let found = basis.get(member).and_then(Value::as_str);
    found.unwrap_or_default().to_owned()
}

impl Desk {
    /// Computes a recorded screening of a book again. Nothing of the data folder changes; a
    /// temporary folder in it holds the lists meanwhile.
    ///
    /// # Errors
    /// Without the right; for a screening that is unknown, of no book (what was asked is not
    /// stored), or erased; when a publication was pruned or the policy is not kept; when files or
    /// store cannot be read.
    pub async fn replay(
        &self,
        by: &interdict_store::Actor,
        id: i64,
        progress: &dyn Progress,
    ) -> Result<Replayed, DeskError> {
        by.must(Right::ReadAudit)?;
        let screening = self.store().screening(id).await?;
        let Some(book) = screening.book.clone() else {
            return unfit(
                format!(
                    "screening {id} asked for subjects in no book; of what was asked only a hash is \
                     stored"
                ),
                "a screening of a book; or the same question again with `screen --known-at`",
            );
        };
        let basis: Value = serde_json::from_str(&screening.basis).unwrap_or_default();
        let policy = self.recorded_policy(&text(&basis, "policy")).await?;
        let recorded = self.store().screened(id).await?;
        let versions: Vec<i64> = recorded.iter().filter_map(version_of).collect();
        let customers = self.store().customer_versions(&versions).await?;
        if customers.len() != recorded.len() || customers.iter().any(|c| c.subject.is_empty()) {
            return unfit(
                format!("customers of screening {id} were erased after their time"),
                "a screening whose customers are kept",
            );
        }
        let folder = self
            .store()
            .folder()
            .root()
            .join(format!("replay.{}", std::process::id()));
        let lists = self.lists_again(&basis, &folder, progress).await;
        let cleaned = fs::remove_dir_all(&folder);
        let (snapshot, lists) = lists?;
        if let Err(e) = cleaned
            && folder.exists()
        {
            tracing::warn!("{}: stays behind: {e}", folder.display());
        }
        let engine = Engine::new(snapshot, policy);
        let run = self
            .search_customers(
                &book,
                &customers,
                &engine,
                &screening.actor,
                screening.at,
                progress,
            )
            .await?;
        let hits_of: BTreeMap<i64, u32> = recorded
            .iter()
            .filter_map(|screened| Some((version_of(screened)?, screened.hits)))
            .collect();
        let counts = customers
            .iter()
            .zip(&run.subjects)
            .filter_map(|(customer, found)| {
                let recorded = hits_of.get(&customer.version).copied().unwrap_or_default();
                (recorded != found.hits).then(|| OtherCount {
                    customer: customer.key.clone(),
                    recorded,
                    found: found.hits,
                })
            })
            .collect();
        let said = self.said_of(id).await?;
        Ok(Replayed {
            screening: id,
            recorded_engine: text(&basis, "engine"),
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            policy: text(&basis, "policy"),
            lists,
            subjects: run.subjects.len() as u64,
            recorded_hits: screening.hits,
            hits: run.hits.len() as u64,
            recorded_answers: said
                .get("answers")
                .and_then(Value::as_str)
                .map(str::to_owned),
            answers: hex(&answers(&run.hits)),
            counts,
            evidence: self.other_evidence(id, &book, &run.hits).await?,
        })
    }

    /// What the chain says of a screening.
    async fn said_of(&self, id: i64) -> Result<Value, DeskError> {
        let rows = self.store().audit_about(&format!("screening/{id}")).await?;
        let row = rows.iter().find(|row| row.action == "screened");
        Ok(row
            .and_then(|row| serde_json::from_str(&row.facts).ok())
            .unwrap_or_default())
    }

    async fn recorded_policy(&self, hash: &str) -> Result<Policy, DeskError> {
        let shipped = Policy::shipped()?;
        if shipped.hash() == hash {
            return Ok(shipped);
        }
        let Some(text) = self.store().policy_text(hash).await? else {
            return unfit(
                format!("the policy {hash} is not kept"),
                "a screening recorded since policies are kept",
            );
        };
        let policy = Policy::parse(&text, "of the record")?;
        if policy.hash() != hash {
            return unfit(
                format!(
                    "the policy {hash} means something else in this release: keys that it leaves \
                     out are shipped otherwise"
                ),
                "the release that recorded the screening",
            );
        }
        Ok(policy)
    }

    /// The lists of a record, read again in a folder of their own.
    async fn lists_again(
        &self,
        basis: &Value,
        folder: &Path,
        progress: &dyn Progress,
    ) -> Result<(Snapshot, Vec<ReplayedList>), DeskError> {
        let other = Desk::open_with(folder, self.segments.clone()).await?;
        let mut segments = Vec::new();
        let mut replayed = Vec::new();
        let named = basis.get("lists").and_then(Value::as_object);
        for (name, number) in named.into_iter().flatten() {
            let number = number.as_str().and_then(|n| n.parse().ok());
            let Some(number) = number else {
                return unfit(
                    format!("the record names a version of {name} that is none"),
                    "the number of a publication",
                );
            };
            let publication = self.store().publication(PublicationId(number)).await?;
            publication.stored()?;
            let (file, list) = match registry::by_format(&publication.format) {
                Some(_) => {
                    let again = other.read_again(self, &publication, progress).await?;
                    let list = ReplayedList {
                        dataset: name.clone(),
                        publication: number,
                        from_files: true,
                        same_content: again.content == publication.content,
                    };
                    (other.segment_file(&again, progress).await?, list)
                }
                None => {
                    let list = ReplayedList {
                        dataset: name.clone(),
                        publication: number,
                        from_files: false,
                        same_content: true,
                    };
                    (self.segment_file(&publication, progress).await?, list)
                }
            };
            let opened = Snapshot::open_segment(&file).map_err(|e| DeskError::Search {
                source: Box::new(e),
            })?;
            segments.push(opened);
            replayed.push(list);
        }
        other.store().close().await;
        Ok((Snapshot::new(segments), replayed))
    }

    /// Imports a publication of another desk from its files, as they were received.
    async fn read_again(
        &self,
        from: &Desk,
        publication: &Publication,
        progress: &dyn Progress,
    ) -> Result<Publication, DeskError> {
        let mut files = Vec::with_capacity(publication.files.len());
        for file in &publication.files {
            let path = from.store().raw_file(&file.sha256).await?;
            let opened = fs::File::open(&path).map_err(|source| DeskError::Input {
                path: path.clone(),
                source,
            })?;
            files.push(Input::reader(file.name.clone(), Box::new(opened)));
        }
        let request = Import {
            files,
            source: None,
            format: Some(publication.format.clone()),
            dataset: Some(DatasetName::clone(&publication.dataset)),
            published: Some(publication.published.text.clone()),
            accept: Some("replay".to_owned()),
            actor: "replay".to_owned(),
            now: Some(publication.imported_at),
        };
        Ok(self.import(request, progress).await?.publication)
    }

    /// Alerts whose stored hit came of this screening and is found otherwise.
    async fn other_evidence(
        &self,
        id: i64,
        book: &str,
        hits: &[interdict_store::RunHit],
    ) -> Result<Vec<OtherEvidence>, DeskError> {
        let last = self.store().screenings(Some(book)).await?.pop();
        if last.is_none_or(|last| last.id != id) {
            return Ok(Vec::new());
        }
        let filter = AlertFilter {
            book: Some(book.to_owned()),
            ..AlertFilter::default()
        };
        let mut others = Vec::new();
        let json = |bytes: &[u8]| serde_json::from_slice(bytes).unwrap_or_default();
        for alert in self.store().alerts(&filter).await? {
            if alert.state == interdict_store::AlertState::Closed {
                continue;
            }
            let found = hits.iter().find(|hit| {
                hit.pair.customer == alert.customer
                    && hit.pair.party == alert.party
                    && hit.pair.dataset == alert.dataset
                    && hit.pair.entity == alert.entity
            });
            let what = match found {
                Some(hit) if hit.hit == alert.hit => continue,
                Some(hit) if hit.evidence == alert.evidence => format!(
                    "the same values score {} instead of {}",
                    interdict_screening::Score(hit.score),
                    interdict_screening::Score(alert.score)
                ),
                Some(hit) => evidence::change(&alert.hit, &hit.hit),
                None => "it is not found".to_owned(),
            };
            others.push(OtherEvidence {
                alert: alert.id,
                what,
                stored: json(&alert.hit),
                found: found.map(|hit| json(&hit.hit)),
            });
        }
        Ok(others)
    }
}

fn version_of(screened: &Screened) -> Option<i64> {
    match screened.subject {
        ScreenedSubject::Customer(version) => Some(version),
        ScreenedSubject::Other { .. } => None,
    }
}
