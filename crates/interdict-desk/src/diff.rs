//! What two publications do not say the same, party by party and field by field.
//!
//! Order, spacing, places and formats make no difference: entities are compared by the hash of what
//! they say. Sanctions, documents, addresses and links are shown with the party they belong to.

mod fields;
mod group;
mod relinked;

use std::collections::{BTreeMap, BTreeSet};

use interdict_model::{Entity, PropertyType, part};
use interdict_store::{Publication, PublicationId};

use crate::Desk;
use crate::error::DeskError;

pub use fields::{FieldChange, Wording};
pub use group::Group;

/// What happened to a party, or to a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Only in the second publication.
    Added,
    /// Only in the first.
    Removed,
    /// In both, not saying the same.
    Changed,
    /// In both with the same words, of which a name now leads to another entry, or to none, because
    /// that entry came, went or changed.
    Relinked,
}

impl Kind {
    /// The word in outputs.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Added => "added",
            Kind::Removed => "removed",
            Kind::Changed => "changed",
            Kind::Relinked => "relinked",
        }
    }

    fn of(before: bool, after: bool) -> Kind {
        match (before, after) {
            (false, _) => Kind::Added,
            (true, false) => Kind::Removed,
            (true, true) => Kind::Changed,
        }
    }
}

/// A sanction, document, address or link of a party.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartChange {
    /// Its id.
    pub id: String,
    /// Its schema.
    pub schema: &'static str,
    /// What happened to it.
    pub kind: Kind,
    /// What it says and said.
    pub fields: Vec<FieldChange>,
}

/// A party that two publications do not say the same of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartyChange {
    /// Its id.
    pub id: String,
    /// Its schema, in the later publication that has it.
    pub schema: &'static str,
    /// What to call it.
    pub caption: String,
    /// What happened to it.
    pub kind: Kind,
    /// Programmes under which it is listed, or was until then; sorted.
    pub programmes: Vec<String>,
    /// Birth, foundation or build dates.
    pub dates: Vec<String>,
    /// What it says and said itself.
    pub fields: Vec<FieldChange>,
    /// What its parts say and said.
    pub parts: Vec<PartChange>,
}

impl PartyChange {
    /// What kinds of things changed, each once.
    pub fn groups(&self) -> BTreeSet<Group> {
        let own = self.fields.iter().map(|f| Group::of_property(f.property));
        let parts = self.parts.iter().map(|p| Group::of_part(p.schema));
        own.chain(parts).collect()
    }
}

/// The difference of two publications.
#[derive(Clone, Debug, PartialEq)]
pub struct Diff {
    /// The first.
    pub from: Publication,
    /// The second.
    pub to: Publication,
    /// Parties that differ: added, removed, changed, relinked; each by caption.
    pub parties: Vec<PartyChange>,
    /// Captions of the entities that values lead to, by id.
    pub captions: BTreeMap<String, String>,
}

impl Diff {
    /// The parties with which this happened.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = &PartyChange> {
        self.parties.iter().filter(move |party| party.kind == kind)
    }
}

impl Desk {
    /// The entities that differ, by id.
    async fn changes(
        &self,
        from: PublicationId,
        to: PublicationId,
    ) -> Result<Vec<Change>, DeskError> {
        let mut reader = self.store().changes(from, to).await?;
        let mut changes = Vec::with_capacity(reader.total());
        while let Some(part) = reader.next().await? {
            for change in part {
                let one = change.after.as_ref().or(change.before.as_ref());
                changes.push(Change {
                    id: one.map(|entity| entity.id.to_string()).unwrap_or_default(),
                    before: change.before,
                    after: change.after,
                });
            }
        }
        changes.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(changes)
    }

    /// Compares two publications, of one list or of two.
    ///
    /// # Errors
    /// When stored data cannot be read.
    pub async fn diff(&self, from: &Publication, to: &Publication) -> Result<Diff, DeskError> {
        let changes = self.changes(from.id, to.id).await?;
        let mut known = Known::new(self, [from.id, to.id], &changes).await?;
        let mut parties: BTreeMap<String, Vec<&Change>> = BTreeMap::new();
        for change in &changes {
            let party = known.party_of(&change.id);
            parties.entry(party).or_default().push(change);
        }
        let ids: Vec<String> = parties.keys().cloned().collect();
        known.load(&ids).await?;
        known.load(&far_ends(&changes)).await?;
        let mut found: Vec<PartyChange> = parties
            .into_iter()
            .filter_map(|(id, changes)| known.compare(&id, &changes))
            .collect();
        found.sort_by(|a, b| (a.kind, &a.caption, &a.id).cmp(&(b.kind, &b.caption, &b.id)));
        Ok(Diff {
            from: from.clone(),
            to: to.clone(),
            parties: found,
            captions: known.captions(),
        })
    }
}

/// An entity that two publications do not say the same of.
struct Change {
    id: String,
    before: Option<Entity>,
    after: Option<Entity>,
}

/// Ids that values of parts lead to.
fn far_ends(changes: &[Change]) -> Vec<String> {
    let ids: BTreeSet<&str> = changes
        .iter()
        .flat_map(|c| c.before.iter().chain(&c.after))
        .flat_map(|entity| entity.values_of_type(PropertyType::Entity))
        .filter(|(property, _)| property.name() != part::ADDRESS_ENTITY)
        .map(|(_, id)| id)
        .collect();
    ids.into_iter().map(str::to_owned).collect()
}

/// The entities of two publications that are known so far.
struct Known<'a> {
    desk: &'a Desk,
    publications: [PublicationId; 2],
    sides: [BTreeMap<String, Entity>; 2],
    /// Party by address.
    addresses: BTreeMap<String, String>,
}

impl<'a> Known<'a> {
    async fn new(
        desk: &'a Desk,
        publications: [PublicationId; 2],
        changes: &[Change],
    ) -> Result<Known<'a>, DeskError> {
        let mut known = Known {
            desk,
            publications,
            sides: [BTreeMap::new(), BTreeMap::new()],
            addresses: BTreeMap::new(),
        };
        for change in changes {
            for (side, entity) in known.sides.iter_mut().zip([&change.before, &change.after]) {
                if let Some(entity) = entity {
                    side.insert(change.id.clone(), entity.clone());
                    note_addresses(&mut known.addresses, entity);
                }
            }
        }
        known.find_addresses().await?;
        // What parts belong to, and what that belongs to: a sanction of a wallet of a person.
        for _ in 0..3 {
            let owners: BTreeSet<String> = known
                .sides
                .iter()
                .flat_map(|side| side.values())
                .filter_map(part::owner)
                .map(str::to_owned)
                .collect();
            known.load(&owners.into_iter().collect::<Vec<_>>()).await?;
        }
        Ok(known)
    }

    /// Addresses do not name their party. Where none that changed names them, all are asked.
    async fn find_addresses(&mut self) -> Result<(), DeskError> {
        for (at, publication) in self.publications.into_iter().enumerate().rev() {
            let orphans = self.sides.iter().flat_map(|side| side.values()).any(|e| {
                e.schema.is_named("Address") && !self.addresses.contains_key(e.id.as_str())
            });
            if !orphans {
                return Ok(());
            }
            let mut reader = self.desk.store().entities(publication);
            while let Some(entities) = reader.next().await? {
                for entity in entities {
                    let before = self.addresses.len();
                    note_addresses(&mut self.addresses, &entity);
                    if self.addresses.len() > before
                        && let Some(side) = self.sides.get_mut(at)
                    {
                        side.entry(entity.id.to_string()).or_insert(entity);
                    }
                }
            }
        }
        Ok(())
    }

    /// Loads those of these entities that are not known yet, from both publications.
    async fn load(&mut self, ids: &[String]) -> Result<(), DeskError> {
        for (publication, side) in self.publications.into_iter().zip(&mut self.sides) {
            let missing: Vec<String> = ids
                .iter()
                .filter(|id| !side.contains_key(*id))
                .cloned()
                .collect();
            if missing.is_empty() {
                continue;
            }
            side.extend(
                self.desk
                    .store()
                    .entities_named(publication, &missing)
                    .await?,
            );
        }
        Ok(())
    }

    fn latest(&self, id: &str) -> Option<&Entity> {
        self.sides.iter().rev().find_map(|side| side.get(id))
    }

    /// The party that an entity is, or is part of. One whose party is in neither publication stands
    /// for itself.
    fn party_of(&self, id: &str) -> String {
        let mut id = id;
        for _ in 0..4 {
            let owner = self.latest(id).and_then(|entity| {
                part::owner(entity).or_else(|| self.addresses.get(id).map(String::as_str))
            });
            match owner.filter(|owner| *owner != id && self.latest(owner).is_some()) {
                Some(owner) => id = owner,
                None => break,
            }
        }
        id.to_owned()
    }

    fn compare(&self, id: &str, changes: &[&Change]) -> Option<PartyChange> {
        let [before, after] = [0, 1].map(|at| self.sides.get(at).and_then(|side| side.get(id)));
        let party = after.or(before)?;
        let mut fields = Vec::new();
        let mut parts = Vec::new();
        for change in changes {
            let compared = fields::compare(change.before.as_ref(), change.after.as_ref(), id);
            if change.id == id {
                fields = compared;
            } else if let Some(part) = change.after.as_ref().or(change.before.as_ref()) {
                parts.push(PartChange {
                    id: change.id.clone(),
                    schema: part.schema.name(),
                    kind: Kind::of(change.before.is_some(), change.after.is_some()),
                    fields: compared,
                });
            }
        }
        let kind = Kind::of(before.is_some(), after.is_some());
        parts.retain(|part| part.kind != Kind::Changed || !part.fields.is_empty());
        if kind == Kind::Changed && fields.is_empty() && parts.is_empty() {
            return None;
        }
        parts.sort_by(|a, b| (a.schema, &a.id).cmp(&(b.schema, &b.id)));
        let kind = if kind == Kind::Changed && relinked::only_relinked(&fields, &parts) {
            Kind::Relinked
        } else {
            kind
        };
        let said =
            |property| -> Vec<String> { party.values(property).map(str::to_owned).collect() };
        Some(PartyChange {
            id: id.to_owned(),
            schema: party.schema.name(),
            caption: party.caption().to_owned(),
            kind,
            programmes: programmes(party, changes),
            dates: ["birthDate", "incorporationDate", "buildDate"]
                .into_iter()
                .flat_map(said)
                .collect(),
            fields,
            parts,
        })
    }

    fn captions(&self) -> BTreeMap<String, String> {
        let all = self.sides.iter().flatten();
        all.map(|(id, entity)| (id.clone(), entity.caption().to_owned()))
            .collect()
    }
}

fn note_addresses(addresses: &mut BTreeMap<String, String>, entity: &Entity) {
    for address in entity.values(part::ADDRESS_ENTITY) {
        addresses
            .entry(address.to_owned())
            .or_insert_with(|| entity.id.to_string());
    }
}

/// The programmes of a party: its own word, else that of its sanctions.
fn programmes(party: &Entity, changes: &[&Change]) -> Vec<String> {
    let mut all: BTreeSet<&str> = party.values("programId").collect();
    let sanctions = || {
        changes
            .iter()
            .filter_map(|c| c.after.as_ref().or(c.before.as_ref()))
            .filter(|entity| entity.schema.is_named("Sanction"))
    };
    for property in ["programId", "program"] {
        if all.is_empty() {
            all.extend(sanctions().flat_map(|sanction| sanction.values(property)));
        }
    }
    all.into_iter().map(str::to_owned).collect()
}
