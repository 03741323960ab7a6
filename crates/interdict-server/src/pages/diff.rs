//! What two publications do not say the same.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use interdict_desk::diff::{Diff, FieldChange, Kind, PartyChange, Wording};
use interdict_store::PublicationId;
use serde::Deserialize;

use super::frame::Frame;
use super::visitor::Visitor;
use super::{Page, page, text};
use crate::state::App;

/// Parties on one page.
const PER_PAGE: usize = 100;
const KINDS: [Kind; 4] = [Kind::Added, Kind::Removed, Kind::Changed, Kind::Relinked];

#[derive(Deserialize)]
pub(super) struct Which {
    from: i64,
    to: i64,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    page: usize,
}

#[derive(Template)]
#[template(path = "diff.html")]
struct DiffPage {
    frame: Frame,
    from: Side,
    to: Side,
    kinds: Vec<KindCount>,
    groups: Vec<(String, String)>,
    parties: Vec<Party>,
    earlier: String,
    later: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Side {
    id: i64,
    list: String,
    published: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct KindCount {
    word: &'static str,
    count: String,
    address: String,
    chosen: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Party {
    kind: &'static str,
    caption: String,
    address: String,
    schema: String,
    programmes: String,
    dates: String,
    changes: Vec<Change>,
}

/// A value that came, went or was replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Change {
    what: String,
    before: String,
    after: String,
}

/// Compares two publications.
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Query(which): Query<Which>,
) -> Page {
    let store = app.desk().store();
    let from = store.publication(PublicationId(which.from)).await?;
    let to = store.publication(PublicationId(which.to)).await?;
    let diff = app.desk().diff(&from, &to).await?;
    let frame = Frame::new(&app, visitor, "Difference", "/workbench/lists").await?;
    page(&shown(frame, &diff, &which))
}

fn shown(frame: Frame, diff: &Diff, which: &Which) -> DiffPage {
    let side = |p: &interdict_store::Publication| Side {
        id: p.id.0,
        list: p.dataset.to_string(),
        published: text::published(&p.published),
    };
    let address = |kind: &str, page: usize| {
        let (from, to) = (which.from, which.to);
        format!("/workbench/diff?from={from}&to={to}&kind={kind}&page={page}")
    };
    let wanted = KINDS.into_iter().find(|kind| kind.as_str() == which.kind);
    let mut kinds = vec![KindCount {
        word: "all",
        count: text::count(diff.parties.len() as u64),
        address: address("", 0),
        chosen: wanted.is_none(),
    }];
    kinds.extend(KINDS.into_iter().map(|kind| KindCount {
        word: kind.as_str(),
        count: text::count(diff.of(kind).count() as u64),
        address: address(kind.as_str(), 0),
        chosen: wanted == Some(kind),
    }));
    let mut groups: BTreeMap<String, u64> = BTreeMap::new();
    for party in diff.of(Kind::Changed) {
        for group in party.groups() {
            *groups.entry(group.to_string()).or_default() += 1;
        }
    }
    let chosen: Vec<&PartyChange> = diff
        .parties
        .iter()
        .filter(|party| wanted.is_none_or(|kind| kind == party.kind))
        .collect();
    let start = which.page.saturating_mul(PER_PAGE);
    let parties = chosen
        .iter()
        .skip(start)
        .take(PER_PAGE)
        .map(|p| party(diff, p))
        .collect();
    DiffPage {
        frame,
        from: side(&diff.from),
        to: side(&diff.to),
        kinds,
        groups: groups
            .into_iter()
            .map(|(group, n)| (group, text::count(n)))
            .collect(),
        parties,
        earlier: match which.page {
            0 => String::new(),
            page => address(&which.kind, page - 1),
        },
        later: match chosen.len() > start.saturating_add(PER_PAGE) {
            true => address(&which.kind, which.page + 1),
            false => String::new(),
        },
    }
}

fn party(diff: &Diff, party: &PartyChange) -> Party {
    let mut changes: Vec<Change> = party.fields.iter().map(|f| change(diff, "", f)).collect();
    for part in &party.parts {
        let name = text::words(part.schema);
        changes.extend(part.fields.iter().map(|f| change(diff, &name, f)));
    }
    Party {
        kind: party.kind.as_str(),
        caption: party.caption.clone(),
        address: match party.kind {
            Kind::Removed => String::new(),
            _ => format!("/workbench/entity?id={}", text::encoded(&party.id)),
        },
        schema: text::words(party.schema),
        programmes: party.programmes.join(", "),
        dates: party.dates.join(", "),
        changes,
    }
}

fn change(diff: &Diff, part: &str, field: &FieldChange) -> Change {
    let side = |wording: &Option<Wording>| {
        wording.as_ref().map_or_else(String::new, |wording| {
            let caption = diff.captions.get(&wording.value);
            caption
                .cloned()
                .unwrap_or_else(|| wording.as_published().to_owned())
        })
    };
    let property = text::words(field.property);
    Change {
        what: match part {
            "" => property,
            part => format!("{part}: {}", property.to_lowercase()),
        },
        before: side(&field.before),
        after: side(&field.after),
    }
}
