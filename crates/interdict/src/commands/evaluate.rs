//! `evaluate`: what screening finds on the lists that are loaded.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use interdict_screening::evaluate::{
    self, Asked, CleanNames, Disguised, ExactNames, Exhaustive, ListedNames, OwnNames,
};
use interdict_screening::{Engine, Score};
use serde::Serialize;

use crate::answer::MomentView;
use crate::cli::{Cli, Evaluate};
use crate::commands::office::{Office, dataset};
use crate::commands::rows;
use crate::commands::search::{self, Overrides};
use crate::commands::when;
use crate::failure::FAILED;
use crate::render::hits::thousands;
use crate::render::report::{self, percent};
use crate::render::table::{Tone, cell, table};
use crate::system::{self, Terminal};
use crate::ui::Ui;
use interdict_desk::SearchedList;

mod own;

/// Thresholds at which the index is compared with scoring everything.
const THRESHOLDS: &[u16] = &[5_000, 6_000, 7_000, 8_000, 9_000, 9_500];
/// Exceptions that a person is shown; the files have all.
const SHOWN: usize = 20;

/// Everything that was measured; the JSON of the report.
#[derive(Serialize)]
pub(crate) struct Evaluated {
    /// Day of the evaluation.
    pub(crate) date: String,
    /// Version of Interdict.
    pub(crate) engine: &'static str,
    /// The day and the knowledge that lists were chosen by, if not the newest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) moment: Option<MomentView>,
    /// The lists that answered.
    pub(crate) lists: Vec<SearchedList>,
    /// Name of the policy.
    pub(crate) policy: String,
    /// Hash of the policy.
    pub(crate) policy_hash: String,
    /// Threshold of the policy for people.
    pub(crate) threshold: Score,
    /// Every listed name as it stands.
    pub(crate) exact_names: Vec<ExactNames>,
    /// Disguised names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) disguised: Option<Disguised>,
    /// Names on no list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) clean: Option<CleanNames>,
    /// Names that a file says are listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) listed: Option<ListedNames>,
    /// The bank's own names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) own: Option<OwnNames>,
    /// The index against scoring every entity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) exhaustive: Option<Exhaustive>,
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
    // Files are read before anything that takes long.
    let clean = arguments.clean.as_deref().map(names).transpose()?;
    let listed = arguments.listed.as_deref().map(names).transpose()?;
    let own = arguments.own.as_deref().map(own::read).transpose()?;
    if let Some(folder) = &arguments.output {
        std::fs::create_dir_all(folder).with_context(|| format!("{}", folder.display()))?;
    }
    let office = Office::open(cli)?;
    let moment = when::moment(&arguments.when)?;
    let lists = search::open(&office, &datasets, moment, ui)?;
    let engine = Engine::new(lists.snapshot.clone(), policy);
    let today = system::today();
    let progress = ui.terminal.progress;
    let step = |what: &str| {
        tracing::info!("{what}");
        if progress {
            ui.note(format!("{what} …"));
        }
    };
    step("asking names of files");
    let clean = clean
        .map(|names| evaluate::clean_names(&engine, &names, today))
        .transpose()?;
    let listed = listed
        .map(|names| evaluate::listed_names(&engine, &names))
        .transpose()?;
    let own = own
        .map(|names| evaluate::own_names(&engine, &names))
        .transpose()?;
    step("asking disguised names");
    let disguised = (arguments.queries > 0)
        .then(|| evaluate::disguised(&engine, arguments.queries, arguments.seed))
        .transpose()?;
    step("asking every listed name");
    let exact_names = if arguments.skip_exact {
        Vec::new()
    } else {
        evaluate::exact_names(&engine)?
    };
    let exhaustive = arguments
        .exhaustive
        .map(|queries| {
            step("scoring every entity");
            let done = || tracing::debug!("one more name asked both ways");
            evaluate::exhaustive(&engine, queries, THRESHOLDS, arguments.seed, &done)
        })
        .transpose()?;
    let person = interdict_model::Schema::get("Person");
    let evaluated = Evaluated {
        date: today.to_string(),
        engine: env!("CARGO_PKG_VERSION"),
        moment: when::view(moment),
        lists: lists.searched().to_vec(),
        policy: engine.policy().name.clone(),
        policy_hash: engine.policy().hash().to_owned(),
        threshold: Score(person.map_or(0, |schema| engine.policy().options_for(schema).threshold)),
        exact_names,
        disguised,
        clean,
        listed,
        own,
        exhaustive,
    };
    if let Some(folder) = &arguments.output {
        write(folder, &evaluated, ui)?;
    }
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

/// Writes both files of the report.
fn write(folder: &Path, evaluated: &Evaluated, ui: &Ui) -> anyhow::Result<()> {
    let json = serde_json::to_string_pretty(evaluated)?;
    for (name, text) in [
        ("report.html", report::html(evaluated)),
        ("report.json", json),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))?;
        ui.note(format!("wrote {}", path.display()));
    }
    Ok(())
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

fn count(n: usize) -> String {
    thousands(n as u64)
}

fn tell(evaluated: &Evaluated, ui: &mut Ui) -> anyhow::Result<()> {
    let terminal = ui.terminal;
    if !evaluated.exact_names.is_empty() {
        tell_exact(evaluated, ui)?;
    }
    if let Some(disguised) = &evaluated.disguised {
        ui.line(format!(
            "{} names of the lists, disguised (seed {}): alerts on their own entity",
            count(disguised.queries),
            disguised.seed
        ))?;
        ui.line(kinds(terminal, disguised))?;
        let places = &disguised.places;
        ui.line(format!(
            "Of those found, the true entity stands first in {}, among the first three in {} (hits of its own list)",
            percent(places.first),
            percent(places.first_three)
        ))?;
        if places.tied > 0 {
            ui.line(format!(
                "{} stand in a tie, at place {}.{:02} in the mean; by chance it would be {}.{:02}",
                count(places.tied),
                places.mean_place_in_ties / 100,
                places.mean_place_in_ties % 100,
                places.by_chance / 100,
                places.by_chance % 100
            ))?;
        }
    }
    if let Some(clean) = &evaluated.clean {
        ui.line(format!(
            "Names on no list: {} asked, {} alert alone ({}), {} with birth date and country ({})",
            count(clean.names),
            count(clean.alone.part),
            percent(clean.alone),
            count(clean.with_details.part),
            percent(clean.with_details)
        ))?;
    }
    if let Some(listed) = &evaluated.listed {
        ui.line(format!(
            "Names said to be listed: {} asked, {} alert ({})",
            count(listed.found.whole),
            count(listed.found.part),
            percent(listed.found)
        ))?;
        for name in listed.not_found.iter().take(SHOWN) {
            ui.line(format!("   not found: {name}"))?;
        }
    }
    if let Some(own) = &evaluated.own {
        tell_own(own, ui)?;
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

fn tell_exact(evaluated: &Evaluated, ui: &mut Ui) -> anyhow::Result<()> {
    ui.line(
        "Every listed name, asked as it stands, alone and with its own birth date and country",
    )?;
    ui.line(exact(ui.terminal, &evaluated.exact_names))?;
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
    Ok(())
}

fn tell_own(own: &OwnNames, ui: &mut Ui) -> anyhow::Result<()> {
    ui.line(format!(
        "Your own names: {} asked, {} alert on their entity ({})",
        count(own.found.whole),
        count(own.found.part),
        percent(own.found)
    ))?;
    for (kind, rate) in &own.kinds {
        ui.line(format!(
            "   {kind}: {} of {}",
            count(rate.part),
            count(rate.whole)
        ))?;
    }
    for failure in &own.failures {
        ui.line(format!(
            "   line {}: {} {:?} ({}){}: {}",
            failure.line,
            failure.entity_id,
            failure.name,
            failure.kind,
            failure
                .score
                .map_or_else(String::new, |score| format!(", {score}")),
            failure.reason
        ))?;
    }
    Ok(())
}

fn kinds(terminal: Terminal, disguised: &Disguised) -> String {
    let mut drawn = table(
        terminal,
        &[
            "disguise",
            "people",
            "organisations",
            "objects",
            "all",
            "95 % interval",
        ],
    );
    for kind in &disguised.kinds {
        let rate = |what: &str| disguised.rate(|c| c.kind == kind.name && c.what == what);
        let all = disguised.rate(|c| c.kind == kind.name);
        if all.whole == 0 {
            continue;
        }
        let shown = |what| cell(terminal, percent(rate(what)), Tone::Plain);
        drawn.add_row(vec![
            cell(terminal, kind.name, Tone::Strong),
            shown("person"),
            shown("organisation"),
            shown("object"),
            cell(
                terminal,
                format!("{} of {}", percent(all), all.whole),
                if all.share() < 0.8 {
                    Tone::Alert
                } else {
                    Tone::Good
                },
            ),
            cell(terminal, report::interval(all), Tone::Faint),
        ]);
    }
    drawn.to_string()
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
        let found = |rate: evaluate::Rate| {
            let tone = if rate.part == rate.whole {
                Tone::Good
            } else {
                Tone::Alert
            };
            cell(
                terminal,
                format!("{} ({})", count(rate.part), percent(rate)),
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
