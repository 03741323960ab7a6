//! `show`: everything that the lists say of an entity, value by value.

use std::process::ExitCode;

use interdict_model::Entity;
use interdict_store::Publication;
use serde::Serialize;

use crate::answer::MomentView;
use crate::cli::{Cli, Show};
use crate::commands::clusters;
use crate::commands::office::{Office, dataset};
use crate::commands::search;
use crate::commands::when;
use crate::render::table::{Tone, cell, paint, table};
use crate::ui::Ui;
use interdict_desk::SearchedList;
use interdict_desk::view::{EntityView, place};

#[derive(Serialize)]
struct Shown {
    /// The point in time that is answered from; missing for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    moment: Option<MomentView>,
    /// The versions that were looked at.
    lists: Vec<SearchedList>,
    entities: Vec<EntityView>,
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
            .map(|(publication, entity, referring)| EntityView::new(publication, entity, referring))
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
