//! Tables of the report.

use std::fmt::Write as _;

use interdict_screening::evaluate::{
    Cell, CleanNames, Disguised, ExactNames, Exhaustive, ListedNames, OwnNames, Rate,
};

use super::{count, escape, interval, per_thousand, percent, table};

/// Most rows of a table that is longer in report.json.
const MOST: usize = 100;

fn more(out: &mut String, all: usize) {
    if all > MOST {
        let _ = writeln!(
            out,
            "<p class=\"note\">{} more in report.json.</p>",
            count(all - MOST)
        );
    }
}

pub(super) fn exact(out: &mut String, lists: &[ExactNames]) {
    out.push_str("<section><h2>Every listed name, as it stands</h2><p>Every primary name and strong alias of every list is asked alone, and with the entry’s own birth date and country. It must alert on its own entry.</p>\n");
    let rows = lists.iter().map(|list| {
        let found = |rate: Rate| {
            let class = if rate.part == rate.whole {
                "good"
            } else {
                "bad"
            };
            format!(
                "<span class=\"{class}\">{}</span> <small>{}</small>",
                percent(rate),
                count(rate.part)
            )
        };
        vec![
            escape(&list.dataset),
            count(list.names),
            found(list.alone),
            found(list.with_details),
            count(list.exceptions.len()),
        ]
    });
    out.push_str(&table(
        "numbers after1",
        &[
            "list",
            "names",
            "found alone",
            "with own details",
            "exceptions",
        ],
        rows,
    ));
    let all: Vec<_> = lists.iter().flat_map(|l| &l.exceptions).collect();
    if !all.is_empty() {
        out.push_str("<details><summary>Exceptions by id</summary>\n");
        let rows = all.iter().take(MOST).map(|e| {
            vec![
                format!("<code>{}</code>", escape(&e.id)),
                format!(
                    "{} <small>{}{}</small>",
                    escape(&e.name),
                    e.class,
                    if e.with_details { ", with details" } else { "" }
                ),
                e.score.map_or_else(|| "–".to_owned(), |s| s.to_string()),
                escape(e.reason),
            ]
        });
        out.push_str(&table("", &["entry", "name", "score", "reason"], rows));
        more(out, all.len());
        out.push_str("</details>\n");
    }
    out.push_str("</section>\n");
}

/// Recall of each kind by something else, as cells whose colour is the share.
pub(super) fn matrix(disguised: &Disguised, by: &str, key: impl Fn(&Cell) -> String) -> String {
    let mut columns: Vec<String> = disguised.cells.iter().map(&key).collect();
    columns.sort();
    columns.dedup();
    // The commonest first: rare scripts stand at the end.
    columns.sort_by_key(|c| std::cmp::Reverse(disguised.rate(|cell| key(cell) == *c).whole));
    let mut out = format!(
        "<div class=\"wide\"><table class=\"matrix\"><thead><tr><th>by {}</th>",
        escape(by)
    );
    for column in &columns {
        let _ = write!(out, "<th>{}</th>", escape(column));
    }
    out.push_str("</tr></thead><tbody>\n");
    let rows = disguised.kinds.iter().map(|k| k.name);
    for kind in rows.chain(["all"]) {
        let _ = write!(out, "<tr><th>{}</th>", escape(kind));
        for column in &columns {
            let rate = disguised.rate(|c| (kind == "all" || c.kind == kind) && key(c) == *column);
            if rate.whole == 0 {
                out.push_str("<td></td>");
                continue;
            }
            // From red over yellow to green, by the share.
            let hue = (rate.share() * 130.0).round();
            let light = if rate.whole < 10 { 95 } else { 84 };
            let _ = write!(
                out,
                "<td style=\"background:hsl({hue} 65% {light}%)\" title=\"{} of {}, {}\">{:.0}</td>",
                rate.part,
                rate.whole,
                interval(rate),
                (rate.share() * 100.0).floor()
            );
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody></table></div>\n");
    out
}

pub(super) fn clean(out: &mut String, clean: &CleanNames) {
    let _ = writeln!(
        out,
        "<section><h2>Names on no list</h2><p>{} names: {} alert when asked alone ({} per 1,000, 95&nbsp;% interval {}), {} with birth date and country ({} per 1,000).</p>",
        count(clean.names),
        count(clean.alone.part),
        per_thousand(clean.alone),
        interval(clean.alone),
        count(clean.with_details.part),
        per_thousand(clean.with_details)
    );
    if !clean.false_alarms.is_empty() {
        out.push_str("<details><summary>The alerts, with their reasons</summary>\n");
        let mut alarms: Vec<_> = clean.false_alarms.iter().collect();
        alarms.sort_by_key(|a| std::cmp::Reverse(a.score));
        let rows = alarms.iter().take(MOST).map(|a| {
            vec![
                escape(&a.name),
                a.score.to_string(),
                format!(
                    "<code>{}</code> <small>{}</small>",
                    escape(&a.id),
                    escape(&a.list)
                ),
                escape(&a.sentence),
            ]
        });
        out.push_str(&table(
            "",
            &["name asked", "score", "best hit", "reason"],
            rows,
        ));
        more(out, alarms.len());
        out.push_str("</details>\n");
    }
    out.push_str("</section>\n");
}

pub(super) fn listed(out: &mut String, listed: &ListedNames) {
    let _ = writeln!(
        out,
        "<section><h2>Names said to be listed</h2><p>{} of {} alert ({}).</p>",
        count(listed.found.part),
        count(listed.found.whole),
        percent(listed.found)
    );
    if !listed.not_found.is_empty() {
        out.push_str("<ul>");
        for name in listed.not_found.iter().take(MOST) {
            let _ = write!(out, "<li>{}</li>", escape(name));
        }
        out.push_str("</ul>");
        more(out, listed.not_found.len());
    }
    out.push_str("</section>\n");
}

pub(super) fn own(out: &mut String, own: &OwnNames) {
    out.push_str("<section><h2>The institution’s own test names</h2>\n");
    let rows = own.kinds.iter().map(|(kind, rate)| {
        vec![
            escape(kind),
            count(rate.whole),
            percent(*rate),
            interval(*rate),
        ]
    });
    let all = vec![
        "<b>all</b>".to_owned(),
        count(own.found.whole),
        percent(own.found),
        interval(own.found),
    ];
    out.push_str(&table(
        "numbers after1",
        &["kind", "names", "found", "95 % interval"],
        rows.chain([all]),
    ));
    if !own.failures.is_empty() {
        out.push_str("<h3>Failures</h3>\n");
        let rows = own.failures.iter().map(|f| {
            vec![
                f.line.to_string(),
                escape(&f.name),
                escape(&f.kind),
                format!("<code>{}</code>", escape(&f.entity_id)),
                f.score.map_or_else(|| "–".to_owned(), |s| s.to_string()),
                escape(f.reason),
            ]
        });
        out.push_str(&table(
            "",
            &["line", "name", "kind", "entry", "score", "reason"],
            rows,
        ));
    }
    out.push_str("</section>\n");
}

pub(super) fn exhaustive(out: &mut String, exhaustive: &Exhaustive) {
    let thresholds: Vec<String> = exhaustive
        .thresholds
        .iter()
        .map(ToString::to_string)
        .collect();
    let _ = writeln!(
        out,
        "<section><h2>Nothing lost to the index</h2><p>{} disguised names were answered twice, with the index and by scoring every entry of every list, at thresholds {}: {} hits, <span class=\"{}\">{} differences</span>.</p>",
        count(exhaustive.queries),
        thresholds.join(", "),
        count(exhaustive.hits),
        if exhaustive.differences.is_empty() {
            "good"
        } else {
            "bad"
        },
        count(exhaustive.differences.len())
    );
    if !exhaustive.differences.is_empty() {
        out.push_str("<ul>");
        for difference in exhaustive.differences.iter().take(MOST) {
            let _ = write!(out, "<li>{}</li>", escape(difference));
        }
        out.push_str("</ul>");
    }
    out.push_str("</section>\n");
}

pub(super) fn misses(out: &mut String, disguised: &Disguised) {
    if disguised.misses.is_empty() {
        return;
    }
    out.push_str(
        "<section><h2>Disguised names that were missed</h2><p>At most 20 of a kind.</p>\n",
    );
    for kind in &disguised.kinds {
        let misses: Vec<_> = disguised
            .misses
            .iter()
            .filter(|m| m.kind == kind.name)
            .collect();
        if misses.is_empty() {
            continue;
        }
        let rate = disguised.rate(|c| c.kind == kind.name);
        let _ = writeln!(
            out,
            "<details><summary><b>{}</b>: {} of {} missed</summary>",
            escape(kind.name),
            count(rate.whole - rate.part),
            count(rate.whole)
        );
        let rows = misses.iter().map(|m| {
            vec![
                escape(&m.asked),
                escape(&m.listed),
                format!(
                    "<code>{}</code> <small>{}</small>",
                    escape(&m.id),
                    escape(&m.list)
                ),
                m.score
                    .map_or_else(|| "below 0.50".to_owned(), |s| s.to_string()),
            ]
        });
        out.push_str(&table("", &["asked", "listed", "entry", "score"], rows));
        out.push_str("</details>\n");
    }
    out.push_str("</section>\n");
}
