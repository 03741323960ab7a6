//! The page of an export: one file without scripts that any browser shows.

use std::fmt::Write as _;

use interdict_store::{AuditRow, hex};
use serde_json::Value;

use super::case::Case;
use super::checkpoint::Checkpoint;
use super::export::Wanted;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;\
padding:0 1rem;color:#111;background:#fff}h1,h2,h3{line-height:1.2}table{border-collapse:collapse;\
width:100%;margin:.5rem 0 1.5rem}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;\
border-bottom:1px solid #ccc}code{overflow-wrap:anywhere}.note{color:#444}";

/// Text that is no markup.
fn text(value: &str) -> String {
    let mut safe = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

struct Page(String);

impl Page {
    fn heading(&mut self, level: u8, what: &str) {
        self.push(&format!("<h{level}>{}</h{level}>", text(what)));
    }

    fn note(&mut self, what: &str) {
        self.push(&format!("<p class=\"note\">{}</p>", text(what)));
    }

    fn push(&mut self, markup: &str) {
        // Writing into a String does not fail.
        let _ = writeln!(self.0, "{markup}");
    }

    fn table(&mut self, headings: &[&str], rows: &[Vec<String>]) {
        if rows.is_empty() {
            self.note("none");
            return;
        }
        let head: String = headings
            .iter()
            .map(|heading| format!("<th scope=\"col\">{}</th>", text(heading)))
            .collect();
        self.push(&format!("<table><thead><tr>{head}</tr></thead><tbody>"));
        for row in rows {
            let cells: String = row
                .iter()
                .map(|cell| format!("<td>{}</td>", text(cell)))
                .collect();
            self.push(&format!("<tr>{cells}</tr>"));
        }
        self.push("</tbody></table>");
    }
}

/// The page.
pub(super) fn html(
    case: &Case,
    wanted: &Wanted<'_>,
    rows: &[&AuditRow],
    checkpoint: &Checkpoint,
) -> String {
    let title = text(&wanted.title());
    let mut page = Page(format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><main>\n"
    ));
    page.heading(1, &wanted.title());
    page.note(
        "A hit is a possible match for a person to look at, never guilt. Everything here is in \
         case.json too.",
    );
    customers(&mut page, case);
    for (alert, events) in &case.alerts {
        alert_part(&mut page, case, alert, events);
    }
    rules(&mut page, case);
    screenings(&mut page, case);
    chain(&mut page, rows, checkpoint);
    page.push("</main></body></html>");
    page.0
}

fn customers(page: &mut Page, case: &Case) {
    if case.customers.is_empty() {
        return;
    }
    page.heading(2, "The customer");
    let mut rows = Vec::new();
    for version in &case.customers {
        let parties: Value = serde_json::from_slice(&version.customer.subject).unwrap_or_default();
        let until = version.until.map_or("now".to_owned(), |at| at.to_string());
        let when = format!("{} to {until}", version.since);
        let parties = parties.as_array().cloned().unwrap_or_default();
        if parties.is_empty() {
            rows.push(vec![
                version.book.clone(),
                when.clone(),
                "erased".to_owned(),
                String::new(),
            ]);
        }
        for party in &parties {
            let properties = party.get("properties").and_then(Value::as_object);
            for (property, values) in properties.into_iter().flatten() {
                let values: Vec<&str> = values
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .collect();
                rows.push(vec![
                    version.book.clone(),
                    when.clone(),
                    property.clone(),
                    values.join("; "),
                ]);
            }
        }
    }
    page.table(&["book", "held", "field", "values"], &rows);
}

fn alert_part(
    page: &mut Page,
    case: &Case,
    alert: &interdict_store::Alert,
    events: &[interdict_store::AlertEvent],
) {
    let hit: Value = serde_json::from_slice(&alert.hit).unwrap_or_default();
    let at = |pointer: &str| {
        let found = hit.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_default().to_owned()
    };
    page.heading(2, &format!("Alert {}: {}", alert.id, alert.state));
    page.table(
        &["what", "value"],
        &[
            vec!["customer".to_owned(), alert.customer.clone()],
            vec!["listed as".to_owned(), at("/caption")],
            vec!["entity".to_owned(), alert.entity.clone()],
            vec!["list".to_owned(), alert.dataset.clone()],
            vec![
                "score".to_owned(),
                interdict_screening::Score(alert.score).to_string(),
            ],
            vec!["why".to_owned(), at("/reason/sentence")],
            vec![
                "decision".to_owned(),
                alert.disposition.map_or("none", |d| d.as_str()).to_owned(),
            ],
        ],
    );
    page.heading(3, "What happened");
    let rows: Vec<Vec<String>> = events
        .iter()
        .map(|event| {
            let person = event.person.and_then(|person| case.persons.get(&person.0));
            vec![
                event.at.to_string(),
                match person {
                    Some(name) if *name != event.actor => format!("{} ({name})", event.actor),
                    _ => event.actor.clone(),
                },
                event.what.as_str().to_owned(),
                event.disposition.map_or("", |d| d.as_str()).to_owned(),
                event.code.clone().unwrap_or_default(),
                event.reason.clone(),
            ]
        })
        .collect();
    page.table(&["when", "who", "what", "decision", "code", "why"], &rows);
    page.heading(3, "What the list says");
    let rows: Vec<Vec<String>> = case
        .statements
        .iter()
        .filter(|statement| statement.entity == alert.entity)
        .map(|statement| {
            let place = [&statement.file, &statement.place, &statement.field];
            let place: Vec<&str> = place.into_iter().flatten().map(String::as_str).collect();
            vec![
                statement.property.to_owned(),
                statement.value.clone(),
                statement.original.clone().unwrap_or_default(),
                place.join(", "),
                format!("publication {}", statement.publication),
            ]
        })
        .collect();
    page.table(&["field", "value", "as written", "stood at", "in"], &rows);
    let attached = case.attachments.iter().filter(|(a, _)| a.alert == alert.id);
    let rows: Vec<Vec<String>> = attached
        .map(|(attachment, _)| {
            vec![
                format!("{}-{}", attachment.id, attachment.name),
                attachment.actor.clone(),
                attachment.at.to_string(),
                hex(&attachment.sha256),
            ]
        })
        .collect();
    if !rows.is_empty() {
        page.heading(3, "Attachments");
        page.table(&["file", "by", "when", "SHA-256"], &rows);
    }
}

fn rules(page: &mut Page, case: &Case) {
    if case.rules.is_empty() {
        return;
    }
    page.heading(2, "Good-guy rules");
    let rows: Vec<Vec<String>> = case
        .rules
        .iter()
        .map(|rule| {
            let approved = rule.approved.as_ref().map(|(by, at)| format!("{by}, {at}"));
            let ended = rule
                .ended
                .as_ref()
                .map(|(_, at, why)| format!("{at}: {why}"));
            vec![
                rule.id.to_string(),
                rule.made.entity.clone(),
                rule.made.reason.clone(),
                format!("{}, {}", rule.made.author, rule.made.at),
                approved.unwrap_or_default(),
                rule.made.expires_on.to_string(),
                ended.unwrap_or_default(),
            ]
        })
        .collect();
    page.table(
        &[
            "rule",
            "entity",
            "why",
            "made by",
            "approved by",
            "until",
            "ended",
        ],
        &rows,
    );
}

fn screenings(page: &mut Page, case: &Case) {
    if case.proofs.is_empty() {
        return;
    }
    page.heading(2, "Screenings");
    let rows: Vec<Vec<String>> = case
        .proofs
        .iter()
        .map(|proof| {
            vec![
                proof.screening.id.to_string(),
                proof.screening.at.to_string(),
                proof.screening.actor.clone(),
                proof.screening.basis.clone(),
                proof.hits.to_string(),
            ]
        })
        .collect();
    page.table(&["screening", "when", "by", "against", "hits"], &rows);
}

fn chain(page: &mut Page, rows: &[&AuditRow], checkpoint: &Checkpoint) {
    page.heading(2, "The audit chain");
    page.note(&format!(
        "The chain ended at row {} with the hash {}, signed on {} with the key {}. `interdict audit \
         verify --export FOLDER` checks this folder without the data folder.",
        checkpoint.number, checkpoint.hash, checkpoint.made_at, checkpoint.key
    ));
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            let who = row
                .person
                .map_or("the program".to_owned(), |p| format!("person {p}"));
            let how = match row.authenticated {
                true => row.via.clone(),
                false => format!("{}, not authenticated", row.via),
            };
            vec![
                row.number.to_string(),
                row.time().map(|at| at.to_string()).unwrap_or_default(),
                format!("{who} ({how})"),
                row.action.clone(),
                row.object.clone(),
                row.facts.clone(),
                hex(&row.hash),
            ]
        })
        .collect();
    page.table(
        &["row", "when", "who", "what", "of", "facts", "hash"],
        &rows,
    );
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn what_people_wrote_is_no_markup() {
        let written = r#"<script>alert("it's")</script> & more"#;
        assert_eq!(
            text(written),
            "&lt;script&gt;alert(&quot;it&#39;s&quot;)&lt;/script&gt; &amp; more"
        );
    }
}
