//! What the guard counts: entries, and what a screening lives on.

use std::collections::{BTreeMap, HashSet};

use interdict_model::Entity;
use interdict_model::ontology::PropertyType;
use interdict_store::{Change, ChangeReader, StoreError};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Something of which a publication holds a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Listed persons, organisations and things.
    Entries,
    /// Their names.
    Names,
    /// Their other names, weak and former ones too.
    Aliases,
    /// Dates of birth.
    BirthDates,
    /// Passports, registrations, codes.
    Identifiers,
    /// Addresses.
    Addresses,
    /// Programmes under which something is listed.
    Programmes,
}

impl Measure {
    /// All of them, in the order of reports.
    pub const ALL: [Measure; 7] = [
        Measure::Entries,
        Measure::Names,
        Measure::Aliases,
        Measure::BirthDates,
        Measure::Identifiers,
        Measure::Addresses,
        Measure::Programmes,
    ];

    /// In words.
    pub fn as_str(self) -> &'static str {
        match self {
            Measure::Entries => "entries",
            Measure::Names => "names",
            Measure::Aliases => "aliases",
            Measure::BirthDates => "birth dates",
            Measure::Identifiers => "identifiers",
            Measure::Addresses => "addresses",
            Measure::Programmes => "programmes",
        }
    }
}

/// How much a publication holds, by measure.
pub type Amounts = BTreeMap<Measure, u64>;

/// Adds what an entity holds.
pub(crate) fn add(amounts: &mut Amounts, entity: &Entity) {
    each(entity, &mut |measure, _, _| {
        *amounts.entry(measure).or_default() += 1;
    });
}

/// Whether an entity is listed itself, and does not merely say something of one that is.
pub(crate) fn is_entry(entity: &Entity) -> bool {
    entity.schema.is_named("Thing")
        && !entity.schema.is_named("Address")
        && !entity.schema.is_named("Document")
        && entity.first("holder").is_none()
}

/// Calls for every counted thing of an entity: measure, whose it is, and its value.
fn each(entity: &Entity, counted: &mut dyn FnMut(Measure, &str, &str)) {
    // Links and documents have ids of their own, which may follow from their content.
    let owner = ["entity", "holder"]
        .into_iter()
        .find_map(|property| entity.first(property))
        .unwrap_or(&entity.id);
    let entry = is_entry(entity);
    if entry {
        counted(Measure::Entries, owner, "");
    }
    if entity.schema.is_named("Address") {
        counted(Measure::Addresses, owner, "");
        return;
    }
    // Of the code and the name of a programme, one counts.
    let programme = ["program", "programId"]
        .into_iter()
        .find(|name| entity.schema.is_named("Sanction") && entity.first(name).is_some());
    for statement in &entity.statements {
        let measure = match (statement.property.name(), statement.property.kind()) {
            ("name", _) if entry => Measure::Names,
            ("alias" | "weakAlias" | "previousName" | "abbreviation", _) if entry => {
                Measure::Aliases
            }
            ("birthDate", _) => Measure::BirthDates,
            (name, _) if programme == Some(name) => Measure::Programmes,
            (_, PropertyType::Identifier) => Measure::Identifiers,
            (_, PropertyType::Address) => Measure::Addresses,
            _ => continue,
        };
        counted(measure, owner, &statement.value);
    }
}

/// What became of the content of the version before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Turnover {
    /// Of each measure, how much of the version before is no longer there or, for entries, is
    /// there with other content.
    pub(crate) changed: Amounts,
    /// Entries that are no longer there.
    pub(crate) gone: u64,
    /// Entries that were not there before.
    pub(crate) come: u64,
    /// Entries with other content.
    pub(crate) altered: u64,
}

/// One counted thing: the first half of a hash over measure, owner and value.
type Item = [u8; 16];

fn item(measure: Measure, owner: &str, value: &str) -> Item {
    let mut hasher = Sha256::new();
    hasher.update([measure as u8]);
    hasher.update(owner.as_bytes());
    hasher.update([0]);
    hasher.update(value.as_bytes());
    let digest: [u8; 32] = hasher.finalize().into();
    std::array::from_fn(|at| digest.get(at).copied().unwrap_or_default())
}

/// Compares two publications by what differs between them.
pub(crate) async fn turnover(mut changes: ChangeReader<'_>) -> Result<Turnover, StoreError> {
    let mut turnover = Turnover::default();
    let mut before: Vec<(Measure, Item)> = Vec::new();
    let mut after: HashSet<Item> = HashSet::new();
    while let Some(part) = changes.next().await? {
        for change in &part {
            entries(&mut turnover, change);
            if let Some(entity) = &change.before {
                each(entity, &mut |measure, owner, value| {
                    if measure != Measure::Entries {
                        before.push((measure, item(measure, owner, value)));
                    }
                });
            }
            if let Some(entity) = &change.after {
                each(entity, &mut |measure, owner, value| {
                    after.insert(item(measure, owner, value));
                });
            }
        }
    }
    for (measure, item) in before {
        if !after.contains(&item) {
            *turnover.changed.entry(measure).or_default() += 1;
        }
    }
    let entries = turnover.gone + turnover.altered;
    turnover.changed.insert(Measure::Entries, entries);
    Ok(turnover)
}

fn entries(turnover: &mut Turnover, change: &Change) {
    let listed = |entity: &Option<Entity>| entity.as_ref().is_some_and(is_entry);
    match (listed(&change.before), listed(&change.after)) {
        (true, true) => turnover.altered += 1,
        (true, false) => turnover.gone += 1,
        (false, true) => turnover.come += 1,
        (false, false) => {}
    }
}
