//! Alerts that are alike, decided together after a look at each.

use askama::Template;
use axum::extract::{Query, State};
use interdict_desk::work::{Likeness, LookAlikes};
use interdict_screening::Score;
use interdict_store::{Codes, Disposition, Verb, codes};
use jiff::Timestamp;
use serde::Deserialize;

use super::forms::Sent;
use super::frame::Frame;
use super::hit::ShownHit;
use super::visitor::Visitor;
use super::{Page, page, see};
use crate::state::App;

#[derive(Deserialize)]
pub(super) struct Which {
    alert: i64,
    #[serde(default)]
    like: String,
}

const LIKENESSES: [(Likeness, &str, &str); 3] = [
    (Likeness::SameNames, "same-names", "the same two names"),
    (
        Likeness::SameEntity,
        "same-entity",
        "the same listed entity",
    ),
    (Likeness::SameCustomer, "same-customer", "the same customer"),
];

#[derive(Template)]
#[template(path = "alike.html")]
struct AlikePage {
    frame: Frame,
    alert: i64,
    likenesses: Vec<(&'static str, &'static str, bool)>,
    like: &'static str,
    alerts: Vec<Row>,
    left_out: Vec<(i64, String)>,
    mark: String,
    codes: Codes,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Row {
    id: i64,
    customer: String,
    name: String,
    caption: String,
    score: String,
    sentence: String,
}

fn likeness(word: &str) -> (Likeness, &'static str) {
    let found = LIKENESSES.iter().find(|(_, known, _)| *known == word);
    found.map_or((Likeness::SameNames, "same-names"), |(one, word, _)| {
        (*one, word)
    })
}

/// The alerts that would be decided together.
pub(super) async fn preview(
    State(app): State<App>,
    visitor: Visitor,
    Query(which): Query<Which>,
) -> Page {
    let (likeness, like) = likeness(&which.like);
    let wanted = LookAlikes {
        alert: which.alert,
        likeness,
    };
    let found = app.desk().look_alikes(&visitor.actor, &wanted).await?;
    let mut alerts = Vec::new();
    for alert in &found.alerts {
        let hit = ShownHit::stored(&alert.hit)?;
        alerts.push(Row {
            id: alert.id,
            customer: alert.customer.clone(),
            name: hit.asked_name(),
            caption: hit.caption,
            score: Score(alert.score).to_string(),
            sentence: hit.sentence,
        });
    }
    page(&AlikePage {
        frame: Frame::new(&app, visitor, "Look-alikes", "/workbench/alerts").await?,
        alert: which.alert,
        likenesses: LIKENESSES
            .map(|(_, word, label)| (word, label, word == like))
            .to_vec(),
        like,
        alerts,
        left_out: found.left_out,
        mark: found.mark,
        codes: codes(Verb::Decide, Some(Disposition::FalsePositive)),
    })
}

/// Decides them, if they still are what was shown.
pub(super) async fn decide(State(app): State<App>, sent: Sent) -> Page {
    let wanted = LookAlikes {
        alert: sent.number("alert")?,
        likeness: likeness(sent.text("like")).0,
    };
    app.desk()
        .bulk(
            &sent.visitor.actor,
            &wanted,
            sent.text("mark"),
            Disposition::FalsePositive,
            sent.text("code"),
            sent.needed(
                "text",
                "Say why: the reason stands on every one of these alerts.",
            )?,
            Timestamp::now(),
        )
        .await?;
    see("/workbench/alerts")
}
