//! `GET /search/{dataset}`: records found by words, filtered, counted by facet, page by page.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use interdict_model::{DatasetName, Entity, Schema};
use interdict_screening::{IndexError, Prepared, Request, Screener};
use serde::Serialize;

use super::admitted::Conditions;
use super::entities::{Count, FURTHEST, MOST_RESULTS, PAGE};
use super::example::BASE_SCHEMA;
use super::failure::{Detail, Details, Failure, Wrong};
use super::json::Node;
use super::matching::written;
use super::params::Params;
use super::scope::Scope;
use super::sorts::{self, Sort};
use crate::lists::Answering;
use crate::lookup::facets::{self, FACETS, Facet};
use crate::lookup::parse::{parse, parse_simple};
use crate::lookup::query::Query;
use crate::lookup::run::{self, Ground, Heads};
use crate::problem::Problem;
use crate::records::Place;
use crate::state::App;

/// Facets that are counted unless the caller says otherwise.
const USUAL_FACETS: [&str; 3] = ["countries", "topics", "datasets"];
/// Records beyond which a total is no longer told exactly.
const EXACT: usize = 10_000;
/// Longest text of a query.
const LONGEST: usize = 4_096;

/// What a search asks for.
#[derive(Debug)]
struct Asked {
    text: String,
    query: Query,
    schema: Schema,
    conditions: Conditions,
    /// By field, the values of which one or all must be there.
    filters: BTreeMap<String, Vec<String>>,
    needs_all: bool,
    facets: Vec<&'static str>,
    sorts: Vec<Sort>,
    limit: usize,
    offset: usize,
}

impl Asked {
    fn read(now: &Answering, path: &str, params: &Params) -> Result<Asked, Failure> {
        let limit = params.count("limit", PAGE, MOST_RESULTS)?;
        let offset = params.count("offset", 0, FURTHEST)?;
        let changed_since = params.since("changed_since")?;
        let fuzzy = params.flag("fuzzy", false)?;
        let simple = params.flag("simple", false)?;
        let target = params.maybe_flag("target")?;
        let needs_all = params.word("filter_op", "OR", &["AND", "OR"])? == "AND";
        let facets = facets_of(params)?;
        let scope = Scope::read(&now.records, path, params)?;
        let schema = params.one("schema").unwrap_or(BASE_SCHEMA);
        let schema = Schema::get(schema).ok_or_else(|| Failure::bad("Invalid schema"))?;
        let mut filters: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for name in ["countries", "topics", "datasets"] {
            let values = params.list(name);
            if !values.is_empty() {
                filters.insert(name.to_owned(), values);
            }
        }
        for text in params.all("filter") {
            let (field, value) = text
                .split_once(':')
                .ok_or_else(|| Failure::bad(format!("Invalid filter: '{text}'")))?;
            filters
                .entry(field.to_owned())
                .or_default()
                .push(value.to_owned());
        }
        if let Some(target) = target {
            filters.insert("target".to_owned(), vec![target.to_string()]);
        }
        let text = params.one("q").unwrap_or_default().to_owned();
        if text.len() > LONGEST {
            return Err(Failure::bad(format!(
                "the query has {} bytes; at most {LONGEST} are read",
                text.len()
            )));
        }
        let query = if simple {
            parse_simple(&text)
        } else {
            parse(&text, fuzzy).map_err(|e| Failure::bad(e.to_string()))?
        };
        Ok(Asked {
            text,
            query,
            schema,
            conditions: Conditions {
                scope,
                topics: Vec::new(),
                exclude_schemata: params.list("exclude_schema"),
                changed_since,
                exclude: Default::default(),
            },
            filters,
            needs_all,
            facets,
            sorts: sorts::read(params),
            limit,
            offset,
        })
    }

    /// The records that are asked for, beside those that names alike add.
    fn found(&self, ground: &Ground<'_>, alike: Heads) -> Result<Heads, IndexError> {
        let mut heads = run::union(ground.run(&self.query)?, alike);
        for (field, values) in &self.filters {
            let mut wanted: Option<Heads> = None;
            for value in values {
                let found = ground.value(field, value)?;
                wanted = Some(match wanted {
                    None => found,
                    Some(mut wanted) if self.needs_all => {
                        wanted.retain(|head| found.binary_search(head).is_ok());
                        wanted
                    }
                    Some(wanted) => run::union(wanted, found),
                });
            }
            let wanted = wanted.unwrap_or_default();
            heads.retain(|head| wanted.binary_search(head).is_ok());
        }
        let mut kept = Heads::with_capacity(heads.len());
        for head in heads {
            if let Some(schema) = ground.schema(head)?
                && is_asked(self.schema, schema)
                && (self.conditions.is_empty() || self.conditions.hold(ground.records(), head)?)
            {
                kept.push(head);
            }
        }
        Ok(kept)
    }

    fn reply(&self, now: &Answering, alike: Heads) -> Result<Reply, IndexError> {
        let indexes = now.lookup.indexes()?;
        let scope = &self.conditions.scope;
        let ground = Ground::new(&now.records, indexes, |list| scope.has(list));
        let heads = self.found(&ground, alike)?;
        let page = (self.offset, self.limit);
        let shown = if self.sorts.is_empty() {
            ground.best(&self.query, &self.text, &heads, page)?
        } else {
            let sorts: Vec<(String, bool)> = self
                .sorts
                .iter()
                .map(|sort| (sort.field.clone(), sort.descending))
                .collect();
            ground.sorted(&sorts, &heads, page)?
        };
        let mut reader = now.records.reader();
        let mut results = Vec::with_capacity(shown.len());
        for head in shown {
            let record = reader.record(head, |list| scope.has(list))?;
            results.extend(record.map(|record| Node::flat(Arc::new(record))));
        }
        let title = |name: &str| {
            let list = now.lists.searched.iter().find(|list| list.dataset == name);
            list.map(|list| list.title.clone())
        };
        let mut counted = BTreeMap::new();
        for facet in &self.facets {
            counted.insert(*facet, facets::count(&ground, &heads, facet, title)?);
        }
        Ok(Reply {
            results,
            facets: counted,
            total: if heads.len() > EXACT {
                Count {
                    value: EXACT,
                    relation: "gte",
                }
            } else {
                Count::exactly(heads.len())
            },
            limit: self.limit,
            offset: self.offset,
        })
    }
}

/// Whether a record of a schema is of the kind that is asked: comparable with it, or an heir of one
/// that nothing is compared with.
fn is_asked(asked: Schema, own: Schema) -> bool {
    if asked.matchable() {
        asked.can_match(own)
    } else {
        own.is_a(asked)
    }
}

fn facets_of(params: &Params) -> Result<Vec<&'static str>, Failure> {
    let mut facets = Vec::new();
    let mut wrong: Vec<Wrong> = Vec::new();
    for name in params.all("facets") {
        match FACETS.iter().find(|known| **known == name) {
            Some(known) => facets.push(*known),
            None => wrong.push(super::params::unknown_word("facets", &FACETS)),
        }
    }
    if !wrong.is_empty() {
        return Err(Failure::Shape(wrong));
    }
    if params.one("facets").is_none() {
        facets.extend(USUAL_FACETS);
    }
    Ok(facets)
}

#[derive(Serialize)]
struct Reply {
    results: Vec<Node>,
    facets: BTreeMap<&'static str, Facet>,
    total: Count,
    limit: usize,
    offset: usize,
}

/// Records with a name that the engine finds like the text of a query.
fn names_alike(
    screener: &mut Screener<'_>,
    now: &Answering,
    asked: &Asked,
) -> Result<Heads, IndexError> {
    let Some(name) = Schema::get(BASE_SCHEMA).and_then(|schema| {
        let mut entity = Entity::new("", schema);
        let dataset = DatasetName::new("query").ok()?;
        entity.add(super::example::said(
            schema.property("name")?,
            asked.text.as_str().into(),
            &dataset,
        ));
        Some(entity)
    }) else {
        return Ok(Heads::new());
    };
    let request = Request {
        lists: asked.conditions.scope.some(),
        ..Request::default()
    };
    let (found, _) = screener.find_prepared(&Prepared::new(&name), &request)?;
    let head = |segment, entity| -> Place { now.records.head(now.records.place(segment, entity)) };
    let found = found.iter().filter(|found| !found.scored.excluded);
    let heads = found
        .map(|found| head(found.segment, found.entity))
        .collect();
    Ok(run::union(heads, Heads::new()))
}

/// Records found by words, best first.
#[utoipa::path(get, path = "/search/{dataset}", tag = "compatible",
    params(
        ("dataset" = String, Path, description = "A list, or `default`, `sanctions`, `peps`"),
        ("q" = Option<String>, Query, description = "Words, in a subset of Lucene's syntax; everything when empty"),
        ("schema" = Option<String>, Query, description = "Kind of records; `Thing` by default"),
        ("include_dataset" = Option<Vec<String>>, Query, description = "Only these of the lists"),
        ("exclude_dataset" = Option<Vec<String>>, Query, description = "None of these lists"),
        ("exclude_schema" = Option<Vec<String>>, Query, description = "No records of these schemata"),
        ("changed_since" = Option<String>, Query, description = "Only records changed after this time"),
        ("countries" = Option<Vec<String>>, Query, description = "Only records with these countries"),
        ("topics" = Option<Vec<String>>, Query, description = "Only records with these topics"),
        ("datasets" = Option<Vec<String>>, Query, description = "Only records of these lists"),
        ("filter" = Option<Vec<String>>, Query, description = "`field:value`"),
        ("filter_op" = Option<String>, Query, description = "`OR` or `AND`: whether one or all of the values of a field must be there"),
        ("limit" = Option<u32>, Query, description = "Results, at most 500; 10 by default"),
        ("offset" = Option<u32>, Query, description = "Results to pass over, at most 9499"),
        ("sort" = Option<Vec<String>>, Query, description = "`field:asc` or `field:desc`"),
        ("target" = Option<bool>, Query, description = "Deprecated; whether records are at risk"),
        ("fuzzy" = Option<bool>, Query, description = "Also words that differ by a letter or two, and names that the engine finds alike"),
        ("simple" = Option<bool>, Query, description = "The syntax of a search box, with which nothing is ever wrong"),
        ("facets" = Option<Vec<String>>, Query, description = "Counts to include"),
    ),
    responses(
        (status = 200, description = "`{results, facets, total, limit, offset}`", body = serde_json::Value),
        (status = 400, body = Detail), (status = 404, body = Detail), (status = 422, body = Details)))]
pub(crate) async fn search(
    State(app): State<App>,
    Path(dataset): Path<String>,
    params: Params,
) -> Result<Response, Failure> {
    let now = app.lists().now();
    let asked = Arc::new(Asked::read(&now, &dataset, &params)?);
    let is_fuzzy = params.flag("fuzzy", false)? && !asked.text.trim().is_empty();
    let alike = if is_fuzzy {
        let (now, asked) = (now.clone(), asked.clone());
        let engine = now.engine.clone();
        let alike = move |screener: &mut Screener<'_>| names_alike(screener, &now, &asked);
        app.screening().one(&engine, alike).await??
    } else {
        Heads::new()
    };
    let looked = tokio::task::spawn_blocking(move || asked.reply(&now, alike));
    match looked.await {
        Ok(reply) => Ok(written(&reply?)),
        Err(e) => Err(Problem::internal(&e).into()),
    }
}
