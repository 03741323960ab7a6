//! Versions of lists, opened to be searched.

use interdict_model::DatasetName;
use interdict_screening::{Policy, Snapshot};
use interdict_store::{Publication, hex};
use serde::Serialize;

use crate::Desk;
use crate::error::DeskError;
use crate::progress::Progress;

/// Versions of lists that are searched together.
#[derive(Clone, Debug, Default)]
pub struct OpenLists {
    /// Their indexes.
    pub snapshot: Snapshot,
    /// What an answer says of each.
    pub searched: Vec<SearchedList>,
    /// What they are.
    pub publications: Vec<Publication>,
}

/// One list that was searched, in one version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SearchedList {
    /// Name.
    pub dataset: String,
    /// Title for people.
    pub title: String,
    /// Number of the publication in this data folder.
    pub publication: i64,
    /// Hash of the content: equal for equal content, whatever the data folder.
    pub content: String,
    /// Day of publication.
    pub published: String,
    /// Who says that this was the day: `file`, `option`, `last-modified` or `import`.
    pub published_by: &'static str,
    /// Entities.
    pub entities: u64,
    /// Names that were compared.
    pub names: u64,
}

impl OpenLists {
    /// The lists that a policy covers.
    pub fn covered<'l>(&'l self, policy: &'l Policy) -> impl Iterator<Item = &'l SearchedList> {
        self.searched
            .iter()
            .filter(|list| DatasetName::new(&list.dataset).is_ok_and(|name| policy.covers(&name)))
    }
}

impl Desk {
    /// Opens these publications, building the indexes that this release lacks. What is open in
    /// `before` already is not opened again.
    ///
    /// # Errors
    /// When stored data or an index cannot be read, or an index cannot be built.
    pub async fn open_lists(
        &self,
        publications: Vec<Publication>,
        before: &Snapshot,
        progress: &dyn Progress,
    ) -> Result<OpenLists, DeskError> {
        let mut segments = Vec::with_capacity(publications.len());
        let mut searched = Vec::with_capacity(publications.len());
        for publication in &publications {
            let version = publication.id.to_string();
            let segment = match before.segment(&publication.dataset, &version) {
                Some(segment) => segment.clone(),
                None => {
                    let file = self.segment_file(publication, progress).await?;
                    Snapshot::open_segment(&file).map_err(|e| DeskError::Search {
                        source: Box::new(e),
                    })?
                }
            };
            let known = self.catalog().get(&publication.dataset);
            searched.push(SearchedList {
                dataset: publication.dataset.to_string(),
                title: known.map_or_else(|| publication.dataset.to_string(), |d| d.title.clone()),
                publication: publication.id.0,
                content: hex(&publication.content),
                published: publication.published.text.clone(),
                published_by: publication.published.by.as_str(),
                entities: publication.counts.entities(),
                names: u64::from(segment.view().name_count()),
            });
            segments.push(segment);
        }
        Ok(OpenLists {
            snapshot: Snapshot::new(segments),
            searched,
            publications,
        })
    }
}
