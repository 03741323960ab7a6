//! `evaluate`: what screening finds on the lists that are loaded.

use std::path::Path;
use std::process::ExitCode;

use interdict_screening::evaluate::{self, Asked, CleanNames, ExactNames, Exhaustive, ListedNames};
use interdict_screening::{Engine, Score};
use serde::Serialize;

use crate::answer::{MomentView, SearchedList};
use crate::cli::{Cli, Evaluate};
use crate::commands::office::{Office, dataset};
use crate::commands::rows;
use crate::commands::search::{self, Overrides};
use crate::commands::when;
use crate::failure::FAILED;
use crate::render::hits::thousands;
use crate::render::table::{Tone, cell, table};
use crate::system::Terminal;
use crate::ui::Ui;

/// Thresholds at which the index is compared with scoring everything.
const THRESHOLDS: &[u16] = &[5_000, 7_000, 9_000];
/// Exceptions that a person is shown; JSON has all.
const SHOWN: usize = 20;

#[derive(Serialize)]
struct Evaluated {
    #[serde(skip_serializing_if = "Option::is_none")]
    moment: Option<MomentView>,
    lists: Vec<SearchedList>,
    policy: String,
    policy_hash: String,
    exact_names: Vec<ExactNames>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exhaustive: Option<Exhaustive>,
    #[serde(skip_serializing_if = "Option::is_none")]
    clean: Option<CleanNames>,
    #[serde(skip_serializing_if = "Option::is_none")]
    listed: Option<ListedNames>,
}

/// Runs `evaluate`.
pub(crate) fn run(cli: &Cli, arguments: &Evaluate, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let policy = search::policy(&Overrides {
        file: arguments.policy.clone(),
        ..Overrides::default()
    })?;
    let datasets = arguments
        .dataset
        .iter()
        .map(|name| dataset(name))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let clean = arguments.clean.as_deref().map(names).transpose()?;
    let listed = arguments.listed.as_deref().map(names).transpose()?;
    let office = Office::open(cli)?;
    let moment = when::moment(&arguments.when)?;
    let lists = search::open(&office, &datasets, moment, ui)?;
    let engine = Engine::new(lists.snapshot.clone(), policy);
    let evaluated = Evaluated {
        moment: when::view(moment),
        lists: lists.searched().to_vec(),
        policy: engine.policy().name.clone(),
        policy_hash: engine.policy().hash().to_owned(),
        exact_names: evaluate::exact_names(&engine)?,
        exhaustive: arguments
            .exhaustive
            .then(|| evaluate::exhaustive(&engine, arguments.queries, THRESHOLDS, arguments.seed))
            .transpose()?,
        clean: clean
            .map(|names| evaluate::clean_names(&engine, &names))
            .transpose()?,
        listed: listed
            .map(|names| evaluate::listed_names(&engine, &names))
            .transpose()?,
    };
    if ui.json {
        ui.document("evaluate", &evaluated)?;
    } else {
        tell(&evaluated, ui)?;
    }
    let lost = evaluated
        .exhaustive
        .as_ref()
        .is_some_and(|e| !e.differences.is_empty());
    Ok(if lost {
        ExitCode::from(FAILED)
    } else {
        ExitCode::SUCCESS
    })
}

/// The names of a file, with what it says beside them.
fn names(path: &Path) -> anyhow::Result<Vec<Asked>> {
    let rows = rows::read(path)?.rows;
    Ok(rows
        .into_iter()
        .map(|(_, row)| {
            let (entity, _) = row.entity();
            let first = |properties: &[&str]| {
                properties
                    .iter()
                    .find_map(|name| entity.first(name))
                    .unwrap_or_default()
                    .to_owned()
            };
            Asked {
                name: first(&["name"]),
                schema: row
                    .schema
                    .as_ref()
                    .map_or_else(String::new, |_| entity.schema.name().to_owned()),
                birth_date: first(&["birthDate", "incorporationDate", "buildDate"]),
                country: first(&["country"]),
            }
        })
        .filter(|asked| !asked.name.is_empty())
        .collect())
}

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    // Cut, not rounded: 99.996 percent are not all.
    let units = part.saturating_mul(10_000) / whole;
    format!("{}.{:02} %", units / 100, units % 100)
}

fn count(n: usize) -> String {
    thousands(n as u64)
}

fn tell(evaluated: &Evaluated, ui: &mut Ui) -> anyhow::Result<()> {
    let terminal = ui.terminal;
    ui.line(
        "Every listed name, asked as it stands, alone and with its own birth date and country",
    )?;
    ui.line(exact(terminal, &evaluated.exact_names))?;
    let exceptions: Vec<_> = evaluated
        .exact_names
        .iter()
        .flat_map(|list| &list.exceptions)
        .collect();
    for exception in exceptions.iter().take(SHOWN) {
        ui.line(format!(
            "   {} {} {:?}{}: {}",
            exception.id,
            exception.class,
            exception.name,
            if exception.with_details {
                " with details"
            } else {
                ""
            },
            exception.reason
        ))?;
    }
    if exceptions.len() > SHOWN {
        ui.line(format!(
            "   and {} more: --json has all",
            count(exceptions.len() - SHOWN)
        ))?;
    }
    if let Some(clean) = &evaluated.clean {
        ui.line(format!(
            "Names on no list: {} asked, {} alert alone ({}), {} with birth date and country ({})",
            count(clean.names),
            count(clean.alerts_alone),
            percent(clean.alerts_alone, clean.names),
            count(clean.alerts_with_details),
            percent(clean.alerts_with_details, clean.names)
        ))?;
    }
    if let Some(listed) = &evaluated.listed {
        ui.line(format!(
            "Names said to be listed: {} asked, {} alert ({})",
            count(listed.names),
            count(listed.alerts),
            percent(listed.alerts, listed.names)
        ))?;
        for name in listed.not_found.iter().take(SHOWN) {
            ui.line(format!("   not found: {name}"))?;
        }
    }
    if let Some(exhaustive) = &evaluated.exhaustive {
        let thresholds: Vec<String> = exhaustive.thresholds.iter().map(Score::to_string).collect();
        ui.line(format!(
            "The index against scoring every entity: {} disguised names at {}, {} hits, {} differences",
            count(exhaustive.queries),
            thresholds.join(", "),
            count(exhaustive.hits),
            count(exhaustive.differences.len())
        ))?;
        for difference in exhaustive.differences.iter().take(SHOWN) {
            ui.line(format!("   {difference}"))?;
        }
    }
    Ok(())
}

fn exact(terminal: Terminal, lists: &[ExactNames]) -> String {
    let mut drawn = table(
        terminal,
        &[
            "list",
            "publication",
            "names",
            "found alone",
            "found with details",
        ],
    );
    for list in lists {
        let found = |part: usize| {
            let tone = if part == list.names {
                Tone::Good
            } else {
                Tone::Alert
            };
            cell(
                terminal,
                format!("{} ({})", count(part), percent(part, list.names)),
                tone,
            )
        };
        drawn.add_row(vec![
            cell(terminal, &list.dataset, Tone::Strong),
            cell(terminal, &list.version, Tone::Plain),
            cell(terminal, count(list.names), Tone::Plain),
            found(list.alone),
            found(list.with_details),
        ]);
    }
    drawn.to_string()
}
