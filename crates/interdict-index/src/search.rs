//! Candidates for a query name: a superset of what can score, found with little work.
//!
//! Each query token gets a *cut*: a credit such that a listed reading on which every token is
//! credited with its cut at most cannot score enough. So every match has, for some token, something
//! above the token's cut, and only the postings of such terms are read; the cuts that leave the
//! fewest postings are taken. A token cut at 1 need not be looked up at all. Every reading found
//! that way goes through the bound, every survivor is for the scorer.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;
use interdict_evidence::bounds::MIN_THRESHOLD;
use interdict_evidence::{BETA, MAX_RUN, ReadingRef, SCALE, max_initial, reaches};
use smallvec::SmallVec;

use crate::bound::{Bounds, Needed, Outlines, Scratch, Whole};
use crate::enumerate::{Met, Split};
use crate::error::IndexError;
use crate::format::Section;
use crate::units::Unit;
use crate::view::View;

/// Readings to look at above which one more token is enumerated to find fewer. Enumerating costs
/// about as much as bounding this many readings.
const MANY: usize = 50;
/// Readings to look at above which it pays to note first which readings each token meets at all.
const CROWD: usize = 64;
/// Postings that are noted for each reading that is to be looked at: noting one takes a small part
/// of what looking at a reading takes.
const NOTED: usize = 96;
/// Terms and readings that are remembered for each segment, by all units together: at eight bytes
/// each, 16 MiB.
const REMEMBERED: usize = 1 << 21;
/// Weights of readings for which the first heavier one is kept: names hardly weigh more.
const TABLED: u32 = 2_048;
/// What remembering a unit costs beside its terms, in the same measure.
const OVERHEAD: usize = 32;

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

impl std::ops::Add for Work {
    type Output = Work;

    fn add(self, other: Work) -> Work {
        Work {
            enumerated: self.enumerated + other.enumerated,
            remembered: self.remembered + other.remembered,
            bounded: self.bounded + other.bounded,
            survivors: self.survivors + other.survivors,
            scans: self.scans + other.scans,
        }
    }
}

/// Finds candidates in one segment; keeps its buffers from query to query.
#[derive(Debug)]
pub struct Searcher {
    scratch: Scratch,
    /// A bit for each reading that is to be looked at: small enough to stay at hand.
    seen: Vec<u64>,
    /// Those readings.
    pending: Vec<u32>,
    outlines: Outlines,
    /// By weight, the first reading that weighs more.
    heavier: Vec<u32>,
    memory: HashMap<Box<str>, Arc<Learnt>, FixedState>,
    /// Terms and readings in memory.
    held: usize,
    key: String,
    serial: u64,
    /// By query token, a bit for each reading that it meets.
    meets: Vec<Vec<u64>>,
    /// The greatest weight of any token of the segment.
    heaviest: u32,
    handicap: u32,
    many: usize,
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
            pending: Vec::new(),
            outlines: Outlines::default(),
            heavier: Vec::new(),
            memory: HashMap::default(),
            held: 0,
            key: String::new(),
            serial: 0,
            meets: Vec::new(),
            heaviest: 0,
            handicap: SCALE,
            many: MANY,
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

    /// Looks every token up while more than this many readings are to be looked at: no other
    /// answers, only other ways to them.
    #[doc(hidden)]
    pub fn with_patience(mut self, many: usize) -> Searcher {
        self.many = many;
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
        let units = Unit::of(view, query)?;
        let mut scratch = std::mem::take(&mut self.scratch);
        let mut search = Search {
            view,
            needed: *needed,
            bounds: Bounds {
                reading: query,
                units: &units,
                weight: query.tokens.iter().map(|t| u32::from(t.weight)).sum(),
                open: (0..units.len()).collect(),
                wholes: query.tokens.iter().map(Whole::of).collect(),
                mosts: SmallVec::from_elem(SCALE, query.tokens.len()),
                plain: !units.iter().any(|u| u.is_initial() || u.is_foreign()),
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
            self.heaviest = view
                .terms
                .iter()
                .map(|t| u32::from(t.weight.get()))
                .max()
                .unwrap_or(0);
            self.memory.clear();
            self.held = 0;
            self.seen.clear();
            self.heavier.clear();
            self.heavier.extend((0..TABLED).map(|weight| {
                let end = view.readings.partition_point(|r| r.weight.get() <= weight);
                u32::try_from(end).unwrap_or(u32::MAX)
            }));
        }
        for reading in self.pending.drain(..) {
            if let Some(word) = self.seen.get_mut(reading as usize / 64) {
                *word = 0;
            }
        }
        let words = (view.reading_count() as usize).div_ceil(64);
        self.seen.resize(words, 0);
        self.scratch
            .reset(view.term_count() as usize, view.token_count() as usize);
    }

    fn learn(&mut self, view: &View<'_>, unit: &Unit<'_, '_>) -> Result<Arc<Learnt>, IndexError> {
        self.work.enumerated += 1;
        unit.memo_key(&mut self.key);
        if let Some(known) = self.memory.get(self.key.as_str()) {
            self.work.remembered += 1;
            return Ok(Arc::clone(known));
        }
        let learnt = Arc::new(Learnt::new(view, unit)?);
        let size = learnt.met.len() + learnt.levels.len() + learnt.splits.len() + OVERHEAD;
        if self.held + size > REMEMBERED {
            self.memory.clear();
            self.held = 0;
        }
        self.held += size;
        self.memory
            .insert(self.key.as_str().into(), Arc::clone(&learnt));
        Ok(learnt)
    }

    /// Remembers a reading to be looked at, once.
    fn add(&mut self, reading: u32) {
        if let Some(word) = self.seen.get_mut(reading as usize / 64) {
            let bit = 1 << (reading % 64);
            if *word & bit == 0 {
                *word |= bit;
                self.pending.push(reading);
            }
        }
    }

    /// The first reading that weighs more than this; readings are numbered by weight.
    fn heavier_than(&self, view: &View<'_>, weight: u64) -> u32 {
        let tabled = usize::try_from(weight)
            .ok()
            .and_then(|w| self.heavier.get(w));
        match tabled {
            Some(end) => *end,
            None => {
                let end = view
                    .readings
                    .partition_point(|r| u64::from(r.weight.get()) <= weight);
                u32::try_from(end).unwrap_or(u32::MAX)
            }
        }
    }
}

/// Everything that a unit can meet in a segment.
#[derive(Debug)]
struct Learnt {
    met: Vec<Met>,
    /// Postings by what they are credited, the least first; readings that write it apart among
    /// them.
    levels: Vec<(u32, usize)>,
    /// The greatest weight of a list token that it can meet; [`u32::MAX`] where it may meet several
    /// together.
    weight: u32,
    splits: Vec<Split>,
}

impl Learnt {
    fn new(view: &View<'_>, unit: &Unit<'_, '_>) -> Result<Learnt, IndexError> {
        let met = view.enumerate(unit)?;
        let splits = view.splits(unit)?;
        let mut levels = Vec::with_capacity(met.len() + splits.len());
        let mut weight = if splits.is_empty() { 0 } else { u32::MAX };
        for m in &met {
            levels.push((u32::from(m.credit), view.postings_of(m.term)?.len()));
            let row = view
                .terms
                .get(m.term as usize)
                .ok_or_else(|| view.damaged(Section::Terms))?;
            weight = weight.max(u32::from(row.weight.get()));
        }
        levels.extend(splits.iter().map(|s| (u32::from(s.credit), 1)));
        add_up(&mut levels);
        Ok(Learnt {
            met,
            levels,
            weight,
            splits,
        })
    }
}

/// Sorts levels and adds those together that are the same.
fn add_up(levels: &mut Vec<(u32, usize)>) {
    levels.sort_unstable();
    levels.dedup_by(|next, kept| {
        let same = next.0 == kept.0;
        if same {
            kept.1 += next.1;
        }
        same
    });
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
    /// Postings by what they are credited, the least first.
    levels: Vec<(u32, usize)>,
    /// The greatest weight of a list token that it can meet.
    weight: u32,
}

struct Search<'a, 'v, 'q, 't, 's> {
    view: &'a View<'v>,
    needed: Needed,
    bounds: Bounds<'q, 't, 's>,
    tokens: Vec<Token>,
    /// By unit, what it can meet, once enumerated.
    found: Vec<Option<Arc<Learnt>>>,
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
        let cuts = loop {
            let cuts = self.cuts();
            if let Some((_, cost)) = &cuts
                && *cost <= searcher.many
            {
                break cuts;
            }
            match order.next() {
                Some(token) => self.learn(searcher, token)?,
                None => break cuts,
            }
        };
        match cuts {
            Some((cuts, cost)) => {
                let mut meets = std::mem::take(&mut searcher.meets);
                let noted = if cost > CROWD {
                    self.note_readings(cost, &mut meets)
                } else {
                    Ok(0)
                };
                let done = noted.and_then(|noted| {
                    cuts.into_iter().enumerate().try_for_each(|(token, cut)| {
                        self.read(searcher, (token, cut), (noted, &meets))
                    })
                });
                searcher.meets = meets;
                done?;
                let pending = std::mem::take(&mut searcher.pending);
                let done = self.sift(searcher, &pending, out);
                searcher.pending = pending;
                done
            }
            None => {
                searcher.work.scans += 1;
                let all: Vec<u32> = (0..self.view.reading_count()).collect();
                self.sift(searcher, &all, out)
            }
        }
    }

    /// Keeps the readings that may reach what is needed.
    fn sift(
        &mut self,
        searcher: &mut Searcher,
        readings: &[u32],
        out: &mut Vec<u32>,
    ) -> Result<(), IndexError> {
        let before = out.len();
        searcher.work.bounded += readings.len() as u64;
        self.bounds.sift(
            self.view,
            readings,
            &self.needed,
            &mut searcher.outlines,
            |reading| out.push(reading),
        )?;
        searcher.work.survivors += (out.len() - before) as u64;
        Ok(())
    }

    /// Enumerates everything that a token can meet, alone or in a run.
    fn learn(&mut self, searcher: &mut Searcher, token: usize) -> Result<(), IndexError> {
        let units = self.bounds.units;
        let mut known = Known {
            levels: Vec::new(),
            weight: 0,
        };
        for (number, unit) in units.iter().enumerate() {
            if !unit.holds(token) {
                continue;
            }
            let learnt = match self.found.get(number).cloned().flatten() {
                Some(learnt) => learnt,
                None => {
                    let learnt = searcher.learn(self.view, unit)?;
                    self.bounds.note(number, &learnt.met);
                    if let Some(slot) = self.found.get_mut(number) {
                        *slot = Some(Arc::clone(&learnt));
                    }
                    learnt
                }
            };
            known.levels.extend_from_slice(&learnt.levels);
            known.weight = known.weight.max(learnt.weight);
        }
        add_up(&mut known.levels);
        let Some(row) = self.tokens.get_mut(token) else {
            return Ok(());
        };
        row.most = known.levels.last().map_or(0, |(credit, _)| *credit);
        // Initials of the query are not enumerated: whatever begins with them meets them.
        if row.without > 0 {
            known.weight = u32::MAX;
            row.most = row.most.max(row.without);
        }
        if let Some(most) = self.bounds.mosts.get_mut(token) {
            *most = row.most;
        }
        row.known = Some(known);
        Ok(())
    }

    /// Whether a sum of credits can be enough for a reading without a token too many.
    fn can_reach(&self, sum: u64) -> bool {
        reaches(sum, self.bounds.weight, 0, self.needed.least())
    }

    /// A cut for each token, and the postings above all of them; `None` when too few tokens are
    /// known for any cuts to do. Not always the best cuts, always good ones: those are raised first
    /// that spare the most postings for what they take of the sum.
    fn cuts(&self) -> Option<(Vec<u32>, usize)> {
        let mut cuts: Vec<u32> = self
            .tokens
            .iter()
            .map(|t| match t.known {
                Some(_) => t.without,
                None => t.most,
            })
            .collect();
        let mut sum: u64 = self
            .tokens
            .iter()
            .zip(&cuts)
            .map(|(t, cut)| t.weight * u64::from(*cut))
            .sum();
        if self.can_reach(sum) {
            return None;
        }
        loop {
            // Postings spared, credit taken, token, level.
            let mut best: Option<(u64, u64, usize, u32)> = None;
            for (i, (token, cut)) in self.tokens.iter().zip(&cuts).enumerate() {
                let Some(known) = &token.known else { continue };
                let mut spared = 0;
                for (level, postings) in &known.levels {
                    if level <= cut {
                        continue;
                    }
                    spared += *postings as u64;
                    let taken = token.weight * u64::from(level - cut);
                    if self.can_reach(sum + taken) {
                        break;
                    }
                    if best.is_none_or(|(s, t, _, _)| {
                        u128::from(spared) * u128::from(t) > u128::from(s) * u128::from(taken)
                    }) {
                        best = Some((spared, taken, i, *level));
                    }
                }
            }
            let Some((_, taken, token, level)) = best else {
                break;
            };
            sum += taken;
            if let Some(cut) = cuts.get_mut(token) {
                *cut = level;
            }
        }
        let mut cost = 0;
        for (token, cut) in self.tokens.iter().zip(&cuts) {
            let levels = token.known.iter().flat_map(|k| &k.levels);
            cost += levels
                .filter(|(level, _)| level > cut)
                .map(|(_, postings)| *postings)
                .sum::<usize>();
        }
        Some((cuts, cost))
    }

    /// Notes for each token which readings it meets, alone, in a run or written apart, where that is
    /// little work beside looking at `cost` readings; gives the tokens for which it was done, as bits.
    fn note_readings(&self, cost: usize, meets: &mut Vec<Vec<u64>>) -> Result<u32, IndexError> {
        let words = (self.view.reading_count() as usize).div_ceil(64);
        let mut noted = 0;
        for (number, token) in self.tokens.iter().enumerate() {
            // What a query initial abbreviates is not listed, so there is nothing to note.
            let Some(known) = token.known.as_ref().filter(|_| token.without == 0) else {
                continue;
            };
            let postings: usize = known.levels.iter().map(|(_, postings)| postings).sum();
            if postings + words > NOTED * cost {
                continue;
            }
            while meets.len() <= number {
                meets.push(Vec::new());
            }
            let Some(bits) = meets.get_mut(number) else {
                continue;
            };
            bits.clear();
            bits.resize(words, 0);
            let mut note = |reading: u32| {
                if let Some(word) = bits.get_mut(reading as usize / 64) {
                    *word |= 1 << (reading % 64);
                }
            };
            for (unit, learnt) in self.bounds.units.iter().zip(&self.found) {
                let Some(learnt) = learnt.as_ref().filter(|_| unit.holds(number)) else {
                    continue;
                };
                learnt.splits.iter().for_each(|s| note(s.reading));
                for met in &learnt.met {
                    for reading in self.view.postings_of(met.term)? {
                        note(reading.get());
                    }
                }
            }
            noted |= 1 << number.min(31);
        }
        Ok(noted)
    }

    /// Notes to look at every reading that holds something above the cut of a token, unless what was noted
    /// shows that too few of the other tokens meet it.
    fn read(
        &mut self,
        searcher: &mut Searcher,
        (token, cut): (usize, u32),
        (noted, meets): (u32, &[Vec<u64>]),
    ) -> Result<(), IndexError> {
        let units = self.bounds.units;
        let others: u64 = self
            .tokens
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != token)
            .map(|(_, t)| t.weight * u64::from(t.most))
            .sum();
        let weight = match self.tokens.get(token) {
            Some(row) if row.known.is_some() => row.weight,
            _ => return Ok(()),
        };
        for (number, unit) in units.iter().enumerate() {
            if !unit.holds(token) {
                continue;
            }
            let Some(learnt) = self.found.get(number).cloned().flatten() else {
                continue;
            };
            for split in &learnt.splits {
                if u32::from(split.credit) > cut {
                    searcher.add(split.reading);
                }
            }
            for m in &learnt.met {
                // A reading whose best for this token is no better than this is out of reach, and
                // one with something better stands in another list.
                let most = others + weight * u64::from(m.credit);
                if u32::from(m.credit) <= cut || !self.can_reach(most) {
                    continue;
                }
                let postings = self.view.postings_of(m.term)?;
                let end = searcher.heavier_than(self.view, self.heaviest(most, searcher.heaviest));
                let light = postings.partition_point(|reading| reading.get() < end);
                for reading in postings.get(..light).unwrap_or(postings) {
                    let reading = reading.get();
                    if noted == 0
                        || self.can_reach(
                            most.saturating_sub(self.lacking(token, noted, meets, reading)),
                        )
                    {
                        searcher.add(reading);
                    }
                }
            }
        }
        Ok(())
    }

    /// What other tokens than one bring at most, of those that are noted not to meet a reading.
    fn lacking(&self, but: usize, noted: u32, meets: &[Vec<u64>], reading: u32) -> u64 {
        let (word, bit) = (reading as usize / 64, reading % 64);
        self.tokens
            .iter()
            .zip(meets)
            .enumerate()
            .filter(|(i, _)| *i != but && noted >> (*i).min(31) & 1 == 1)
            .filter(|(_, (_, bits))| bits.get(word).is_some_and(|w| w >> bit & 1 == 0))
            .map(|(_, (token, _))| token.weight * u64::from(token.most))
            .sum()
    }

    /// What a reading weighs at most that so many credits can be enough for: tokens that nothing
    /// meets count against a reading, and what can be met weighs so much at most.
    fn heaviest(&self, most: u64, heaviest: u32) -> u64 {
        let mut matched = 0u64;
        for token in &self.tokens {
            // A token of which nothing is known may be several of the list, all as heavy as can be.
            let weight = match &token.known {
                Some(known) if known.weight != u32::MAX => known.weight,
                _ => heaviest * u32::try_from(MAX_RUN).unwrap_or(1),
            };
            matched += u64::from(weight);
        }
        let needed = u64::from(self.needed.least());
        let scale = u64::from(SCALE);
        if needed == 0 {
            return u64::MAX;
        }
        // From `Σ·SCALE ≥ needed·(W·SCALE + U·BETA)`.
        let room = (most * scale / needed).saturating_sub(u64::from(self.bounds.weight) * scale)
            / u64::from(BETA).max(1)
            + 1;
        matched + room
    }
}
