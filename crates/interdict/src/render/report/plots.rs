//! Plots of the report, as SVG inside the page.

use std::fmt::Write as _;

use interdict_screening::Score;
use interdict_screening::evaluate::{Disguised, Rate};

use super::{count, escape, interval, percent};

/// Recall of each kind as a bar with its interval.
pub(super) fn bars(disguised: &Disguised) -> String {
    const ROW: usize = 22;
    const HEAD: usize = 24;
    const LEFT: f64 = 200.0;
    const WIDTH: f64 = 400.0;
    let mut body = String::new();
    let mut y = HEAD;
    let mut family = "";
    for kind in &disguised.kinds {
        let of = |what: &str| disguised.rate(|c| c.kind == kind.name && c.what == what);
        let all = disguised.rate(|c| c.kind == kind.name);
        if all.whole == 0 {
            continue;
        }
        if kind.family != family {
            family = kind.family;
            y += 8;
            let _ = write!(
                body,
                "<text class=\"family\" x=\"0\" y=\"{}\">{}</text>",
                y + 12,
                escape(family)
            );
            y += ROW - 2;
        }
        let middle = y + ROW / 2;
        let x = |share: f64| LEFT + share * WIDTH;
        let (low, high) = all.interval();
        let class = if all.share() < 0.8 { "bar weak" } else { "bar" };
        let _ = write!(
            body,
            "<g><title>{} {} of {}, {}</title>\
             <text x=\"8\" y=\"{}\">{}</text>\
             <rect class=\"{class}\" x=\"{LEFT}\" y=\"{}\" width=\"{:.1}\" height=\"{}\"/>\
             <path class=\"whisker\" d=\"M{:.1} {middle}H{:.1}M{:.1} {}v8M{:.1} {}v8\"/>\
             <text class=\"value\" x=\"668\" y=\"{}\">{}</text>",
            escape(kind.about),
            count(all.part),
            count(all.whole),
            interval(all),
            middle + 4,
            escape(kind.name),
            y + 4,
            all.share() * WIDTH,
            ROW - 8,
            x(low),
            x(high),
            x(low),
            middle - 4,
            x(high),
            middle - 4,
            middle + 4,
            percent(all),
        );
        for (what, at) in [("person", 725), ("organisation", 812), ("object", 885)] {
            let _ = write!(
                body,
                "<text class=\"minor\" x=\"{at}\" y=\"{}\">{}</text>",
                middle + 4,
                short(of(what))
            );
        }
        body.push_str("</g>\n");
        y += ROW;
    }
    let mut grid = String::new();
    for tenth in (0..=10).step_by(2) {
        let x = LEFT + WIDTH * f64::from(tenth) / 10.0;
        let _ = write!(
            grid,
            "<path class=\"grid\" d=\"M{x} {HEAD}V{y}\"/><text class=\"axis\" x=\"{x}\" y=\"16\">{} %</text>",
            tenth * 10
        );
    }
    for (name, at) in [
        ("all", 668),
        ("people", 725),
        ("organisations", 812),
        ("objects", 885),
    ] {
        let _ = write!(
            grid,
            "<text class=\"minor\" x=\"{at}\" y=\"16\">{name}</text>"
        );
    }
    format!(
        "<svg class=\"plot\" viewBox=\"0 0 890 {}\" role=\"img\" aria-label=\"Recall by kind of disguise\">{grid}{body}</svg>\n",
        y + 6
    )
}

fn short(rate: Rate) -> String {
    if rate.whole == 0 {
        return "–".to_owned();
    }
    format!("{:.0} %", (rate.share() * 100.0).floor())
}

/// Recall against alerts on clean names, a point a threshold.
pub(super) fn trade(found: &[(Score, Rate)], alerts: &[(Score, Rate)], own: Score) -> String {
    let most = alerts.iter().map(|(_, r)| r.share()).fold(0.001, f64::max);
    let least = found.iter().map(|(_, r)| r.share()).fold(1.0, f64::min);
    let floor = (least * 10.0).floor() / 10.0;
    // Alerts differ by orders of magnitude between thresholds: the axis is that of a root.
    let x = |share: f64| 60.0 + (share / most).sqrt() * 370.0;
    let y = |share: f64| 250.0 - (share - floor) / (1.0 - floor) * 225.0;
    let mut out = String::from(
        "<svg class=\"plot\" viewBox=\"0 0 470 300\" role=\"img\" aria-label=\"Recall against alerts\">",
    );
    for step in 0..=4 {
        let share = floor + (1.0 - floor) * f64::from(step) / 4.0;
        let _ = write!(
            out,
            "<path class=\"grid\" d=\"M60 {0:.1}H440\"/><text class=\"minor\" x=\"52\" y=\"{1:.1}\">{2:.0} %</text>",
            y(share),
            y(share) + 4.0,
            share * 100.0
        );
    }
    for step in 0..=4 {
        let share = most * (f64::from(step) / 4.0).powi(2);
        let _ = write!(
            out,
            "<path class=\"grid\" d=\"M{0:.1} 25V250\"/><text class=\"axis\" x=\"{0:.1}\" y=\"266\">{1:.0}</text>",
            x(share),
            share * 1_000.0
        );
    }
    out.push_str(
        "<text class=\"axis\" x=\"250\" y=\"288\">alerts per 1,000 names on no list</text>",
    );
    out.push_str("<text class=\"start\" x=\"8\" y=\"14\">disguised names found</text>");
    let points: Vec<(Score, f64, f64)> = found
        .iter()
        .zip(alerts)
        .map(|((score, recall), (_, alerts))| (*score, x(alerts.share()), y(recall.share())))
        .collect();
    let path: Vec<String> = points
        .iter()
        .map(|(_, x, y)| format!("{x:.1} {y:.1}"))
        .collect();
    let _ = write!(out, "<path class=\"line\" d=\"M{}\"/>", path.join("L"));
    for (score, x, y) in points {
        let class = if score == own { "dot own" } else { "dot" };
        let _ = write!(
            out,
            "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/><text class=\"start\" x=\"{:.1}\" y=\"{:.1}\">{score}</text>",
            x + 7.0,
            y + 12.0
        );
    }
    out.push_str("</svg>\n");
    out
}

/// Scores by bands of 0.05.
pub(super) fn histogram(title: &str, bands: &[usize], own: Score) -> String {
    let most = bands.iter().copied().max().unwrap_or(1).max(1) as f64;
    let mut out = format!(
        "<svg class=\"plot\" viewBox=\"0 0 470 220\" role=\"img\" aria-label=\"{0}\"><text class=\"start\" x=\"8\" y=\"14\">{0}</text>",
        escape(title)
    );
    for (at, n) in bands.iter().enumerate() {
        let x = 20.0 + at as f64 * 40.0;
        let height = *n as f64 / most * 145.0;
        let from = 5_000 + at.saturating_sub(1) * 500;
        let reaches = at > 0 && from >= usize::from(own.0);
        let class = if reaches { "bar" } else { "bar below" };
        let label = if at == 0 {
            "&lt; 0.50".to_owned()
        } else {
            format!("0.{:02}", from / 100)
        };
        let _ = write!(
            out,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{:.1}\" width=\"34\" height=\"{height:.1}\"/>\
             <text class=\"axis\" x=\"{mid}\" y=\"{:.1}\">{}</text><text class=\"axis\" x=\"{mid}\" y=\"200\">{label}</text>",
            182.0 - height,
            177.0 - height,
            count(*n),
            mid = x + 17.0
        );
    }
    out.push_str("</svg>\n");
    out
}
