//! `show`: everything that the lists say of an entity, value by value.

use std::process::ExitCode;

use interdict_model::{Entity, Statement};
use interdict_store::Publication;
use serde::Serialize;

use crate::answer::MomentView;
use crate::cli::{Cli, Show};
use crate::commands::clusters;
use crate::commands::import::place;
use crate::commands::office::{Office, dataset};
use crate::commands::search;
use crate::commands::when;
use crate::render::table::{Tone, cell, paint, table};
use crate::ui::Ui;
use interdict_desk::SearchedList;

#[derive(Serialize)]
struct Shown {
    /// The point in time that is answered from; missing for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    moment: Option<MomentView>,
    /// The versions that were looked at.
    lists: Vec<SearchedList>,
    entities: Vec<EntityView>,
}

/// An entity as one list has it, as JSON.
#[derive(Serialize)]
struct EntityView {
    id: String,
    schema: &'static str,
    caption: String,
    dataset: String,
    publication: i64,
    published: String,
    statements: Vec<StatementView>,
    /// Entities that refer to it: sanctions, owners, relatives, offices.
    referring: Vec<ReferringView>,
}

#[derive(Serialize)]
struct StatementView {
    property: &'static str,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lang: Option<String>,
    dataset: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_seen: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_seen: Option<String>,
}

#[derive(Serialize)]
struct ReferringView {
    id: String,
    schema: &'static str,
    caption: String,
    properties: serde_json::Map<String, serde_json::Value>,
}

/// Runs `show`.
pub(crate) fn run(cli: &Cli, arguments: &Show, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let moment = when::moment(&arguments.when)?;
    let datasets = arguments
        .dataset
        .iter()
        .map(|name| dataset(name))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let office = Office::open(cli)?;
    if let Some(cluster) = clusters::find(&office, &arguments.id)? {
        if ui.json {
            ui.document("clusters show", &clusters::ClusterView::new(&cluster))?;
        } else {
            clusters::tell(&cluster, &arguments.id, ui)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let lists = search::open(&office, &datasets, moment, ui)?;
    let mut found = Vec::new();
    for publication in lists.publications() {
        let store = office.desk().store();
        if let Some(entity) = office.wait(store.entity(publication.id, &arguments.id))? {
            let referring = search::referring(&lists, publication, &entity)?;
            found.push((publication, entity, referring));
        }
    }
    if found.is_empty() {
        let versions: Vec<String> = lists
            .searched()
            .iter()
            .map(|list| format!("{} of {}", list.dataset, list.published))
            .collect();
        anyhow::bail!(
            "no entity {:?} in {}; `interdict screen` gives the ids of hits",
            arguments.id,
            versions.join(", ")
        );
    }
    if ui.json {
        let entities = found
            .iter()
            .map(|(publication, entity, referring)| view(publication, entity, referring))
            .collect();
        let shown = Shown {
            moment: when::view(moment),
            lists: lists.searched().to_vec(),
            entities,
        };
        ui.document("show", &shown)?;
        return Ok(ExitCode::SUCCESS);
    }
    for (publication, entity, referring) in &found {
        tell(publication, entity, referring, ui)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn view(publication: &Publication, entity: &Entity, referring: &[Entity]) -> EntityView {
    EntityView {
        id: entity.id.to_string(),
        schema: entity.schema.name(),
        caption: entity.caption().to_owned(),
        dataset: publication.dataset.to_string(),
        publication: publication.id.0,
        published: publication.published.text.clone(),
        statements: entity.statements.iter().map(statement).collect(),
        referring: referring
            .iter()
            .map(|other| ReferringView {
                id: other.id.to_string(),
                schema: other.schema.name(),
                caption: other.caption().to_owned(),
                properties: crate::answer::Question::new(other).properties,
            })
            .collect(),
    }
}

fn text(value: Option<&impl ToString>) -> Option<String> {
    value.map(ToString::to_string)
}

fn statement(statement: &Statement) -> StatementView {
    let origin = statement.origin.as_ref();
    StatementView {
        property: statement.property.name(),
        value: statement.value.to_string(),
        original: text(statement.original.as_ref()),
        lang: text(statement.lang.as_ref()),
        dataset: statement.dataset.to_string(),
        file: origin.map(|o| o.file.to_string()),
        place: origin.map(|o| place(o.place)),
        field: origin.map(|o| o.field.to_string()),
        first_seen: text(statement.first_seen.as_ref()),
        last_seen: text(statement.last_seen.as_ref()),
    }
}

fn tell(
    publication: &Publication,
    entity: &Entity,
    referring: &[Entity],
    ui: &mut Ui,
) -> anyhow::Result<()> {
    let terminal = ui.terminal;
    let heading = format!(
        "{}  {}  {}",
        entity.caption(),
        entity.schema.name(),
        entity.id
    );
    ui.line(paint(terminal, &heading, Tone::Strong))?;
    ui.line(paint(
        terminal,
        &format!(
            "{} of {}, publication {}",
            publication.dataset, publication.published.text, publication.id
        ),
        Tone::Faint,
    ))?;
    let mut values = table(
        terminal,
        &["property", "value", "as published", "first seen", "where"],
    );
    let mut last = "";
    for statement in &entity.statements {
        let name = statement.property.name();
        let origin = statement.origin.as_ref().map_or_else(String::new, |o| {
            format!("{} {} {}", o.file, place(o.place), o.field)
        });
        values.add_row(vec![
            cell(terminal, if name == last { "" } else { name }, Tone::Strong),
            cell(terminal, &statement.value, Tone::Plain),
            cell(
                terminal,
                statement.original.as_deref().unwrap_or(""),
                Tone::Faint,
            ),
            cell(
                terminal,
                statement.first_seen.as_deref().unwrap_or(""),
                Tone::Faint,
            ),
            cell(terminal, origin, Tone::Faint),
        ]);
        last = name;
    }
    ui.line(values.to_string())?;
    if !referring.is_empty() {
        let mut links = table(terminal, &["link", "what it says"]);
        for other in referring {
            let details: Vec<String> = other
                .statements
                .iter()
                .map(|s| format!("{} {}", s.property.name(), s.value))
                .collect();
            links.add_row(vec![
                cell(
                    terminal,
                    format!("{}\n{}", other.schema.name(), other.id),
                    Tone::Strong,
                ),
                cell(terminal, details.join(" · "), Tone::Plain),
            ]);
        }
        ui.line(links.to_string())?;
    }
    ui.line("")
}
