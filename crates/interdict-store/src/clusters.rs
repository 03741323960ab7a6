//! Clusters of entries that are of one party: who is in which, on what evidence, and what people cut.
//!
//! The rules are not known here; a cluster is a set of entries with links between them.

mod identity;

use std::collections::{BTreeMap, BTreeSet};

use interdict_model::DatasetName;
use jiff::Timestamp;
use serde_json::json;

use crate::audit::Entry;
use crate::error::StoreError;
use crate::import::Writer;
use crate::sql::{Cell, Row, Session, placeholders};
use crate::state;
use crate::store::{Store, dataset_of, hash_of, time_of};

/// An entry among all lists.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryKey {
    /// Its list.
    pub dataset: DatasetName,
    /// Its id there.
    pub id: String,
}

impl std::fmt::Display for EntryKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.dataset, self.id)
    }
}

/// An entry of a cluster, with what tells it from others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterMember {
    /// Which entry.
    pub key: EntryKey,
    /// Its schema.
    pub schema: String,
    /// What to call it.
    pub caption: String,
    /// Dates of birth, foundation or build, ISO 8601.
    pub dates: Vec<String>,
}

/// Why two entries are of one party; the lesser entry first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterLink {
    /// One entry.
    pub a: EntryKey,
    /// The other.
    pub b: EntryKey,
    /// The rule's name.
    pub rule: String,
    /// What both say, in words.
    pub evidence: String,
}

/// Entries of one party, before they have an id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grouped {
    /// The entries, in order.
    pub members: Vec<ClusterMember>,
    /// What holds them together.
    pub links: Vec<ClusterLink>,
}

/// A cluster as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCluster {
    /// Its id.
    pub id: String,
    /// Entries and links.
    pub grouped: Grouped,
    /// Ids that lead to it beside its own.
    pub former: Vec<String>,
}

/// What clusters were worked out from: the content of each list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClusterBasis {
    /// Hash of the content by list.
    pub lists: BTreeMap<DatasetName, [u8; 32]>,
    /// Number of the rules.
    pub rules: u32,
}

/// What a person decided about two entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClusterAction {
    /// They are of two parties.
    Cut,
    /// Nothing more is said of them than the rules say.
    Restore,
}

impl ClusterAction {
    /// The word in the database and in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            ClusterAction::Cut => "cut",
            ClusterAction::Restore => "restore",
        }
    }
}

/// A decision about two entries, for the record; the lesser entry first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterDecision {
    /// One entry.
    pub a: EntryKey,
    /// The other.
    pub b: EntryKey,
    /// What was decided.
    pub action: ClusterAction,
    /// Who.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// When.
    pub at: Timestamp,
}

/// Rows that one statement writes.
const ROWS: usize = 100;

const READING: &str = "reading clusters";
const WRITING: &str = "storing clusters";

impl Store {
    /// What the stored clusters were worked out from; empty when there were none yet.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn cluster_basis(&self) -> Result<ClusterBasis, StoreError> {
        let sql = "SELECT dataset, content, rules FROM cluster_basis";
        let mut basis = ClusterBasis::default();
        for row in self.database.rows(READING, sql, Vec::new()).await? {
            let dataset = dataset_of(&row.text(0)?)?;
            basis.lists.insert(dataset, hash_of(row.blob(1)?)?);
            basis.rules = u32::try_from(row.int(2)?).unwrap_or_default();
        }
        Ok(basis)
    }

    /// The clusters of these entries; an entry that is alone is not in the answer.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn clusters_of(
        &self,
        entries: &[EntryKey],
    ) -> Result<BTreeMap<EntryKey, String>, StoreError> {
        let mut found = BTreeMap::new();
        for part in entries.chunks(ROWS) {
            let sql = format!(
                "SELECT dataset, entity, cluster FROM cluster_member \
                 WHERE (dataset, entity) IN (VALUES {})",
                placeholders(part.len(), 2)
            );
            let cells = part.iter().flat_map(key_cells).collect();
            for row in self.database.rows(READING, sql, cells).await? {
                found.insert(key_of(&row, 0)?, row.text(2)?);
            }
        }
        Ok(found)
    }

    /// A cluster by its id, or by one that leads to it.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn cluster(&self, id: &str) -> Result<Option<StoredCluster>, StoreError> {
        let sql = "SELECT cluster FROM cluster_id WHERE id = $1";
        let rows = self.database.rows(READING, sql, vec![id.into()]).await?;
        let led = rows.first().map(|row| row.optional_text(0)).transpose()?;
        let Some(id) = led.flatten() else {
            return Ok(None);
        };
        let mut found = self
            .load_clusters("WHERE cluster = $1", vec![id.as_str().into()])
            .await?;
        let mut cluster = found.pop();
        if let Some(cluster) = &mut cluster {
            let sql = "SELECT id FROM cluster_id WHERE cluster = $1 AND id <> $1 ORDER BY id";
            let cells = vec![id.as_str().into()];
            for row in self.database.rows(READING, sql, cells).await? {
                cluster.former.push(row.text(0)?);
            }
        }
        Ok(cluster)
    }

    /// Every cluster, by id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn clusters(&self) -> Result<Vec<StoredCluster>, StoreError> {
        self.load_clusters("", Vec::new()).await
    }

    /// Every id that is no cluster's own, with the id of the cluster it leads to, by id.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn cluster_leads(&self) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "SELECT id, cluster FROM cluster_id \
                   WHERE cluster IS NOT NULL AND id <> cluster ORDER BY id";
        let rows = self.database.rows(READING, sql, Vec::new()).await?;
        rows.iter()
            .map(|row| Ok((row.text(0)?, row.text(1)?)))
            .collect()
    }

    async fn load_clusters(
        &self,
        condition: &str,
        cells: Vec<Cell>,
    ) -> Result<Vec<StoredCluster>, StoreError> {
        let mut clusters: BTreeMap<String, Grouped> = BTreeMap::new();
        let sql = format!(
            "SELECT dataset, entity, cluster, schema, caption, dates FROM cluster_member \
             {condition} ORDER BY dataset, entity"
        );
        let rows = self.database.rows(READING, sql, cells.clone()).await?;
        for row in &rows {
            let dates = row.text(5)?;
            let member = ClusterMember {
                key: key_of(row, 0)?,
                schema: row.text(3)?,
                caption: row.text(4)?,
                dates: dates.split_whitespace().map(str::to_owned).collect(),
            };
            clusters
                .entry(row.text(2)?)
                .or_default()
                .members
                .push(member);
        }
        let sql = format!(
            "SELECT dataset_a, entity_a, dataset_b, entity_b, rule, evidence, cluster \
             FROM cluster_link {condition} ORDER BY dataset_a, entity_a, dataset_b, entity_b"
        );
        for row in &self.database.rows(READING, sql, cells).await? {
            let link = ClusterLink {
                a: key_of(row, 0)?,
                b: key_of(row, 2)?,
                rule: row.text(4)?,
                evidence: row.text(5)?,
            };
            clusters.entry(row.text(6)?).or_default().links.push(link);
        }
        Ok(clusters
            .into_iter()
            .map(|(id, grouped)| StoredCluster {
                id,
                grouped,
                former: Vec::new(),
            })
            .collect())
    }

    /// Everything that was decided about entries, oldest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn cluster_decisions(&self) -> Result<Vec<ClusterDecision>, StoreError> {
        let sql = "SELECT dataset_a, entity_a, dataset_b, entity_b, action, actor, reason, at \
                   FROM cluster_decision ORDER BY id";
        let rows = self.database.rows(READING, sql, Vec::new()).await?;
        rows.iter()
            .map(|row| {
                let action = match row.text(4)?.as_str() {
                    "cut" => ClusterAction::Cut,
                    "restore" => ClusterAction::Restore,
                    other => {
                        return Err(StoreError::damaged(
                            "a decision",
                            format!("action {other:?}"),
                        ));
                    }
                };
                Ok(ClusterDecision {
                    a: key_of(row, 0)?,
                    b: key_of(row, 2)?,
                    action,
                    actor: row.text(5)?,
                    reason: row.text(6)?,
                    at: time_of(row.int(7)?)?,
                })
            })
            .collect()
    }

    /// The pairs that are cut now.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn cluster_cuts(&self) -> Result<BTreeSet<(EntryKey, EntryKey)>, StoreError> {
        let mut cuts = BTreeSet::new();
        for decision in self.cluster_decisions().await? {
            let pair = (decision.a, decision.b);
            match decision.action {
                ClusterAction::Cut => cuts.insert(pair),
                ClusterAction::Restore => cuts.remove(&pair),
            };
        }
        Ok(cuts)
    }
}

impl Writer {
    /// Puts these clusters into the place of those that are stored. A cluster keeps the id of the one
    /// most of whose entries it has; every id ever given leads to what has most of its entries now.
    ///
    /// # Errors
    /// When the database cannot be written; then the old clusters stay.
    pub async fn replace_clusters(
        mut self,
        basis: &ClusterBasis,
        clusters: &[Grouped],
    ) -> Result<(), StoreError> {
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        let before = identity::Before::read(&mut session).await?;
        let ids = before.name(clusters);
        for table in [
            "cluster_member",
            "cluster_link",
            "cluster_id",
            "cluster_basis",
        ] {
            session
                .execute(WRITING, format!("DELETE FROM {table}"), Vec::new())
                .await?;
        }
        let mut members = Rows::new(
            "cluster_member (dataset, entity, cluster, schema, caption, dates)",
            6,
        );
        let mut links = Rows::new(
            "cluster_link (cluster, dataset_a, entity_a, dataset_b, entity_b, rule, evidence)",
            7,
        );
        for (id, cluster) in ids.names.iter().zip(clusters) {
            for member in &cluster.members {
                let mut cells: Vec<Cell> = key_cells(&member.key).into();
                cells.push(id.as_str().into());
                cells.push(member.schema.as_str().into());
                cells.push(member.caption.as_str().into());
                cells.push(member.dates.join(" ").into());
                members.push(&mut session, cells).await?;
            }
            for link in &cluster.links {
                let mut cells: Vec<Cell> = vec![id.as_str().into()];
                cells.extend(key_cells(&link.a));
                cells.extend(key_cells(&link.b));
                cells.push(link.rule.as_str().into());
                cells.push(link.evidence.as_str().into());
                links.push(&mut session, cells).await?;
            }
        }
        members.flush(&mut session).await?;
        links.flush(&mut session).await?;
        let mut leads = Rows::new("cluster_id (id, cluster)", 2);
        for (id, cluster) in &ids.leads {
            leads
                .push(
                    &mut session,
                    vec![id.as_str().into(), cluster.clone().into()],
                )
                .await?;
        }
        leads.flush(&mut session).await?;
        let mut lists = Rows::new("cluster_basis (dataset, content, rules)", 3);
        for (dataset, content) in &basis.lists {
            let rules = i64::from(basis.rules);
            let cells = vec![
                dataset.as_str().into(),
                content.to_vec().into(),
                rules.into(),
            ];
            lists.push(&mut session, cells).await?;
        }
        lists.flush(&mut session).await?;
        state::moved(&mut session).await?;
        self.finish(session).await
    }

    /// Records what a person decided about entries, and makes the stored clusters out of date, all at
    /// once.
    ///
    /// # Errors
    /// When the database cannot be written.
    pub async fn decide_clusters(
        mut self,
        decisions: &[ClusterDecision],
    ) -> Result<(), StoreError> {
        let mut session = self.store.database.connect().await?;
        session.begin().await?;
        let mut rows = Rows::new(
            "cluster_decision (dataset_a, entity_a, dataset_b, entity_b, action, actor, reason, at)",
            8,
        );
        for decision in decisions {
            let mut cells: Vec<Cell> = key_cells(&decision.a).into();
            cells.extend(key_cells(&decision.b));
            cells.push(decision.action.as_str().into());
            cells.push(decision.actor.as_str().into());
            cells.push(decision.reason.as_str().into());
            cells.push(decision.at.as_microsecond().into());
            rows.push(&mut session, cells).await?;
        }
        rows.flush(&mut session).await?;
        session
            .execute(WRITING, "DELETE FROM cluster_basis", Vec::new())
            .await?;
        state::moved(&mut session).await?;
        for decision in decisions {
            let pair = format!("cluster/{}/{}", decision.a, decision.b);
            let entry = Entry::new("cluster-decided", pair)
                .facts(json!({ "action": decision.action.as_str() }))
                .personal(json!({ "reason": decision.reason }));
            self.audit(&mut session, &decision.actor, decision.at, &[entry])
                .await?;
        }
        self.finish(session).await
    }
}

/// Rows on their way into a table, many to a statement.
struct Rows {
    into: &'static str,
    columns: usize,
    cells: Vec<Cell>,
}

impl Rows {
    fn new(into: &'static str, columns: usize) -> Rows {
        Rows {
            into,
            columns,
            cells: Vec::new(),
        }
    }

    async fn push(&mut self, session: &mut Session, cells: Vec<Cell>) -> Result<(), StoreError> {
        self.cells.extend(cells);
        if self.cells.len() >= ROWS * self.columns {
            self.flush(session).await?;
        }
        Ok(())
    }

    async fn flush(&mut self, session: &mut Session) -> Result<(), StoreError> {
        if self.cells.is_empty() {
            return Ok(());
        }
        let rows = self.cells.len() / self.columns;
        let sql = format!(
            "INSERT INTO {} VALUES {}",
            self.into,
            placeholders(rows, self.columns)
        );
        let cells = std::mem::take(&mut self.cells);
        session.execute(WRITING, sql, cells).await.map(drop)
    }
}

fn key_cells(key: &EntryKey) -> [Cell; 2] {
    [key.dataset.as_str().into(), key.id.as_str().into()]
}

fn key_of(row: &Row, at: usize) -> Result<EntryKey, StoreError> {
    Ok(EntryKey {
        dataset: dataset_of(&row.text(at)?)?,
        id: row.text(at + 1)?,
    })
}
