//! The difference of two publications, for people: every field, or a summary to send round.

use std::collections::BTreeMap;

use interdict_desk::diff::{Diff, FieldChange, Group, Kind, PartChange, PartyChange, Wording};
use interdict_store::{DateSource, Publication};

use crate::render::hits::{Lines, thousands};
use crate::render::table::{Tone, paint};
use crate::system::Terminal;

/// Parties named under one heading of a summary.
const MOST_NAMED: usize = 200;

/// Everything that differs, party by party and field by field.
pub(crate) fn page(terminal: Terminal, diff: &Diff) -> Lines {
    let mut lines = headline(terminal, diff);
    for party in &diff.parties {
        lines.push(String::new());
        let (sign, tone) = match party.kind {
            Kind::Added => ("+", Tone::Alert),
            Kind::Removed => ("-", Tone::Good),
            Kind::Changed => ("~", Tone::Strong),
            Kind::Relinked => ("=", Tone::Faint),
        };
        lines.push(paint(terminal, &format!("{sign} {}", about(party)), tone));
        for field in &party.fields {
            lines.extend(field_lines(diff, "", field));
        }
        for part in &party.parts {
            lines.extend(part_lines(terminal, diff, party, part));
        }
    }
    lines
}

/// What a compliance team would send round: how many under which programme, and who.
pub(crate) fn summary(terminal: Terminal, diff: &Diff) -> Lines {
    let mut lines = headline(terminal, diff);
    for (kind, word) in [(Kind::Added, "Added"), (Kind::Removed, "Removed")] {
        for (programmes, parties) in by_programme(diff, kind) {
            lines.push(String::new());
            let heading = format!("{word} {} ({})", under(&programmes), parties.len());
            lines.push(paint(terminal, &heading, Tone::Strong));
            lines.extend(named(&parties, about));
        }
    }
    let changed: Vec<&PartyChange> = diff.of(Kind::Changed).collect();
    if !changed.is_empty() {
        lines.push(String::new());
        let heading = format!("Changed ({})", changed.len());
        lines.push(paint(terminal, &heading, Tone::Strong));
        lines.extend(named(&changed, |party| {
            let groups: Vec<String> = party.groups().iter().map(Group::to_string).collect();
            format!("{} ({}): {}", party.caption, party.id, groups.join(", "))
        }));
    }
    lines
}

fn named(parties: &[&PartyChange], tell: impl Fn(&PartyChange) -> String) -> Lines {
    let shown = parties.iter().take(MOST_NAMED);
    let mut lines: Lines = shown.map(|party| format!("  {}", tell(party))).collect();
    if let Some(more) = parties.len().checked_sub(MOST_NAMED).filter(|n| *n > 0) {
        lines.push(format!("  and {} more", thousands(more as u64)));
    }
    lines
}

/// Which two publications, and how many parties in one sentence.
fn headline(terminal: Terminal, diff: &Diff) -> Lines {
    let side = |p: &Publication| match (p.published.by, p.files.first()) {
        // Files that state no date, compared as they lie there.
        (DateSource::Import, Some(file)) => file.name.clone(),
        _ => format!("{} (publication {})", p.published.text, p.id),
    };
    let heading = if diff.from.dataset == diff.to.dataset {
        format!(
            "{}: {} to {}",
            diff.from.dataset,
            side(&diff.from),
            side(&diff.to)
        )
    } else {
        format!(
            "{} of {} to {} of {}",
            diff.from.dataset,
            side(&diff.from),
            diff.to.dataset,
            side(&diff.to)
        )
    };
    vec![paint(terminal, &heading, Tone::Faint), sentence(diff)]
}

/// "14 added under RUSSIA-EO14024, 2 removed, 31 changed: addresses of 12, aliases of 8".
fn sentence(diff: &Diff) -> String {
    let mut parts = Vec::new();
    for (kind, word) in [(Kind::Added, "added"), (Kind::Removed, "removed")] {
        let groups = by_programme(diff, kind);
        let total: usize = groups.iter().map(|(_, parties)| parties.len()).sum();
        let text = match groups.as_slice() {
            [] => format!("0 {word}"),
            [(programmes, _)] => {
                format!("{} {word} {}", thousands(total as u64), under(programmes))
            }
            several => {
                let shares: Vec<String> = several
                    .iter()
                    .take(5)
                    .map(|(programmes, parties)| format!("{} {}", parties.len(), under(programmes)))
                    .collect();
                let more = if several.len() > 5 { ", …" } else { "" };
                format!(
                    "{} {word} ({}{more})",
                    thousands(total as u64),
                    shares.join(", ")
                )
            }
        };
        parts.push(text);
    }
    let mut groups: BTreeMap<Group, usize> = BTreeMap::new();
    let mut changed = 0;
    for party in diff.of(Kind::Changed) {
        changed += 1;
        for group in party.groups() {
            *groups.entry(group).or_default() += 1;
        }
    }
    let mut counts: Vec<(usize, Group)> = groups.into_iter().map(|(g, n)| (n, g)).collect();
    counts.sort_by(|a, b| (b.0, a.1).cmp(&(a.0, b.1)));
    let details: Vec<String> = counts
        .iter()
        .map(|(n, group)| format!("{group} of {}", thousands(*n as u64)))
        .collect();
    let details = if details.is_empty() {
        String::new()
    } else {
        format!(": {}", details.join(", "))
    };
    format!(
        "{}, {} changed{details}",
        parts.join(", "),
        thousands(changed)
    )
}

/// The parties with which something happened, by their programmes, the most first.
fn by_programme(diff: &Diff, kind: Kind) -> Vec<(String, Vec<&PartyChange>)> {
    let mut groups: BTreeMap<String, Vec<&PartyChange>> = BTreeMap::new();
    for party in diff.of(kind) {
        groups
            .entry(party.programmes.join(", "))
            .or_default()
            .push(party);
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    groups.sort_by(|a, b| (b.1.len(), &a.0).cmp(&(a.1.len(), &b.0)));
    groups
}

fn under(programmes: &str) -> String {
    if programmes.is_empty() {
        "without a programme".to_owned()
    } else {
        format!("under {programmes}")
    }
}

fn about(party: &PartyChange) -> String {
    let mut parts = vec![party.caption.clone(), party.schema.to_owned()];
    parts.extend(party.dates.first().cloned());
    parts.push(party.id.clone());
    parts.join(" · ")
}

fn field_lines(diff: &Diff, indent: &str, field: &FieldChange) -> Lines {
    let side = |sign: &str, wording: &Wording| {
        let caption = diff.captions.get(&wording.value);
        let value = match caption {
            Some(caption) => format!("{caption} ({})", wording.value),
            None => wording.value.clone(),
        };
        let original = wording.original.as_ref();
        let original = original.map_or_else(String::new, |o| format!("   published as {o}"));
        let lang = wording.lang.as_ref();
        let lang = lang.map_or_else(String::new, |lang| format!(" [{lang}]"));
        format!(
            "{indent}    {sign} {}: {value}{lang}{original}",
            field.property
        )
    };
    let before = field.before.iter().map(|w| side("-", w));
    let after = field.after.iter().map(|w| side("+", w));
    before.chain(after).collect()
}

fn part_lines(terminal: Terminal, diff: &Diff, party: &PartyChange, part: &PartChange) -> Lines {
    let id = part.id.strip_prefix(party.id.as_str()).unwrap_or(&part.id);
    let heading = format!(
        "    {} {} ({})",
        part.schema,
        part.kind.as_str(),
        id.trim_start_matches('-')
    );
    let mut lines = vec![paint(terminal, &heading, Tone::Faint)];
    for field in &part.fields {
        // Its schema stands in the heading.
        if field.property != "schema" || part.kind == Kind::Changed {
            lines.extend(field_lines(diff, "    ", field));
        }
    }
    lines
}
