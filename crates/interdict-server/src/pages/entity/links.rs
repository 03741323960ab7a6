//! What refers to an entity: measures, documents, and links to others.

use interdict_model::{Entity, PropertyType, Schema};

use crate::lists::Answering;
use crate::pages::evidence::{self, Said, said};
use crate::pages::fault::Fault;
use crate::pages::text;

/// A measure against the entity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Measure {
    pub(crate) authority: String,
    pub(crate) programmes: String,
    pub(crate) listed: String,
    pub(crate) start: String,
    pub(crate) end: String,
    pub(crate) number: String,
    pub(crate) reasons: Vec<String>,
    /// Everything that the measure says.
    pub(crate) evidence: Vec<Said>,
}

/// A passport or another document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Document {
    pub(crate) kind: String,
    pub(crate) values: String,
    pub(crate) place: String,
}

/// A link to another party.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Link {
    /// What the other is to this one, as the ontology calls it.
    pub(crate) role: String,
    pub(crate) other: String,
    pub(crate) schema: String,
    /// Empty where the lists have no such entity.
    pub(crate) address: String,
    pub(crate) says: String,
}

fn joined(entity: &Entity, property: &str) -> String {
    evidence::values(entity, property).join(", ")
}

/// The measures among what refers to an entity, the latest first.
pub(crate) fn measures(referring: &[Entity]) -> Vec<Measure> {
    let mut all: Vec<Measure> = referring
        .iter()
        .filter(|other| other.schema.is_named("Sanction"))
        .map(|sanction| {
            let programmes = joined(sanction, "program");
            Measure {
                authority: joined(sanction, "authority"),
                programmes: match programmes.is_empty() {
                    true => joined(sanction, "programId"),
                    false => programmes,
                },
                listed: joined(sanction, "listingDate"),
                start: joined(sanction, "startDate"),
                end: joined(sanction, "endDate"),
                number: joined(sanction, "authorityId"),
                reasons: evidence::values(sanction, "reason"),
                evidence: sanction.statements.iter().map(said).collect(),
            }
        })
        .collect();
    all.sort_by(|a, b| {
        (&b.listed, &b.start, &a.programmes).cmp(&(&a.listed, &a.start, &b.programmes))
    });
    all
}

/// The documents among what refers to an entity.
pub(crate) fn documents(referring: &[Entity]) -> Vec<Document> {
    let is_document = |entity: &&Entity| {
        ["Identification", "CryptoWallet", "Security"]
            .iter()
            .any(|s| entity.schema.is_named(s))
    };
    referring
        .iter()
        .filter(is_document)
        .map(|document| {
            let values: Vec<String> = document
                .statements
                .iter()
                .filter(|s| s.property.kind() != PropertyType::Entity)
                .map(|s| {
                    format!(
                        "{}: {}",
                        text::words(s.property.name()),
                        evidence::readable(s)
                    )
                })
                .collect();
            Document {
                kind: text::words(document.schema.name()),
                values: values.join(" · "),
                place: document
                    .statements
                    .first()
                    .map(said)
                    .unwrap_or_default()
                    .place,
            }
        })
        .collect()
}

/// Links of an entity: through entities that stand between (ownership, family), and direct ones.
pub(crate) fn links(
    now: &Answering,
    entity: &Entity,
    referring: &[Entity],
) -> Result<Vec<Link>, Fault> {
    let mut all = Vec::new();
    for between in referring {
        let Some(edge) = between.schema.edge() else {
            continue;
        };
        for (own, far) in [(edge.source, edge.target), (edge.target, edge.source)] {
            if !between.values(own).any(|id| id == entity.id) {
                continue;
            }
            for id in between.values(far).filter(|id| *id != entity.id) {
                let says: Vec<String> = between
                    .statements
                    .iter()
                    .filter(|s| s.property.kind() != PropertyType::Entity)
                    .map(|s| {
                        format!(
                            "{} {}",
                            text::words(s.property.name()),
                            evidence::readable(s)
                        )
                    })
                    .collect();
                let role = format!(
                    "{}: {}",
                    text::words(between.schema.name()),
                    text::words(far).to_lowercase()
                );
                all.push(link(now, role, id, says.join(" · "))?);
            }
        }
    }
    for statement in &entity.statements {
        let property = statement.property;
        let is_link = property.kind() == PropertyType::Entity
            && property.range().is_none_or(|range| !is_address(range));
        if is_link {
            all.push(link(
                now,
                text::words(property.name()),
                &statement.value,
                String::new(),
            )?);
        }
    }
    for other in referring {
        let of_its_own =
            other.schema.edge().is_none() && !interdict_model::part::is_part(other.schema);
        for statement in other
            .statements
            .iter()
            .filter(|s| of_its_own && s.value == entity.id)
        {
            let role = format!("{} of", text::words(statement.property.name()));
            all.push(link(now, role, &other.id, String::new())?);
        }
    }
    all.sort_by(|a, b| (&a.role, &a.other).cmp(&(&b.role, &b.other)));
    all.dedup();
    Ok(all)
}

fn is_address(schema: Schema) -> bool {
    schema.is_named("Address")
}

fn link(now: &Answering, role: String, id: &str, says: String) -> Result<Link, Fault> {
    let found = now
        .lists
        .snapshot
        .entities(id)
        .map_err(|e| Fault::internal(&e))?;
    let other = found.first();
    Ok(Link {
        role,
        other: other.map_or_else(|| id.to_owned(), |o| o.caption().to_owned()),
        schema: other.map_or_else(String::new, |o| text::words(o.schema.name())),
        address: other.map_or_else(String::new, |_| {
            format!("/workbench/entity?id={}", text::encoded(id))
        }),
        says,
    })
}
