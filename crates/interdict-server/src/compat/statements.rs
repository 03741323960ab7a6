//! `GET /statements`: every value that the lists give, one by one, with where it stands and since when
//! it does.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use interdict_model::{DatasetName, Entity, Place as Position, Statement};
use interdict_screening::IndexError;
use interdict_store::{PublicationId, hex};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::entities::Count;
use super::failure::{Detail, Details, Failure};
use super::matching::written;
use super::params::Params;
use super::scope;
use super::sorts::{self, Sort};
use crate::lists::Answering;
use crate::lookup::run::Ground;
use crate::problem::Problem;
use crate::records::{Place, naive};
use crate::state::App;

/// Statements of a page, unless the caller says otherwise.
const PAGE: usize = 50;
/// Most statements of a page.
const MOST_RESULTS: usize = 5_000;
/// Most statements that are put into an order other than the usual one.
const MOST_SORTED: usize = 100_000;
/// Columns that may be sorted by.
const COLUMNS: [&str; 8] = [
    "canonical_id",
    "entity_id",
    "prop",
    "value",
    "schema",
    "dataset",
    "lang",
    "prop_type",
];

#[derive(Debug)]
struct Asked {
    dataset: Option<DatasetName>,
    /// The dataset is none that answers.
    is_nowhere: bool,
    entity: Option<String>,
    canonical: Option<String>,
    prop: Option<String>,
    value: Option<String>,
    schema: Option<String>,
    sorts: Vec<Sort>,
    limit: usize,
    offset: usize,
}

/// One value of one property of one entry.
#[derive(Clone, Debug, Serialize)]
struct Row {
    id: String,
    entity_id: String,
    canonical_id: String,
    prop: &'static str,
    prop_type: String,
    schema: &'static str,
    value: String,
    original_value: Option<String>,
    dataset: String,
    lang: Option<String>,
    origin: Option<String>,
    first_seen: Option<String>,
    last_seen: Option<String>,
    /// Interdict's own: where in the publisher's file it stands.
    source: Option<Source>,
    #[serde(skip)]
    place: Place,
}

#[derive(Clone, Debug, Serialize)]
struct Source {
    file: String,
    field: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    byte: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sheet: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    row: Option<u32>,
}

#[derive(Serialize)]
struct Reply {
    results: Vec<Row>,
    total: Count,
    limit: usize,
    offset: usize,
}

impl Asked {
    fn read(now: &Answering, params: &Params) -> Result<Asked, Failure> {
        let limit = params.count("limit", PAGE, MOST_RESULTS)?;
        let offset = params.count("offset", 0, usize::MAX)?;
        let own = |name: &str| params.one(name).map(str::to_owned);
        let mut dataset = None;
        let mut is_nowhere = false;
        if let Some(name) = params.one("dataset").filter(|name| *name != scope::DEFAULT) {
            let known = now.records.lists().find(|(list, _)| list.as_str() == name);
            dataset = known.map(|(list, _)| list.clone());
            is_nowhere = dataset.is_none();
        }
        let sorts = sorts::read(params);
        if let Some(sort) = sorts.iter().find(|s| !COLUMNS.contains(&s.field.as_str())) {
            return Err(Failure::bad(format!(
                "Invalid sort: '{}'; expected one of {}",
                sort.field,
                COLUMNS.join(", ")
            )));
        }
        Ok(Asked {
            dataset,
            is_nowhere,
            entity: own("entity_id"),
            canonical: own("canonical_id"),
            prop: own("prop"),
            value: own("value"),
            schema: own("schema"),
            sorts,
            limit,
            offset,
        })
    }

    /// Whether statements come in their usual order.
    fn is_usual(&self) -> bool {
        let usual = ["canonical_id", "prop"];
        self.sorts
            .iter()
            .zip(usual)
            .all(|(sort, usual)| sort.field == usual && !sort.descending)
            && self.sorts.len() <= usual.len()
    }

    /// The records that may have what is asked, by id.
    fn heads(&self, now: &Answering) -> Result<Vec<Place>, IndexError> {
        let records = &now.records;
        if let Some(id) = self.canonical.as_deref().or(self.entity.as_deref()) {
            return Ok(records.find(id)?.into_iter().collect());
        }
        if let Some(value) = &self.value {
            let ground = Ground::new(records, now.lookup.indexes()?, |list| self.covers(list));
            if let Some(mut heads) = ground.whole_value(self.prop.as_deref(), value) {
                records.sort_by_id(&mut heads)?;
                return Ok(heads);
            }
        }
        Ok(records.by_id()?.to_vec())
    }

    fn covers(&self, list: &DatasetName) -> bool {
        self.dataset.as_ref().is_none_or(|asked| asked == list)
    }

    fn admits(&self, statement: &Statement) -> bool {
        let prop = self.prop.as_deref();
        let value = self.value.as_deref();
        prop.is_none_or(|prop| statement.property.name() == prop)
            && value.is_none_or(|value| statement.value == value)
    }

    /// The statements of a page, and how many there are.
    fn rows(&self, now: &Answering) -> Result<Result<(Vec<Row>, usize), Failure>, IndexError> {
        let mut rows: Vec<Row> = Vec::new();
        let mut seen = 0usize;
        if self.is_nowhere {
            return Ok(Ok((rows, seen)));
        }
        let end = self.offset.saturating_add(self.limit);
        let is_usual = self.is_usual();
        let mut reader = now.records.reader();
        for head in self.heads(now)? {
            let canonical = now.records.id(head)?;
            if self.canonical.is_some() && self.entity.is_some() {
                let asked = self.canonical.as_deref().unwrap_or_default();
                if now.records.find(asked)? != Some(head) {
                    continue;
                }
            }
            let mut own = Vec::new();
            for place in now.records.entries(&head) {
                if !now
                    .records
                    .dataset(*place)
                    .is_some_and(|list| self.covers(list))
                {
                    continue;
                }
                if let Some(schema) = &self.schema
                    && now
                        .records
                        .schema(*place)?
                        .is_none_or(|s| s.name() != schema)
                {
                    continue;
                }
                let id = now.records.own_id(*place)?;
                if self.entity.as_deref().is_some_and(|asked| asked != id) {
                    continue;
                }
                if let Some(entity) = reader.entity(*place)? {
                    let dataset = now.records.dataset(*place);
                    let said = entity.statements.iter().filter(|s| self.admits(s));
                    own.extend(said.map(|s| row(&entity, s, canonical, dataset, *place)));
                }
            }
            own.sort_by(|a, b| {
                (a.prop, &a.value, &a.dataset, &a.entity_id).cmp(&(
                    b.prop,
                    &b.value,
                    &b.dataset,
                    &b.entity_id,
                ))
            });
            for row in own {
                if !is_usual || (seen >= self.offset && seen < end) {
                    rows.push(row);
                }
                seen += 1;
            }
            if !is_usual && rows.len() > MOST_SORTED {
                return Ok(Err(Failure::bad(format!(
                    "more than {MOST_SORTED} statements would have to be sorted; ask for fewer, or \
                     leave out sort"
                ))));
            }
        }
        if !is_usual {
            rows.sort_by_cached_key(|row| {
                self.sorts
                    .iter()
                    .map(|sort| Directed::new(column(row, &sort.field), sort.descending))
                    .collect::<Vec<_>>()
            });
            rows = rows
                .into_iter()
                .skip(self.offset)
                .take(self.limit)
                .collect();
        }
        Ok(Ok((rows, seen)))
    }
}

/// A value that sorts in a direction.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Directed {
    Up(String),
    Down(std::cmp::Reverse<String>),
}

impl Directed {
    fn new(value: String, descending: bool) -> Directed {
        if descending {
            Directed::Down(std::cmp::Reverse(value))
        } else {
            Directed::Up(value)
        }
    }
}

fn column(row: &Row, name: &str) -> String {
    match name {
        "canonical_id" => row.canonical_id.clone(),
        "entity_id" => row.entity_id.clone(),
        "prop" => row.prop.to_owned(),
        "value" => row.value.clone(),
        "schema" => row.schema.to_owned(),
        "dataset" => row.dataset.clone(),
        "lang" => row.lang.clone().unwrap_or_default(),
        _ => row.prop_type.clone(),
    }
}

fn row(
    entity: &Entity,
    statement: &Statement,
    canonical: &str,
    dataset: Option<&DatasetName>,
    place: Place,
) -> Row {
    let dataset = dataset.unwrap_or(&statement.dataset).to_string();
    let prop = statement.property.name();
    let mut hash = Sha256::new();
    for part in [dataset.as_str(), &entity.id, prop, &statement.value] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let mut id = hex(&hash.finalize());
    id.truncate(40);
    Row {
        id,
        entity_id: entity.id.to_string(),
        canonical_id: canonical.to_owned(),
        prop,
        prop_type: format!("{:?}", statement.property.kind()).to_lowercase(),
        schema: entity.schema.name(),
        value: statement.value.to_string(),
        original_value: statement.original.as_ref().map(ToString::to_string),
        dataset,
        lang: statement.lang.as_ref().map(ToString::to_string),
        origin: None,
        first_seen: statement.first_seen.as_deref().and_then(naive),
        last_seen: statement.last_seen.as_deref().and_then(naive),
        source: statement.origin.as_ref().map(source),
        place,
    }
}

fn source(origin: &interdict_model::Origin) -> Source {
    let mut source = Source {
        file: origin.file.to_string(),
        field: origin.field.to_string(),
        line: None,
        byte: None,
        sheet: None,
        row: None,
    };
    match origin.place {
        Position::Line(line) => source.line = Some(line),
        Position::Byte(byte) => source.byte = Some(byte),
        Position::Row { sheet, row } => {
            source.sheet = Some(sheet);
            source.row = Some(row);
        }
    }
    source
}

/// Fills in since when each value stands in its list, from the publications of the list.
async fn fill_times(app: &App, now: &Answering, rows: &mut [Row]) -> Result<(), Failure> {
    let mut entities: BTreeMap<Place, Option<Entity>> = BTreeMap::new();
    for row in rows.iter() {
        if entities.contains_key(&row.place) {
            continue;
        }
        let (segment, _) = now.records.at(row.place);
        let open = now.records.snapshot().segments().get(segment);
        // Segments carry the number of their publication.
        let publication = open.and_then(|s| s.description().version.parse().ok());
        let entity = match publication {
            Some(id) => {
                let store = app.desk().store();
                let read = store.entity(PublicationId(id), &row.entity_id).await;
                read.map_err(|e| Problem::internal(&e))?
            }
            None => None,
        };
        entities.insert(row.place, entity);
    }
    for row in rows {
        let (first, _) = now.records.seen(row.place);
        let (mut first, mut last) = (
            first.map(str::to_owned),
            now.records.last_seen(row.place).map(str::to_owned),
        );
        let said = entities.get(&row.place).and_then(Option::as_ref);
        let said = said.and_then(|entity| {
            let mut all = entity.statements.iter();
            all.find(|s| s.property.name() == row.prop && s.value == row.value)
        });
        if let Some(said) = said {
            first = said.first_seen.as_deref().and_then(naive).or(first);
            last = said.last_seen.as_deref().and_then(naive).or(last);
        }
        row.first_seen = row.first_seen.take().or(first);
        row.last_seen = row.last_seen.take().or(last);
    }
    Ok(())
}

/// Values of the lists, one by one.
#[utoipa::path(get, path = "/statements", tag = "compatible",
    params(
        ("dataset" = Option<String>, Query, description = "Only of this list"),
        ("entity_id" = Option<String>, Query, description = "Only of the entry with this id in its list"),
        ("canonical_id" = Option<String>, Query, description = "Only of the record with this id"),
        ("prop" = Option<String>, Query, description = "Only of this property"),
        ("value" = Option<String>, Query, description = "Only this value"),
        ("schema" = Option<String>, Query, description = "Only of entries of this schema"),
        ("sort" = Option<Vec<String>>, Query, description = "`column:asc` or `column:desc`; by record and property otherwise"),
        ("limit" = Option<u32>, Query, description = "Statements, at most 5000; 50 by default"),
        ("offset" = Option<u32>, Query, description = "Statements to pass over"),
    ),
    responses(
        (status = 200, description = "`{results, total, limit, offset}`", body = serde_json::Value),
        (status = 400, body = Detail), (status = 422, body = Details)))]
pub(crate) async fn statements(
    State(app): State<App>,
    params: Params,
) -> Result<Response, Failure> {
    let now = app.lists().now();
    let asked = Arc::new(Asked::read(&now, &params)?);
    let looking = {
        let (now, asked) = (now.clone(), asked.clone());
        tokio::task::spawn_blocking(move || asked.rows(&now))
    };
    let found = looking.await.map_err(|e| Problem::internal(&e))?;
    let (mut results, total) = found??;
    fill_times(&app, &now, &mut results).await?;
    Ok(written(&Reply {
        results,
        total: Count::exactly(total),
        limit: asked.limit,
        offset: asked.offset,
    }))
}
