//! The effectiveness report as one HTML file: no script, no other file, no network.

use std::fmt::Write as _;

use interdict_screening::Score;
use interdict_screening::evaluate::{Disguised, Rate, Slow};

use crate::commands::evaluate::Evaluated;
use crate::render::hits::thousands;

mod plots;
mod tables;

/// The look of the report. Prints well on paper.
const STYLE: &str = include_str!("report/style.css");

/// A share in percent, cut, not rounded: 99.996 percent are not all.
pub(crate) fn percent(rate: Rate) -> String {
    if rate.whole == 0 {
        return "–".to_owned();
    }
    let units = rate.part.saturating_mul(10_000) / rate.whole;
    if units == 10_000 {
        return "100 %".to_owned();
    }
    format!("{}.{:02} %", units / 100, units % 100)
}

/// The interval of a share in percent.
pub(crate) fn interval(rate: Rate) -> String {
    let (low, high) = rate.interval();
    format!("{:.1} to {:.1} %", low * 100.0, high * 100.0)
}

/// A share in a thousand.
fn per_thousand(rate: Rate) -> String {
    if rate.whole == 0 {
        return "–".to_owned();
    }
    format!("{:.1}", rate.share() * 1_000.0)
}

/// A text as HTML shows it.
fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

fn count(n: usize) -> String {
    thousands(n as u64)
}

/// A table: headings, then rows of cells that are HTML already.
fn table(class: &str, headings: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let mut out = format!("<table class=\"{class}\"><thead><tr>");
    for heading in headings {
        let _ = write!(out, "<th>{}</th>", escape(heading));
    }
    out.push_str("</tr></thead><tbody>\n");
    for row in rows {
        out.push_str("<tr>");
        for cell in row {
            let _ = write!(out, "<td>{cell}</td>");
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table>\n");
    out
}

/// The whole report.
pub(crate) fn html(evaluated: &Evaluated) -> String {
    let mut out = String::from("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    out.push_str("<title>Effectiveness of sanctions screening</title><style>\n");
    out.push_str(STYLE);
    out.push_str("</style></head><body><main>\n");
    head(&mut out, evaluated);
    tested(&mut out, evaluated);
    if !evaluated.exact_names.is_empty() {
        tables::exact(&mut out, &evaluated.exact_names);
    }
    if let Some(disguised) = &evaluated.disguised {
        recall(&mut out, disguised);
        places(&mut out, disguised);
    }
    thresholds(&mut out, evaluated);
    if let Some(clean) = &evaluated.clean {
        tables::clean(&mut out, clean);
    }
    if let Some(listed) = &evaluated.listed {
        tables::listed(&mut out, listed);
    }
    if let Some(own) = &evaluated.own {
        tables::own(&mut out, own);
    }
    if let Some(exhaustive) = &evaluated.exhaustive {
        tables::exhaustive(&mut out, exhaustive);
    }
    slowest(&mut out, evaluated);
    if let Some(disguised) = &evaluated.disguised {
        tables::misses(&mut out, disguised);
    }
    method(&mut out);
    out.push_str("</main></body></html>\n");
    out
}

fn card(out: &mut String, value: &str, what: &str, note: &str) {
    let _ = writeln!(
        out,
        "<div class=\"card\"><b>{}</b><span>{}</span><small>{}</small></div>",
        escape(value),
        escape(what),
        escape(note)
    );
}

fn head(out: &mut String, evaluated: &Evaluated) {
    let _ = writeln!(
        out,
        "<header><p class=\"over\">Interdict {}</p><h1>Effectiveness of sanctions screening</h1>\
         <p class=\"lead\">Measured on {} against {} lists with {} names, under policy <b>{}</b> at \
         threshold {}.</p></header>\n<section class=\"cards\">",
        escape(evaluated.engine),
        escape(&evaluated.date),
        evaluated.lists.len(),
        thousands(evaluated.lists.iter().map(|l| l.names).sum()),
        escape(&evaluated.policy),
        evaluated.threshold
    );
    if !evaluated.exact_names.is_empty() {
        let alone: Rate = evaluated.exact_names.iter().map(|l| l.alone).sum();
        let exceptions = alone.whole - alone.part;
        let note = format!(
            "{} of {} names; {} exceptions, each named below",
            count(alone.part),
            count(alone.whole),
            count(exceptions)
        );
        card(
            out,
            &percent(alone),
            "of listed names alert on their own entry",
            &note,
        );
    }
    if let Some(disguised) = &evaluated.disguised {
        let made = disguised.rate(|c| c.kind != "as-listed" && c.kind != "weak-alias");
        let kinds = disguised.kinds.len().saturating_sub(2);
        card(
            out,
            &percent(made),
            "of disguised names still alert on their entry",
            &format!(
                "{kinds} kinds of disguise; 95 % interval {}",
                interval(made)
            ),
        );
        card(
            out,
            &percent(disguised.places.first_three),
            "of these have the true entry in the first three",
            "among the hits of its own list",
        );
    }
    if let Some(clean) = &evaluated.clean {
        card(
            out,
            &per_thousand(clean.alone),
            "alerts per 1,000 names that are on no list",
            &format!(
                "{} names alone; {} per 1,000 with birth date and country",
                count(clean.names),
                per_thousand(clean.with_details)
            ),
        );
    }
    if let Some(own) = &evaluated.own {
        card(
            out,
            &percent(own.found),
            "of the institution's own test names found",
            &format!("{} names", count(own.found.whole)),
        );
    }
    if let Some(exhaustive) = &evaluated.exhaustive {
        card(
            out,
            &count(exhaustive.differences.len()),
            "differences between the index and scoring every entry",
            &format!(
                "{} queries at {} thresholds, {} hits",
                count(exhaustive.queries),
                exhaustive.thresholds.len(),
                count(exhaustive.hits)
            ),
        );
    }
    out.push_str("</section>\n");
}

fn tested(out: &mut String, evaluated: &Evaluated) {
    out.push_str("<section><h2>What was tested</h2>\n");
    let rows = evaluated.lists.iter().map(|list| {
        vec![
            format!(
                "<b>{}</b><br><small>{}</small>",
                escape(&list.dataset),
                escape(&list.title)
            ),
            escape(list.published.get(..10).unwrap_or(&list.published)),
            format!(
                "<code>{}</code>",
                escape(list.content.get(..16).unwrap_or(&list.content))
            ),
            thousands(list.entities),
            thousands(list.names),
        ]
    });
    out.push_str(&table(
        "numbers after2",
        &[
            "list",
            "published",
            "content (first 16 of 64 digits)",
            "entities",
            "names",
        ],
        rows,
    ));
    let _ = writeln!(
        out,
        "<p class=\"note\">Engine {}. Policy {} with hash <code>{}</code>. The full digests are in \
         report.json; the same lists, policy, engine and seed give the same figures.</p></section>",
        escape(evaluated.engine),
        escape(&evaluated.policy),
        escape(&evaluated.policy_hash)
    );
}

fn recall(out: &mut String, disguised: &Disguised) {
    let _ = writeln!(
        out,
        "<section><h2>Recall by kind of disguise</h2><p>{} names of the lists, an equal share of each \
         kind and list, seed {}. A name counts as found when its own entry alerts. Bars show the share, \
         lines the 95&nbsp;% interval (Wilson).</p>",
        count(disguised.queries),
        disguised.seed
    );
    out.push_str(&plots::bars(disguised));
    out.push_str("</section><section><h2>Recall by script and by list</h2><p>Percent found; the number of queries shows when the pointer rests on a cell. Cells of fewer than ten queries are pale: read them as anecdotes.</p>\n");
    out.push_str(&tables::matrix(disguised, "script", |cell| {
        cell.script.to_owned()
    }));
    out.push_str(&tables::matrix(disguised, "list", |cell| cell.list.clone()));
    out.push_str("</section>\n");
}

fn places(out: &mut String, disguised: &Disguised) {
    let places = &disguised.places;
    let _ = write!(
        out,
        "<section><h2>Where the true entry stands</h2><p>Of {} names that were found, the true entry is \
         first among the hits of its list in {} and among the first three in {}. ",
        count(places.first.whole),
        percent(places.first),
        percent(places.first_three)
    );
    if places.tied > 0 {
        let _ = write!(
            out,
            "In {} cases other hits have the same score; there it stands at place {}.{:02} in the mean, \
             where chance would put it at {}.{:02}.",
            count(places.tied),
            places.mean_place_in_ties / 100,
            places.mean_place_in_ties % 100,
            places.by_chance / 100,
            places.by_chance % 100
        );
    }
    out.push_str("</p></section>\n");
}

fn thresholds(out: &mut String, evaluated: &Evaluated) {
    let Some(disguised) = &evaluated.disguised else {
        return;
    };
    out.push_str("<section><h2>What another threshold would do</h2>\n<div class=\"pair\">");
    let clean = evaluated.clean.as_ref();
    if let Some(clean) = clean {
        out.push_str(&plots::trade(
            &disguised.thresholds,
            &clean.thresholds,
            evaluated.threshold,
        ));
    }
    let rows = disguised
        .thresholds
        .iter()
        .enumerate()
        .map(|(at, (threshold, rate))| {
            let mut row = vec![
                mark(*threshold, evaluated.threshold),
                percent(*rate),
                interval(*rate),
            ];
            if let Some((_, alerts)) = clean.and_then(|c| c.thresholds.get(at)) {
                row.push(per_thousand(*alerts));
            }
            row
        });
    let mut headings = vec!["threshold", "disguised names found", "95 % interval"];
    if clean.is_some() {
        headings.push("alerts per 1,000 clean names");
    }
    out.push_str(&table("numbers after1", &headings, rows));
    out.push_str("</div>\n<h3>Distribution of scores</h3>\n<div class=\"pair\">");
    out.push_str(&plots::histogram(
        "True entries of disguised names",
        &disguised.bands,
        evaluated.threshold,
    ));
    if let Some(clean) = clean {
        out.push_str(&plots::histogram(
            "Best hit of names on no list",
            &clean.bands,
            evaluated.threshold,
        ));
    }
    out.push_str("</div></section>\n");
}

fn mark(threshold: Score, own: Score) -> String {
    if threshold == own {
        format!("<b>{threshold} (policy)</b>")
    } else {
        threshold.to_string()
    }
}

fn slowest(out: &mut String, evaluated: &Evaluated) {
    let mut all: Vec<&Slow> = Vec::new();
    all.extend(evaluated.disguised.iter().flat_map(|d| &d.slowest));
    all.extend(evaluated.clean.iter().flat_map(|c| &c.slowest));
    all.sort_by_key(|slow| std::cmp::Reverse(slow.micros));
    all.truncate(15);
    if all.is_empty() {
        return;
    }
    out.push_str("<section><h2>Slowest queries</h2><p>By the clock on the wall, on a machine that did other things too; the only figures here that differ from run to run.</p>\n");
    let rows = all.iter().map(|slow| {
        vec![
            escape(&slow.name),
            format!(
                "{}.{:01} ms",
                slow.micros / 1_000,
                slow.micros % 1_000 / 100
            ),
            count(slow.hits),
        ]
    });
    out.push_str(&table("numbers after1", &["name", "time", "alerts"], rows));
    out.push_str("</section>\n");
}

fn method(out: &mut String) {
    out.push_str(
        "<section><h2>How to read this report</h2><ul>\
         <li>A hit is a possible match for a person to look at. It is never a finding of guilt.</li>\
         <li>Disguises are made by code that shares no table with the code that reads names; each kind is \
         described beside its bar. A disguise that does not fit a name is put on another name.</li>\
         <li>Recall is the share of names whose own entry alerts under the policy, without date of birth or \
         country. An alert on another entry does not count.</li>\
         <li>Intervals are two-sided Wilson intervals at 95&nbsp;%; of one list or script they rest on few \
         queries.</li>\
         <li>Alerts per 1,000 count names with at least one alert.</li>\
         </ul></section>\n",
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_cut_not_rounded() {
        let rate = |part, whole| Rate { part, whole };
        assert_eq!(percent(rate(99_996, 100_000)), "99.99 %");
        assert_eq!(percent(rate(5, 5)), "100 %");
        assert_eq!(percent(rate(0, 0)), "–");
        assert_eq!(per_thousand(rate(64, 10_000)), "6.4");
        assert_eq!(interval(rate(10, 20)), "29.9 to 70.1 %");
    }

    #[test]
    fn listed_values_cannot_write_html() {
        assert_eq!(
            escape("<b onclick=\"x\">A & B\u{1b}</b>"),
            "&lt;b onclick=&quot;x&quot;&gt;A &amp; B\u{fffd}&lt;/b&gt;"
        );
    }
}
