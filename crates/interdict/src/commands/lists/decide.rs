//! `lists accept`, `lists reject`, `lists rollback`: decisions, told before they are carried out.

use std::process::ExitCode;

use interdict_desk::view::PublicationView;
use interdict_desk::work::Outcome;
use interdict_desk::{Plan, Wish};
use interdict_store::{Publication, PublicationId};
use serde::Serialize;

use crate::cli::{By, Cli, Decide};
use crate::commands::book::screening;
use crate::commands::office::{Office, dataset};
use crate::failure::usage;
use crate::progress::Bars;
use crate::render::hits::thousands;
use crate::render::table::{Tone, paint};
use crate::system;
use crate::ui::Ui;

/// A decision and what it changes, as JSON.
#[derive(Serialize)]
struct Decided<'a> {
    action: &'static str,
    /// `false` with `--dry-run`.
    done: bool,
    actor: &'a str,
    reason: &'a str,
    dataset: String,
    publication: PublicationView,
    switches: bool,
    answers_now: Option<i64>,
    answers_then: Option<i64>,
    entries: EntriesView,
    admitted: Option<i64>,
    withdrawn: Vec<i64>,
}

#[derive(Serialize)]
struct EntriesView {
    added: u64,
    removed: u64,
    changed: u64,
}

/// Runs `lists accept` and `lists reject`.
pub(crate) fn run(
    cli: &Cli,
    wish: Wish,
    arguments: &Decide,
    ui: &mut Ui,
) -> anyhow::Result<ExitCode> {
    let office = Office::open(cli)?;
    let plan = office.wait(office.desk().plan(wish, PublicationId(arguments.id)))?;
    carry_out(cli, &office, &plan, &arguments.by, ui)
}

/// Runs `lists rollback`.
pub(crate) fn roll_back(
    cli: &Cli,
    name: &str,
    to: i64,
    by: &By,
    ui: &mut Ui,
) -> anyhow::Result<ExitCode> {
    let name = dataset(name)?;
    let office = Office::open(cli)?;
    let desk = office.desk();
    let id = PublicationId(to);
    office.wait(desk.publication_of(&name, id))?;
    let plan = office.wait(desk.plan(Wish::RollBack, id))?;
    carry_out(cli, &office, &plan, by, ui)
}

fn carry_out(
    cli: &Cli,
    office: &Office,
    plan: &Plan,
    by: &By,
    ui: &mut Ui,
) -> anyhow::Result<ExitCode> {
    let reason = by.reason.trim();
    if reason.is_empty() {
        return Err(usage("--reason is empty; expected why, for the record"));
    }
    let who = office.actor(by.actor.as_deref())?;
    let actor = who.name.clone();
    let mut outcome = Outcome::Done;
    if !ui.json {
        tell(plan, ui)?;
        // A person who waits for the index to be built has read by then what will change.
        ui.finish()?;
    }
    if !by.dry_run {
        let bars = Bars::new(ui.terminal.progress && !cli.quiet);
        let desk = office.desk();
        outcome = office.wait(desk.decide_list(&who, plan, reason, system::now(), &bars))?;
    }
    if ui.json {
        let done = !by.dry_run && outcome == Outcome::Done;
        ui.document("lists", &view(plan, &actor, reason, done))?;
    } else if by.dry_run {
        ui.line("nothing was changed (--dry-run)")?;
    } else if let Outcome::Waits(id) = outcome {
        ui.line(format!(
            "proposed by {actor}; another person must agree: `interdict proposals approve {id}`"
        ))?;
    } else {
        ui.line(format!("done, recorded as decided by {actor}: {reason}"))?;
    }
    if plan.switches() && !by.dry_run && outcome == Outcome::Done {
        ui.finish()?;
        screening::after_change(cli, office, &actor, !by.no_rescreen, ui)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn view<'a>(plan: &Plan, actor: &'a str, reason: &'a str, done: bool) -> Decided<'a> {
    let id = |p: &Option<Publication>| p.as_ref().map(|p| p.id.0);
    Decided {
        action: plan.wish.as_str(),
        done,
        actor,
        reason,
        dataset: plan.publication.dataset.to_string(),
        publication: PublicationView::new(&plan.publication),
        switches: plan.switches(),
        answers_now: id(&plan.answers_now),
        answers_then: id(&plan.answers_then),
        entries: EntriesView {
            added: plan.entries.added,
            removed: plan.entries.removed,
            changed: plan.entries.changed,
        },
        admitted: plan.admitted.map(|id| id.0),
        withdrawn: plan.withdrawn.iter().map(|p| p.id.0).collect(),
    }
}

/// A publication in few words.
pub(super) fn named(publication: &Publication) -> String {
    format!(
        "publication {} of {}",
        publication.id, publication.published.text
    )
}

fn tell(plan: &Plan, ui: &mut Ui) -> anyhow::Result<()> {
    let of = &plan.publication;
    let heading = format!("{} {}, {}", plan.wish.as_str(), of.dataset, named(of));
    ui.line(paint(ui.terminal, &heading, Tone::Strong))?;
    if let Some(reason) = &of.reason {
        ui.line(format!("  it was held back: {reason}"))?;
    }
    match (&plan.answers_now, &plan.answers_then) {
        (Some(now), Some(then)) if plan.switches() => {
            ui.line(format!(
                "  {} will answer instead of {}: {} entries added, {} removed, {} changed",
                named(then),
                named(now),
                thousands(plan.entries.added),
                thousands(plan.entries.removed),
                thousands(plan.entries.changed)
            ))?;
        }
        (None, Some(then)) => {
            ui.line(format!(
                "  {} will answer; nothing does so far",
                named(then)
            ))?;
        }
        (Some(now), _) => ui.line(format!("  {} goes on answering", named(now)))?,
        (None, None) => ui.line("  nothing answers for this list, as before")?,
    }
    if plan.admitted.is_some() {
        ui.line(format!(
            "  questions about {} and later days can be answered from it",
            of.published.day
        ))?;
    }
    for other in &plan.withdrawn {
        ui.line(format!(
            "  {} is withdrawn: it answers no question about a day any more, only what was known \
             before now",
            named(other)
        ))?;
    }
    Ok(())
}
