//! Policies: what each says, and what another one would change on a book.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use interdict_desk::books::parties;
use interdict_desk::work::Outcome;
use interdict_model::Entity;
use interdict_screening::{Engine, Policy, Request, Score};
use interdict_store::Right;
use jiff::Timestamp;
use serde::Deserialize;

use super::fault::Fault;
use super::forms::Sent;
use super::frame::{Frame, today};
use super::visitor::Visitor;
use super::{Page, apart, page, see, text};
use crate::state::App;

/// Differences that are told one by one.
const TOLD: usize = 200;

#[derive(Template)]
#[template(path = "policies.html")]
struct PoliciesPage {
    frame: Frame,
    policies: Vec<Shown>,
    books: Vec<String>,
    book: String,
    text: String,
    compared: Option<Compared>,
    can_set: bool,
}

/// A policy in force.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Shown {
    of: String,
    name: String,
    hash: String,
    keys: Vec<(&'static str, String)>,
}

/// What another policy would change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Compared {
    book: String,
    hash: String,
    customers: String,
    before: String,
    after: String,
    keys: Vec<(&'static str, String, String)>,
    gained: Vec<Difference>,
    lost: Vec<Difference>,
    more: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Difference {
    customer: String,
    caption: String,
    address: String,
    score: String,
}

fn keys(policy: &Policy) -> Vec<(&'static str, String)> {
    let units = |units: u16| Score(units).to_string();
    let names = |names: &[interdict_model::DatasetName]| -> String {
        let all: Vec<&str> = names.iter().map(|n| n.as_str()).collect();
        all.join(", ")
    };
    let by_schema: Vec<String> = policy
        .threshold_by_schema
        .iter()
        .map(|(schema, at)| format!("{} {}", schema.name(), units(*at)))
        .collect();
    let schemata: Vec<&str> = policy.exclude_schemata.iter().map(|s| s.name()).collect();
    let fields = [
        ("date", policy.fields.birth_date),
        ("country", policy.fields.country),
        ("gender", policy.fields.gender),
        ("identifiers", policy.fields.identifiers),
        ("address", policy.fields.address),
    ];
    let used: Vec<&str> = fields
        .iter()
        .filter(|(_, on)| *on)
        .map(|(name, _)| *name)
        .collect();
    let all = |text: String| {
        if text.is_empty() {
            "all".to_owned()
        } else {
            text
        }
    };
    let none = |text: String| {
        if text.is_empty() {
            "none".to_owned()
        } else {
            text
        }
    };
    vec![
        ("Threshold", units(policy.threshold)),
        ("Threshold by kind", none(by_schema.join(", "))),
        ("Lists", all(names(&policy.include))),
        ("Lists left out", none(names(&policy.exclude))),
        ("Kinds left out", none(schemata.join(", "))),
        ("Fields beside the name", none(used.join(", "))),
        (
            "Weak aliases",
            format!(
                "{:?}, factor {}",
                policy.weak_aliases,
                units(policy.weak_alias_factor)
            )
            .to_lowercase(),
        ),
        (
            "Names of one word",
            format!("{:?}", policy.one_word_names).to_lowercase(),
        ),
        (
            "Good-guy rules",
            format!(
                "{}, at most {} months",
                if policy.rules_need_approval {
                    "need approval"
                } else {
                    "need no approval"
                },
                policy.rule_months
            ),
        ),
        (
            "Territory rules",
            text::count(policy.territory_rules.len() as u64),
        ),
    ]
}

fn shown(of: String, policy: &Policy) -> Shown {
    Shown {
        of,
        name: policy.name.clone(),
        hash: policy.hash().chars().take(16).collect(),
        keys: keys(policy),
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Of {
    #[serde(default)]
    book: String,
}

async fn draw(
    app: &App,
    visitor: Visitor,
    book: String,
    text: String,
) -> Result<PoliciesPage, Fault> {
    let now = app.lists().now();
    let mut policies = vec![shown(
        "Screening of single names".to_owned(),
        now.engine.policy(),
    )];
    let mut books = Vec::new();
    for book in app.desk().store().books().await? {
        let policy = app.desk().policy_of(&book.name).await?;
        policies.push(shown(format!("Book {}", book.name), &policy));
        books.push(book.name);
    }
    Ok(PoliciesPage {
        can_set: visitor.actor.may(Right::SetPolicies),
        frame: Frame::new(app, visitor, "Policies", "/workbench/policies").await?,
        policies,
        books,
        book,
        text,
        compared: None,
    })
}

/// The policies in force.
pub(super) async fn show(State(app): State<App>, visitor: Visitor, Query(of): Query<Of>) -> Page {
    let text = match of.book.as_str() {
        "" => None,
        book => app.desk().store().book(book).await?.policy,
    };
    let text = text.unwrap_or_else(|| {
        "format = 1\nname = \"trial\"\n\n[threshold]\ndefault = 0.75\n".to_owned()
    });
    page(&draw(&app, visitor, of.book, text).await?)
}

/// Tries a policy on a book and says what would change, or sets it.
pub(super) async fn act(State(app): State<App>, sent: Sent) -> Page {
    let book = sent.needed("book", "Say for which book.")?.to_owned();
    let text = sent.text("policy").to_owned();
    let policy = Policy::parse(&text, "as typed").map_err(|e| Fault::wrong(e.to_string()))?;
    if sent.text("do") == "set" {
        let reason = sent.needed("reason", "Say why: the reason stays on record.")?;
        let actor = &sent.visitor.actor;
        let outcome = app
            .desk()
            .acting_as(actor)
            .set_policy(actor, &book, Some(&text), reason, Timestamp::now())
            .await?;
        return match outcome {
            Outcome::Done => see(&format!(
                "/workbench/book?name={}",
                super::text::encoded(&book)
            )),
            Outcome::Waits(_) => see("/workbench/approvals"),
        };
    }
    sent.visitor.actor.must(Right::ReadBooks)?;
    let compared = compare(&app, &book, policy).await?;
    let mut shown = draw(&app, sent.visitor.clone(), book, text).await?;
    shown.compared = Some(compared);
    page(&shown)
}

/// Pairs of customer and listed entity that reach the threshold, with name and score.
type Reached = BTreeMap<(String, String), (String, u16)>;

async fn compare(app: &App, book: &str, policy: Policy) -> Result<Compared, Fault> {
    let store = app.desk().store();
    let in_force = app.desk().policy_of(book).await?;
    let customers = store.customers(book).await?;
    let mut queries: Vec<(String, Entity)> = Vec::new();
    for customer in &customers {
        queries.extend(
            parties(customer)?
                .into_iter()
                .map(|party| (customer.key.clone(), party)),
        );
    }
    let before = Engine::new(app.lists().now().lists.snapshot.clone(), in_force.clone());
    let after = Engine::new(before.snapshot().clone(), policy.clone());
    let (had, has) = apart(async move || {
        let reached = |engine: &Engine| reached(engine, &queries);
        (reached(&before), reached(&after))
    })
    .await?;
    let (had, has) = (had?, has?);
    let lacking = |of: &Reached, from: &Reached| -> Vec<Difference> {
        of.iter()
            .filter(|(pair, _)| !from.contains_key(*pair))
            .map(|((customer, entity), (caption, score))| Difference {
                customer: customer.clone(),
                caption: caption.clone(),
                address: format!("/workbench/entity?id={}", text::encoded(entity)),
                score: Score(*score).to_string(),
            })
            .collect()
    };
    let (mut gained, mut lost) = (lacking(&has, &had), lacking(&had, &has));
    let more = gained.len().saturating_sub(TOLD) + lost.len().saturating_sub(TOLD);
    gained.truncate(TOLD);
    lost.truncate(TOLD);
    let keys = keys(&in_force)
        .into_iter()
        .zip(keys(&policy))
        .filter(|(old, new)| old.1 != new.1)
        .map(|((key, old), (_, new))| (key, old, new))
        .collect();
    Ok(Compared {
        book: book.to_owned(),
        hash: policy.hash().chars().take(16).collect(),
        customers: text::count(customers.len() as u64),
        before: text::count(had.len() as u64),
        after: text::count(has.len() as u64),
        keys,
        gained,
        lost,
        more,
    })
}

fn reached(engine: &Engine, queries: &[(String, Entity)]) -> Result<Reached, Fault> {
    let entities: Vec<Entity> = queries.iter().map(|(_, entity)| entity.clone()).collect();
    let request = Request {
        limit: Some(1_000),
        ..Request::default()
    };
    let answers = engine
        .screen_all(&entities, &request, today())
        .map_err(|e| Fault::internal(&e))?;
    let mut reached = Reached::new();
    for ((customer, _), answer) in queries.iter().zip(answers) {
        for hit in answer.hits.into_iter().filter(|hit| hit.alert) {
            reached.insert((customer.clone(), hit.id), (hit.caption, hit.score.0));
        }
    }
    Ok(reached)
}
