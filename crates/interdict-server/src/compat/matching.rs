//! `POST /match/{dataset}`: entities that the queries may mean.
//!
//! Every entity in scope is scored, so neither `total` nor what is found depends on `limit`. A result
//! has a score above the cutoff, and is a match when it reaches the threshold; `total` counts records
//! that reach the threshold.

use std::collections::HashSet;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use interdict_desk::books::{Basis, SubjectRecord, subject_hash};
use interdict_model::{DatasetName, Entity};
use interdict_screening::{Hit, IndexError, Prepared, Request, Score, Screener, Total};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::admitted::{Admitted, Conditions};
use super::algorithms::{self, Scorer};
use super::example::{Body, Understood};
use super::explanations::Explanations;
use super::failure::{Detail, Details, Failure};
use super::json;
use super::params::Params;
use super::scope::Scope;
use crate::auth::Caller;
use crate::lists::Answering;
use crate::records::{Place, Record};
use crate::state::App;

/// Results of a query, unless the caller says otherwise.
pub(crate) const PAGE: usize = 5;
/// Most results of a query.
pub(crate) const MOST_RESULTS: usize = 500;
/// Threshold and cutoff, unless the caller says otherwise.
pub(crate) const THRESHOLD: f64 = 0.7;
/// Most ids to leave out.
const MOST_EXCLUDED: usize = 50;

/// What all queries of a request have in common.
#[derive(Debug)]
pub(crate) struct Terms {
    pub(crate) now: Arc<Answering>,
    pub(crate) scope: Scope,
    pub(crate) limit: usize,
    /// Least score that is a match, in units of 1/10,000.
    pub(crate) threshold: u16,
    /// Least score that is a result.
    pub(crate) least: u16,
    pub(crate) request: Request,
}

impl Terms {
    /// Puts terms together; `cutoff` and `threshold` are from 0 to 1.
    pub(crate) fn new(
        now: Arc<Answering>,
        conditions: Conditions,
        limit: usize,
        threshold: f64,
        cutoff: f64,
    ) -> Terms {
        let cutoff = cutoff.min(threshold);
        let threshold_units = least_units(|score| score >= threshold);
        let least = least_units(|score| score > cutoff);
        let scope = conditions.scope.clone();
        let request = Request {
            threshold: Some(threshold_units.min(least)),
            lists: scope.some(),
            filter: (!conditions.is_empty()).then(|| {
                let now = now.clone();
                Arc::new(Admitted { now, conditions }) as Arc<_>
            }),
            ..Request::default()
        };
        Terms {
            now,
            scope,
            limit,
            threshold: threshold_units,
            least,
            request,
        }
    }

    fn read(now: Arc<Answering>, path: &str, params: &Params) -> Result<Terms, Failure> {
        let limit = params.count("limit", PAGE, MOST_RESULTS)?;
        let threshold = params.number("threshold", THRESHOLD)?;
        let cutoff = params.number("cutoff", THRESHOLD)?;
        let changed_since = params.since("changed_since")?;
        let exclude = params.list("exclude_entity_ids");
        if exclude.len() > MOST_EXCLUDED {
            let msg = format!(
                "List should have at most {MOST_EXCLUDED} items after validation, not {}",
                exclude.len()
            );
            return Err(Failure::query("exclude_entity_ids", "too_long", msg));
        }
        let records = &now.records;
        let conditions = Conditions {
            scope: Scope::read(records, path, params)?,
            topics: params.list("topics"),
            exclude_schemata: params.list("exclude_schema"),
            changed_since,
            exclude: exclude
                .iter()
                .filter_map(|id| records.find(id).transpose())
                .collect::<Result<_, _>>()?,
        };
        Ok(Terms::new(now, conditions, limit, threshold, cutoff))
    }

    /// What records of these questions say: only the lists that were searched, and what was asked
    /// beside the policy.
    fn basis(&self) -> Basis {
        let asked = serde_json::json!({
            "threshold": Score(self.threshold),
            "cutoff": Score(self.least.saturating_sub(1)),
        });
        let searched = |list: &str| DatasetName::new(list).is_ok_and(|list| self.scope.has(&list));
        Basis::within(&self.now.engine, searched, Some(asked))
    }

    /// Answers one query.
    ///
    /// # Errors
    /// When a segment is damaged.
    pub(crate) fn answer(
        &self,
        screener: &mut Screener<'_>,
        query: &Entity,
    ) -> Result<(Vec<Scored>, Total), IndexError> {
        let prepared = Prepared::new(query);
        let (found, _) = screener.find_prepared(&prepared, &self.request)?;
        let records = &self.now.records;
        let mut heads: HashSet<Place> = HashSet::new();
        let mut reached = 0;
        let mut results = Vec::new();
        let mut reader = records.reader();
        for found in found.iter().filter(|found| !found.scored.excluded) {
            let head = records.head(records.place(found.segment, found.entity));
            if !heads.insert(head) {
                continue;
            }
            let score = found.scored.score;
            reached += usize::from(score >= self.threshold);
            if score < self.least || results.len() >= self.limit {
                continue;
            }
            let Some(record) = reader.record(head, |list| self.scope.has(list))? else {
                continue;
            };
            results.push(Scored {
                record,
                hit: screener.explain(&prepared, found, &self.request)?,
                is_match: score >= self.threshold,
            });
        }
        Ok((results, Total::new(reached)))
    }
}

/// The least score in units of 1/10,000 for which something holds that holds for all above it; beyond
/// the greatest if there is none.
fn least_units(holds: impl Fn(f64) -> bool) -> u16 {
    let (mut below, mut from) = (0u16, 10_001u16);
    while below < from {
        let middle = below.midpoint(from);
        if holds(f64::from(middle) / 10_000.0) {
            from = middle;
        } else {
            below = middle + 1;
        }
    }
    from
}

/// A record that a query may mean.
#[derive(Debug)]
pub(crate) struct Scored {
    pub(crate) record: Record,
    pub(crate) hit: Hit,
    pub(crate) is_match: bool,
}

impl Serialize for Scored {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        json::members(&mut map, &self.record, &Default::default())?;
        map.serialize_entry("score", &self.hit.score)?;
        map.serialize_entry("match", &self.is_match)?;
        map.serialize_entry("explanations", &Explanations(&self.hit.reason))?;
        map.serialize_entry("rank", &self.hit.rank)?;
        map.serialize_entry("reason", &self.hit.reason.sentence)?;
        map.end()
    }
}

#[derive(Serialize)]
struct Matches<'m> {
    status: u16,
    results: &'m [Scored],
    total: Total,
    query: &'m Understood,
}

struct Responses<'m>(&'m [(String, Understood, Vec<Scored>, Total)]);

impl Serialize for Responses<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, query, results, total) in self.0 {
            let matches = Matches {
                status: 200,
                results,
                total: *total,
                query,
            };
            map.serialize_entry(key, &matches)?;
        }
        map.end()
    }
}

#[derive(Serialize)]
struct Reply<'m> {
    responses: Responses<'m>,
    limit: usize,
    scorer: Scorer,
}

/// Entities that the queries may mean, best first.
#[utoipa::path(post, path = "/match/{dataset}", tag = "compatible",
    params(
        ("dataset" = String, Path, description = "A list, or `default`, `sanctions`, `peps`"),
        ("limit" = Option<u32>, Query, description = "Results of each query, at most 500; 5 by default"),
        ("threshold" = Option<f64>, Query, description = "Least score that is a match; 0.7 by default"),
        ("cutoff" = Option<f64>, Query, description = "Deprecated; the score that a result exceeds"),
        ("algorithm" = Option<String>, Query, description = "`best`, or one of /algorithms"),
        ("include_dataset" = Option<Vec<String>>, Query, description = "Only these of the lists"),
        ("exclude_dataset" = Option<Vec<String>>, Query, description = "None of these lists"),
        ("exclude_schema" = Option<Vec<String>>, Query, description = "No records of these schemata"),
        ("topics" = Option<Vec<String>>, Query, description = "Only records with one of these topics"),
        ("changed_since" = Option<String>, Query, description = "Only records changed after this time"),
        ("exclude_entity_ids" = Option<Vec<String>>, Query, description = "Not these records; at most 50"),
    ),
    request_body(content = serde_json::Value, content_type = "application/json",
        description = "`{\"queries\": {key: {\"id\"?, \"schema\", \"properties\"}}, \"weights\"?, \"config\"?}`"),
    responses(
        (status = 200, description = "`{\"responses\": {key: {status, results, total, query}}, \"limit\"}`", body = serde_json::Value),
        (status = 400, body = Detail), (status = 404, body = Detail), (status = 422, body = Details)))]
pub(crate) async fn match_entities(
    State(app): State<App>,
    caller: Caller,
    Path(dataset): Path<String>,
    params: Params,
    bytes: Bytes,
) -> Result<Response, Failure> {
    let body = Body::read(&bytes)?;
    let now = app.lists().now();
    let terms = Terms::read(now, &dataset, &params)?;
    let scorer = algorithms::named(params.one("algorithm"))?;
    algorithms::refuse_settings(&scorer, &body.weights, &body.config)?;
    if body.queries.len() > app.config().max_batch {
        return Err(Failure::bad(format!(
            "Too many queries in one batch (limit: {})",
            app.config().max_batch
        )));
    }
    if body.queries.is_empty() {
        return Err(Failure::bad("No queries provided."));
    }
    let mut keys = Vec::with_capacity(body.queries.len());
    let mut queries = Vec::with_capacity(body.queries.len());
    for (key, example) in body.queries {
        let (entity, understood) = example.entity()?;
        keys.push((key, understood));
        queries.push(entity);
    }
    let limit = terms.limit;
    let answers = answers(&app, &caller, terms, queries).await?;
    let responses: Vec<_> = keys
        .into_iter()
        .zip(answers)
        .map(|((key, query), (results, total))| (key, query, results, total))
        .collect();
    let batch = HeaderValue::from(responses.len());
    let reply = Reply {
        responses: Responses(&responses),
        limit,
        scorer,
    };
    let mut response = written(&reply);
    response.headers_mut().insert("x-batch-size", batch);
    Ok(response)
}

/// Answers queries in their order; none before all of them are on record.
pub(crate) async fn answers(
    app: &App,
    caller: &Caller,
    terms: Terms,
    queries: Vec<Entity>,
) -> Result<Vec<(Vec<Scored>, Total)>, Failure> {
    let engine = terms.now.engine.clone();
    let terms = Arc::new(terms);
    let basis = terms.basis();
    let asked = move |screener: &mut Screener<'_>, query: Entity| {
        let answer = terms.answer(screener, &query)?;
        let hits = u32::try_from(answer.1.value).unwrap_or(u32::MAX);
        let record = SubjectRecord {
            key: subject_key(&query),
            hash: subject_hash(std::slice::from_ref(&query)),
            hits,
        };
        Ok::<_, IndexError>((answer, record))
    };
    let mut answers = Vec::with_capacity(queries.len());
    let mut records = Vec::with_capacity(queries.len());
    for asked in app.screening().each(&engine, queries, asked).await? {
        let (answer, record) = asked?;
        answers.push(answer);
        records.push(record);
    }
    app.recorder()
        .record(&caller.actor, &basis, records)
        .await?;
    Ok(answers)
}

/// What a record calls a query: the caller's id for it, else its name.
fn subject_key(query: &Entity) -> String {
    if query.id.is_empty() {
        query.caption().to_owned()
    } else {
        query.id.to_string()
    }
}

/// A body as JSON.
pub(crate) fn written<T: Serialize>(body: &T) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => {
            let kind = HeaderValue::from_static("application/json");
            (StatusCode::OK, [(header::CONTENT_TYPE, kind)], bytes).into_response()
        }
        Err(e) => Failure::from(crate::problem::Problem::internal(&e)).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_are_met_and_cutoffs_exceeded() {
        assert_eq!(least_units(|score| score >= 0.7), 7_000);
        assert_eq!(least_units(|score| score > 0.7), 7_001);
        assert_eq!(least_units(|score| score >= 0.0), 0);
        assert_eq!(least_units(|score| score > 1.0), 10_001);
        assert_eq!(least_units(|score| score >= 0.91834), 9_184);
    }
}
