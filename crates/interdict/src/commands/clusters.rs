//! `clusters`: entries of several lists that are of one party, with the evidence; cut and restored by
//! people.

use std::collections::{BTreeMap, BTreeSet};
use std::process::ExitCode;

use interdict_desk::clusters::{self, Compared, Verdict, dates_that_differ, entry_named};
use interdict_model::DatasetName;
use interdict_screening::cluster::{NearLink, Purpose};
use interdict_store::{
    ClusterAction, ClusterDecision, ClusterLink, ClusterMember, EntryKey, Right, StoredCluster,
};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::answer::{Answer, Group};
use crate::cli::{Cli, ClusterDecide, Clusters};
use crate::commands::office::{Office, dataset};
use crate::failure::usage;
use crate::progress::Bars;
use crate::render::hits::thousands;
use crate::render::table::{Tone, cell, paint, table};
use crate::ui::Ui;

/// A cluster, as JSON.
#[derive(Serialize)]
pub(crate) struct ClusterView {
    id: String,
    members: Vec<MemberView>,
    links: Vec<LinkView>,
    /// What a reader must know: dates of birth that differ.
    note: Option<String>,
    former_ids: Vec<String>,
}

/// An entry of a cluster, as JSON.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct MemberView {
    /// List.
    pub(crate) dataset: String,
    /// Id.
    pub(crate) id: String,
    schema: String,
    caption: String,
    dates: Vec<String>,
}

#[derive(Serialize)]
struct LinkView {
    a: String,
    b: String,
    rule: String,
    evidence: String,
}

#[derive(Serialize)]
struct ListView {
    clusters: usize,
    members: usize,
    lists: usize,
    links_by_rule: BTreeMap<String, usize>,
    with_different_dates: usize,
    listed: Vec<ClusterView>,
}

#[derive(Serialize)]
struct LogView {
    decisions: Vec<DecisionView>,
}

#[derive(Serialize)]
struct DecisionView {
    a: String,
    b: String,
    action: &'static str,
    actor: String,
    reason: String,
    at: String,
}

#[derive(Serialize)]
struct SampleView {
    seed: u64,
    /// All of them, by rule or by reason.
    totals: BTreeMap<&'static str, usize>,
    pairs: Vec<PairView>,
}

#[derive(Serialize)]
struct PairView {
    /// The rule that links, or why nothing does.
    kind: &'static str,
    a: SideView,
    b: SideView,
    evidence: String,
}

#[derive(Serialize)]
struct SideView {
    entry: String,
    schema: &'static str,
    caption: String,
    dates: Vec<String>,
}

impl MemberView {
    fn new(member: &ClusterMember) -> MemberView {
        MemberView {
            dataset: member.key.dataset.to_string(),
            id: member.key.id.clone(),
            schema: member.schema.clone(),
            caption: member.caption.clone(),
            dates: member.dates.clone(),
        }
    }
}

impl ClusterView {
    /// What is to be known of a cluster.
    pub(crate) fn new(cluster: &StoredCluster) -> ClusterView {
        let link = |link: &ClusterLink| LinkView {
            a: link.a.to_string(),
            b: link.b.to_string(),
            rule: link.rule.clone(),
            evidence: link.evidence.clone(),
        };
        ClusterView {
            id: cluster.id.clone(),
            members: cluster
                .grouped
                .members
                .iter()
                .map(MemberView::new)
                .collect(),
            links: cluster.grouped.links.iter().map(link).collect(),
            note: dates_that_differ(&cluster.grouped.members),
            former_ids: cluster.former.clone(),
        }
    }
}

/// Runs `clusters`.
pub(crate) fn run(cli: &Cli, command: &Clusters, ui: &mut Ui) -> anyhow::Result<ExitCode> {
    let office = Office::open(cli)?;
    refresh(&office, ui)?;
    match command {
        Clusters::List { dataset, limit } => list(&office, dataset, *limit, ui)?,
        Clusters::Show { id } => show(&office, id, ui)?,
        Clusters::Cut(decide) => decided(&office, decide, ClusterAction::Cut, ui)?,
        Clusters::Restore(decide) => decided(&office, decide, ClusterAction::Restore, ui)?,
        Clusters::Log => log(&office, ui)?,
        Clusters::Sample { near, count, seed } => sample(&office, *near, *count, *seed, ui)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Brings the clusters up to date. While another process writes, those that are stored have to do.
pub(crate) fn refresh(office: &Office, ui: &Ui) -> anyhow::Result<()> {
    let bars = Bars::new(ui.terminal.progress);
    match office.wait(office.desk().refresh_clusters(&bars)) {
        Err(error) if clusters::is_busy(&error) => {
            ui.note(format!(
                "groups are those of an earlier state of the lists: {error}"
            ));
            Ok(())
        }
        other => Ok(other.map(drop)?),
    }
}

/// Which clusters the entries of these ids are in. A hit names its list as the file does, which need
/// not be the name that the list is filed under; so an id is looked for on every list.
pub(crate) struct Parties {
    lists: Vec<DatasetName>,
    clusters: BTreeMap<EntryKey, String>,
}

impl Parties {
    pub(crate) fn of(
        office: &Office,
        lists: Vec<DatasetName>,
        ids: BTreeSet<&str>,
    ) -> anyhow::Result<Parties> {
        let wanted: Vec<EntryKey> = ids.into_iter().flat_map(|id| keys(&lists, id)).collect();
        let clusters = office.wait(office.desk().store().clusters_of(&wanted))?;
        Ok(Parties { lists, clusters })
    }

    /// The cluster of an entry; `None` where it is alone.
    pub(crate) fn get(&self, id: &str) -> Option<&String> {
        keys(&self.lists, id).find_map(|key| self.clusters.get(&key))
    }
}

fn keys(lists: &[DatasetName], id: &str) -> impl Iterator<Item = EntryKey> {
    lists.iter().map(move |dataset| EntryKey {
        dataset: dataset.clone(),
        id: id.to_owned(),
    })
}

/// Puts the groups of the hits into an answer.
pub(crate) fn attach(office: &Office, answer: &mut Answer, ui: &Ui) -> anyhow::Result<()> {
    refresh(office, ui)?;
    let searched: Vec<_> = answer
        .lists
        .iter()
        .filter_map(|list| dataset(&list.dataset).ok())
        .collect();
    let hits = answer
        .results
        .iter()
        .flat_map(|r| r.hits.iter().chain(&r.excluded));
    let ids: BTreeSet<&str> = hits.map(|hit| hit.id.as_str()).collect();
    let found = Parties::of(office, searched, ids)?;
    let store = office.desk().store();
    let mut known: BTreeMap<String, StoredCluster> = BTreeMap::new();
    for id in found.clusters.values() {
        if !known.contains_key(id)
            && let Some(cluster) = office.wait(store.cluster(id))?
        {
            known.insert(id.clone(), cluster);
        }
    }
    for result in &mut answer.results {
        let mut groups: Vec<Group> = Vec::new();
        for hit in result.hits.iter().chain(&result.excluded) {
            let Some(id) = found.get(&hit.id) else {
                continue;
            };
            let at = groups.iter().position(|group| group.id == *id);
            if let Some(group) = at.and_then(|at| groups.get_mut(at)) {
                group.hits.push(hit.id.clone());
            } else if let Some(cluster) = known.get(id) {
                groups.push(Group {
                    id: id.clone(),
                    hits: vec![hit.id.clone()],
                    members: cluster
                        .grouped
                        .members
                        .iter()
                        .map(MemberView::new)
                        .collect(),
                    note: dates_that_differ(&cluster.grouped.members),
                });
            }
        }
        result.groups = groups;
    }
    Ok(())
}

fn list(office: &Office, datasets: &[String], limit: usize, ui: &mut Ui) -> anyhow::Result<()> {
    let wanted = datasets
        .iter()
        .map(|name| dataset(name))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let mut all = office.wait(office.desk().store().clusters())?;
    let on = |cluster: &StoredCluster| {
        let mut members = cluster.grouped.members.iter();
        wanted.is_empty() || members.any(|m| wanted.contains(&m.key.dataset))
    };
    all.retain(on);
    let mut rules: BTreeMap<String, usize> = BTreeMap::new();
    let mut lists = BTreeSet::new();
    for cluster in &all {
        for link in &cluster.grouped.links {
            *rules.entry(link.rule.clone()).or_default() += 1;
        }
        lists.extend(cluster.grouped.members.iter().map(|m| &m.key.dataset));
    }
    let differ = |c: &&StoredCluster| dates_that_differ(&c.grouped.members).is_some();
    let view = ListView {
        clusters: all.len(),
        members: all.iter().map(|c| c.grouped.members.len()).sum(),
        lists: lists.len(),
        with_different_dates: all.iter().filter(differ).count(),
        links_by_rule: rules,
        listed: all.iter().take(limit).map(ClusterView::new).collect(),
    };
    if ui.json {
        return ui.document("clusters list", &view);
    }
    let terminal = ui.terminal;
    let mut found = table(terminal, &["group", "entries", "to know"]);
    for cluster in &view.listed {
        let members: Vec<String> = cluster
            .members
            .iter()
            .map(|m| format!("{}  {}:{}", m.caption, m.dataset, m.id))
            .collect();
        found.add_row(vec![
            cell(terminal, &cluster.id, Tone::Strong),
            cell(terminal, members.join("\n"), Tone::Plain),
            cell(terminal, cluster.note.as_deref().unwrap_or(""), Tone::Alert),
        ]);
    }
    ui.line(found.to_string())?;
    let rules: Vec<String> = view
        .links_by_rule
        .iter()
        .map(|(rule, count)| format!("{rule} {}", thousands(*count as u64)))
        .collect();
    ui.line(format!(
        "{} groups of {} entries on {} lists ({} shown); links by rule: {}; {} groups with different \
         dates of birth, and they say so",
        thousands(view.clusters as u64),
        thousands(view.members as u64),
        view.lists,
        view.listed.len(),
        if rules.is_empty() { "none".to_owned() } else { rules.join(", ") },
        thousands(view.with_different_dates as u64),
    ))
}

/// The cluster with an id, or the one it leads to.
pub(crate) fn find(office: &Office, id: &str) -> anyhow::Result<Option<StoredCluster>> {
    Ok(office.wait(office.desk().store().cluster(id))?)
}

fn show(office: &Office, id: &str, ui: &mut Ui) -> anyhow::Result<()> {
    let Some(cluster) = find(office, id)? else {
        anyhow::bail!("no group {id:?}; `interdict clusters list` shows those there are");
    };
    if ui.json {
        return ui.document("clusters show", &ClusterView::new(&cluster));
    }
    tell(&cluster, id, ui)
}

/// A cluster for people: its entries, and why they are together.
pub(crate) fn tell(cluster: &StoredCluster, asked: &str, ui: &mut Ui) -> anyhow::Result<()> {
    let terminal = ui.terminal;
    let members = &cluster.grouped.members;
    let heading = format!("{}  {} entries of one party", cluster.id, members.len());
    ui.line(paint(terminal, &heading, Tone::Strong))?;
    if asked != cluster.id {
        ui.line(format!("{asked} leads here"))?;
    }
    if let Some(note) = dates_that_differ(members) {
        ui.line(paint(terminal, &note, Tone::Alert))?;
    }
    let mut entries = table(terminal, &["entry", "name", "schema", "born or made"]);
    for member in members {
        entries.add_row(vec![
            cell(terminal, member.key.to_string(), Tone::Strong),
            cell(terminal, &member.caption, Tone::Plain),
            cell(terminal, &member.schema, Tone::Plain),
            cell(terminal, member.dates.join(", "), Tone::Plain),
        ]);
    }
    ui.line(entries.to_string())?;
    let mut links = table(terminal, &["entry", "and", "rule", "evidence"]);
    for link in &cluster.grouped.links {
        links.add_row(vec![
            cell(terminal, link.a.to_string(), Tone::Plain),
            cell(terminal, link.b.to_string(), Tone::Plain),
            cell(terminal, &link.rule, Tone::Strong),
            cell(terminal, &link.evidence, Tone::Plain),
        ]);
    }
    ui.line(links.to_string())
}

/// Records a decision and says what it did.
fn decided(
    office: &Office,
    decide: &ClusterDecide,
    action: ClusterAction,
    ui: &mut Ui,
) -> anyhow::Result<()> {
    if decide.reason.trim().is_empty() {
        return Err(usage("--reason says nothing; expected why"));
    }
    let store = office.desk().store();
    let (one, others) = match action {
        ClusterAction::Cut => to_cut(office, decide)?,
        ClusterAction::Restore => to_restore(office, decide)?,
    };
    let verdict = Verdict {
        action,
        actor: office.user(decide.actor.as_deref(), Right::AcceptLists)?,
        reason: decide.reason.clone(),
        at: Timestamp::now(),
    };
    let bars = Bars::new(ui.terminal.progress);
    office.wait(office.desk().decide_cluster(&one, &others, verdict, &bars))?;
    let mut all = vec![one.clone()];
    all.extend(others.iter().cloned());
    let now = office.wait(store.clusters_of(&all))?;
    let entries: BTreeMap<String, Option<&String>> = all
        .iter()
        .map(|key| (key.to_string(), now.get(key)))
        .collect();
    if ui.json {
        #[derive(Serialize)]
        struct Decided<'a> {
            action: &'static str,
            entry: String,
            others: Vec<String>,
            /// The group of each entry now; null for one that is alone.
            groups: BTreeMap<String, Option<&'a String>>,
        }
        let decided = Decided {
            action: action.as_str(),
            entry: one.to_string(),
            others: others.iter().map(EntryKey::to_string).collect(),
            groups: entries,
        };
        return ui.document("clusters decide", &decided);
    }
    for (entry, group) in entries {
        let group = group.map_or("stands alone", String::as_str);
        ui.line(format!("{entry}: {group}"))?;
    }
    Ok(())
}

/// The entry to cut, and what to cut it from.
fn to_cut(office: &Office, decide: &ClusterDecide) -> anyhow::Result<(EntryKey, Vec<EntryKey>)> {
    let store = office.desk().store();
    let all = office.wait(store.clusters())?;
    let members: Vec<ClusterMember> = all
        .iter()
        .flat_map(|c| c.grouped.members.iter().cloned())
        .collect();
    let one = entry_named(&decide.entry, &members).map_err(|e| usage(e.to_string()))?;
    let has = |cluster: &&StoredCluster| cluster.grouped.members.iter().any(|m| m.key == one);
    let cluster: &[ClusterMember] = all
        .iter()
        .find(has)
        .map_or(&[], |cluster| &cluster.grouped.members);
    let others = match &decide.from {
        Some(from) => vec![entry_named(from, cluster).map_err(|e| usage(e.to_string()))?],
        None => cluster
            .iter()
            .map(|m| m.key.clone())
            .filter(|key| *key != one)
            .collect(),
    };
    if others.contains(&one) {
        return Err(usage("an entry cannot be cut from itself"));
    }
    Ok((one, others))
}

/// The entry whose cuts to take back, and from what it was cut.
fn to_restore(
    office: &Office,
    decide: &ClusterDecide,
) -> anyhow::Result<(EntryKey, Vec<EntryKey>)> {
    let cuts = office.wait(office.desk().store().cluster_cuts())?;
    let is = |key: &EntryKey, text: &str| key.id == text || key.to_string() == text;
    let mut one: Option<EntryKey> = None;
    let mut others = Vec::new();
    for (a, b) in cuts {
        let (this, other) = if is(&a, &decide.entry) {
            (a, b)
        } else if is(&b, &decide.entry) {
            (b, a)
        } else {
            continue;
        };
        if decide.from.as_ref().is_some_and(|from| !is(&other, from)) {
            continue;
        }
        if one.as_ref().is_some_and(|known| *known != this) {
            return Err(usage(format!(
                "{}: several lists; expected LIST:ID",
                decide.entry
            )));
        }
        one = Some(this);
        others.push(other);
    }
    match one {
        Some(one) => Ok((one, others)),
        None => Err(usage(format!("{}: nothing was cut there", decide.entry))),
    }
}

fn log(office: &Office, ui: &mut Ui) -> anyhow::Result<()> {
    let decisions = office.wait(office.desk().store().cluster_decisions())?;
    let view = |d: &ClusterDecision| DecisionView {
        a: d.a.to_string(),
        b: d.b.to_string(),
        action: d.action.as_str(),
        actor: d.actor.clone(),
        reason: d.reason.clone(),
        at: d.at.to_string(),
    };
    let decisions: Vec<DecisionView> = decisions.iter().map(view).collect();
    if ui.json {
        return ui.document("clusters log", &LogView { decisions });
    }
    let terminal = ui.terminal;
    let mut rows = table(terminal, &["when", "who", "what", "entry", "and", "why"]);
    for d in &decisions {
        rows.add_row(vec![
            cell(terminal, &d.at, Tone::Faint),
            cell(terminal, &d.actor, Tone::Plain),
            cell(terminal, d.action, Tone::Strong),
            cell(terminal, &d.a, Tone::Plain),
            cell(terminal, &d.b, Tone::Plain),
            cell(terminal, &d.reason, Tone::Plain),
        ]);
    }
    ui.line(rows.to_string())
}

/// Links, or near-links, drawn by a number, for a person to judge.
fn sample(office: &Office, near: bool, count: usize, seed: u64, ui: &mut Ui) -> anyhow::Result<()> {
    let desk = office.desk();
    let bars = Bars::new(ui.terminal.progress);
    let current = office.wait(desk.store().current())?;
    let purpose = if near {
        Purpose::NearLinks
    } else {
        Purpose::Links
    };
    let compared = office.wait(desk.compare_entries(&current, purpose, &bars))?;
    let found = &compared.found;
    let all: Vec<(&'static str, usize, usize, &str)> = if near {
        let view = |n: &NearLink| (n.why.as_str(), n.a, n.b);
        let pairs = found.near.iter().map(|n| (view(n), n.evidence.as_str()));
        pairs.map(|((kind, a, b), e)| (kind, a, b, e)).collect()
    } else {
        let links = found.links.iter();
        links
            .map(|l| (l.rule.as_str(), l.a, l.b, l.evidence.as_str()))
            .collect()
    };
    let mut totals: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (kind, ..) in &all {
        *totals.entry(kind).or_default() += 1;
    }
    let mut drawn: Vec<([u8; 32], PairView)> = Vec::new();
    for (kind, a, b, evidence) in all {
        let (Some(a), Some(b)) = (side(&compared, a), side(&compared, b)) else {
            continue;
        };
        let mut hasher = Sha256::new();
        hasher.update(seed.to_le_bytes());
        hasher.update(format!("{} {}", a.entry, b.entry));
        let pair = PairView {
            kind,
            a,
            b,
            evidence: evidence.to_owned(),
        };
        drawn.push((hasher.finalize().into(), pair));
    }
    drawn.sort_by_key(|(hash, _)| *hash);
    let pairs: Vec<PairView> = drawn
        .into_iter()
        .take(count)
        .map(|(_, pair)| pair)
        .collect();
    if ui.json {
        return ui.document(
            "clusters sample",
            &SampleView {
                seed,
                totals,
                pairs,
            },
        );
    }
    let terminal = ui.terminal;
    let mut rows = table(terminal, &["rule", "entry", "and", "evidence"]);
    let told = |side: &SideView| {
        let dates = side.dates.join(", ");
        format!("{}\n{} {} {dates}", side.caption, side.entry, side.schema)
    };
    for pair in &pairs {
        rows.add_row(vec![
            cell(terminal, pair.kind, Tone::Strong),
            cell(terminal, told(&pair.a), Tone::Plain),
            cell(terminal, told(&pair.b), Tone::Plain),
            cell(terminal, &pair.evidence, Tone::Plain),
        ]);
    }
    ui.line(rows.to_string())?;
    let totals: Vec<String> = totals
        .iter()
        .map(|(kind, count)| format!("{kind} {}", thousands(*count as u64)))
        .collect();
    ui.line(format!(
        "{} drawn with seed {seed} out of: {}",
        pairs.len(),
        totals.join(", ")
    ))
}

fn side(compared: &Compared, at: usize) -> Option<SideView> {
    let party = compared.parties.get(at)?;
    Some(SideView {
        entry: compared.key(at)?.to_string(),
        schema: party.schema.name(),
        caption: party.caption.to_string(),
        dates: party
            .dates
            .iter()
            .map(|date| date.iso().to_string())
            .collect(),
    })
}
