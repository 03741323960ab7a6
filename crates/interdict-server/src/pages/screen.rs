//! Screening one person, organisation, vessel or aircraft, with the whole account of each hit.
//!
//! Every screening is recorded before its answer is shown.

use askama::Template;
use axum::extract::State;
use interdict_customers::asked::{Asked, identifier_types};
use interdict_desk::books::{SubjectRecord, subject_hash};
use interdict_model::territory;
use interdict_screening::{Answer, Request};
use jiff::Timestamp;

use super::fault::Fault;
use super::forms::Sent;
use super::frame::{Frame, today};
use super::hit::ShownHit;
use super::visitor::Visitor;
use super::{Page, page, text};
use crate::state::App;

/// Kinds that may be asked for, and their schemata; empty for any.
const KINDS: &[(&str, &str)] = &[
    ("", "Anyone or anything"),
    ("Person", "Person"),
    ("Organization", "Organisation"),
    ("Company", "Company"),
    ("Vessel", "Vessel"),
    ("Airplane", "Aircraft"),
    ("CryptoWallet", "Wallet"),
];

#[derive(Template)]
#[template(path = "screen.html")]
struct ScreenPage {
    frame: Frame,
    form: Form,
    kinds: &'static [(&'static str, &'static str)],
    identifiers: String,
    territories: Vec<(&'static str, &'static str)>,
    answer: Option<Shown>,
    error: String,
}

/// What stands in the form, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Form {
    kind: String,
    name: String,
    aliases: String,
    date: String,
    countries: String,
    gender: String,
    numbers: String,
}

/// An answer, ready to be shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shown {
    screening: i64,
    at: String,
    threshold: String,
    total: String,
    hits: Vec<ShownHit>,
    excluded: Vec<ShownHit>,
    findings: Vec<String>,
    problems: Vec<String>,
    lists: Vec<String>,
    policy: String,
    policy_hash: String,
}

fn draw(frame: Frame, form: Form, answer: Option<Shown>, error: String) -> Page {
    page(&ScreenPage {
        frame,
        form,
        kinds: KINDS,
        identifiers: identifier_types().join(", "),
        territories: territory::all()
            .filter(|t| !t.is_historical())
            .map(|t| (t.code(), t.name()))
            .collect(),
        answer,
        error,
    })
}

/// The empty form.
pub(super) async fn show(State(app): State<App>, visitor: Visitor) -> Page {
    let frame = Frame::new(&app, visitor, "Screen", "/workbench/screen").await?;
    draw(frame, Form::default(), None, String::new())
}

/// The answer, above the form that asked.
pub(super) async fn ask(State(app): State<App>, sent: Sent) -> Page {
    let form = Form {
        kind: sent.text("kind").to_owned(),
        name: sent.text("name").to_owned(),
        aliases: sent.text("aliases").to_owned(),
        date: sent.text("date").to_owned(),
        countries: sent.text("countries").to_owned(),
        gender: sent.text("gender").to_owned(),
        numbers: sent.text("numbers").to_owned(),
    };
    let visitor = sent.visitor.clone();
    let asked = asked(&form);
    if asked.names.is_empty() && asked.identifiers.is_empty() {
        let frame = Frame::new(&app, visitor, "Screen", "/workbench/screen").await?;
        let error = "Give a name, or at least one number.".to_owned();
        return draw(frame, form, None, error);
    }
    let answer = answer(&app, &visitor, asked).await?;
    let frame = Frame::new(&app, visitor, "Screen", "/workbench/screen").await?;
    draw(frame, form, Some(answer), String::new())
}

fn asked(form: &Form) -> Asked {
    let lines = |text: &str| -> Vec<String> {
        let parts = text.split(['\n', ';']).map(str::trim);
        parts.filter(|p| !p.is_empty()).map(str::to_owned).collect()
    };
    let mut names = lines(&form.name);
    names.extend(lines(&form.aliases));
    Asked {
        id: String::new(),
        names,
        schema: Some(form.kind.clone()).filter(|kind| !kind.is_empty()),
        birth_dates: lines(&form.date),
        countries: form
            .countries
            .split([',', '\n', ';'])
            .map(|c| c.trim().to_owned())
            .filter(|c| !c.is_empty())
            .collect(),
        genders: lines(&form.gender),
        identifiers: lines(&form.numbers),
    }
}

async fn answer(app: &App, visitor: &Visitor, asked: Asked) -> Result<Shown, Fault> {
    let now = app.lists().now();
    if now.is_empty() {
        return Err(Fault::missing(
            "There is no list to screen against yet. Import one with `interdict import` or `interdict update`; until then no answer can be given.",
        ));
    }
    let (entity, problems) = asked.entity();
    let query = entity.clone();
    let answer: Answer = app
        .screening()
        .one(&now.engine, move |screener| {
            screener.screen(&query, &Request::default(), today())
        })
        .await?
        .map_err(|e| Fault::internal(&e))?;
    let at = Timestamp::now();
    let alerts = answer.hits.iter().filter(|hit| hit.alert).count();
    let key = asked.names.first().or(asked.identifiers.first());
    let record = SubjectRecord {
        key: key.cloned().unwrap_or_default(),
        hash: subject_hash(std::slice::from_ref(&entity)),
        hits: u32::try_from(alerts).unwrap_or(u32::MAX),
    };
    let screening = app
        .recorder()
        .record(&visitor.actor, &now.basis, vec![record])
        .await?;
    let policy = now.engine.policy();
    Ok(Shown {
        screening,
        at: text::moment(at),
        threshold: answer.threshold.to_string(),
        total: match answer.total.relation {
            "eq" => text::count(answer.total.value as u64),
            _ => format!("more than {}", text::count(answer.total.value as u64)),
        },
        hits: answer
            .hits
            .iter()
            .map(ShownHit::of)
            .collect::<Result<_, _>>()?,
        excluded: answer
            .excluded
            .iter()
            .map(ShownHit::of)
            .collect::<Result<_, _>>()?,
        findings: answer
            .findings
            .iter()
            .map(|finding| {
                format!(
                    "{} {}: {} is under {} measures of {}",
                    text::words(&finding.field),
                    finding.original.as_ref().unwrap_or(&finding.value),
                    text::territory(&finding.territory),
                    match finding.kind {
                        interdict_screening::policy::TerritoryRuleKind::Comprehensive =>
                            "comprehensive",
                        interdict_screening::policy::TerritoryRuleKind::Partial => "partial",
                    },
                    text::territory(&finding.jurisdiction)
                )
            })
            .collect(),
        problems: problems.iter().map(ToString::to_string).collect(),
        lists: now
            .lists
            .covered(policy)
            .map(|list| {
                format!(
                    "{} of {} (publication {})",
                    list.title, list.published, list.publication
                )
            })
            .collect(),
        policy: policy.name.clone(),
        policy_hash: policy.hash().chars().take(12).collect(),
    })
}
