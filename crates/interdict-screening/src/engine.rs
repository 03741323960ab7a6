//! A query against a snapshot under a policy: candidates, scores, hits.

use std::sync::{Arc, OnceLock};

use interdict_evidence::{FactKind, Side, name_kind, schemata_compatible, strong_identifier};
use interdict_index::{IndexError, Joint, Needed, Origin, Plan, Searcher, View, Work};
use interdict_matching::{Options, Scored, Subject, SubjectName, account, lift};
use interdict_model::{DatasetName, Entity, Schema};
use interdict_text::analyse;
use rayon::prelude::*;
use serde::Serialize;

use crate::findings::{Finding, findings};
use crate::hit::{Hit, Score, Total};
use crate::policy::Policy;
use crate::snapshot::{Searched, Snapshot, searched};

mod question;

use question::{Question, score, score_group};

/// Queries after which a worker searches many lists as one: making them one takes as long as
/// answering some hundred queries list by list.
const MANY_QUERIES: usize = 256;
/// Most names of a list that is made one with others; beyond it a copy costs too much memory.
const MOST_JOINED: u32 = 400_000;

/// What may be asked for beside the policy.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Threshold in units of 1/10,000, in place of the policy's.
    pub threshold: Option<u16>,
    /// Most hits, in place of the policy's.
    pub limit: Option<usize>,
    /// Ids of entities to leave out.
    pub exclude_entities: Vec<String>,
    /// Only entities with one of these topics; empty for all.
    pub topics: Vec<String>,
    /// Only these of the lists that the policy covers; all of them when `None`.
    pub lists: Option<Vec<DatasetName>>,
    /// Listed schemata to leave out beside the policy's; heirs stay.
    pub exclude_schemata: Vec<Schema>,
    /// What else an entity must pass.
    pub filter: Option<Arc<dyn Filter>>,
    /// Score every entity, without the index.
    pub exhaustive: bool,
}

/// A condition on listed entities that the engine itself does not know of.
pub trait Filter: Send + Sync + std::fmt::Debug {
    /// Whether the entity with this ordinal in this segment of the snapshot may be found.
    fn admits(&self, segment: usize, entity: u32) -> bool;
}

/// A query, analysed once for all that is asked about it.
#[derive(Debug)]
pub struct Prepared {
    schema: Schema,
    subject: Subject,
}

impl Prepared {
    /// Analyses the names of a query.
    pub fn new(query: &Entity) -> Prepared {
        Prepared {
            schema: query.schema,
            subject: Subject::new(query, analyse),
        }
    }
}

/// The answer to one query.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// Hits that reach the threshold, best first.
    pub hits: Vec<Hit>,
    /// How many there are, returned or not.
    pub total: Total,
    /// Entities that contradicting lifelong identifiers exclude although their names are alike.
    pub excluded: Vec<Hit>,
    /// What rules of law say of the fields of the query.
    pub findings: Vec<Finding>,
    /// The threshold that was applied.
    pub threshold: Score,
    /// `pruned`, or why every entity was scored.
    pub plan: &'static str,
    /// The dataset versions that were searched.
    pub searched: Vec<Searched>,
    /// Name of the policy.
    pub policy: String,
    /// Hash of the policy.
    pub policy_hash: String,
}

/// An entity that reaches what is asked, before it is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// Index of the segment in the snapshot.
    pub segment: usize,
    /// Ordinal of the entity in its segment.
    pub entity: u32,
    /// Its score.
    pub scored: Scored,
}

/// A snapshot and a policy, ready to answer. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Engine {
    snapshot: Snapshot,
    policy: Arc<Policy>,
    joint: Arc<OnceLock<Option<Together>>>,
}

/// Lists that are searched as one.
#[derive(Debug)]
struct Together {
    /// Their segments, by index in the snapshot.
    parts: Vec<usize>,
    joint: Joint,
}

impl Engine {
    /// An engine over a snapshot.
    pub fn new(snapshot: Snapshot, policy: Policy) -> Engine {
        Engine {
            snapshot,
            policy: Arc::new(policy),
            joint: Arc::new(OnceLock::new()),
        }
    }

    /// Makes the lists one for searching, as workers do after some hundred queries: answers stay the
    /// same and come faster. For whoever expects many queries; does nothing the second time.
    pub fn prepare(&self) {
        self.joint.get_or_init(|| {
            let segments = self.snapshot.segments();
            let parts: Vec<usize> = (0..segments.len())
                .filter(|at| {
                    segments.get(*at).is_some_and(|s| {
                        self.policy.covers(&s.description().dataset)
                            && s.view().name_count() <= MOST_JOINED
                    })
                })
                .collect();
            if parts.len() < 2 {
                return None;
            }
            let joint = Joint::new(
                parts
                    .iter()
                    .filter_map(|at| segments.get(*at))
                    .map(|s| &**s),
            );
            // A segment that cannot be read is searched by itself, and says so then.
            joint.ok().map(|joint| Together { parts, joint })
        });
    }

    /// The snapshot.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// A worker, which keeps its buffers from query to query.
    pub fn screener(&self) -> Screener<'_> {
        let searchers = self
            .snapshot
            .segments()
            .iter()
            .map(|_| Searcher::new())
            .collect();
        Screener {
            engine: self,
            searchers,
            together: Searcher::new(),
            asked: 0,
            readings: Vec::new(),
            pairs: Vec::new(),
        }
    }

    /// Answers many queries on all cores, in their order.
    ///
    /// # Errors
    /// When a segment is damaged.
    pub fn screen_all(
        &self,
        queries: &[Entity],
        request: &Request,
        today: jiff::civil::Date,
    ) -> Result<Vec<Answer>, IndexError> {
        if queries.len() >= MANY_QUERIES {
            self.prepare();
        }
        queries
            .par_iter()
            .map_init(
                || self.screener(),
                |screener, query| screener.screen(query, request, today),
            )
            .collect()
    }
}

/// Answers queries one after the other.
#[derive(Debug)]
pub struct Screener<'e> {
    engine: &'e Engine,
    searchers: Vec<Searcher>,
    /// Searches the lists that are one.
    together: Searcher,
    asked: usize,
    readings: Vec<u32>,
    /// Pairs of readings that may reach the threshold, by entity.
    pairs: Vec<Pair>,
}

/// A listed reading that may be enough for a reading of the query. Sorted, the pairs of an entity
/// stand together, in the order in which scoring looks at them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    /// Index of the segment in the snapshot.
    segment: usize,
    entity: u32,
    /// Place of the listed reading among all readings of the entity.
    place: usize,
    /// Place of the query's reading among all of its readings.
    query: usize,
    /// The listed reading, in the segment or in the joint one.
    reading: u32,
}

impl Screener<'_> {
    /// What was done to find candidates so far, for figures.
    pub fn work(&self) -> Work {
        self.searchers
            .iter()
            .fold(self.together.work, |sum, s| sum + s.work)
    }

    /// Answers one query. `today` is the day on which rules of law are looked at.
    ///
    /// # Errors
    /// When a segment is damaged.
    pub fn screen(
        &mut self,
        query: &Entity,
        request: &Request,
        today: jiff::civil::Date,
    ) -> Result<Answer, IndexError> {
        let policy = self.engine.policy();
        let prepared = Prepared::new(query);
        let threshold = self.options(query.schema, request).threshold;
        let (found, plan) = self.find_prepared(&prepared, request)?;
        let (excluded, hits): (Vec<Found>, Vec<Found>) =
            found.into_iter().partition(|f| f.scored.excluded);
        let limit = request.limit.unwrap_or(policy.limit);
        let explained = |found: &[Found], most: usize| -> Result<Vec<Hit>, IndexError> {
            found
                .iter()
                .take(most)
                .map(|f| self.explain(&prepared, f, request))
                .collect()
        };
        Ok(Answer {
            total: Total::new(hits.len()),
            hits: explained(&hits, limit)?,
            excluded: explained(&excluded, limit)?,
            findings: findings(query, policy, today),
            threshold: Score(threshold),
            plan: match plan {
                Plan::Pruned => "pruned",
                Plan::Exhaustive { why } => why,
            },
            searched: self
                .engine
                .snapshot
                .segments()
                .iter()
                .zip(self.searched(request))
                .filter(|(_, is_searched)| *is_searched)
                .map(|(s, _)| searched(s))
                .collect(),
            policy: policy.name.clone(),
            policy_hash: policy.hash().to_owned(),
        })
    }

    fn options(&self, schema: Schema, request: &Request) -> Options {
        let mut options = self.engine.policy.options_for(schema);
        if let Some(threshold) = request.threshold {
            options.threshold = threshold;
        }
        options
    }

    /// Every entity that reaches the threshold, best first, and every one that is excluded but to be
    /// shown; without reasons.
    ///
    /// # Errors
    /// When a segment is damaged.
    pub fn find(
        &mut self,
        query: &Entity,
        request: &Request,
    ) -> Result<(Vec<Found>, Plan), IndexError> {
        self.find_prepared(&Prepared::new(query), request)
    }

    /// The same for a query that was analysed before.
    ///
    /// # Errors
    /// When a segment is damaged.
    pub fn find_prepared(
        &mut self,
        prepared: &Prepared,
        request: &Request,
    ) -> Result<(Vec<Found>, Plan), IndexError> {
        let Prepared { schema, subject } = prepared;
        let schema = *schema;
        let view = subject.view(Side::Query);
        let options = self.options(schema, request);
        let question = Question {
            schema,
            view: &view,
            options,
            request,
            threshold: options.threshold,
            searched: self.searched(request),
            show_excluded: self.engine.policy.show_excluded,
            identifiers: if options.identifiers {
                view.as_ref()
                    .facts
                    .iter()
                    .filter(|f| f.kind == FactKind::Identifier)
                    .filter_map(|f| strong_identifier(f.value))
                    .collect()
            } else {
                Vec::new()
            },
        };
        let plan = if request.exhaustive {
            Plan::Exhaustive {
                why: "asked to score every entity",
            }
        } else {
            Searcher::plan(question.least())
        };
        let mut found = Vec::new();
        if let Plan::Exhaustive { .. } = plan {
            self.score_all(&question, &mut found)?;
            return Ok((self.order(found)?, plan));
        }
        self.asked += 1;
        if self.asked == MANY_QUERIES {
            self.engine.prepare();
        }
        let together = self.engine.joint.get().and_then(Option::as_ref);
        let needed = Needed::new(
            question.least(),
            subject.kind,
            lift(view.as_ref().facts, &question.options),
        );
        if let Some(together) = together {
            self.joint_pairs(together, &question, &needed)?;
            self.score_pairs(&together.joint.view(), &question, &mut found)?;
        }
        for at in 0..self.engine.snapshot.segments().len() {
            if !question.searches(at) {
                continue;
            }
            if together.is_none_or(|t| !t.parts.contains(&at)) {
                let view = self.engine.snapshot.segments()[at].view();
                self.segment_pairs(at, &view, &question, &needed)?;
                self.score_pairs(&view, &question, &mut found)?;
            }
            self.score_identified(at, &question, &mut found)?;
        }
        Ok((self.order(found)?, plan))
    }

    /// Which segments are searched: those that the policy covers and the request names.
    fn searched(&self, request: &Request) -> Vec<bool> {
        let covers = |dataset: &DatasetName| {
            let named = request.lists.as_ref().is_none_or(|l| l.contains(dataset));
            named && self.engine.policy.covers(dataset)
        };
        let segments = self.engine.snapshot.segments().iter();
        segments.map(|s| covers(&s.description().dataset)).collect()
    }

    /// Scores every entity, without the index.
    fn score_all(
        &self,
        question: &Question<'_, '_>,
        found: &mut Vec<Found>,
    ) -> Result<(), IndexError> {
        for (segment, open) in self.engine.snapshot.segments().iter().enumerate() {
            if !question.searches(segment) {
                continue;
            }
            let view = open.view();
            for entity in 0..view.entity_count() {
                if self.admits(segment, &view, entity, question)? {
                    let scored = score(&view, entity, question)?;
                    question.keep(segment, entity, scored, found);
                }
            }
        }
        Ok(())
    }

    /// Fills `pairs` with what may reach the threshold in one segment.
    fn segment_pairs(
        &mut self,
        segment: usize,
        view: &View<'_>,
        question: &Question<'_, '_>,
        needed: &Needed,
    ) -> Result<(), IndexError> {
        self.pairs.clear();
        let Some(searcher) = self.searchers.get_mut(segment) else {
            return Ok(());
        };
        for (query, name) in question.view.as_ref().names.iter().enumerate() {
            self.readings.clear();
            searcher.candidates(view, &name.tokens, needed, Plan::Pruned, &mut self.readings)?;
            for &reading in &self.readings {
                let (entity, place) = view.place_of(reading)?;
                self.pairs.push(Pair {
                    segment,
                    entity,
                    place,
                    query,
                    reading,
                });
            }
        }
        self.pairs.sort_unstable();
        Ok(())
    }

    /// Fills `pairs` with what may reach the threshold in the lists that are one.
    fn joint_pairs(
        &mut self,
        together: &Together,
        question: &Question<'_, '_>,
        needed: &Needed,
    ) -> Result<(), IndexError> {
        self.pairs.clear();
        let view = together.joint.view();
        let segments = self.engine.snapshot.segments();
        for (query, name) in question.view.as_ref().names.iter().enumerate() {
            self.readings.clear();
            self.together.candidates(
                &view,
                &name.tokens,
                needed,
                Plan::Pruned,
                &mut self.readings,
            )?;
            let mut found: Vec<(Origin, u32)> = Vec::with_capacity(self.readings.len());
            for &reading in &self.readings {
                found.push((together.joint.origin(reading)?, reading));
            }
            // The readings of one segment together: its view is made once.
            found.sort_unstable_by_key(|(origin, reading)| (origin.part, *reading));
            for of_part in found.chunk_by(|(a, _), (b, _)| a.part == b.part) {
                let segment = of_part
                    .first()
                    .and_then(|(origin, _)| together.parts.get(origin.part));
                let Some((&segment, own)) = segment.and_then(|s| Some((s, segments.get(*s)?)))
                else {
                    continue;
                };
                let own = own.view();
                for (origin, reading) in of_part {
                    let (entity, place) = own.place_of_origin(origin)?;
                    self.pairs.push(Pair {
                        segment,
                        entity,
                        place,
                        query,
                        reading: *reading,
                    });
                }
            }
        }
        self.pairs.sort_unstable();
        Ok(())
    }

    /// Scores the entities of `pairs`, whose readings are those of `names`; entities that may carry
    /// an identifier of the query are left to [`Screener::score_identified`].
    fn score_pairs(
        &self,
        names: &View<'_>,
        question: &Question<'_, '_>,
        found: &mut Vec<Found>,
    ) -> Result<(), IndexError> {
        let segments = self.engine.snapshot.segments();
        for of_segment in self.pairs.chunk_by(|a, b| a.segment == b.segment) {
            let Some((segment, own)) = of_segment
                .first()
                .and_then(|p| Some((p.segment, segments.get(p.segment)?)))
            else {
                continue;
            };
            if !question.searches(segment) {
                continue;
            }
            let view = own.view();
            for group in of_segment.chunk_by(|a, b| a.entity == b.entity) {
                let Some(&Pair { entity, .. }) = group.first() else {
                    continue;
                };
                if self.admits(segment, &view, entity, question)?
                    && !question.may_identify(&view, entity)
                {
                    let scored = score_group(names, &view, group, question)?;
                    question.keep(segment, entity, scored, found);
                }
            }
        }
        Ok(())
    }

    /// Scores entities that may carry an identifier of the query: it is enough by itself, and then
    /// the best name is shown however good it is.
    fn score_identified(
        &self,
        segment: usize,
        question: &Question<'_, '_>,
        found: &mut Vec<Found>,
    ) -> Result<(), IndexError> {
        if question.identifiers.is_empty() {
            return Ok(());
        }
        let Some(open) = self.engine.snapshot.segments().get(segment) else {
            return Ok(());
        };
        let view = open.view();
        let mut entities: Vec<u32> = question
            .identifiers
            .iter()
            .flat_map(|value| view.with_identifier(value))
            .collect();
        entities.sort_unstable();
        entities.dedup();
        for entity in entities {
            if self.admits(segment, &view, entity, question)? {
                let scored = score(&view, entity, question)?;
                question.keep(segment, entity, scored, found);
            }
        }
        Ok(())
    }

    /// Whether the filters let an entity through. They act before limit and total.
    fn admits(
        &self,
        segment: usize,
        view: &View<'_>,
        entity: u32,
        question: &Question<'_, '_>,
    ) -> Result<bool, IndexError> {
        let schema = view.schema(entity)?;
        if !schema.matchable() || !schemata_compatible(question.schema, schema) {
            return Ok(false);
        }
        if self
            .engine
            .policy
            .exclude_schemata
            .iter()
            .any(|s| schema.is_a(*s))
        {
            return Ok(false);
        }
        let request = question.request;
        if request.exclude_schemata.contains(&schema) {
            return Ok(false);
        }
        if let Some(filter) = &request.filter
            && !filter.admits(segment, entity)
        {
            return Ok(false);
        }
        if !request.exclude_entities.is_empty() {
            let id = view.id(entity)?;
            if request.exclude_entities.iter().any(|other| other == id) {
                return Ok(false);
            }
        }
        if !request.topics.is_empty() {
            let mut topics = view.topics(entity)?;
            return Ok(topics.any(|topic| request.topics.iter().any(|wanted| wanted == topic)));
        }
        Ok(true)
    }

    /// Best first: score, rank, then dataset and id, so that the order never depends on chance.
    fn order(&self, found: Vec<Found>) -> Result<Vec<Found>, IndexError> {
        let segments = self.engine.snapshot.segments();
        let mut named = Vec::with_capacity(found.len());
        for f in found {
            let id = match segments.get(f.segment) {
                Some(segment) => segment.view().id(f.entity)?,
                None => "",
            };
            named.push((f, id));
        }
        named.sort_by(|(a, a_id), (b, b_id)| {
            (b.scored.score, b.scored.rank)
                .cmp(&(a.scored.score, a.scored.rank))
                .then_with(|| a.segment.cmp(&b.segment))
                .then_with(|| a_id.cmp(b_id))
        });
        Ok(named.into_iter().map(|(f, _)| f).collect())
    }

    /// What is shown of an entity that was found, with the reasons of its score.
    ///
    /// # Errors
    /// When a segment is damaged, or `found` is of another snapshot.
    pub fn explain(
        &self,
        prepared: &Prepared,
        found: &Found,
        request: &Request,
    ) -> Result<Hit, IndexError> {
        let Prepared { schema, subject } = prepared;
        let options = &self.options(*schema, request);
        let segment = &self.engine.snapshot.segments()[found.segment];
        let view = segment.view();
        let kind = name_kind(view.schema(found.entity)?);
        let facts = view.facts(found.entity)?;
        // Only the name that met is read again, for the places of its words.
        let listed = match found.scored.name {
            Some(matched) => {
                let (name, reading) = view.reading_at(found.entity, matched.list)?;
                let name = view.name(name)?;
                let name = SubjectName::new(name.text, name.class, name.kind, analyse);
                Some((name, reading))
            }
            None => None,
        };
        let listed = listed.as_ref().map(|(name, reading)| (name, *reading));
        let explanation = account(subject, found.scored, listed, (kind, &facts), options);
        Hit::new(&view, found.entity, &explanation, options.threshold)
    }
}
