//! `demo`: what Interdict does, shown on examples that are part of the program.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context;
use interdict_desk::{Import, Input};
use interdict_model::DatasetName;
use interdict_screening::Hit;
use interdict_store::Moment;
use serde::Serialize;

use crate::answer::{Answer, QuestionResult};
use crate::cli::Demo;
use crate::commands::office::{Office, dataset};
use crate::commands::search::{self, Lists, Overrides};
use crate::commands::{lists, rows};
use crate::progress::Bars;
use crate::render::hits::{self, programme_or_role, thousands};
use crate::render::table::{Tone, cell, paint, table, unheaded};
use crate::system;
use crate::ui::Ui;

const WATCHLIST: &str = include_str!("../../../../examples/watchlist.ftm.json");
const CUSTOMERS: &str = include_str!("../../../../examples/customers.csv");
const EXPECTED: &str = include_str!("../../../../examples/customers-expected.csv");
const STORY: &str = include_str!("../../../../examples/story.csv");

/// Name of the example list.
const DATASET: &str = "example_watchlist";
/// The day the example list was put together.
const PUBLISHED: &str = "2026-11-24";

/// The files of the demonstration, by the name they get with `--keep`.
const FILES: &[(&str, &str)] = &[
    ("watchlist.ftm.json", WATCHLIST),
    ("customers.csv", CUSTOMERS),
    ("customers-expected.csv", EXPECTED),
    ("story.csv", STORY),
];

#[derive(Serialize)]
struct Shown<'a> {
    story: &'a Answer,
    customers: &'a Answer,
    checked: &'a Checked,
}

/// How the answers compare with what was expected of them.
#[derive(Debug, Default, Serialize)]
struct Checked {
    expected: usize,
    found: usize,
    missed: Vec<String>,
    unexpected: Vec<String>,
}

/// Runs `demo`.
pub(crate) fn run(arguments: &Demo, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let start = Instant::now();
    let temporary = tempfile::tempdir().context("a temporary folder cannot be made")?;
    let folder: PathBuf = arguments
        .keep
        .clone()
        .unwrap_or_else(|| temporary.path().to_owned());
    if let Some(keep) = &arguments.keep {
        write_files(keep)?;
    }
    let office = Office::at(&folder)?;
    import(&office, ui)?;
    let lists = search::open(&office, &[], Moment::default(), ui)?;
    let loaded = start.elapsed().as_secs_f64();
    let policy = search::policy(&Overrides::default())?;
    let screened = Instant::now();
    let story = ask(&lists, &policy, STORY, "story.csv")?;
    let customers = ask(&lists, &policy, CUSTOMERS, "customers.csv")?;
    let asked = screened.elapsed().as_secs_f64();
    let checked = check(&customers)?;
    if ui.json {
        ui.document(
            "demo",
            &Shown {
                story: &story,
                customers: &customers,
                checked: &checked,
            },
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    tell_lists(&office, ui)?;
    tell_story(&story, ui)?;
    tell_customers(&customers, ui)?;
    tell_summary(&story, &customers, &checked, (loaded, asked), ui)?;
    tell_next(arguments.keep.as_deref(), ui)?;
    Ok(ExitCode::SUCCESS)
}

fn write_files(folder: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)
        .with_context(|| format!("{} cannot be made", folder.display()))?;
    for (name, text) in FILES {
        let path = folder.join(name);
        std::fs::write(&path, text)
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

fn import(office: &Office, ui: &Ui) -> anyhow::Result<()> {
    let name: DatasetName = dataset(DATASET)?;
    let bytes = WATCHLIST.as_bytes();
    let request = Import {
        files: vec![Input::reader(
            "watchlist.ftm.json",
            Box::new(Cursor::new(bytes)),
        )],
        dataset: Some(name),
        published: Some(PUBLISHED.to_owned()),
        actor: "demo".to_owned(),
        ..Import::default()
    };
    let bars = Bars::new(ui.terminal.progress);
    office.wait(office.desk().import(request, &bars))?;
    Ok(())
}

fn ask(
    lists: &Lists,
    policy: &interdict_screening::Policy,
    text: &str,
    file: &str,
) -> anyhow::Result<Answer> {
    let rows = rows::parse(text.as_bytes(), file)?.rows;
    let questions: Vec<_> = rows.into_iter().map(|(_, asked)| asked).collect();
    search::ask(lists, policy, &questions)
}

/// Compares the answers with the file that says what they should be.
fn check(customers: &Answer) -> anyhow::Result<Checked> {
    let mut expected: BTreeMap<String, String> = BTreeMap::new();
    for record in csv::Reader::from_reader(EXPECTED.as_bytes()).records() {
        let record = record?;
        if let (Some(id), Some(entity)) = (record.get(0), record.get(1)) {
            expected.insert(id.to_owned(), entity.to_owned());
        }
    }
    let mut checked = Checked::default();
    for result in &customers.results {
        let wanted = expected
            .get(&result.query.id)
            .map_or("none", String::as_str);
        let found = result.alerts().any(|hit| hit.id == wanted);
        if wanted != "none" {
            checked.expected += 1;
            if found {
                checked.found += 1;
            } else {
                checked.missed.push(result.query.id.clone());
            }
        }
        // Where someone is listed, hits beside that entry are for the reviewer to tell apart.
        if wanted == "none" && result.alerts().next().is_some() {
            checked.unexpected.push(result.query.id.clone());
        }
    }
    Ok(checked)
}

fn heading(ui: &mut Ui, text: &str) -> anyhow::Result<()> {
    ui.line("")?;
    let terminal = ui.terminal;
    ui.line(paint(terminal, text, Tone::Strong))
}

fn tell_lists(office: &Office, ui: &mut Ui) -> anyhow::Result<()> {
    let text = format!(
        "Interdict {} on built-in examples: no network, no key, nothing leaves this machine.",
        env!("CARGO_PKG_VERSION")
    );
    ui.line(paint(ui.terminal, &text, Tone::Faint))?;
    heading(ui, "1. The lists that answer")?;
    let loaded = office.wait(office.desk().lists(system::today()))?;
    ui.line(lists::drawn(ui.terminal, &loaded, None).to_string())
}

fn tell_story(story: &Answer, ui: &mut Ui) -> anyhow::Result<()> {
    heading(ui, "2. Whom a news story of 16 May 2024 names")?;
    let terminal = ui.terminal;
    let mut people = table(
        terminal,
        &[
            "asked",
            "score",
            "possible match",
            "listed as",
            "why it is listed",
        ],
    );
    for result in &story.results {
        let name = result.query.caption();
        match result.alerts().next() {
            Some(hit) => people.add_row(vec![
                cell(terminal, name, Tone::Strong),
                cell(terminal, hit.score.to_string(), Tone::Alert),
                cell(terminal, &hit.caption, Tone::Plain),
                cell(terminal, listed_name(hit), Tone::Plain),
                cell(terminal, programme_or_role(hit), Tone::Plain),
            ]),
            None => people.add_row(vec![
                cell(terminal, name, Tone::Strong),
                cell(terminal, "none", Tone::Good),
            ]),
        };
    }
    ui.line(people.to_string())?;
    let reasoned = story
        .results
        .iter()
        .find(|r| r.query.caption() == "Andrei Belousov");
    if let Some(result) = reasoned {
        ui.line("")?;
        for line in hits::best(terminal, result) {
            ui.line(line)?;
        }
    }
    Ok(())
}

fn listed_name(hit: &Hit) -> &str {
    hit.reason
        .name
        .as_ref()
        .map_or("", |name| name.list.as_str())
}

fn tell_customers(customers: &Answer, ui: &mut Ui) -> anyhow::Result<()> {
    heading(
        ui,
        &format!("3. A file of {} customers", customers.results.len()),
    )?;
    for line in hits::many(ui.terminal, customers) {
        ui.line(line)?;
    }
    Ok(())
}

fn tell_summary(
    story: &Answer,
    customers: &Answer,
    checked: &Checked,
    (loaded, asked): (f64, f64),
    ui: &mut Ui,
) -> anyhow::Result<()> {
    heading(ui, "4. Summary")?;
    let terminal = ui.terminal;
    let entities: u64 = customers.lists.iter().map(|l| l.entities).sum();
    let names: u64 = customers.lists.iter().map(|l| l.names).sum();
    let questions = story.results.len() + customers.results.len();
    let count = |answer: &Answer, wanted: fn(&QuestionResult) -> bool| {
        answer.results.iter().filter(|r| wanted(r)).count()
    };
    let with_hit = |r: &QuestionResult| r.alerts().next().is_some();
    let mut rows = vec![
        (
            "lists",
            format!(
                "{} with {} entities and {} names, imported and indexed in {loaded:.2} s",
                customers.lists.len(),
                thousands(entities),
                thousands(names)
            ),
        ),
        (
            "asked",
            format!(
                "{questions} questions in {asked:.2} s: {} with a possible match, each with its reasons",
                count(story, with_hit) + count(customers, with_hit)
            ),
        ),
        (
            "expected",
            format!(
                "{} of {} customers on the list found under other spellings, scripts and orders",
                checked.found, checked.expected
            ),
        ),
        (
            "not expected",
            format!(
                "{} of {} customers alerted who should not be",
                checked.unexpected.len(),
                customers.results.len() - checked.expected
            ),
        ),
    ];
    if !checked.missed.is_empty() {
        rows.push(("missed", checked.missed.join(", ")));
    }
    let mut summary = unheaded(terminal);
    for (name, text) in rows {
        summary.add_row(vec![
            cell(terminal, name, Tone::Strong),
            cell(terminal, text, Tone::Plain),
        ]);
    }
    ui.line(summary.to_string())?;
    ui.line(paint(
        terminal,
        "A hit is a possible match for a person to look at, never a finding about anyone.",
        Tone::Faint,
    ))
}

/// The next commands. They work when pasted, from the folder in which the demo was run.
fn tell_next(kept: Option<&Path>, ui: &mut Ui) -> anyhow::Result<()> {
    heading(ui, "5. What to try next")?;
    let me = system::own_name();
    let folder = kept.map_or_else(|| "interdict-demo".to_owned(), |k| k.display().to_string());
    let mut commands = Vec::new();
    if kept.is_none() {
        commands.push(format!("{me} demo --keep {folder}"));
    }
    commands.extend([
        format!("{me} --data-dir {folder} screen \"Vladimir Poutine\""),
        format!("{me} --data-dir {folder} screen \"Sergei Shoigu\" --birth-date 1987"),
        format!("{me} --data-dir {folder} screen --id imo:9610808"),
        format!("{me} --data-dir {folder} screen --file {folder}/customers.csv --json"),
        format!("{me} --data-dir {folder} show ex-belousov-andrey"),
        format!("{me} --data-dir {folder} lists --formats"),
    ]);
    for command in commands {
        ui.line(format!("   {command}"))?;
    }
    ui.line("")?;
    ui.line(
        "With a list of your own or of a publisher: `import FILE…` takes in the files as they were \
         published,",
    )?;
    ui.line("says which format it saw and what it read, and screening uses them from then on.")
}
