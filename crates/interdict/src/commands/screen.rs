//! `screen`: one question, or a file of them.

use std::process::ExitCode;

use anyhow::Context as _;
use interdict_screening::{Engine, Policy};
use interdict_store::Right;

use crate::answer::Answer;
use crate::cli::{Cli, Screen};
use crate::commands::office::{Office, dataset};
use crate::commands::search::{self, Overrides};
use crate::commands::when;
use crate::commands::{clusters, rows};
use crate::failure::{HITS, usage};
use crate::render::hits;
use crate::system;
use crate::ui::Ui;
use interdict_customers::asked::{Asked, schema_of};

/// Runs `screen`.
pub(crate) fn run(cli: &Cli, arguments: &Screen, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let policy = search::policy(&Overrides {
        file: arguments.policy.clone(),
        threshold: arguments.threshold,
        limit: arguments.limit,
    })?;
    let datasets = arguments
        .dataset
        .iter()
        .map(|name| dataset(name))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let moment = when::moment(&arguments.when)?;
    let questions = match &arguments.file {
        Some(file) => {
            let read = rows::read(file)?;
            if !read.unused.is_empty() {
                ui.note(format!(
                    "{}: columns not used: {}",
                    file.display(),
                    read.unused.join(", ")
                ));
            }
            read.rows.into_iter().map(|(_, asked)| asked).collect()
        }
        None => vec![question(arguments)?],
    };
    let office = Office::open(cli)?;
    let lists = search::open(&office, &datasets, moment, ui)?;
    let mut answer = search::ask(&lists, &policy, &questions)?;
    clusters::attach(&office, &mut answer, ui)?;
    if ui.json {
        ui.document("screen", &answer)?;
    } else if arguments.file.is_some() {
        tell_many(&answer, ui)?;
    } else {
        for result in &answer.results {
            for line in hits::result(ui.terminal, &answer, result) {
                ui.line(line)?;
            }
        }
    }
    ui.finish()?;
    record(&office, &lists, &policy, &answer, &questions)?;
    let found = answer.results.iter().any(|r| r.alerts().next().is_some());
    Ok(if arguments.exit_code && found {
        ExitCode::from(HITS)
    } else {
        ExitCode::SUCCESS
    })
}

/// Leaves the record that every screening leaves. The answer is out by then: whoever asked does not
/// wait for it, but a screening that cannot be recorded has failed.
fn record(
    office: &Office,
    lists: &search::Lists,
    policy: &Policy,
    answer: &Answer,
    questions: &[Asked],
) -> anyhow::Result<()> {
    let entities: Vec<_> = questions.iter().map(|asked| asked.entity().0).collect();
    let screened: Vec<_> = questions
        .iter()
        .zip(&entities)
        .zip(&answer.results)
        .map(|((asked, entity), result)| {
            let name = asked.names.first().or(asked.identifiers.first());
            let key = match (asked.id.is_empty(), name) {
                (true, Some(name)) => name.clone(),
                _ => asked.id.clone(),
            };
            let hits = u32::try_from(result.alerts().count()).unwrap_or(u32::MAX);
            (key, entity, hits)
        })
        .collect();
    let engine = Engine::new(lists.snapshot.clone(), policy.clone());
    let user = office.user(None, Right::Screen)?;
    let desk = office.desk();
    let recorded = desk.record_screening(&engine, &user, system::now(), &screened);
    office
        .wait(recorded)
        .map(drop)
        .context("the answer above was not recorded")
}

/// The question of the arguments. Unlike in a file, a value that cannot be used is an error: whoever
/// typed it is there to correct it.
fn question(arguments: &Screen) -> anyhow::Result<Asked> {
    if let Some(schema) = &arguments.schema
        && schema_of(schema).is_none()
    {
        return Err(usage(format!(
            "--schema {schema:?}: expected Person, Company, Organization, LegalEntity, Vessel, \
             Airplane, …"
        )));
    }
    let asked = Asked {
        id: String::new(),
        names: arguments
            .name
            .iter()
            .chain(&arguments.alias)
            .cloned()
            .collect(),
        schema: arguments.schema.clone(),
        birth_dates: arguments.birth_date.clone(),
        countries: arguments.country.clone(),
        genders: arguments.gender.iter().cloned().collect(),
        identifiers: arguments.id.clone(),
    };
    if asked.names.iter().all(|name| name.trim().is_empty()) && asked.identifiers.is_empty() {
        return Err(usage("an empty name; expected a name or --id"));
    }
    let (_, problems) = asked.entity();
    match problems.first() {
        Some(problem) => Err(usage(problem.to_string())),
        None => Ok(asked),
    }
}

fn tell_many(answer: &Answer, ui: &mut Ui) -> anyhow::Result<()> {
    for line in hits::many(ui.terminal, answer) {
        ui.line(line)?;
    }
    for result in &answer.results {
        for problem in &result.problems {
            ui.note(format!("row {}: not used: {problem}", result.query.id));
        }
    }
    ui.line("")?;
    for line in hits::searched(ui.terminal, answer) {
        ui.line(line)?;
    }
    Ok(())
}
