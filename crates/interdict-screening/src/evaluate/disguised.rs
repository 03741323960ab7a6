//! Names of the lists, disguised: how many still find their entity.

use std::collections::BTreeMap;
use std::time::Instant;

use interdict_evidence::name_kind;
use interdict_index::IndexError;
use interdict_synthetic::{Kind, Random, disguise};
use interdict_text::NameKind;
use rayon::prelude::*;
use serde::Serialize;

use super::query::{Names, Place, hits, named};
use super::rate::Rate;
use super::script::script;
use super::slow::{Slow, Slowest};
use crate::engine::{Engine, Screener};
use crate::hit::Score;

/// Least threshold of the tables: all queries are asked from here on.
pub const LEAST: u16 = 5_000;
/// Names of the two kinds that are not made by changing text.
const AS_LISTED: &str = "as-listed";
const WEAK_ALIAS: &str = "weak-alias";
/// How many names are tried until one fits a kind.
const TRIES: usize = 400;
/// Most misses that are told of each kind.
const TOLD: usize = 20;

/// Queries of one kind, list, script and sort of entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// Kind of disguise, by its name.
    pub kind: &'static str,
    /// Dataset of the name.
    pub list: String,
    /// Script of the name as listed.
    pub script: &'static str,
    /// `person`, `organisation`, `object` or `any`.
    pub what: &'static str,
    /// Queries, and those that alerted on their own entity.
    pub rate: Rate,
}

/// What the kinds of a report are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct KindTold {
    /// Name.
    pub name: &'static str,
    /// What it has in common with others.
    pub family: &'static str,
    /// In one sentence.
    pub about: &'static str,
}

/// A disguised name that did not alert on its entity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Miss {
    /// Kind of disguise.
    pub kind: &'static str,
    /// Dataset.
    pub list: String,
    /// Id of the entity.
    pub id: String,
    /// The name as listed.
    pub listed: String,
    /// The name as asked.
    pub asked: String,
    /// The score of the entity, if any from 0.50 on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<Score>,
}

/// How well the true entity stands among the hits of its list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Places {
    /// Of the queries that found it, those where it stands first.
    pub first: Rate,
    /// Those where it is among the first three.
    pub first_three: Rate,
    /// Queries where other hits of the list have the same score.
    pub tied: usize,
    /// Its mean place among hits of the same score, in hundredths: 100 is first.
    pub mean_place_in_ties: usize,
    /// What the mean place would be if chance ordered them.
    pub by_chance: usize,
}

/// The outcome of disguised names.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Disguised {
    /// The seed.
    pub seed: u64,
    /// Queries.
    pub queries: usize,
    /// The kinds, in the order of reports.
    pub kinds: Vec<KindTold>,
    /// Counts by kind, list, script and sort of entity.
    pub cells: Vec<Cell>,
    /// Where the true entity stands.
    pub places: Places,
    /// Scores of true entities by bands of 0.05 from 0.50 on; the first counts those below.
    pub bands: Vec<usize>,
    /// How many true entities reach each threshold of 0.50, 0.55, … 0.95.
    pub thresholds: Vec<(Score, Rate)>,
    /// Misses, at most 20 of a kind.
    pub misses: Vec<Miss>,
    /// The queries that took longest.
    pub slowest: Vec<Slow>,
}

impl Disguised {
    /// The rate over the cells that a condition chooses.
    pub fn rate(&self, of: impl Fn(&Cell) -> bool) -> Rate {
        self.cells.iter().filter(|c| of(c)).map(|c| c.rate).sum()
    }
}

/// A question whose right answer is known.
struct Question {
    kind: &'static str,
    place: Place,
    text: String,
}

struct Outcome {
    score: Option<u16>,
    found: bool,
    /// Place among the hits of the list, then among those of the same score, and how many those are.
    places: (usize, usize, usize),
    micros: u64,
    hits: usize,
}

/// The kinds that are asked, as reports tell them.
pub fn kinds() -> Vec<KindTold> {
    let own = [
        (AS_LISTED, "The name as the list writes it."),
        (
            WEAK_ALIAS,
            "An alias that the publisher itself calls weak, as the list writes it.",
        ),
    ];
    let own = own.map(|(name, about)| KindTold {
        name,
        family: "listed",
        about,
    });
    let made = Kind::ALL.iter().map(|kind| KindTold {
        name: kind.name(),
        family: kind.family().name(),
        about: kind.about(),
    });
    own.into_iter().chain(made).collect()
}

/// Asks `queries` names of the lists, an equal share of each kind and list, without details.
///
/// # Errors
/// When a segment is damaged.
pub fn disguised(engine: &Engine, queries: usize, seed: u64) -> Result<Disguised, IndexError> {
    let kinds = kinds();
    let questions = questions(engine, queries, seed)?;
    let outcomes: Vec<Result<Outcome, IndexError>> = questions
        .par_iter()
        .map_init(
            || engine.screener(),
            |screener, question| ask(engine, screener, question),
        )
        .collect();
    let mut result = Disguised {
        seed,
        queries: questions.len(),
        kinds,
        cells: Vec::new(),
        places: Places::default(),
        bands: vec![0; 11],
        thresholds: (0..10)
            .map(|i| (Score(LEAST + i * 500), Rate::default()))
            .collect(),
        misses: Vec::new(),
        slowest: Vec::new(),
    };
    let mut cells: BTreeMap<(usize, String, &str, &str), Rate> = BTreeMap::new();
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut in_ties, mut chance) = (0, 0);
    let mut slowest = Slowest::default();
    for (question, outcome) in questions.iter().zip(outcomes) {
        let outcome = outcome?;
        let segment = &engine.snapshot().segments()[question.place.segment];
        let view = segment.view();
        let listed = view.name(question.place.name)?;
        let list = segment.description().dataset.to_string();
        let order = result
            .kinds
            .iter()
            .position(|k| k.name == question.kind)
            .unwrap_or(0);
        let key = (order, list.clone(), script(listed.text), what(listed.kind));
        cells.entry(key).or_default().add(outcome.found);
        let score = outcome.score.unwrap_or(0);
        for (threshold, rate) in &mut result.thresholds {
            rate.add(score >= threshold.0);
        }
        if let Some(band) = result.bands.get_mut(band(outcome.score)) {
            *band += 1;
        }
        slowest.add(&question.text, outcome.micros, outcome.hits);
        if outcome.found {
            let (place, in_tie, tied) = outcome.places;
            result.places.first.add(place == 1);
            result.places.first_three.add(place <= 3);
            if tied > 1 {
                result.places.tied += 1;
                in_ties += in_tie * 100;
                chance += (tied + 1) * 50;
            }
        } else {
            let told = told.entry(question.kind).or_default();
            *told += 1;
            if *told <= TOLD {
                result.misses.push(Miss {
                    kind: question.kind,
                    list,
                    id: view.id(listed.entity)?.to_owned(),
                    listed: listed.text.to_owned(),
                    asked: question.text.clone(),
                    score: outcome.score.map(Score),
                });
            }
        }
    }
    if let Some(mean) = in_ties.checked_div(result.places.tied) {
        result.places.mean_place_in_ties = mean;
        result.places.by_chance = chance / result.places.tied;
    }
    result.cells = cells
        .into_iter()
        .map(|((kind, list, script, what), rate)| Cell {
            kind: result.kinds.get(kind).map_or("", |k| k.name),
            list,
            script,
            what,
            rate,
        })
        .collect();
    result.slowest = slowest.slowest();
    Ok(result)
}

/// The band of a score in tables: 0 for none from 0.50 on, then one for each 0.05, the last for 1.
pub(super) fn band(score: Option<u16>) -> usize {
    score.map_or(0, |score| {
        usize::from(score.saturating_sub(LEAST) / 500).min(9) + 1
    })
}

fn what(kind: NameKind) -> &'static str {
    match kind {
        NameKind::Person => "person",
        NameKind::Organization => "organisation",
        NameKind::Object => "object",
        NameKind::Any => "any",
    }
}

/// An equal share of every kind and list, the same for the same seed and lists.
fn questions(engine: &Engine, queries: usize, seed: u64) -> Result<Vec<Question>, IndexError> {
    let names = Names::of(engine)?;
    let kinds = kinds();
    let share = queries.div_ceil(kinds.len());
    let mut questions = Vec::new();
    for (at, kind) in kinds.iter().enumerate() {
        let pool = if kind.name == WEAK_ALIAS {
            &names.weak
        } else {
            &names.strong
        };
        let lists: Vec<&Vec<Place>> = pool.iter().filter(|names| !names.is_empty()).collect();
        let change = Kind::from_name(kind.name);
        for number in 0..share {
            let item = (at * share + number) as u64;
            let mut random = Random::of_item(seed, item);
            for attempt in 0..TRIES {
                // The lists in turn; where none of its names fits a kind, the next.
                let list = lists.get((number + attempt / 40) % lists.len().max(1));
                let Some(place) = list.and_then(|names| random.one(names)).copied() else {
                    break;
                };
                let view = engine.snapshot().segments()[place.segment].view();
                let listed = view.name(place.name)?;
                let kind_of = name_kind(view.schema(listed.entity)?);
                let text = match change {
                    Some(change) => disguise(listed.text, kind_of, change, &mut random),
                    None => Some(listed.text.to_owned()),
                };
                if let Some(text) = text {
                    questions.push(Question {
                        kind: kind.name,
                        place,
                        text,
                    });
                    break;
                }
            }
        }
    }
    Ok(questions)
}

/// `queries` disguised names as queries, for comparing ways to answer them.
pub(super) fn sample(
    engine: &Engine,
    queries: usize,
    seed: u64,
) -> Result<Vec<interdict_model::Entity>, IndexError> {
    let mut questions = questions(engine, queries, seed)?;
    // Shares are rounded up: what is too much goes from everywhere alike.
    while questions.len() > queries {
        let at = Random::of_item(seed, questions.len() as u64).below(questions.len());
        questions.remove(at);
    }
    questions
        .iter()
        .map(|question| {
            let view = engine.snapshot().segments()[question.place.segment].view();
            Ok(named(view.schema(question.place.entity)?, &question.text))
        })
        .collect()
}

fn ask(
    engine: &Engine,
    screener: &mut Screener<'_>,
    question: &Question,
) -> Result<Outcome, IndexError> {
    let view = engine.snapshot().segments()[question.place.segment].view();
    let schema = view.schema(question.place.entity)?;
    let query = named(schema, &question.text);
    let threshold = engine.policy().options_for(schema).threshold;
    let started = Instant::now();
    let alerts = hits(screener, &query, None, false)?.len();
    let micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
    let mut found = hits(screener, &query, Some(LEAST.min(threshold)), false)?;
    found.retain(|f| f.segment == question.place.segment);
    let at = found.iter().position(|f| f.entity == question.place.entity);
    let score = at.and_then(|at| found.get(at)).map(|f| f.scored.score);
    let tied = |f: &&crate::Found| Some(f.scored.score) == score;
    let places = at.map_or((0, 0, 0), |at| {
        let in_tie = found.iter().take(at + 1).filter(tied).count();
        (at + 1, in_tie, found.iter().filter(tied).count())
    });
    Ok(Outcome {
        score,
        found: score.is_some_and(|score| score >= threshold),
        places,
        micros,
        hits: alerts,
    })
}
