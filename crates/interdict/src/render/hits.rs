//! The answer to a screening, for people.

use interdict_screening::{Hit, Score};

use crate::answer::{Answer, QuestionResult};
use crate::render::reasons;
use crate::render::table::{Tone, cell, clean, paint, table, wrap};
use crate::render::together::{SAME_PARTY, together};
use crate::system::Terminal;
use interdict_desk::SearchedList;

/// Lines of an answer.
pub(crate) type Lines = Vec<String>;

/// What one question found, with every reason.
pub(crate) fn result(terminal: Terminal, answer: &Answer, result: &QuestionResult) -> Lines {
    let mut lines = vec![
        paint(terminal, &result.query.caption(), Tone::Strong),
        paint(terminal, &result.query.details(), Tone::Faint),
    ];
    for problem in &result.problems {
        lines.push(paint(
            terminal,
            &format!("not used: {problem}"),
            Tone::Alert,
        ));
    }
    for finding in &result.findings {
        let text = finding.sentence();
        lines.extend(indented(terminal, &paint(terminal, &text, Tone::Alert), 0));
    }
    lines.push(String::new());
    let alerts: Vec<&Hit> = result.alerts().collect();
    if alerts.is_empty() {
        lines.push(paint(
            terminal,
            &format!("No possible match at {} or more.", result.threshold),
            Tone::Good,
        ));
        lines.push(String::new());
    } else {
        let count = match result.total.value {
            1 => "1 possible match".to_owned(),
            n if result.total.relation == "gte" => format!("more than {n} possible matches"),
            n => format!("{n} possible matches"),
        };
        let shown = if alerts.len() < result.total.value {
            format!(", the best {} below", alerts.len())
        } else {
            String::new()
        };
        lines.push(paint(terminal, &format!("{count}{shown}"), Tone::Strong));
        lines.push(String::new());
    }
    for (place, hit) in (1..).zip(alerts) {
        lines.extend(one(terminal, place, hit));
        lines.extend(group(terminal, result, hit));
        lines.push(String::new());
    }
    for hit in &result.excluded {
        lines.extend(excluded(terminal, hit));
        lines.push(String::new());
    }
    lines.extend(searched(terminal, answer));
    lines
}

/// One hit with its reasons.
fn one(terminal: Terminal, place: usize, hit: &Hit) -> Lines {
    let heading = format!(
        "{place}. {}  {}  {}",
        hit.score,
        clean(&hit.caption),
        hit.schema
    );
    let mut lines = vec![format!(
        "{}  {}",
        paint(terminal, &heading, Tone::Strong),
        paint(terminal, &hit.id, Tone::Faint)
    )];
    lines.extend(indented(terminal, &about(hit), 3));
    if let Some(name) = &hit.reason.name {
        lines.push(String::new());
        let inner = Terminal {
            width: terminal.width.saturating_sub(3),
            ..terminal
        };
        lines.extend(
            reasons::alignment(inner, name)
                .into_iter()
                .map(|line| format!("   {line}")),
        );
        lines.push(String::new());
    }
    let fields = reasons::fields(terminal, hit.reason.name.as_ref(), &hit.reason.features);
    lines.extend(fields.into_iter().map(|line| format!("   {line}")));
    lines.extend(indented(terminal, &hit.reason.sentence, 3));
    lines
}

/// The group of a hit, and what is to be known of it.
fn group(terminal: Terminal, result: &QuestionResult, hit: &Hit) -> Lines {
    let mut groups = result.groups.iter();
    let Some(group) = groups.find(|group| group.hits.contains(&hit.id)) else {
        return Lines::new();
    };
    let lists: std::collections::BTreeSet<&str> =
        group.members.iter().map(|m| m.dataset.as_str()).collect();
    let text = format!(
        "{}: {} entries of one party, on {}",
        group.id,
        group.members.len(),
        lists.into_iter().collect::<Vec<_>>().join(", ")
    );
    let mut lines = indented(terminal, &paint(terminal, &text, Tone::Faint), 3);
    if let Some(note) = &group.note {
        lines.extend(indented(terminal, &paint(terminal, note, Tone::Alert), 3));
    }
    lines
}

/// The best hit of a question with its reasons.
pub(crate) fn best(terminal: Terminal, result: &QuestionResult) -> Lines {
    result
        .alerts()
        .next()
        .map(|hit| one(terminal, 1, hit))
        .unwrap_or_default()
}

/// A hit that an identifier excludes.
fn excluded(terminal: Terminal, hit: &Hit) -> Lines {
    let heading = format!(
        "excluded  {}  {}  {}",
        clean(&hit.caption),
        hit.schema,
        hit.id
    );
    let mut lines = vec![paint(terminal, &heading, Tone::Faint)];
    lines.extend(indented(terminal, &hit.reason.sentence, 3));
    lines
}

/// List, programmes, dates and countries of a hit in one line.
fn about(hit: &Hit) -> String {
    let mut parts = vec![hit.datasets.join(", ")];
    parts.extend(programmes(hit));
    if !hit.dates.is_empty() {
        parts.push(format!("date {}", hit.dates.join(", ")));
    }
    if !hit.countries.is_empty() {
        parts.push(hit.countries.join(", "));
    }
    if !hit.topics.is_empty() {
        parts.push(hit.topics.join(", "));
    }
    parts.join(" · ")
}

/// The programmes of a hit, each once.
pub(crate) fn programmes(hit: &Hit) -> Option<String> {
    let mut all: Vec<&str> = Vec::new();
    for programme in hit.listings.iter().flat_map(|l| &l.programmes) {
        if !all.contains(&programme.as_str()) {
            all.push(programme);
        }
    }
    (!all.is_empty()).then(|| all.join(", "))
}

fn indented(terminal: Terminal, text: &str, by: usize) -> Lines {
    let width = usize::from(terminal.width).saturating_sub(by);
    let indent = " ".repeat(by);
    wrap(&clean_keeping_colour(terminal, text), width)
        .into_iter()
        .map(|line| format!("{indent}{line}"))
        .collect()
}

/// [`clean`], except for a text that [`paint`] has cleaned and coloured already.
fn clean_keeping_colour(terminal: Terminal, text: &str) -> String {
    if terminal.colour && text.starts_with('\u{1b}') {
        text.to_owned()
    } else {
        clean(text)
    }
}

/// Which lists were searched, in which versions, and by which policy.
pub(crate) fn searched(terminal: Terminal, answer: &Answer) -> Lines {
    let mut lines = Vec::new();
    let names: u64 = answer.lists.iter().map(|l| l.names).sum();
    let count = match answer.lists.len() {
        1 => "1 list".to_owned(),
        n => format!("{n} lists"),
    };
    let policy: String = answer.policy.hash.chars().take(12).collect();
    let summary = format!(
        "Searched {} names on {count} with policy {} ({policy}), interdict {}:",
        thousands(names),
        answer.policy.name,
        answer.engine
    );
    lines.push(paint(terminal, &summary, Tone::Faint));
    if let Some(moment) = &answer.moment {
        lines.push(paint(
            terminal,
            &format!("   {}", moment.words()),
            Tone::Faint,
        ));
    }
    for list in &answer.lists {
        lines.push(paint(terminal, &version(list), Tone::Faint));
    }
    lines
}

fn version(list: &SearchedList) -> String {
    let content: String = list.content.chars().take(12).collect();
    format!(
        "   {} of {} (by {}, publication {}, content {content}, {} entities)",
        list.dataset,
        list.published,
        list.published_by,
        list.publication,
        thousands(list.entities)
    )
}

/// A table of the results of a file of questions: those with a possible match.
pub(crate) fn many(terminal: Terminal, answer: &Answer) -> Lines {
    let mut found = table(
        terminal,
        &[
            "row",
            "asked",
            "score",
            "possible match",
            "listed as",
            "programme",
        ],
    );
    let mut rows = 0;
    for result in &answer.results {
        let group_of = |hit: &&Hit| {
            let mut groups = result.groups.iter();
            groups
                .find(|group| group.hits.contains(&hit.id))
                .map(|group| group.id.clone())
        };
        let hits = together(result.alerts(), group_of);
        for (i, (hit, same_party)) in hits.into_iter().enumerate() {
            rows += 1;
            let mark = if same_party { SAME_PARTY } else { "" };
            let matched = hit
                .reason
                .name
                .as_ref()
                .map_or("", |name| name.list.as_str());
            let asked = if i == 0 {
                result.query.caption()
            } else {
                String::new()
            };
            let id = if i == 0 { result.query.id.as_str() } else { "" };
            found.add_row(vec![
                cell(terminal, id, Tone::Faint),
                cell(terminal, asked, Tone::Strong),
                cell(terminal, hit.score.to_string(), tone(hit.score)),
                cell(terminal, format!("{mark}{}", hit.caption), Tone::Plain),
                cell(terminal, matched, Tone::Plain),
                cell(terminal, programme_or_role(hit), Tone::Faint),
            ]);
        }
    }
    let mut lines = Vec::new();
    if rows > 0 {
        lines.extend(found.to_string().lines().map(str::to_owned));
    }
    lines.push(counts(answer));
    lines
}

/// Longest programme that a narrow column shows whole.
const NARROW: usize = 24;

/// A programme of a hit and how many more, or the role for which it is on a list.
pub(crate) fn programme_or_role(hit: &Hit) -> String {
    let mut all: Vec<&String> = hit.listings.iter().flat_map(|l| &l.programmes).collect();
    // The one that says most in the room there is; the reasons name them all.
    all.sort_unstable_by_key(|programme| {
        let length = programme.chars().count();
        (length > NARROW, std::cmp::Reverse(length), *programme)
    });
    all.dedup();
    let shown = all.first().map(|first| match all.len() {
        1 => (*first).clone(),
        n => format!("{first} +{}", n - 1),
    });
    shown.unwrap_or_else(|| {
        if hit.topics.iter().any(|t| t.starts_with("role.pep")) {
            "public office, no sanction".to_owned()
        } else {
            hit.topics.join(", ")
        }
    })
}

/// How many questions had which outcome.
pub(crate) fn counts(answer: &Answer) -> String {
    let with = answer
        .results
        .iter()
        .filter(|r| r.alerts().next().is_some())
        .count();
    let hits: usize = answer.results.iter().map(|r| r.alerts().count()).sum();
    let excluded: usize = answer.results.iter().map(|r| r.excluded.len()).sum();
    let mut text = format!(
        "{} asked: {with} with a possible match ({hits} in all), {} without",
        thousands(answer.results.len() as u64),
        thousands((answer.results.len() - with) as u64),
    );
    if excluded > 0 {
        text.push_str(&format!(", {excluded} excluded by an identifier"));
    }
    text
}

fn tone(score: Score) -> Tone {
    if score >= Score(9_000) {
        Tone::Alert
    } else {
        Tone::Plain
    }
}

/// A number with its digits in groups of three.
pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn digits_are_grouped() {
        assert_eq!(thousands(7), "7");
        assert_eq!(thousands(1_234), "1,234");
        assert_eq!(thousands(123_456), "123,456");
    }
}
