//! What a file of customers is, and what came of screening it, for people.

use interdict_customers::Survey;

use crate::render::hits::{Lines, thousands};
use crate::render::table::{Tone, cell, clean, paint, table};
use crate::system::Terminal;
use interdict_batch::Counts;

/// What was found out about a file, with its first rows as they are understood.
pub(crate) fn look(terminal: Terminal, name: &str, found: &Survey) -> Lines {
    let mut lines = vec![paint(
        terminal,
        &format!("{name}: {} rows of customers", thousands(found.rows)),
        Tone::Strong,
    )];
    for finding in &found.findings {
        lines.push(clean(&format!("  {finding}")));
    }
    for (role, columns) in &found.profile.columns {
        lines.push(clean(&format!("  {role:<16}{}", columns.join(" + "))));
    }
    if !found.unused.is_empty() {
        lines.push(clean(&format!(
            "  {:<16}{}",
            "not used",
            found.unused.join(", ")
        )));
    }
    if found.profile.columns.is_empty() && found.questions.iter().any(names_unknown) {
        let mut shown = table(terminal, &[]);
        for (row, _) in &found.shown {
            shown.add_row(
                row.cells
                    .iter()
                    .map(|c| cell(terminal, c.text(), Tone::Plain))
                    .collect::<Vec<_>>(),
            );
        }
        lines.extend(shown.to_string().lines().map(str::to_owned));
        return lines;
    }
    let mut shown = table(
        terminal,
        &["row", "key", "party", "name", "type", "read as"],
    );
    for (row, customer) in &found.shown {
        match customer {
            Err(fault) => {
                shown.add_row(vec![
                    cell(terminal, row.place.to_string(), Tone::Faint),
                    cell(terminal, "", Tone::Plain),
                    cell(terminal, "rejected", Tone::Alert),
                    cell(terminal, "", Tone::Plain),
                    cell(terminal, "", Tone::Plain),
                    cell(terminal, fault.to_string(), Tone::Plain),
                ]);
            }
            Ok(customer) => {
                for party in &customer.parties {
                    let entity = &party.entity;
                    let values: Vec<String> = entity
                        .statements
                        .iter()
                        .filter(|s| s.property.name() != "name")
                        .map(|s| format!("{} {}", s.property.name(), s.value))
                        .collect();
                    shown.add_row(vec![
                        cell(terminal, row.place.to_string(), Tone::Faint),
                        cell(
                            terminal,
                            customer.key.clone().unwrap_or_default(),
                            Tone::Plain,
                        ),
                        cell(terminal, party.role.word(), Tone::Faint),
                        cell(
                            terminal,
                            entity.first("name").unwrap_or_default(),
                            Tone::Strong,
                        ),
                        cell(terminal, entity.schema.name(), Tone::Plain),
                        cell(terminal, values.join(", "), Tone::Plain),
                    ]);
                }
            }
        }
    }
    lines.extend(shown.to_string().lines().map(str::to_owned));
    lines
}

fn names_unknown(question: &interdict_customers::Question) -> bool {
    question.about == interdict_customers::Ask::NameColumn
}

/// How the rows ended.
pub(crate) fn counts(counts: &Counts) -> Lines {
    let mut lines = vec![format!(
        "{} rows: {} screened ({} parties), {} rejected",
        thousands(counts.rows),
        thousands(counts.screened),
        thousands(counts.parties),
        thousands(counts.rejected)
    )];
    lines.push(format!(
        "{} possible matches in {} rows; {} excluded by an identifier",
        thousands(counts.hits),
        thousands(counts.rows_with_hits),
        thousands(counts.excluded)
    ));
    if counts.keys_twice > 0 {
        lines.push(format!(
            "{} rows have a key that stood in an earlier row; all were screened",
            thousands(counts.keys_twice)
        ));
    }
    if counts.rows_with_findings > 0 {
        lines.push(format!(
            "{} rows have a country under a territory rule; the lines `territory-rule` say which",
            thousands(counts.rows_with_findings)
        ));
    }
    let notes: Vec<String> = counts
        .notes
        .iter()
        .map(|(kind, count)| format!("{kind} {}", thousands(*count)))
        .collect();
    if !notes.is_empty() {
        lines.push(format!("noted: {}", notes.join(", ")));
    }
    lines
}
