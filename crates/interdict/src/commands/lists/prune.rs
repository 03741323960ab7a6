//! `lists prune`: removes publications that nothing needs any more.

use std::process::ExitCode;

use interdict_desk::{KeepPolicy, PrunePlan};
use interdict_store::{Pruned, Right};
use serde::Serialize;

use super::decide::named;
use crate::cli::Cli;
use crate::commands::office::{Office, dataset};
use crate::render::hits::thousands;
use crate::system;
use crate::ui::Ui;

/// What to prune, as the arguments say it.
pub(crate) struct Arguments<'a> {
    pub(crate) datasets: &'a [String],
    pub(crate) policy: KeepPolicy,
    pub(crate) actor: Option<&'a String>,
    pub(crate) dry_run: bool,
}

#[derive(Serialize)]
struct PrunedView {
    done: bool,
    policy: String,
    publications: Vec<GoingView>,
    pinned: Vec<PinnedView>,
    staying: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    removed: Option<RemovedView>,
}

#[derive(Serialize)]
struct GoingView {
    dataset: String,
    publication: i64,
    published: String,
}

#[derive(Serialize)]
struct PinnedView {
    dataset: String,
    publication: i64,
    why: String,
}

#[derive(Serialize)]
struct RemovedView {
    revisions: u64,
    packs_removed: u64,
    packs_rewritten: u64,
    database_bytes: [u64; 2],
    raw_bytes: [u64; 2],
    segment_bytes: [u64; 2],
}

/// Runs `lists prune`.
pub(crate) fn run(cli: &Cli, arguments: &Arguments<'_>, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let names = arguments
        .datasets
        .iter()
        .map(|name| dataset(name))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let office = Office::open(cli)?;
    let lists = office.lists_named(&names)?;
    let desk = office.desk();
    let plan = office.wait(desk.plan_prune(&lists, arguments.policy, system::today()))?;
    let policy = words(arguments.policy);
    if !ui.json {
        tell(&plan, &policy, ui)?;
        ui.finish()?;
    }
    let removed = if arguments.dry_run || plan.going.is_empty() {
        None
    } else {
        let named = arguments.actor.map(String::as_str);
        let actor = office.user(named, Right::Operate)?;
        Some(office.wait(desk.prune(&plan, &actor, &policy, system::now()))?)
    };
    if ui.json {
        ui.document("lists", &view(&plan, policy, removed, !arguments.dry_run))?;
    } else if arguments.dry_run {
        ui.line("nothing was removed (--dry-run)")?;
    } else if let Some(removed) = removed {
        gone(&removed, ui)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The policy in words, for the record.
fn words(policy: KeepPolicy) -> String {
    let mut kept = Vec::new();
    if let Some(n) = policy.publications {
        kept.push(format!("the latest {n} publications"));
    }
    if let Some(days) = policy.days {
        kept.push(format!("what answers for the last {days} days"));
    }
    format!("policy: keep {}", kept.join(" and "))
}

fn tell(plan: &PrunePlan, policy: &str, ui: &mut Ui) -> anyhow::Result<()> {
    ui.line(format!(
        "{policy}; {} publications go, {} stay",
        plan.going.len(),
        plan.staying
    ))?;
    for publication in &plan.going {
        ui.line(format!(
            "  goes: {}, {}",
            publication.dataset,
            named(publication)
        ))?;
    }
    for (publication, why) in &plan.pinned {
        ui.line(format!(
            "  stays although it is old: {}, {}: {why}",
            publication.dataset,
            named(publication)
        ))?;
    }
    Ok(())
}

fn gone(removed: &Pruned, ui: &mut Ui) -> anyhow::Result<()> {
    let sizes =
        |(before, after): (u64, u64)| format!("{} to {}", thousands(before), thousands(after));
    ui.line(format!(
        "removed {} publications and {} entity revisions; bytes: database {}, raw files {}, indexes {}",
        thousands(removed.publications),
        thousands(removed.revisions),
        sizes(removed.database),
        sizes(removed.raw),
        sizes(removed.segments)
    ))
}

fn view(plan: &PrunePlan, policy: String, removed: Option<Pruned>, done: bool) -> PrunedView {
    let pair = |(before, after): (u64, u64)| [before, after];
    PrunedView {
        done,
        policy,
        publications: plan
            .going
            .iter()
            .map(|p| GoingView {
                dataset: p.dataset.to_string(),
                publication: p.id.0,
                published: p.published.text.clone(),
            })
            .collect(),
        pinned: plan
            .pinned
            .iter()
            .map(|(p, why)| PinnedView {
                dataset: p.dataset.to_string(),
                publication: p.id.0,
                why: why.clone(),
            })
            .collect(),
        staying: plan.staying,
        removed: removed.map(|removed| RemovedView {
            revisions: removed.revisions,
            packs_removed: removed.packs_removed,
            packs_rewritten: removed.packs_rewritten,
            database_bytes: pair(removed.database),
            raw_bytes: pair(removed.raw),
            segment_bytes: pair(removed.segments),
        }),
    }
}
