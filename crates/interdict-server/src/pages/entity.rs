//! Everything that the lists say of an entity, with the evidence for each value.

mod history;
mod links;

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use interdict_model::{Entity, PropertyType, part};
use interdict_screening::Snapshot;
use interdict_store::Publication;
use serde::Deserialize;

use super::evidence::{Said, readable, said};
use super::fault::Fault;
use super::frame::Frame;
use super::visitor::Visitor;
use super::{Page, page, script, text};
use crate::lists::Answering;
use crate::state::App;

use history::Version;
use links::{Document, Link, Measure};

#[derive(Deserialize)]
pub(super) struct Which {
    id: String,
}

#[derive(Template)]
#[template(path = "entity.html")]
struct EntityPage {
    frame: Frame,
    caption: String,
    schema: String,
    topics: Vec<String>,
    id: String,
    /// What each list says.
    listed: Vec<Listed>,
    cluster: Option<Cluster>,
}

/// The same party on other lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Cluster {
    id: String,
    members: Vec<Member>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Member {
    list: String,
    id: String,
    address: String,
    /// Empty for the entity that is shown.
    caption: String,
    here: bool,
}

/// An entity as one list has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Listed {
    list: String,
    title: String,
    published: String,
    publication: i64,
    names: Vec<(&'static str, Vec<Name>)>,
    measures: Vec<Measure>,
    facts: Vec<(String, Vec<String>)>,
    documents: Vec<Document>,
    links: Vec<Link>,
    statements: Vec<Said>,
    history: Vec<Version>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Name {
    value: String,
    kind: String,
    lang: String,
    since: String,
}

/// The page of an entity.
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Query(which): Query<Which>,
) -> Page {
    let now = app.lists().now();
    let mut listed = Vec::new();
    let mut first: Option<Entity> = None;
    let mut cluster = None;
    for publication in &now.lists.publications {
        let Some(entity) = app.desk().store().entity(publication.id, &which.id).await? else {
            continue;
        };
        if cluster.is_none() {
            cluster = now.cluster_of(publication.dataset.as_str(), &which.id);
        }
        listed.push(listing(&app, &now, publication, &entity).await?);
        first.get_or_insert(entity);
    }
    let Some(entity) = first else {
        return Err(Fault::missing(format!(
            "None of the lists that answer now has an entry {}. It may have been taken off its list: the list's page shows what changed.",
            which.id
        )));
    };
    let cluster = cluster.map(|id| members(&now, id, &which.id)).transpose()?;
    let caption = entity.caption().to_owned();
    page(&EntityPage {
        frame: Frame::new(&app, visitor, caption.clone(), "/workbench/search").await?,
        caption,
        schema: text::words(entity.schema.name()),
        topics: super::evidence::values(&entity, "topics"),
        id: which.id,
        listed,
        cluster,
    })
}

fn members(now: &Answering, cluster: &str, shown: &str) -> Result<Cluster, Fault> {
    let mut members = Vec::new();
    for (list, id) in now.members(cluster) {
        let entities = now
            .lists
            .snapshot
            .entities(id)
            .map_err(|e| Fault::internal(&e))?;
        let of_list = |entity: &&Entity| entity.datasets().iter().any(|d| d.as_str() == list);
        let entity = entities.iter().find(of_list).or(entities.first());
        members.push(Member {
            list: list.clone(),
            id: id.clone(),
            address: format!("/workbench/entity?id={}", text::encoded(id)),
            caption: entity.map_or_else(|| id.clone(), |e| e.caption().to_owned()),
            here: id == shown,
        });
    }
    Ok(Cluster {
        id: cluster.to_owned(),
        members,
    })
}

async fn listing(
    app: &App,
    now: &Answering,
    publication: &Publication,
    entity: &Entity,
) -> Result<Listed, Fault> {
    let searched = now
        .lists
        .searched
        .iter()
        .find(|l| l.publication == publication.id.0);
    // A file may name other datasets than the list that it was taken in as: the segment decides.
    let segment = now
        .lists
        .snapshot
        .segment(&publication.dataset, &publication.id.to_string());
    let referring = Snapshot::new(segment.cloned())
        .referring(&entity.id)
        .map_err(|e| Fault::internal(&e))?;
    let past = app
        .desk()
        .store()
        .history(&publication.dataset, &entity.id)
        .await?;
    Ok(Listed {
        list: publication.dataset.to_string(),
        title: searched.map_or_else(|| publication.dataset.to_string(), |l| l.title.clone()),
        published: text::published(&publication.published),
        publication: publication.id.0,
        names: names(entity),
        measures: links::measures(&referring),
        facts: facts(now, entity)?,
        documents: links::documents(&referring),
        links: links::links(now, entity, &referring)?,
        statements: entity.statements.iter().map(said).collect(),
        history: history::versions(&past),
    })
}

/// Names by script: that of the primary name first, the others by how many names they have.
fn names(entity: &Entity) -> Vec<(&'static str, Vec<Name>)> {
    let mut by_script: Vec<(&'static str, Vec<Name>)> = Vec::new();
    let mut add = |statement: &interdict_model::Statement| {
        let script = script::of(&statement.value);
        let name = Name {
            value: statement.value.to_string(),
            kind: text::words(statement.property.name()),
            lang: statement
                .lang
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            since: statement
                .first_seen
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default()
                .chars()
                .take(10)
                .collect(),
        };
        match by_script.iter_mut().find(|(known, _)| *known == script) {
            Some((_, names)) => names.push(name),
            None => by_script.push((script, vec![name])),
        }
    };
    let whole = ["name", "alias", "previousName", "weakAlias", "abbreviation"];
    for property in whole {
        entity.statements_of(property).for_each(&mut add);
    }
    by_script
}

/// What else is said, by property, in the order of the ontology's featured properties, then by name.
fn facts(now: &Answering, entity: &Entity) -> Result<Vec<(String, Vec<String>)>, Fault> {
    let mut by_property: BTreeMap<(usize, &str), Vec<String>> = BTreeMap::new();
    let featured = entity.schema.featured();
    for statement in &entity.statements {
        let name = statement.property.name();
        let shown_elsewhere = statement.property.kind() == PropertyType::Name
            || matches!(
                name,
                "alias" | "weakAlias" | "previousName" | "abbreviation" | "topics"
            );
        if shown_elsewhere {
            continue;
        }
        let value = match (statement.property.kind(), name) {
            (PropertyType::Entity, part::ADDRESS_ENTITY) => address(now, &statement.value)?,
            (PropertyType::Entity, _) => continue,
            _ => readable(statement),
        };
        let place = featured
            .iter()
            .position(|f| *f == name)
            .unwrap_or(usize::MAX);
        let values = by_property.entry((place, name)).or_default();
        if !values.contains(&value) {
            values.push(value);
        }
    }
    Ok(by_property
        .into_iter()
        .map(|((_, name), values)| (text::words(name), values))
        .collect())
}

fn address(now: &Answering, id: &str) -> Result<String, Fault> {
    let found = now
        .lists
        .snapshot
        .entities(id)
        .map_err(|e| Fault::internal(&e))?;
    Ok(found
        .first()
        .map_or_else(|| id.to_owned(), |address| address.caption().to_owned()))
}
