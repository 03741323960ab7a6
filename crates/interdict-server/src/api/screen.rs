//! `POST /api/v1/screen`: questions, answered with everything that a reviewer needs.

use std::collections::BTreeMap;

use axum::body::Body as Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use interdict_desk::books::{Basis, SubjectRecord, subject_hash};
use interdict_desk::view::properties;
use interdict_model::{DatasetName, Entity, Recorder, Said, Schema};
use interdict_screening::{Answer, Request, Score, Screener};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::auth::Caller;
use crate::json::Body;
use crate::lists::Answering;
use crate::problem::{Code, Details, Problem};
use crate::state::App;

use super::moment::{self, MomentView, Wanted};

/// Questions, and what they are put to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Screen {
    /// Whom to look for.
    #[schema(min_items = 1, max_items = 100)]
    queries: Vec<Query>,
    /// Only these lists.
    #[serde(default)]
    datasets: Vec<String>,
    /// The lists as published on this day.
    as_of: Option<String>,
    /// The lists as this system had them at this time, or by the end of this day.
    known_at: Option<String>,
    /// Name or hash of a policy; the one in force where nothing is said.
    policy: Option<String>,
    /// Score from which there is a hit, 0 to 1, in place of the policy's.
    #[schema(minimum = 0.0, maximum = 1.0)]
    threshold: Option<f64>,
    /// Most hits of a question, in place of the policy's.
    #[schema(minimum = 0, maximum = 10000)]
    limit: Option<u32>,
    /// Ids of entities to leave out.
    #[serde(default)]
    exclude_entities: Vec<String>,
    /// Only entities with one of these topics.
    #[serde(default)]
    topics: Vec<String>,
}

/// Somebody or something to look for, as FollowTheMoney writes it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Query {
    /// What the caller calls it; the record of the screening goes by this.
    #[serde(default)]
    id: String,
    /// Schema: Person, Company, Vessel, … `Thing` where nothing is said.
    schema: Option<String>,
    /// Values by property: `name`, `birthDate`, `nationality`, `imoNumber`, …
    properties: BTreeMap<String, Values>,
}

/// One value or several.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
enum Values {
    One(String),
    Several(Vec<String>),
}

impl Values {
    fn iter(&self) -> impl Iterator<Item = &str> {
        match self {
            Values::One(value) => std::slice::from_ref(value),
            Values::Several(values) => values.as_slice(),
        }
        .iter()
        .map(String::as_str)
    }
}

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(screen))
}

struct Question {
    entity: Entity,
    problems: Vec<String>,
}

impl Query {
    fn question(&self, at: usize) -> Result<Question, Problem> {
        let place = |member: &str| format!("queries[{at}].{member}");
        let name = self.schema.as_deref().unwrap_or("Thing");
        let schema = Schema::get(name)
            .filter(|schema| schema.is_named("Thing"))
            .ok_or_else(|| {
                let expected =
                    "expected a schema that can be on a list: Person, Company, Vessel, …";
                Problem::new(Code::Invalid, expected).at(place("schema"))
            })?;
        let mut entity = Entity::new(self.id.as_str(), schema);
        let dataset = DatasetName::new("query").map_err(|e| Problem::internal(&e))?;
        let mut recorder = Recorder::new(&mut entity, &dataset);
        let mut problems = Vec::new();
        for (property, values) in &self.properties {
            for value in values.iter() {
                match recorder.say(property, value) {
                    Said::Added | Said::Known | Said::Empty => {}
                    Said::Rejected(rejection) => {
                        problems.push(format!("{property} {value:?}: {}", rejection.reason));
                    }
                    Said::NoProperty => {
                        problems.push(format!("{property}: {name} has no such property"));
                    }
                }
            }
        }
        if entity.statements.is_empty() {
            let expected = "nothing to look for; expected a name or an identifier";
            return Err(Problem::new(Code::Invalid, expected).at(place("properties")));
        }
        Ok(Question { entity, problems })
    }
}

#[derive(Serialize)]
struct Head<'a> {
    screening: i64,
    engine: &'static str,
    policy: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    moment: Option<&'a MomentView>,
    lists: &'a [interdict_desk::SearchedList],
}

/// Screens people, organisations and things; every hit with its reasons. A hit is a possible match for
/// a person to look at, never a finding of guilt.
///
/// The screening is on record before the reply goes out; `screening` is its number. A value that
/// cannot be used takes no part, and `problems` says so.
#[utoipa::path(post, path = "/api/v1/screen", tag = "screening", request_body = Screen,
    responses((status = 200, body = Value), (status = 422, body = Details),
        (status = 503, body = Details)))]
async fn screen(
    State(app): State<App>,
    caller: Caller,
    Body(asked): Body<Screen>,
) -> Result<Response, Problem> {
    let most = app.config().max_batch;
    if asked.queries.is_empty() || asked.queries.len() > most {
        let expected = format!("expected 1 to {most} queries");
        return Err(Problem::new(Code::Invalid, expected).at("queries"));
    }
    let questions = asked
        .queries
        .iter()
        .enumerate()
        .map(|(at, query)| query.question(at))
        .collect::<Result<Vec<_>, _>>()?;
    let request = Request {
        threshold: asked.threshold.map(threshold).transpose()?,
        limit: asked.limit.map(limit).transpose()?,
        exclude_entities: asked.exclude_entities,
        topics: asked.topics,
        ..Request::default()
    };
    let wanted = Wanted {
        datasets: asked.datasets,
        as_of: asked.as_of,
        known_at: asked.known_at,
        policy: asked.policy,
    };
    let opened = moment::open(&app, &wanted).await?;
    let today = opened.today;
    let names: Vec<String> = opened
        .lists
        .iter()
        .map(|list| list.dataset.clone())
        .collect();
    let beside = json!({
        "threshold": request.threshold.map(Score),
        "exclude_entities": request.exclude_entities,
        "topics": request.topics,
    });
    let asked_beside = request.threshold.is_some()
        || !request.exclude_entities.is_empty()
        || !request.topics.is_empty();
    // Entries of one party are known for the lists that answer now.
    let clusters = wanted.as_of.is_none() && wanted.known_at.is_none();
    let now = opened.now.clone();
    let answers = app
        .screening()
        .each(&opened.engine, questions, move |screener, question| {
            let now = clusters.then_some(&*now);
            answer(screener, &question, &request, today, now)
        })
        .await?;
    let mut subjects = Vec::with_capacity(answers.len());
    let mut results = Vec::with_capacity(answers.len());
    for answered in answers {
        let (subject, result) = answered?;
        subjects.push(subject);
        results.push(result);
    }
    let basis = Basis::within(
        &opened.engine,
        |dataset| names.iter().any(|name| name == dataset),
        asked_beside.then_some(beside),
    );
    let number = app
        .recorder()
        .record(&caller.actor, &basis, subjects)
        .await?;
    let policy = opened.engine.policy();
    let head = Head {
        screening: number,
        engine: env!("CARGO_PKG_VERSION"),
        policy: json!({ "name": policy.name, "hash": policy.hash() }),
        moment: opened.moment.as_ref(),
        lists: &opened.lists,
    };
    let mut body = serde_json::to_vec(&head).map_err(|e| Problem::internal(&e))?;
    // The results are JSON already, written by the workers: they take the place of the last brace.
    body.pop();
    body.extend_from_slice(b",\"results\":[");
    body.extend(results.join(&b','));
    body.extend_from_slice(b"]}");
    let kind = HeaderValue::from_static("application/json");
    Ok(([(header::CONTENT_TYPE, kind)], Bytes::from(body)).into_response())
}

fn threshold(asked: f64) -> Result<u16, Problem> {
    if (0.0..=1.0).contains(&asked) {
        // In range, so that the cast loses nothing but what is beyond four digits.
        return Ok((asked * 10_000.0).round() as u16);
    }
    Err(Problem::new(Code::Invalid, "expected a number from 0 to 1").at("threshold"))
}

fn limit(asked: u32) -> Result<usize, Problem> {
    match usize::try_from(asked) {
        Ok(limit) if limit <= 10_000 => Ok(limit),
        _ => Err(Problem::new(Code::Invalid, "expected 0 to 10000").at("limit")),
    }
}

/// One question: what goes on record, and the result as JSON.
fn answer(
    screener: &mut Screener<'_>,
    question: &Question,
    request: &Request,
    today: jiff::civil::Date,
    now: Option<&Answering>,
) -> Result<(SubjectRecord, Vec<u8>), Problem> {
    let entity = &question.entity;
    let answer = screener
        .screen(entity, request, today)
        .map_err(|e| Problem::internal(&e))?;
    let key = match entity.id.is_empty() {
        true => entity.caption().to_owned(),
        false => entity.id.to_string(),
    };
    let subject = SubjectRecord {
        key,
        hash: subject_hash(std::slice::from_ref(entity)),
        hits: u32::try_from(answer.total.value).unwrap_or(u32::MAX),
    };
    let result = json!({
        "query": {
            "id": entity.id.as_str(),
            "schema": entity.schema.name(),
            "properties": properties(entity),
        },
        "threshold": answer.threshold,
        "total": answer.total,
        "hits": answer.hits,
        "excluded": answer.excluded,
        "groups": now.map_or_else(Vec::new, |now| groups(&answer, now)),
        "findings": answer.findings,
        "problems": question.problems,
        "plan": answer.plan,
    });
    let text = serde_json::to_vec(&result).map_err(|e| Problem::internal(&e))?;
    Ok((subject, text))
}

/// Hits that are of one party, of those with a hit. Grouping merges nothing.
fn groups(answer: &Answer, now: &Answering) -> Vec<Value> {
    let mut groups: Vec<(&str, Vec<&str>)> = Vec::new();
    for hit in &answer.hits {
        let cluster = hit
            .datasets
            .iter()
            .find_map(|dataset| now.cluster_of(dataset, &hit.id));
        let Some(cluster) = cluster else { continue };
        match groups.iter_mut().find(|(id, _)| *id == cluster) {
            Some((_, hits)) => hits.push(&hit.id),
            None => groups.push((cluster, vec![&hit.id])),
        }
    }
    groups
        .into_iter()
        .map(|(id, hits)| {
            let members: Vec<Value> = now
                .members(id)
                .iter()
                .map(|(dataset, id)| json!({ "dataset": dataset, "id": id }))
                .collect();
            json!({ "id": id, "hits": hits, "members": members })
        })
        .collect()
}
