//! `update`: the lists as their publishers have them now.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use interdict_desk::{Import, ImportOutcome, Input};
use interdict_model::DatasetName;
use interdict_sources::{PathFile, RawFile};
use interdict_store::{Look, LookOutcome, Right, State};
use jiff::Timestamp;
use serde::Serialize;

use crate::cli::{Cli, Update};
use crate::commands::book::screening;
use crate::commands::import::headline;
use crate::commands::office::Office;
use crate::failure::{FAILED, usage};
use crate::progress::Bars;
use crate::render::table::{Tone, cell, table};
use crate::system;
use crate::ui::Ui;
use crate::update::downloads::Downloads;
use crate::update::feed;
use crate::update::fetch::Fetcher;
use crate::update::memory::Memory;
use crate::update::publishers::{Publisher, Publishers};
use crate::update::set::{self, Set};

/// What asking a publisher gave, as JSON.
#[derive(Serialize)]
struct Looked {
    publisher: String,
    outcome: Outcome,
    /// What there is to say: the publication, or why there is none.
    note: String,
    dataset: Option<String>,
    publication: Option<i64>,
    published: Option<String>,
    bytes: u64,
    unmodified_files: usize,
    /// When the publisher is worth another look.
    next_look: String,
    /// What a person should know although it stops nothing.
    remarks: Vec<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outcome {
    /// Another publication than any before.
    New,
    /// One that is stored already.
    Unchanged,
    /// It is stored and held back.
    Quarantined,
    /// It did not come, or is no list.
    Failed,
}

impl Outcome {
    fn word(self) -> &'static str {
        match self {
            Outcome::New => "new",
            Outcome::Unchanged => "unchanged",
            Outcome::Quarantined => "quarantined",
            Outcome::Failed => "failed",
        }
    }

    fn is_trouble(self) -> bool {
        matches!(self, Outcome::Quarantined | Outcome::Failed)
    }
}

#[derive(Serialize)]
struct Answer {
    /// Whether it was only looked.
    check: bool,
    publishers: Vec<Looked>,
    failed: Vec<String>,
}

/// Runs `update`.
pub(crate) fn run(cli: &Cli, arguments: &Update, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let office = Office::open(cli)?;
    let publishers = publishers(&office, arguments.config.as_deref())?;
    let chosen = publishers.chosen(&arguments.sources).map_err(usage)?;
    let bars = Bars::new(ui.terminal.progress && !cli.quiet);
    let fetcher = Fetcher::new(&publishers.client, system::proxy(), &bars);
    let mut run = Run {
        office: &office,
        fetcher,
        memory: Memory::of(office.folder()),
        trust: publishers.client.trust_unmodified(),
        check: arguments.check,
        bars: &bars,
    };
    let mut answer = Answer {
        check: arguments.check,
        publishers: Vec::new(),
        failed: Vec::new(),
    };
    for publisher in chosen {
        if let Some(licence) = &publisher.licence {
            ui.note(format!("{}: {licence}", publisher.name));
        }
        let looked = run.look(publisher);
        if looked.outcome.is_trouble() {
            answer.failed.push(publisher.name.clone());
        }
        answer.publishers.push(looked);
    }
    if ui.json {
        ui.document("update", &answer)?;
    } else {
        tell(&answer, ui)?;
    }
    let new = |looked: &Looked| looked.outcome == Outcome::New;
    if !arguments.check && answer.publishers.iter().any(new) {
        ui.finish()?;
        let rescreen = !arguments.no_rescreen;
        screening::after_change(
            cli,
            &office,
            &office.user(None, Right::ImportLists)?,
            rescreen,
            ui,
        )?;
    }
    if answer.failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    ui.note(format!(
        "error: not up to date: {}",
        answer.failed.join(", ")
    ));
    Ok(ExitCode::from(FAILED))
}

/// The shipped publishers with the operator's file laid over them.
pub(crate) fn publishers(office: &Office, config: Option<&Path>) -> anyhow::Result<Publishers> {
    let standing = office.folder().join("update.toml");
    let file = match config {
        Some(file) => Some(file.to_owned()),
        None => standing.is_file().then_some(standing),
    };
    let own = match &file {
        Some(file) => {
            let origin = file.display().to_string();
            let text = std::fs::read_to_string(file)
                .with_context(|| format!("{origin}: cannot be read"))?;
            Some((text, origin))
        }
        None => None,
    };
    let own = own
        .as_ref()
        .map(|(text, origin)| (text.as_str(), origin.as_str()));
    Publishers::with(own).map_err(|e| usage(e.to_string()))
}

struct Run<'a> {
    office: &'a Office,
    fetcher: Fetcher<'a>,
    memory: Memory,
    trust: std::time::Duration,
    check: bool,
    bars: &'a Bars,
}

impl Run<'_> {
    /// Asks a publisher. Whatever goes wrong is part of the answer, so that the next is asked too.
    fn look(&mut self, publisher: &Publisher) -> Looked {
        let mut looked = Looked {
            publisher: publisher.name.clone(),
            outcome: Outcome::Failed,
            note: String::new(),
            dataset: None,
            publication: None,
            published: None,
            bytes: 0,
            unmodified_files: 0,
            next_look: publisher.next_look(Timestamp::now()).to_string(),
            remarks: Vec::new(),
        };
        if let Err(error) = self.try_look(publisher, &mut looked) {
            looked.outcome = Outcome::Failed;
            looked.note = crate::failure::describe(&error);
        }
        if !self.check
            && let Err(error) = self.record(publisher, &looked)
        {
            looked
                .remarks
                .push(format!("this look is not on record: {error}"));
        }
        looked
    }

    /// Puts the look on record, for `lists`.
    fn record(&self, publisher: &Publisher, looked: &Looked) -> anyhow::Result<()> {
        let name = publisher.dataset.as_ref().unwrap_or(&publisher.name);
        let look = Look {
            at: Timestamp::now(),
            outcome: match looked.outcome {
                Outcome::New | Outcome::Quarantined => LookOutcome::New,
                Outcome::Unchanged => LookOutcome::Unchanged,
                Outcome::Failed => LookOutcome::Failed,
            },
            note: looked.note.clone(),
        };
        let desk = self.office.desk();
        let writer = self.office.wait(desk.store().writer(desk.wait()))?;
        self.office
            .wait(writer.record_look(&DatasetName::new(name)?, &look))?;
        Ok(())
    }

    fn try_look(&mut self, publisher: &Publisher, looked: &mut Looked) -> anyhow::Result<()> {
        let folder = Downloads::open(self.office.folder())?;
        let store = self.office.desk().store().clone();
        let publisher = &publisher
            .with_token(crate::system::variable)
            .map_err(anyhow::Error::msg)?;
        let mut version = None;
        let mut by_deltas = None;
        if let Some(feed) = &publisher.delta {
            let base = self.file_that_answers(publisher)?;
            let memory = &self.memory;
            match feed::look(&self.fetcher, publisher, feed, memory, base, folder.path())? {
                feed::Outcome::Nothing => {
                    looked.outcome = Outcome::Unchanged;
                    looked.note = "the feed has no newer version".to_owned();
                    return Ok(());
                }
                feed::Outcome::Whole {
                    version: newest,
                    why,
                } => {
                    looked.remarks.push(format!("fetched whole: {why}"));
                    version = newest;
                }
                feed::Outcome::Set {
                    set,
                    version: newest,
                    note,
                } => {
                    looked.remarks.push(note);
                    version = Some(newest);
                    by_deltas = Some(set);
                }
            }
        }
        let mut set = match by_deltas {
            Some(set) => set,
            None => set::fetch(
                &self.fetcher,
                publisher,
                &self.memory,
                store.folder(),
                self.trust,
                folder.path(),
            )?,
        };
        // The whole file and what deltas make of it are dated alike, so that the later one answers.
        if let (Some(version), [(_, file)]) = (&version, set.files.as_mut_slice())
            && let Some(date) = feed::date_of(version)
        {
            file.last_modified = Some(date);
        }
        looked.bytes = set.files.iter().map(|(_, file)| file.size).sum();
        looked.unmodified_files = set.unmodified;
        looked.remarks.extend(set.mixed());
        self.expect_format(publisher, &set)?;
        if self.check {
            let hashes: Vec<[u8; 32]> = set.files.iter().map(|(_, f)| f.sha256).collect();
            let known = self.office.wait(store.publications_of(&hashes))?.pop();
            (looked.outcome, looked.note) = match known {
                Some(known) => (Outcome::Unchanged, headline(&known)),
                None => (
                    Outcome::New,
                    "not stored yet; nothing was changed".to_owned(),
                ),
            };
            return Ok(());
        }
        let outcome = self.import(publisher, &set)?;
        if let (Some(version), [(_, file)]) = (version, set.files.as_slice())
            && outcome.is_current
        {
            self.memory
                .keep_version(&publisher.name, version, &file.sha256);
        }
        self.remember(publisher, &set)?;
        settle(looked, &outcome);
        Ok(())
    }

    /// The one file of the publication that answers for a publisher's list, if it is one.
    fn file_that_answers(
        &self,
        publisher: &Publisher,
    ) -> anyhow::Result<Option<(PathBuf, [u8; 32])>> {
        let store = self.office.desk().store();
        let name = publisher.dataset.as_ref().unwrap_or(&publisher.name);
        let current = self.office.wait(store.current())?;
        let answers = current.iter().find(|p| p.dataset.as_str() == name);
        let Some([file]) = answers.map(|publication| publication.files.as_slice()) else {
            return Ok(None);
        };
        let path = self.office.wait(store.raw_file(&file.sha256))?;
        Ok(Some((path, file.sha256)))
    }

    /// The files must be of a format in which this list is published: an address that leads to
    /// another list would put that one into the place of this one.
    fn expect_format(&self, publisher: &Publisher, set: &Set) -> anyhow::Result<()> {
        let files: Vec<PathFile> = set
            .files
            .iter()
            .map(|(_, f)| PathFile::new(&f.path))
            .collect();
        let files: Vec<&dyn RawFile> = files.iter().map(|f| f as &dyn RawFile).collect();
        let found = interdict_sources::detect(&files)?.source.format();
        let name = DatasetName::new(&publisher.name).ok();
        let known = name.and_then(|name| self.office.desk().catalog().get(&name));
        let Some(known) =
            known.filter(|known| publisher.dataset.is_none() && !known.formats.is_empty())
        else {
            return Ok(());
        };
        if known.formats.iter().any(|format| format == found.id) {
            return Ok(());
        }
        anyhow::bail!(
            "the files are {} ({}); expected {}",
            found.id,
            found.title,
            known.formats.join(" or ")
        )
    }

    fn import(&self, publisher: &Publisher, set: &Set) -> anyhow::Result<ImportOutcome> {
        let input = |file: &crate::update::fetch::Fetched| {
            let input = Input::path(&file.path);
            match file.changed_at() {
                Some(time) => input.last_modified(time),
                None => input,
            }
        };
        let dataset = publisher
            .dataset
            .as_deref()
            .map(DatasetName::new)
            .transpose()?;
        let request = Import {
            files: set.files.iter().map(|(_, file)| input(file)).collect(),
            dataset,
            actor: self.office.user(None, Right::ImportLists)?,
            ..Import::default()
        };
        Ok(self
            .office
            .wait(self.office.desk().import(request, self.bars))?)
    }

    fn remember(&mut self, publisher: &Publisher, set: &Set) -> anyhow::Result<()> {
        let now = Timestamp::now();
        for (file, (name, fetched)) in publisher.files.iter().zip(&set.files) {
            let known = self.memory.get(&publisher.name, name);
            // An answer "not modified" does not make the file younger.
            let is_older = known.is_some_and(|known| {
                known.sha256() == Some(fetched.sha256) && set.unmodified == set.files.len()
            });
            if !is_older {
                self.memory
                    .keep(&publisher.name, name, &set::told(file), fetched, now);
            }
        }
        self.memory
            .save()
            .context("what publishers answered cannot be kept")
    }
}

fn settle(looked: &mut Looked, outcome: &ImportOutcome) {
    let publication = &outcome.publication;
    looked.dataset = Some(publication.dataset.to_string());
    looked.publication = Some(publication.id.0);
    looked.published = Some(publication.published.text.clone());
    looked.note = headline(publication);
    looked.outcome = match publication.state {
        State::Quarantined | State::Failed => Outcome::Quarantined,
        _ if outcome.known_before => Outcome::Unchanged,
        _ => Outcome::New,
    };
    if let (Outcome::Quarantined, Some(reason)) = (looked.outcome, &publication.reason) {
        looked.note = format!("{}: {reason}", looked.note);
    }
    if !outcome.known_before && !outcome.is_current && looked.outcome == Outcome::New {
        let remark = "older than the publication that answers; kept for questions about its day";
        looked.remarks.push(remark.to_owned());
    }
}

fn tell(answer: &Answer, ui: &mut Ui) -> anyhow::Result<()> {
    let terminal = ui.terminal;
    let mut found = table(terminal, &["list", "outcome", "what came"]);
    for looked in &answer.publishers {
        let tone = match looked.outcome {
            Outcome::New => Tone::Good,
            Outcome::Unchanged => Tone::Plain,
            Outcome::Quarantined | Outcome::Failed => Tone::Alert,
        };
        let mut note = looked.note.clone();
        for remark in &looked.remarks {
            note.push_str("\nto know: ");
            note.push_str(remark);
        }
        found.add_row(vec![
            cell(terminal, &looked.publisher, Tone::Strong),
            cell(terminal, looked.outcome.word(), tone),
            cell(terminal, note, Tone::Plain),
        ]);
    }
    ui.line(found.to_string())?;
    if answer.check {
        ui.line("only looked: nothing was imported")?;
    }
    Ok(())
}
