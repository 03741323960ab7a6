//! Lists that give a party many rows: one for each name, or for each name, address and birth date.

use std::collections::{BTreeMap, HashSet};

use compact_str::CompactString;
use interdict_model::Entity;

use crate::error::SourceError;
use crate::writer::Writer;

/// A party that rows are gathered into.
pub(crate) struct Group {
    pub(crate) party: Entity,
    pub(crate) sanction: Entity,
    said: HashSet<(CompactString, CompactString)>,
}

impl Group {
    pub(crate) fn new(party: Entity, sanction: Entity) -> Group {
        Group {
            party,
            sanction,
            said: HashSet::new(),
        }
    }

    /// Whether an earlier row of the party had the same cell in this column. Rows repeat most of
    /// what they say; it is read, and reported if need be, once.
    pub(crate) fn is_known(&mut self, column: &str, cell: &str) -> bool {
        cell.is_empty() || !self.said.insert((column.into(), cell.into()))
    }
}

/// Parties in the order in which they first came.
#[derive(Default)]
pub(crate) struct Groups {
    groups: Vec<Group>,
    places: BTreeMap<CompactString, usize>,
}

impl Groups {
    /// The party with this id; `begin` makes it when it is new.
    pub(crate) fn of(&mut self, id: &CompactString, begin: impl FnOnce() -> Group) -> &mut Group {
        let next = self.groups.len();
        let at = *self.places.entry(id.clone()).or_insert(next);
        if at == next {
            self.groups.push(begin());
        }
        &mut self.groups[at]
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Hands on every party and its sanction. One that no row gave a primary name is reported.
    pub(crate) fn emit(self, out: &mut Writer<'_, '_>) -> Result<(), SourceError> {
        for Group {
            party, sanction, ..
        } in self.groups
        {
            out.claim(&party.id);
            if party.first("name").is_none() {
                let note = "its other names stand for it";
                out.problem("no-primary-name", "", &party.id, note);
            }
            out.emit(party)?;
            out.emit(sanction)?;
        }
        Ok(())
    }
}
