//! `diff`: what two publications do not say the same.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use interdict_desk::diff::Diff;
use interdict_desk::{Desk, Import, Input, NoIndex, view};
use interdict_store::{Moment, Publication, PublicationId};
use jiff::civil::Date;
use serde::Serialize;

use crate::cli::{Cli, Diff as Arguments};
use crate::commands::office::{Office, dataset};
use crate::failure::usage;
use crate::progress::Bars;
use crate::render::diff as page;
use crate::ui::{JSON_VERSION, Ui};

/// One side of the comparison as it was named.
enum Side {
    Number(PublicationId),
    Day(Date),
    Files(PathBuf),
}

impl Side {
    /// A day, else the number of a publication, else a file or folder.
    fn parse(text: &str) -> Side {
        if let Ok(day) = text.parse() {
            return Side::Day(day);
        }
        match text.parse() {
            Ok(number) => Side::Number(PublicationId(number)),
            Err(_) => Side::Files(PathBuf::from(text)),
        }
    }
}

/// Runs `diff`.
pub(crate) fn run(cli: &Cli, arguments: &Arguments, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let sides = [
        arguments.from.as_ref().or(arguments.first.as_ref()),
        arguments.to.as_ref().or(arguments.second.as_ref()),
    ]
    .map(|side| side.map(|text| Side::parse(text)));
    let bars = Bars::new(ui.terminal.progress && !cli.quiet);
    let diff = match sides {
        [Some(Side::Files(first)), Some(Side::Files(second))] => {
            let bench = Bench::new()?;
            let first = bench.import(files_of(&first)?, None, &bars)?;
            let second = bench.import(files_of(&second)?, None, &bars)?;
            bench.compare(&first, &second)?
        }
        [Some(first), Some(second)] => {
            let office = Office::open(cli)?;
            let stored = |side: Side| match side {
                Side::Files(path) => Ok(Err(path)),
                side => find(&office, arguments, &side).map(Ok),
            };
            match (stored(first)?, stored(second)?) {
                (Ok(first), Ok(second)) => office.wait(office.desk().diff(&first, &second))?,
                (first, second) => mixed(&office, first, second, &bars)?,
            }
        }
        [None, None] => {
            let office = Office::open(cli)?;
            let [first, second] = latest_two(&office, arguments)?;
            office.wait(office.desk().diff(&first, &second))?
        }
        _ => {
            return Err(usage(
                "expected two publications to compare, or --dataset alone",
            ));
        }
    };
    if ui.json {
        json_lines(&diff, ui)?;
    } else if arguments.summary {
        for line in page::summary(ui.terminal, &diff) {
            ui.line(line)?;
        }
    } else {
        for line in page::page(ui.terminal, &diff) {
            ui.line(line)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The stored publication that an argument names.
fn find(office: &Office, arguments: &Arguments, side: &Side) -> anyhow::Result<Publication> {
    let desk = office.desk();
    match side {
        Side::Number(id) => Ok(office.wait(desk.store().publication(*id))?),
        Side::Day(day) => {
            let list = only_list(office, arguments)?;
            let moment = Moment {
                as_of: Some(*day),
                known_at: None,
            };
            Ok(office.wait(desk.store().select(&list, moment))?)
        }
        Side::Files(path) => Err(usage(format!("{} is a file", path.display()))),
    }
}

/// The list that the arguments name, or the only one there is.
fn only_list(
    office: &Office,
    arguments: &Arguments,
) -> anyhow::Result<interdict_model::DatasetName> {
    if let Some(name) = &arguments.dataset {
        return dataset(name);
    }
    let mut lists = office.wait(office.desk().store().datasets())?;
    match (lists.pop(), lists.is_empty()) {
        (Some(list), true) => Ok(list.name),
        _ => Err(usage(
            "a day alone names no publication: say of which list with --dataset",
        )),
    }
}

/// The publication that answers and the one before it.
fn latest_two(office: &Office, arguments: &Arguments) -> anyhow::Result<[Publication; 2]> {
    let list = only_list(office, arguments)?;
    let desk = office.desk();
    let current = office.wait(desk.store().select(&list, Moment::default()))?;
    let before = office
        .wait(desk.versions(&list))?
        .into_iter()
        .rfind(|p| p.state.is_accepted() && p.order() < current.order());
    match before {
        Some(before) => Ok([before, current]),
        None => anyhow::bail!(
            "{list}: only one publication is stored (of {}); nothing to compare it with",
            current.published.text
        ),
    }
}

/// A file, or the files of a folder in the order of their names.
fn files_of(path: &Path) -> anyhow::Result<Vec<Input>> {
    if !path.is_dir() {
        return Ok(vec![Input::path(path)]);
    }
    let failed = || format!("{}: cannot be read", path.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).with_context(failed)? {
        let file = entry.with_context(failed)?.path();
        if file.is_file() {
            files.push(file);
        }
    }
    files.sort_unstable();
    Ok(files.into_iter().map(Input::path).collect())
}

/// A data folder for the time of one comparison of files.
struct Bench {
    office: Office,
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new() -> anyhow::Result<Bench> {
        let folder = tempfile::tempdir().context("a temporary folder cannot be made")?;
        Ok(Bench {
            office: Office::with(folder.path(), Arc::new(NoIndex))?,
            _folder: folder,
        })
    }

    fn desk(&self) -> &Desk {
        self.office.desk()
    }

    fn import(
        &self,
        files: Vec<Input>,
        format: Option<String>,
        bars: &Bars,
    ) -> anyhow::Result<Publication> {
        let request = Import {
            files,
            format,
            actor: "diff".to_owned(),
            ..Import::default()
        };
        Ok(self
            .office
            .wait(self.desk().import(request, bars))?
            .publication)
    }

    /// A stored publication once more, from the files that were kept of it.
    fn again(
        &self,
        office: &Office,
        known: &Publication,
        bars: &Bars,
    ) -> anyhow::Result<Publication> {
        let store = office.desk().store();
        let mut files = Vec::new();
        for file in &known.files {
            let gone = || {
                format!(
                    "publication {}: {} is not kept any more",
                    known.id, file.name
                )
            };
            let path = office
                .wait(store.raw_file(&file.sha256))
                .with_context(gone)?;
            let open = std::fs::File::open(&path).with_context(gone)?;
            files.push(Input::reader(file.name.clone(), Box::new(open)));
        }
        let mut publication = self.import(files, Some(known.format.clone()), bars)?;
        publication.published = known.published.clone();
        Ok(publication)
    }

    fn compare(&self, first: &Publication, second: &Publication) -> anyhow::Result<Diff> {
        Ok(self.office.wait(self.desk().diff(first, second))?)
    }
}

/// A stored publication and a file, either way round.
fn mixed(
    office: &Office,
    first: Result<Publication, PathBuf>,
    second: Result<Publication, PathBuf>,
    bars: &Bars,
) -> anyhow::Result<Diff> {
    let bench = Bench::new()?;
    let take = |side: Result<Publication, PathBuf>| match side {
        Ok(known) => bench.again(office, &known, bars),
        Err(path) => bench.import(files_of(&path)?, None, bars),
    };
    let first = take(first)?;
    let second = take(second)?;
    bench.compare(&first, &second)
}

/// The first line of the JSON.
#[derive(Serialize)]
struct Head<'a> {
    version: u32,
    command: &'static str,
    #[serde(flatten)]
    of: view::Head<'a>,
}

/// A line about the two publications, then one a party.
fn json_lines(diff: &Diff, ui: &mut Ui) -> anyhow::Result<()> {
    let head = Head {
        version: JSON_VERSION,
        command: "diff",
        of: view::Head::new(diff),
    };
    ui.line(serde_json::to_string(&head)?)?;
    for change in &diff.parties {
        ui.line(serde_json::to_string(&view::PartyLine::new(change))?)?;
    }
    Ok(())
}
