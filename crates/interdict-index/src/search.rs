//! Candidates for a query name: a superset of what can score, found with little work.
//!
//! A query token is *essential* when a listed reading that has nothing like it cannot score enough
//! even if every other token is matched as well as it can be. Some set of essential tokens covers
//! every match, so only the postings of what they can meet are read; the cheapest such set is
//! taken. Every reading found that way goes through the bound, every survivor is for the scorer.

use std::collections::HashMap;
use std::sync::Arc;

use interdict_evidence::bounds::MIN_THRESHOLD;
use interdict_evidence::{BETA, ReadingRef, SCALE, max_initial, reaches};
use zerocopy::little_endian::U32;

use crate::bound::{Bounds, Needed, Scratch};
use crate::enumerate::Met;
use crate::error::IndexError;
use crate::format::Section;
use crate::units::Unit;
use crate::view::View;

/// Readings to look at above which one more token is enumerated to find fewer. Enumerating costs
/// about as much as bounding this many readings.
const MANY: usize = 400;
/// Units whose terms are remembered for each segment.
const REMEMBERED: usize = 4_096;

/// How a query reading is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// Every reading is scored.
    Exhaustive {
        /// Why nothing less will do.
        why: &'static str,
    },
    /// Only readings that may reach the threshold are scored.
    Pruned,
}

/// What a search did, for figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Units looked up in the dictionary.
    pub enumerated: u64,
    /// Of these, found in memory.
    pub remembered: u64,
    /// Readings that went through the bound.
    pub bounded: u64,
    /// Readings that passed it.
    pub survivors: u64,
    /// Query readings for which every listed reading was bounded or given.
    pub scans: u64,
}

/// Finds candidates in one segment; keeps its buffers from query to query.
#[derive(Debug)]
pub struct Searcher {
    scratch: Scratch,
    /// By reading, the last question in which it was looked at.
    seen: Vec<u32>,
    question: u32,
    memory: HashMap<String, Arc<[Met]>>,
    serial: u64,
    handicap: u32,
    /// What was done since the searcher was made.
    pub work: Work,
}

impl Default for Searcher {
    fn default() -> Searcher {
        Searcher::new()
    }
}

impl Searcher {
    /// A searcher without memories. It may be used with any segment; changing segments forgets.
    pub fn new() -> Searcher {
        Searcher {
            scratch: Scratch::default(),
            seen: Vec::new(),
            question: 0,
            memory: HashMap::new(),
            serial: 0,
            handicap: SCALE,
            work: Work::default(),
        }
    }

    /// Lowers every bound to this many parts of 10,000, which loses matches: it is how tests show
    /// that they would notice.
    #[doc(hidden)]
    pub fn with_handicap(mut self, handicap: u32) -> Searcher {
        self.handicap = handicap;
        self
    }

    /// How a query is answered at a threshold in parts of 10,000.
    pub fn plan(threshold: u16) -> Plan {
        if threshold < MIN_THRESHOLD {
            Plan::Exhaustive {
                why: "below a score of 0.5 initials alone may match, so every entity is scored",
            }
        } else {
            Plan::Pruned
        }
    }

    /// Appends every listed reading that may reach what is needed against a query reading, each
    /// once, in no particular order.
    ///
    /// # Errors
    /// When the segment is damaged.
    pub fn candidates(
        &mut self,
        view: &View<'_>,
        query: &ReadingRef<'_>,
        needed: &Needed,
        plan: Plan,
        out: &mut Vec<u32>,
    ) -> Result<(), IndexError> {
        if query.tokens.is_empty() {
            return Ok(());
        }
        if let Plan::Exhaustive { .. } = plan {
            self.work.scans += 1;
            out.extend(0..view.reading_count());
            return Ok(());
        }
        self.begin(view);
        let units = Unit::of(query);
        let mut scratch = std::mem::take(&mut self.scratch);
        let mut search = Search {
            view,
            needed: *needed,
            bounds: Bounds {
                reading: query,
                units: &units,
                weight: query.tokens.iter().map(|t| u32::from(t.weight)).sum(),
                open: (0..units.len()).collect(),
                scratch: &mut scratch,
                handicap: self.handicap,
            },
            tokens: query
                .tokens
                .iter()
                .zip(&units)
                .map(|(token, unit)| Token {
                    weight: u64::from(token.weight),
                    most: SCALE,
                    without: if unit.is_initial() {
                        u32::from(max_initial())
                    } else {
                        0
                    },
                    known: None,
                })
                .collect(),
            found: vec![None; units.len()],
        };
        let done = search.run(self, out);
        self.scratch = scratch;
        done
    }

    fn begin(&mut self, view: &View<'_>) {
        let serial = view.segment().serial();
        if self.serial != serial {
            self.serial = serial;
            self.memory.clear();
            self.seen.clear();
        }
        self.seen.resize(view.reading_count() as usize, 0);
        self.question = self.question.wrapping_add(1);
        if self.question == 0 {
            self.seen.fill(0);
            self.question = 1;
        }
        self.scratch.reset(view.term_count() as usize);
    }

    fn enumerate(
        &mut self,
        view: &View<'_>,
        unit: &Unit<'_, '_>,
    ) -> Result<Arc<[Met]>, IndexError> {
        self.work.enumerated += 1;
        let key = unit.memo_key();
        if let Some(known) = self.memory.get(&key) {
            self.work.remembered += 1;
            return Ok(Arc::clone(known));
        }
        let met: Arc<[Met]> = view.enumerate(unit)?.into();
        if self.memory.len() >= REMEMBERED {
            self.memory.clear();
        }
        self.memory.insert(key, Arc::clone(&met));
        Ok(met)
    }

    /// Marks a reading as looked at; whether it was not before.
    fn first_time(&mut self, reading: u32) -> bool {
        match self.seen.get_mut(reading as usize) {
            Some(seen) if *seen != self.question => {
                *seen = self.question;
                true
            }
            _ => false,
        }
    }
}

/// What is known of a query token.
struct Token {
    weight: u64,
    /// The most that any list token or run gives it.
    most: u32,
    /// What it may be credited with where nothing that is listed for it stands.
    without: u32,
    known: Option<Known>,
}

struct Known {
    /// Postings to read.
    cost: usize,
    /// Readings in which it may be written apart.
    splits: Vec<u32>,
    /// The greatest weight of a list token that it can meet.
    weight: u32,
}

struct Search<'a, 'v, 'q, 't, 's> {
    view: &'a View<'v>,
    needed: Needed,
    bounds: Bounds<'q, 't, 's>,
    tokens: Vec<Token>,
    /// By unit, what it can meet, once enumerated.
    found: Vec<Option<Arc<[Met]>>>,
}

impl Search<'_, '_, '_, '_, '_> {
    fn run(&mut self, searcher: &mut Searcher, out: &mut Vec<u32>) -> Result<(), IndexError> {
        let mut order: Vec<usize> = (0..self.tokens.len()).collect();
        // Telling tokens first: what weighs much is rare, and so is what is long.
        order.sort_by_key(|i| {
            let unit = self.bounds.units.get(*i);
            let initial = unit.is_some_and(Unit::is_initial);
            let length = unit.map_or(0, |u| {
                u.forms().iter().map(|f| f.fold.len()).max().unwrap_or(0)
            });
            let weight = self.tokens.get(*i).map_or(0, |t| t.weight);
            (
                initial,
                std::cmp::Reverse(weight),
                std::cmp::Reverse(length),
                *i,
            )
        });
        let mut order = order.into_iter();
        let essential = loop {
            let chosen = self.choose();
            let enough = match &chosen {
                Some(chosen) => self.cost(chosen) <= MANY,
                None => false,
            };
            if enough {
                break chosen;
            }
            match order.next() {
                Some(token) => self.learn(searcher, token)?,
                None => break chosen,
            }
        };
        match essential {
            Some(tokens) => {
                for token in tokens {
                    self.read(searcher, token, out)?;
                }
                Ok(())
            }
            None => {
                searcher.work.scans += 1;
                for reading in 0..self.view.reading_count() {
                    self.consider(searcher, reading, out)?;
                }
                Ok(())
            }
        }
    }

    /// Enumerates everything that a token can meet, alone or in a run.
    fn learn(&mut self, searcher: &mut Searcher, token: usize) -> Result<(), IndexError> {
        let units = self.bounds.units;
        let mut known = Known {
            cost: 0,
            splits: Vec::new(),
            weight: 0,
        };
        let mut most = 0;
        for (number, unit) in units.iter().enumerate() {
            if !(unit.first..unit.first + unit.count).contains(&token) {
                continue;
            }
            let met = match self.found.get(number).cloned().flatten() {
                Some(met) => met,
                None => {
                    let met = searcher.enumerate(self.view, unit)?;
                    self.bounds.note(number, &met);
                    if let Some(slot) = self.found.get_mut(number) {
                        *slot = Some(Arc::clone(&met));
                    }
                    met
                }
            };
            for m in met.iter() {
                known.cost += self.view.postings_of(m.term)?.len();
                most = most.max(u32::from(m.credit));
                let row = self
                    .view
                    .terms
                    .get(m.term as usize)
                    .ok_or_else(|| self.view.damaged(Section::Terms))?;
                known.weight = known.weight.max(u32::from(row.weight.get()));
            }
        }
        if let Some(unit) = units.get(token) {
            self.view.split_candidates(unit, &mut known.splits);
            if !known.splits.is_empty() {
                most = SCALE;
                known.weight = u32::MAX;
            }
            known.cost += known.splits.len();
            // Initials of the query are not enumerated: whatever begins with them meets them.
            if unit.is_initial() {
                known.weight = u32::MAX;
                most = most.max(u32::from(max_initial()));
            }
        }
        if let Some(row) = self.tokens.get_mut(token) {
            row.most = most;
            row.known = Some(known);
        }
        Ok(())
    }

    fn cost(&self, tokens: &[usize]) -> usize {
        tokens
            .iter()
            .filter_map(|t| self.tokens.get(*t)?.known.as_ref())
            .map(|k| k.cost)
            .sum()
    }

    /// Whether a sum of credits can be enough for a reading without a token too many.
    fn can_reach(&self, sum: u64) -> bool {
        reaches(sum, self.bounds.weight, 0, self.needed.least())
    }

    /// The cheapest set of known tokens found without one of which nothing can match; `None` when
    /// the known tokens are not enough.
    fn choose(&self) -> Option<Vec<usize>> {
        let mut known: Vec<(usize, &Token, usize)> = self
            .tokens
            .iter()
            .enumerate()
            .filter_map(|(i, t)| Some((i, t, t.known.as_ref()?.cost)))
            .collect();
        let mut sum: u64 = self
            .tokens
            .iter()
            .map(|t| match t.known {
                Some(_) => t.weight * u64::from(t.without),
                None => t.weight * u64::from(t.most),
            })
            .sum();
        if self.can_reach(sum) {
            return None;
        }
        // Spare the dearest as long as what the spared can give is not enough.
        known.sort_by_key(|(i, _, cost)| (std::cmp::Reverse(*cost), *i));
        let mut essential = Vec::new();
        for (i, token, _) in known {
            let more = token.weight * u64::from(token.most.saturating_sub(token.without));
            if self.can_reach(sum + more) {
                essential.push(i);
            } else {
                sum += more;
            }
        }
        Some(essential)
    }

    /// Looks at every reading that holds something like a token.
    fn read(
        &mut self,
        searcher: &mut Searcher,
        token: usize,
        out: &mut Vec<u32>,
    ) -> Result<(), IndexError> {
        let units = self.bounds.units;
        let others: u64 = self
            .tokens
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != token)
            .map(|(_, t)| t.weight * u64::from(t.most))
            .sum();
        let Some(row) = self.tokens.get_mut(token) else {
            return Ok(());
        };
        let weight = row.weight;
        let splits = row
            .known
            .as_mut()
            .map(|k| std::mem::take(&mut k.splits))
            .unwrap_or_default();
        for (number, unit) in units.iter().enumerate() {
            if !(unit.first..unit.first + unit.count).contains(&token) {
                continue;
            }
            let Some(met) = self.found.get(number).cloned().flatten() else {
                continue;
            };
            for m in met.iter() {
                // A reading whose best for this token is no better than this is out of reach, and
                // one with something better stands in another list.
                let most = others + weight * u64::from(m.credit);
                if !self.can_reach(most) {
                    continue;
                }
                let postings = self.view.postings_of(m.term)?;
                for reading in self.light_enough(postings, most) {
                    self.consider(searcher, reading.get(), out)?;
                }
            }
        }
        for reading in splits {
            self.consider(searcher, reading, out)?;
        }
        Ok(())
    }

    /// The readings light enough for so many credits: tokens that nothing meets count against a
    /// reading, and what can be met weighs so much at most.
    fn light_enough<'p>(&self, postings: &'p [U32], most: u64) -> &'p [U32] {
        let mut matched = 0u64;
        for token in &self.tokens {
            match &token.known {
                Some(known) if known.weight != u32::MAX => matched += u64::from(known.weight),
                _ => return postings,
            }
        }
        let needed = u64::from(self.needed.least());
        let scale = u64::from(SCALE);
        if needed == 0 {
            return postings;
        }
        // From `Σ·SCALE ≥ needed·(W·SCALE + U·BETA)`.
        let room = (most * scale / needed).saturating_sub(u64::from(self.bounds.weight) * scale)
            / u64::from(BETA).max(1)
            + 1;
        let heaviest = matched + room;
        let end = postings.partition_point(|reading| {
            self.view
                .readings
                .get(reading.get() as usize)
                .is_some_and(|r| u64::from(r.weight.get()) <= heaviest)
        });
        postings.get(..end).unwrap_or(postings)
    }

    fn consider(
        &mut self,
        searcher: &mut Searcher,
        reading: u32,
        out: &mut Vec<u32>,
    ) -> Result<(), IndexError> {
        if !searcher.first_time(reading) {
            return Ok(());
        }
        searcher.work.bounded += 1;
        if self.bounds.may_reach(self.view, reading, &self.needed)? {
            searcher.work.survivors += 1;
            out.push(reading);
        }
        Ok(())
    }
}
