//! Asking the lists: what `screen` and `demo` share.

use interdict_desk::{OpenLists, SearchedList};
use interdict_model::{DatasetName, Entity};
use interdict_screening::{Engine, Policy, Request, Snapshot};
use interdict_store::{Moment, Publication};

use crate::answer::{Answer, PolicyUsed, Question, QuestionResult};
use crate::commands::office::Office;
use crate::commands::when;
use crate::failure::usage;
use crate::progress::Bars;
use crate::ui::Ui;
use interdict_customers::asked::Asked;

/// The lists that answer, ready to be asked.
pub(crate) struct Lists {
    pub(crate) snapshot: Snapshot,
    open: OpenLists,
    moment: Moment,
}

impl Lists {
    /// The publications that are searched.
    pub(crate) fn publications(&self) -> &[Publication] {
        &self.open.publications
    }

    /// The versions that are searched.
    pub(crate) fn searched(&self) -> &[SearchedList] {
        &self.open.searched
    }

    /// Those of them that a policy covers.
    pub(crate) fn covered<'l>(
        &'l self,
        policy: &'l Policy,
    ) -> impl Iterator<Item = &'l SearchedList> {
        self.open.covered(policy)
    }
}

/// Opens the version of these lists, or of all, that answers at a moment.
pub(crate) fn open(
    office: &Office,
    datasets: &[DatasetName],
    moment: Moment,
    ui: &Ui,
) -> anyhow::Result<Lists> {
    let publications = office.wait(office.desk().select(datasets, moment))?;
    open_publications(office, publications, moment, ui)
}

/// Opens these versions of lists.
pub(crate) fn open_publications(
    office: &Office,
    publications: Vec<Publication>,
    moment: Moment,
    ui: &Ui,
) -> anyhow::Result<Lists> {
    if publications.is_empty() {
        anyhow::bail!(
            "no list in {}: nothing to search. Import one with `interdict import FILE…`, or start \
             with `interdict demo`",
            office.folder().display()
        );
    }
    let bars = Bars::new(ui.terminal.progress);
    let none = Snapshot::default();
    let open = office.wait(office.desk().open_lists(publications, &none, &bars))?;
    Ok(Lists {
        snapshot: open.snapshot.clone(),
        open,
        moment,
    })
}

/// Asks every question, in their order.
pub(crate) fn ask(lists: &Lists, policy: &Policy, questions: &[Asked]) -> anyhow::Result<Answer> {
    let understood: Vec<_> = questions.iter().map(Asked::entity).collect();
    let entities: Vec<Entity> = understood.iter().map(|(e, _)| e.clone()).collect();
    let engine = Engine::new(lists.snapshot.clone(), policy.clone());
    let answers = engine.screen_all(&entities, &Request::default(), when::today(lists.moment))?;
    let results = understood
        .iter()
        .zip(answers)
        .map(|((entity, problems), answer)| QuestionResult {
            query: Question::new(entity),
            threshold: answer.threshold,
            total: answer.total,
            hits: answer.hits,
            excluded: answer.excluded,
            groups: Vec::new(),
            findings: answer.findings,
            problems: problems.iter().map(ToString::to_string).collect(),
        })
        .collect();
    Ok(Answer {
        engine: env!("CARGO_PKG_VERSION"),
        policy: PolicyUsed {
            name: policy.name.clone(),
            hash: policy.hash().to_owned(),
        },
        moment: when::view(lists.moment),
        lists: lists.covered(policy).cloned().collect(),
        results,
    })
}

/// The entities of a list that refer to one of its entities.
pub(crate) fn referring(
    lists: &Lists,
    publication: &Publication,
    entity: &Entity,
) -> anyhow::Result<Vec<Entity>> {
    let mut all = lists.snapshot.referring(&entity.id)?;
    all.retain(|other| other.datasets().contains(&publication.dataset));
    Ok(all)
}

/// What a command line may change about a policy.
#[derive(Debug, Default)]
pub(crate) struct Overrides {
    /// Policy file instead of the shipped policy.
    pub(crate) file: Option<std::path::PathBuf>,
    /// Threshold for every schema.
    pub(crate) threshold: Option<f64>,
    /// Most hits.
    pub(crate) limit: Option<usize>,
}

/// The policy with what the command line says. It is checked and hashed like any other, so that
/// two screenings with the same hash used the same settings.
pub(crate) fn policy(overrides: &Overrides) -> anyhow::Result<Policy> {
    Ok(policy_with_text(overrides)?.0)
}

/// The same, with the text that gives it again.
pub(crate) fn policy_with_text(overrides: &Overrides) -> anyhow::Result<(Policy, String)> {
    let (text, origin) = super::config::text(overrides.file.as_deref())?;
    // The file itself must be right; only then is it changed.
    let policy = Policy::parse(&text, &origin)?;
    if overrides.threshold.is_none() && overrides.limit.is_none() {
        return Ok((policy, text));
    }
    let mut table: toml::Table = toml::from_str(&text)?;
    if let Some(threshold) = overrides.threshold {
        let mut thresholds = toml::Table::new();
        thresholds.insert("default".to_owned(), threshold.into());
        thresholds.insert("schema".to_owned(), toml::Table::new().into());
        table.insert("threshold".to_owned(), thresholds.into());
    }
    if let Some(limit) = overrides.limit {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let results = table
            .entry("results")
            .or_insert_with(|| toml::Table::new().into());
        if let Some(results) = results.as_table_mut() {
            results.insert("limit".to_owned(), limit.into());
        }
    }
    let changed = toml::to_string(&table)?;
    let policy =
        Policy::parse(&changed, "of the command line").map_err(|e| usage(e.to_string()))?;
    Ok((policy, changed))
}
